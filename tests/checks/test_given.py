"""What is given to others without a policy document, judged: who from outside holds what, against what is declared."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from policycheck.model.facts import PUBLIC, DataGrant, Fact
from policycheck.model.shares import AUTHENTICATED, Setting, Share
from policycheck.reports.interface import Options
from policycheck.reports.listings import LISTINGS, unlisted_lines
from policycheck.reports.page import Page
from policycheck.reports.text import TextReport
from policycheck.reports.words import short
from tests.checks.lab import OURS, STRANGER, THEIRS, Lab, told

CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
OTHER_USER = "a" * 64
BUCKET = "arn:aws:s3:::lumen-exports"
REGION = f"eu-west-1:{OURS}"
KEY = f"arn:aws:kms:{REGION}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DATABASE, CLUSTER = f"arn:aws:rds:{REGION}:db:members", f"arn:aws:rds:{REGION}:cluster:members"
SNAPSHOT = f"arn:aws:rds:{REGION}:snapshot:members-2026-11-01"
VOLUME = f"arn:aws:ec2:{REGION}:volume/vol-0aaa"
DISK, IMAGE = "arn:aws:ec2:eu-west-1::snapshot/snap-0aaa", "arn:aws:ec2:eu-west-1::image/ami-0aaa"
FUNCTION = f"arn:aws:lambda:{REGION}:function:export"
TABLE = f"arn:aws:glue:{REGION}:table/lumen/members"
ROOT = f"arn:aws:iam::{THEIRS}:root"


def share(kind: str, resource: str, party: str, *rights: str, **more: Any) -> Share:
    return Share("aws", OURS, resource, kind, party, rights, "iam", f"seen {kind}", **more)


def grant(party: str = THEIRS, columns: tuple[str, ...] | None = None, privilege: str = "SELECT", **more: Any) -> Fact:
    resource = more.pop("resource", TABLE)
    return DataGrant("aws", OURS, party, resource, columns, privilege, "iam", "seen lake", **more)


def setting(resource: str, name: str, value: str) -> Setting:
    return Setting("aws", OURS, resource, name, value, "iam", "seen setting")


def allow(lab: Lab, action: str, resource: str, principal: str = ROOT, *fields: Any) -> None:
    """Declare what the vendor may do by what is given to it, and the fields that it then has."""
    allowed = {"actions": [action], "resources": [resource], "why": "a test"}
    lab.acme["access"].append({"system": "aws", "principals": [principal], "allow": [allowed]})
    lab.acme["fields"] += list(fields)


#: Each way, with the one request that it allows, as its witness has it.
WAYS: dict[str, tuple[Share, str, str]] = {
    "a grant of a key": (share("grant", KEY, f"{ROOT[:-4]}role/reader", "Decrypt"), "kms:Decrypt", KEY),
    "a bucket list": (share("acl", BUCKET, CANONICAL, "READ_ACP"), "s3:GetBucketAcl", BUCKET),
    "a database snapshot": (
        share("db-snapshot", SNAPSHOT, THEIRS, "restore", copies=(DATABASE,)),
        "rds:RestoreDBInstanceFromDBSnapshot",
        SNAPSHOT,
    ),
    "a cluster snapshot": (
        share("db-cluster-snapshot", SNAPSHOT, THEIRS, "restore", copies=(CLUSTER,)),
        "rds:RestoreDBClusterFromSnapshot",
        SNAPSHOT,
    ),
    "a disk snapshot": (share("snapshot", DISK, THEIRS, "restore", copies=(VOLUME,)), "ec2:CreateVolume", DISK),
    "an image": (share("image", IMAGE, THEIRS, "launch", copies=(DISK, VOLUME)), "ec2:RunInstances", IMAGE),
    "a resource share": (
        share("ram", CLUSTER, THEIRS, "rds:RestoreDBClusterToPointInTime", name="for-acme"),
        "rds:RestoreDBClusterToPointInTime",
        CLUSTER,
    ),
}
COPIES = [name for name, (given, _, _) in WAYS.items() if given.copies or given.kind == "ram"]


def project(lab: Lab, *facts: Fact) -> Lab:
    lab.facts = list(facts)
    lab.acme["recognise"]["aws_principals"] = [CANONICAL]
    return lab


@pytest.mark.parametrize("way", WAYS)
def test_what_a_vendor_is_given_is_held_against_its_policy(lab: Lab, way: str) -> None:
    given, action, resource = WAYS[way]
    found = {finding.rule: finding for finding in project(lab, given).judge().findings}
    assert set(found) == ({"PC107", "PC201"} if way in COPIES else {"PC201"})
    (witness,) = found["PC201"].instances[0].witnesses
    assert (witness.action, witness.resource, found["PC201"].vendor) == (action, resource, "acme")
    assert f"allow `{action}` on `{resource}` here with a why" in found["PC201"].help


@pytest.mark.parametrize("way", WAYS)
def test_what_is_declared_and_known_is_no_finding(lab: Lab, way: str) -> None:
    given, action, resource = WAYS[way]
    project(lab, given)
    allow(lab, action, resource, CANONICAL if given.party == CANONICAL else ROOT)
    where = [*given.copies, given.resource]
    lab.catalog.append({"dataset": "keys", "locations": where, "fields": "none", "why": "no people in it"})
    assert told(lab.judge()) == []


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_gives_every_field_with_its_history(lab: Lab, way: str) -> None:
    given, action, resource = WAYS[way]
    project(lab, given)
    allow(lab, action, resource)
    lab.catalog[0]["locations"].append(given.copies[-1] if given.copies else given.resource)
    found = lab.judge().findings
    assert {(each.rule, dict(each.instances[0].subject).get("field")) for each in found} == {
        ("PC101", "ip_history"),
        ("PC103", "email"),
        ("PC104", None),
    }
    (address,) = [each for each in lab.survey().exposures if each.field == "email" and each.origin == "readable"]
    assert (address.depth, address.action) == ("history", f"{action} on {resource}")


@pytest.mark.parametrize("way", WAYS)
def test_a_party_that_nobody_claims(lab: Lab, way: str) -> None:
    given, _, _ = WAYS[way]
    party = OTHER_USER if given.kind == "acl" else given.party.replace(THEIRS, STRANGER)
    lab.facts[:] = [replace(given, party=party)]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == ("PC203", None)
    assert "recognise" in finding.help


@pytest.mark.parametrize(
    "given",
    [
        share("acl", BUCKET, PUBLIC, "READ"),
        share("acl", BUCKET, AUTHENTICATED, "WRITE"),
        share("snapshot", DISK, PUBLIC, "restore"),
        share("image", IMAGE, PUBLIC, "launch"),
        share("db-snapshot", SNAPSHOT, PUBLIC, "restore", copies=(DATABASE,)),
        share("url", FUNCTION, PUBLIC, "NONE"),
    ],
    ids=lambda given: f"{given.kind} {given.party}",
)
def test_what_everybody_is_given(lab: Lab, given: Share) -> None:
    lab.facts = [given]
    lab.catalog[0]["locations"].append(DATABASE)
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.severity.word) == ("PC206", "critical")
    assert ("it gives member-exports" in finding.instances[0].observed) == bool(given.copies)


@pytest.mark.parametrize(
    ("given", "stop"),
    [
        (share("acl", BUCKET, PUBLIC, "READ"), setting(BUCKET, "IgnorePublicAcls", "true")),
        (share("acl", BUCKET, AUTHENTICATED, "READ"), setting("arn:aws:s3:::*", "IgnorePublicAcls", "true")),
        (share("acl", BUCKET, OTHER_USER, "READ"), setting(BUCKET, "ObjectOwnership", "BucketOwnerEnforced")),
        (
            share("snapshot", DISK, PUBLIC, "restore"),
            setting("arn:aws:ec2:eu-west-1::snapshot/*", "SnapshotBlockPublicAccess", "block-all-sharing"),
        ),
        (share("acl", BUCKET, OTHER_USER, "READ"), setting("arn:aws:s3:::*", "CanonicalUserId", OTHER_USER)),
    ],
)
def test_what_stops_it(lab: Lab, given: Share, stop: Setting) -> None:
    lab.facts = [given]
    assert len(lab.judge().findings) == 1
    lab.facts = [given, stop]
    assert told(lab.judge()) == []


@pytest.mark.parametrize(
    ("given", "other"),
    [
        (share("acl", BUCKET, OTHER_USER, "READ"), setting(BUCKET, "IgnorePublicAcls", "true")),
        (share("acl", BUCKET, PUBLIC, "READ"), setting("arn:aws:s3:::lumen-web", "IgnorePublicAcls", "true")),
        (share("acl", BUCKET, PUBLIC, "READ"), setting(BUCKET, "BlockPublicAcls", "true")),
        (share("acl", BUCKET, PUBLIC, "READ"), setting(BUCKET, "ObjectOwnership", "ObjectWriter")),
        (
            share("snapshot", DISK, PUBLIC, "restore"),
            setting("arn:aws:ec2:eu-west-1::snapshot/*", "SnapshotBlockPublicAccess", "block-new-sharing"),
        ),
        (
            share("snapshot", DISK, STRANGER, "restore"),
            setting("arn:aws:ec2:eu-west-1::snapshot/*", "SnapshotBlockPublicAccess", "block-all-sharing"),
        ),
    ],
)
def test_what_does_not_stop_it(lab: Lab, given: Share, other: Setting) -> None:
    lab.facts = [given, other]
    assert [rule for rule, *_ in told(lab.judge())] in (["PC203"], ["PC206"])


@pytest.mark.parametrize(
    "party",
    [
        OURS,
        f"arn:aws:iam::{OURS}:role/reports",
        f"arn:aws:sts::{OURS}:assumed-role/aws:ec2-infrastructure/i-0aaa",
        "rds.eu-west-1.amazonaws.com",
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5",
        "arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-cdef3456",
    ],
)
def test_what_is_ours_is_nobody_from_outside(lab: Lab, party: str) -> None:
    lab.config["own_organizations"] = ["o-a1b2c3d4e5"]
    lab.facts = [share("grant", KEY, party, "Decrypt")]
    assert told(lab.judge()) == []


def test_an_organization_from_outside(lab: Lab) -> None:
    theirs = f"arn:aws:organizations::{THEIRS}:organization/o-v1e2n3d4o5"
    stranger = f"arn:aws:organizations::{STRANGER}:ou/o-s1t2r3a4n5/ou-ab12-cdef3456"
    lab.facts = [share("image", IMAGE, party, "launch", copies=(VOLUME,)) for party in (theirs, stranger)]
    assert {(rule, vendor) for rule, vendor, *_ in told(lab.judge())} == {
        ("PC201", "acme"),
        ("PC107", "acme"),
        ("PC203", None),
    }


def test_the_policy_of_a_function_decides_on_its_url(lab: Lab) -> None:
    lab.facts = [share("url", FUNCTION, PUBLIC, "NONE")]
    lab.resources.append({"arn": FUNCTION, "account": OURS, "policy": None})
    assert told(lab.judge()) == []
    everybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "lambda:InvokeFunctionUrl",
        "Resource": FUNCTION,
        "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
    }
    lab.resources[-1]["policy"] = {"Version": "2012-10-17", "Statement": [everybody]}
    assert {(rule, vendor) for rule, vendor, *_ in told(lab.judge())} == {("PC206", None), ("PC201", "acme")}


def lets_everybody(action: str, **condition: Any) -> dict[str, Any]:
    """A policy of the function."""
    entry = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": FUNCTION}
    return {"Version": "2012-10-17", "Statement": [{**entry, "Condition": condition} if condition else entry]}


BY_URL = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
SIGNED = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
ANY_WAY = {"StringLike": {"lambda:FunctionUrlAuthType": "*"}}
THROUGH = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
INVOKE, URL = "lambda:InvokeFunction", "lambda:InvokeFunctionUrl"


@pytest.mark.parametrize(
    ("action", "condition", "public"),
    [
        # By the API of Lambda, whatever URLs there are.
        (INVOKE, {}, {None, "", "NONE", "AWS_IAM"}),
        ("lambda:*", {}, {None, "", "NONE", "AWS_IAM"}),
        ("lambda:Invoke*", {"Bool": {"lambda:InvokedViaFunctionUrl": "false"}}, {None, "", "NONE", "AWS_IAM"}),
        # By a URL alone.
        (URL, {}, {None, "NONE", "AWS_IAM"}),
        (URL, BY_URL, {None, "NONE"}),
        (URL, SIGNED, {None, "AWS_IAM"}),
        (URL, ANY_WAY, {None, "NONE", "AWS_IAM"}),
        (INVOKE, THROUGH, {None, "NONE", "AWS_IAM"}),
    ],
)
@pytest.mark.parametrize("asks", [None, "", "NONE", "AWS_IAM"])
def test_a_policy_that_needs_a_url_lets_nobody_in_without(
    lab: Lab, asks: str | None, action: str, condition: dict[str, Any], public: set[str | None]
) -> None:
    """``asks`` is None where nobody looked at URLs: then there may be one."""
    lab.facts = [] if asks is None else [setting(FUNCTION, "FunctionUrlAuthType", asks)]
    lab.resources.append({"arn": FUNCTION, "account": OURS, "policy": lets_everybody(action, **condition)})
    assert ("PC206" in {rule for rule, *_ in told(lab.judge())}) is (asks in public)


def test_the_url_of_another_function_says_nothing_of_this_one(lab: Lab) -> None:
    lab.facts = [setting(f"{FUNCTION}-2", "FunctionUrlAuthType", "")]
    lab.resources.append({"arn": FUNCTION, "account": OURS, "policy": lets_everybody(URL, **BY_URL)})
    assert "PC206" in {rule for rule, *_ in told(lab.judge())}


def test_the_policy_of_a_key_refuses_what_a_grant_gives(lab: Lab) -> None:
    lab.facts = [share("grant", KEY, THEIRS, "Decrypt")]
    own = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OURS}:root"}, "Action": "kms:*", "Resource": "*"}
    deny = {"Effect": "Deny", "Principal": {"AWS": ROOT}, "Action": "kms:Decrypt", "Resource": "*"}
    lab.resources.append({"arn": KEY, "account": OURS, "policy": {"Version": "2012-10-17", "Statement": [own]}})
    assert [rule for rule, *_ in told(lab.judge())] == ["PC201"]
    lab.resources[-1]["policy"]["Statement"].append(deny)
    assert told(lab.judge()) == []


def test_a_grant_within_an_encryption_context_keeps_its_condition(lab: Lab) -> None:
    source = f"arn:aws:s3:{REGION}:accesspoint/acme"
    given = share("grant", KEY, THEIRS, "Decrypt", context=("member",), source=source)
    (finding,) = project(lab, given).judge().findings
    (witness,) = finding.instances[0].witnesses
    assert [key for key, _ in witness.context] == ["aws:sourcearn", "kms:encryptioncontext:member"]
    assert finding.assumes == ("values of the encryption context (member) are not kept: taken as any",)


def test_a_resource_share_whose_permission_was_not_told(lab: Lab) -> None:
    arn = "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionRDSCluster"
    given = share("ram", CLUSTER, THEIRS, arn, name="for-acme", told=False, pending=True)
    lab.catalog[0]["locations"].append(CLUSTER)
    found = {finding.rule: finding for finding in project(lab, given).judge().findings}
    assert set(found) == {"PC101", "PC104", "PC201"}
    assert found["PC201"].assumes == (
        "the party has still to accept the resource share",
        "what the permission AWSRAMDefaultPermissionRDSCluster lets somebody do is not told: taken as everything",
    )


@pytest.mark.parametrize(
    ("opened", "seen", "told_", "fields"),
    [
        ("nothing", True, "does not let the party in today: nothing can be read of it", 0),
        ("policy", True, "lets the party in", 3),
        ("grant", True, "lets the party in", 3),
        ("nothing", False, "was not seen: taken as letting the party in", 3),
    ],
)
def test_the_key_of_an_encrypted_copy_has_to_let_the_party_in(
    lab: Lab, opened: str, seen: bool, told_: str, fields: int
) -> None:
    lab.catalog[0]["locations"].append(DATABASE)
    given = share("db-snapshot", SNAPSHOT, THEIRS, "restore", copies=(DATABASE,), key=KEY)
    project(lab, given, *([share("grant", KEY, THEIRS, "Decrypt")] if opened == "grant" else []))
    own = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OURS}:root"}, "Action": "kms:*", "Resource": "*"}
    theirs = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": ["kms:Decrypt"], "Resource": "*"}
    statements = [own, theirs] if opened == "policy" else [own]
    if seen:
        policy = {"Version": "2012-10-17", "Statement": statements}
        lab.resources.append({"arn": KEY, "account": OURS, "policy": policy})
    (finding,) = [f for f in lab.judge().findings if f.rule == "PC201" and "snapshots" in f.message]
    assert finding.assumes == (f"key/{KEY.rsplit('/', 1)[-1]}, which encrypts the copy, {told_}",)
    assert len([each for each in lab.survey().exposures if each.origin == "readable"]) == fields


def members(lab: Lab) -> None:
    lab.catalog[0]["locations"] = [TABLE]


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ([grant(columns=("email",))], {"email"}),
        ([grant(columns=("email",)), grant(columns=("IP_History",))], {"email", "ip_history"}),
        ([grant(excluded=("ip_history",))], {"email", "email_sha256"}),
        ([grant(excluded=("ip_history",)), grant(columns=("ip_history",))], {"email", "ip_history", "email_sha256"}),
        ([grant(privilege="ALL")], {"email", "ip_history", "email_sha256"}),
        ([grant(resource=TABLE.replace("members", "*"))], {"email", "ip_history", "email_sha256"}),
        ([grant(privilege="DESCRIBE")], set()),
        ([grant(kind="database", resource=f"arn:aws:glue:{REGION}:database/lumen", privilege="DESCRIBE")], set()),
    ],
)
def test_columns_of_lake_formation(lab: Lab, facts: list[Fact], fields: set[str]) -> None:
    members(lab)
    lab.facts = facts
    assert {e.field for e in lab.survey().exposures if e.origin == "readable"} == fields


@pytest.mark.parametrize(
    ("declared", "rules"),
    [
        (f"{TABLE}(email,email_sha256)", set()),
        (TABLE, set()),
        (TABLE.replace("members", "*"), set()),
        (f"{TABLE}(email)", {"PC201"}),
        (f"{TABLE}s", {"PC201"}),
    ],
)
def test_columns_are_held_against_declared_ones(lab: Lab, declared: str, rules: set[str]) -> None:
    members(lab)
    lab.facts = [grant(columns=("email", "email_sha256"))]
    hashed = {"category": "user.contact.email", "forms": ["hashed"]}
    allow(lab, "lakeformation:SELECT", declared, ROOT, hashed)
    result = lab.judge()
    assert {rule for rule, *_ in told(result)} == rules
    if declared == f"{TABLE}(email)":
        (witness,) = result.findings[0].instances[0].witnesses
        assert (witness.action, witness.resource) == ("lakeformation:SELECT", f"{TABLE}(email_sha256)")


def test_a_whole_table_is_more_than_some_columns(lab: Lab) -> None:
    members(lab)
    lab.facts = [grant(passes_on=True)]
    allow(lab, "lakeformation:SELECT", f"{TABLE}(email)", ROOT)
    (finding,) = [each for each in lab.judge().findings if each.rule == "PC201"]
    assert finding.instances[0].witnesses[0].resource == TABLE
    assert finding.assumes == ("it may be granted to others by the party",)


def test_a_filter_hides_rows_and_says_so(lab: Lab) -> None:
    members(lab)
    lab.facts = [grant(columns=("email",), rows="eu-only")]
    (exposure,) = [each for each in lab.survey().exposures if each.origin == "readable"]
    assert exposure.limits == (
        "Lake Formation grants the columns email only",
        "the filter eu-only of Lake Formation hides rows",
    )
    assert exposure.subjects is None


@pytest.mark.parametrize(
    ("locations", "columns", "witness"),
    [
        ([f"{TABLE}s"], None, TABLE),
        ([TABLE], ("email", "shoe_size"), f"{TABLE}(shoe_size)"),
    ],
)
def test_columns_that_the_catalog_does_not_know(
    lab: Lab, locations: list[str], columns: tuple[str, ...] | None, witness: str
) -> None:
    lab.catalog[0]["locations"] = locations
    lab.facts = [grant(columns=columns)]
    allow(lab, "lakeformation:SELECT", TABLE, ROOT)
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.instances[0].witnesses[0].resource) == ("PC107", witness)


@pytest.mark.parametrize(("kind", "words"), [("tags", "has the tags TABLE level=low"), ("other", "on TABLE level=low")])
def test_grants_that_cannot_be_followed(lab: Lab, kind: str, words: str) -> None:
    lab.facts = [grant(party, resource="TABLE level=low", kind=kind) for party in (THEIRS, OURS)]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == ("PC601", "acme")
    assert words in finding.instances[0].observed


def test_who_is_meant_by_iam_is_nobody_from_outside(lab: Lab) -> None:
    lab.facts = [grant("IAM_ALLOWED_PRINCIPALS", privilege="ALL"), grant(f"{OURS}:IAMPrincipals")]
    assert told(lab.judge()) == []


def test_a_resource_share_that_carries_grants_of_lake_formation_is_judged_by_these(lab: Lab) -> None:
    members(lab)
    carrier = share("ram", TABLE, THEIRS, "glue:GetTable", name="LakeFormation-V4-ABC")
    lab.facts = [grant(columns=("email",)), carrier]
    allow(lab, "lakeformation:SELECT", f"{TABLE}(email)", ROOT)
    assert told(lab.judge()) == []
    lab.facts = [carrier]
    assert "PC201" in {rule for rule, *_ in told(lab.judge())}


def test_grants_are_listed(lab: Lab) -> None:
    project(lab, *(given for given, _, _ in WAYS.values()), grant())
    rows = {(row.principal, row.party, row.vendor) for row in lab.survey().grants if "aws" in row.system}
    expected = {(given.resource, given.party, "acme") for given, _, _ in WAYS.values()}
    assert {*expected, (TABLE, THEIRS, "acme")} <= rows


def test_who_reads_a_table_is_the_party_and_not_the_table(lab: Lab) -> None:
    members(lab)
    lab.facts = [grant(columns=("email",), party=f"{ROOT[:-4]}role/reader")]
    allow(lab, "lakeformation:SELECT", f"{TABLE}(email)", f"{ROOT[:-4]}role/reader")
    lab.acme["fields"] = []
    (finding,) = [each for each in lab.judge().findings if each.rule == "PC101"]
    assert finding.instances[0].observed.startswith(f"{ROOT[:-4]}role/reader can read member-exports.email (")
    listed, _ = shown(lab)
    assert " readable member-exports.email reader " in listed
    assert "via members" not in listed


@pytest.mark.parametrize("way", ["an image", "a disk snapshot"])
def test_what_is_shared_was_seen(lab: Lab, way: str) -> None:
    given, action, resource = WAYS[way]
    project(lab, given)
    _, unlisted = shown(lab)
    assert unlisted == (
        f"acme can read 1 resource that no catalog entry describes via {THEIRS} ({action} on {resource}): {resource}"
    )


def shown(lab: Lab) -> tuple[str, str]:
    """The rows of the exposures, and what is not in the list as nobody described it."""
    survey = lab.survey()
    rows = "\n".join(" ".join(LISTINGS["exposures"].row(each)) for each in survey.exposures)
    return rows, "\n".join([*unlisted_lines(survey.unlisted)][:-1])


def test_of_a_grant_with_an_encryption_context_no_value_is_made_up(lab: Lab) -> None:
    reader = f"{ROOT[:-4]}role/reader"
    (found,) = project(lab, share("grant", KEY, reader, "Decrypt", context=("member",))).judge().findings
    assert found.instances[0].observed == (
        f"{reader} may kms:Decrypt on {KEY} with some value of the encryption context member"
    )
    assert found.assumes[0] == "values of the encryption context (member) are not kept: taken as any"
    stream = io.StringIO()
    TextReport().write(replace(lab.judge(), findings=(found,)), stream, Options(Page(400), lambda path, line: ""))
    assert "example" not in stream.getvalue().replace("lumen.example", "")


def test_each_way_to_what_nobody_describes_has_a_headline_of_its_own(lab: Lab) -> None:
    """The help that is the same for all of them is written once."""
    project(lab, WAYS["an image"][0], WAYS["a disk snapshot"][0])
    result = lab.judge()
    found = [each for each in result.findings if each.rule == "PC107"]
    assert [each.message for each in found] == [
        "acme can read data through the launch permissions of image/ami-0aaa that no catalog entry describes",
        "acme can read data through the snapshots of volume/vol-0aaa that no catalog entry describes",
    ]
    stream = io.StringIO()
    TextReport().write(replace(result, findings=tuple(found)), stream, Options(Page(400), lambda path, line: ""))
    helps = [line.partition("help: ")[2] for line in stream.getvalue().splitlines() if "= help: " in line]
    assert helps == [found[0].help, "as for the finding before"]


@pytest.mark.parametrize("way", [*COPIES, "a policy"])
def test_the_listings_name_what_lets_read_and_who_reads(lab: Lab, way: str) -> None:
    """In JSON alike for policies and for what is given, be it described, stopped or not described."""
    if way == "a policy":
        given, action, resource = None, "s3:GetObject", BUCKET
        statement = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": action, "Resource": f"{BUCKET}/*"}
        lab.resources[0]["policy"] = {"Version": "2012-10-17", "Statement": [statement]}
        party = ROOT
    else:
        given, action, resource = WAYS[way]
        party = THEIRS
        project(lab, given)
    listing = LISTINGS["exposures"]
    seen = lab.survey()
    unlisted = listing.document([], seen, (), listing.unlisted(seen, ()))["unlisted"]
    assert {(each["via"], each["party"]) for each in unlisted} == {(resource, party)}
    assert f"via {short(party)} (" in unlisted_lines(listing.unlisted(seen, ())).__next__()
    lab.catalog[0]["locations"].append(given.copies[-1] if given and given.copies else resource)
    seen = lab.survey()
    rows = listing.document(listing.rows(seen, ()), seen)["exposures"]
    readable = [each for each in rows if each["origin"] == "readable"]
    assert {(each["via"], each["party"]) for each in readable} == {(resource, party)}
    assert {each["party"] for each in rows if each["origin"] != "readable"} == {None}
