"""Keys that encrypt what a permission reaches: what stays unreadable, what is said of that, and what is not certain."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.analysis.decryption import Doors, Keys, Who
from policycheck.aws.engine import Engine
from policycheck.model.shares import Encryption
from tests.checks.lab import OURS, TEMPLATES, THEIRS, Lab, allow, role, with_external_id

BUCKET, OBJECTS = "arn:aws:s3:::lumen-exports", "arn:aws:s3:::lumen-exports/members/*"
KEY = f"arn:aws:kms:eu-west-1:{OURS}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{OURS}:role/vendor-acme"
READ = allow("s3:GetObject", OBJECTS)
VIA = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
DECRYPT = allow("kms:Decrypt", KEY)


def principal(arn: str, condition: Any = None, actions: Any = "kms:*", effect: str = "Allow") -> dict[str, Any]:
    """One statement of a key policy."""
    found = {"Effect": effect, "Principal": {"AWS": arn}, "Action": actions, "Resource": "*"}
    return {**found, "Condition": condition} if condition else found


ROOT = principal(f"arn:aws:iam::{OURS}:root")


def put(lab: Lab, arn: str, account: str = OURS, **told: Any) -> None:
    """Tell something of a resource."""
    lab.resources = [each for each in lab.resources if each["arn"] != arn]
    lab.resources.append({"arn": arn, "account": account, "policy": None, **told})


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def encrypted(lab: Lab, *statements: dict[str, Any], grants: Any = (), key: str = KEY, **more: Any) -> None:
    """Encrypt the bucket with a key that has this policy and these grants."""
    put(lab, BUCKET, encryption={"key": key, **more})
    put(lab, key, policy=policy(*statements), grants=list(grants))


def can_read(lab: Lab) -> bool:
    survey = lab.survey()
    read = any(exposure.dataset == "member-exports" for exposure in survey.exposures)
    assert read != bool(survey.stopped)
    return read


ADMIN = principal(f"arn:aws:iam::{OURS}:role/admin")
GRANT = {"GranteePrincipal": ROLE, "Operations": ["Decrypt"], "GrantId": "g"}
CASES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]], bool]] = {
    "the role has no permission on the key": ([READ], [ROOT], [], False),
    "the account's policies decide": ([READ, DECRYPT], [ROOT], [], True),
    "the key leaves it to nobody": ([READ, DECRYPT], [ADMIN], [], False),
    "the key names the role": ([READ], [ADMIN, principal(ROLE, actions="kms:Decrypt")], [], True),
    "through this service": ([READ], [ADMIN, principal(ROLE, VIA)], [], True),
    "through another service": (
        [READ],
        [ADMIN, principal(ROLE, {"StringEquals": {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}})],
        [],
        False,
    ),
    "through this service elsewhere": (
        [READ, allow("kms:Decrypt", "*", {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}})],
        [ROOT],
        [],
        False,
    ),
    "not through services": (
        [READ, allow("kms:Decrypt", KEY, {"Null": {"kms:ViaService": "true"}})],
        [ROOT],
        [],
        False,
    ),
    "for objects of this bucket": (
        [READ, allow("kms:Decrypt", KEY, {"StringLike": {"kms:EncryptionContext:aws:s3:arn": f"{BUCKET}/*"}})],
        [ROOT],
        [],
        True,
    ),
    "for objects of another bucket": (
        [READ, allow("kms:Decrypt", KEY, {"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other*"}})],
        [ROOT],
        [],
        False,
    ),
    "for callers of another account": (
        [READ],
        [principal("*", {"StringEquals": {"kms:CallerAccount": THEIRS}})],
        [],
        False,
    ),
    "for callers of the account": ([READ], [principal("*", {"StringEquals": {"kms:CallerAccount": OURS}})], [], True),
    "another key": ([READ, allow("kms:Decrypt", KEY.replace("1234abcd", "99999999"))], [ROOT], [], False),
    "a denied role": (
        [READ, DECRYPT],
        [ROOT, principal(ROLE, actions="kms:Decrypt", effect="Deny")],
        [],
        False,
    ),
    "encrypting only": ([READ, allow(["kms:Encrypt", "kms:GenerateDataKey"], KEY)], [ROOT], [], False),
    "a grant": ([READ], [ROOT], [GRANT], True),
    "a grant of a session": (
        [READ],
        [ROOT],
        [{**GRANT, "GranteePrincipal": f"arn:aws:sts::{OURS}:assumed-role/vendor-acme/job"}],
        True,
    ),
    "a grant to encrypt": ([READ], [ROOT], [{**GRANT, "Operations": ["Encrypt"]}], False),
    "a grant of another role": ([READ], [ROOT], [{**GRANT, "GranteePrincipal": f"{ROLE}2"}], False),
}


@pytest.mark.parametrize("name", CASES)
def test_who_can_decrypt_reads(lab: Lab, name: str) -> None:
    statements, key, grants, read = CASES[name]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, *statements)]
    encrypted(lab, *key, grants=grants)
    assert can_read(lab) is read


def test_a_key_that_stops_the_read_is_named_and_the_permission_stays_a_finding(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, READ)]
    encrypted(lab, ROOT)
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.message) == (
        "PC201",
        "the access of acme through role/vendor-acme goes beyond what its policy declares",
    )
    assert finding.instances[0].observed == (
        "vendor-acme may s3:GetObject on arn:aws:s3:::lumen-exports/members/*; what is in member-exports stays "
        f"unreadable, since KMS key {KEY} does not let it decrypt"
    )
    assert (
        f"what was stored in {BUCKET} before its default key was set, or with another one, is under {KEY} too"
        in finding.assumes
    )


def test_declared_access_that_a_key_stops_is_no_finding(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, READ)]
    lab.acme["access"][0]["allow"].append({"actions": ["s3:GetObject"], "resources": [OBJECTS]})
    encrypted(lab, ROOT)
    assert lab.judge().findings == ()
    (stop,) = lab.survey().stopped
    assert (stop.vendor, stop.dataset, stop.via) == ("acme", "member-exports", ROLE)
    assert set(stop.categories) == {"user.contact.email", "user.device.ip_address"}


UNSEEN: dict[str, tuple[dict[str, Any], str]] = {
    "the policy": ({}, f"the policy of KMS key {KEY} was not seen: taken as letting it decrypt"),
    "the grants": (
        {"policy": policy(ROOT)},
        f"the grants of KMS key {KEY} were not all seen: taken as letting it decrypt",
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_was_not_seen_of_a_key_counts_as_letting_in(lab: Lab, name: str) -> None:
    told, note = UNSEEN[name]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, READ)]
    put(lab, BUCKET, encryption={"key": KEY})
    if told:
        put(lab, KEY, **told)
    assert can_read(lab)
    assert any(note in f.instances[0].observed for f in lab.judge().findings if f.rule == "PC101")


def test_grants_count_as_seen_only_where_those_of_every_key_were(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, READ)]
    encrypted(lab, ROOT)
    assert not can_read(lab)
    put(lab, KEY.replace("1234abcd", "99999999"), policy=policy(ROOT))
    assert can_read(lab)


@pytest.mark.parametrize(("account", "read"), [(OURS, True), (THEIRS, False)])
def test_a_key_that_aws_manages_is_for_everybody_in_its_account_and_nobody_else(
    lab: Lab, account: str, read: bool
) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, READ)]
    key = f"arn:aws:kms:eu-west-1:{account}:alias/aws/s3"
    put(lab, BUCKET, encryption={"key": key, "manager": "aws"})
    assert can_read(lab) is read


def share(lab: Lab, **encryption: Any) -> None:
    """Let the vendor's account read the bucket, which is encrypted."""
    statement = {**READ, "Principal": {"AWS": f"arn:aws:iam::{THEIRS}:root"}}
    put(lab, BUCKET, policy=policy(statement), encryption=encryption)


SHARED: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], bool]] = {
    "the key does not let the account in": ([ROOT], [], False),
    "the key lets the account in": (
        [ROOT, principal(f"arn:aws:iam::{THEIRS}:root", VIA, actions=["kms:Decrypt"])],
        [],
        True,
    ),
    "the key lets it encrypt": ([ROOT, principal(f"arn:aws:iam::{THEIRS}:root", actions=["kms:Encrypt"])], [], False),
    "the key lets in everybody": ([ROOT, principal("*", actions=["kms:Decrypt"])], [], True),
    "a grant": ([ROOT], [{**GRANT, "GranteePrincipal": f"arn:aws:iam::{THEIRS}:role/importer"}], True),
    "a grant of our own role": ([ROOT], [GRANT], False),
}


@pytest.mark.parametrize("name", SHARED)
def test_a_vendors_own_principal_needs_the_key_too(lab: Lab, name: str) -> None:
    statements, grants, read = SHARED[name]
    share(lab, key=KEY)
    put(lab, KEY, policy=policy(*statements), grants=grants)
    assert can_read(lab) is read


def test_no_principal_from_outside_can_use_a_key_that_aws_manages(lab: Lab) -> None:
    share(lab, key=f"arn:aws:kms:eu-west-1:{OURS}:alias/aws/s3", manager="aws")
    assert not can_read(lab)


def test_a_dataset_in_two_buckets_is_read_where_no_key_stops_it(lab: Lab) -> None:
    lab.catalog[0]["locations"].append("arn:aws:s3:::lumen-copies/*")
    copies = allow("s3:GetObject", "arn:aws:s3:::lumen-copies/*")
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, READ, copies)]
    encrypted(lab, ROOT)
    put(lab, "arn:aws:s3:::lumen-copies", encryption={"key": None})
    assert can_read(lab)
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, READ)]
    assert not can_read(lab)


def test_a_table_is_decrypted_through_dynamodb(lab: Lab) -> None:
    table = f"arn:aws:dynamodb:eu-west-1:{OURS}:table/members"
    lab.catalog[0]["locations"] = [table]
    via = {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com"}}
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("dynamodb:Query", table))]
    put(lab, table, encryption={"key": KEY, "manager": "customer"})
    put(lab, KEY, policy=policy(ROOT), grants=[])
    assert not can_read(lab)
    put(lab, KEY, policy=policy(ROOT, principal(ROLE, via)), grants=[])
    assert can_read(lab)


def test_a_topic_is_read_without_its_key(lab: Lab) -> None:
    topic = f"arn:aws:sns:eu-west-1:{OURS}:members"
    lab.catalog[0]["locations"] = [topic]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("sns:Subscribe", topic))]
    put(lab, topic, encryption={"key": KEY})
    put(lab, KEY, policy=policy(ROOT), grants=[])
    assert can_read(lab)


def test_a_role_at_the_end_of_a_chain_needs_the_key_itself(lab: Lab) -> None:
    onward = allow("sts:AssumeRole", f"arn:aws:iam::{OURS}:role/reader")
    inner = policy({**allow("sts:AssumeRole", "*"), "Principal": {"AWS": ROLE}})
    del inner["Statement"][0]["Resource"]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, onward, DECRYPT), role("reader", inner, READ)]
    encrypted(lab, ROOT)
    assert not can_read(lab)
    lab.roles[1] = role("reader", inner, READ, DECRYPT)
    assert can_read(lab)


@pytest.mark.parametrize(
    ("partition", "region", "via"),
    [
        ("aws", "eu-west-1", "s3.eu-west-1.amazonaws.com"),
        ("aws-us-gov", "us-gov-west-1", "s3.us-gov-west-1.amazonaws.com"),
        ("aws-cn", "cn-north-1", "s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_service_is_named_as_its_partition_names_it(partition: str, region: str, via: str) -> None:
    key = f"arn:{partition}:kms:{region}:{OURS}:key/1234abcd"
    told = Encryption("aws", OURS, f"arn:{partition}:s3:::lumen-exports", key, "c", "w")
    doors = Doors(lambda _: True, lambda _: True, lambda *_: ())
    keys = Keys(Engine(), [told], [], frozenset({OURS}), doors)
    clauses = keys._clauses(Who("", "", "acme"), told)
    assert (clauses[0].key, clauses[0].values) == ("kms:viaservice", (via,))
