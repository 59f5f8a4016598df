"""Who gets a draft, and what is in it: of a real small project, read by the real connectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.adoption.candidates import Candidate, account_in
from policycheck.adoption.drafting import Draft, Held, drafts
from policycheck.adoption.writing import text
from policycheck.declared.project import load
from policycheck.library import profiles
from policycheck.library.kinds import load_kind
from policycheck.library.profiles import profile
from policycheck.model.facts import Credential, VendorField
from tests.adoption.uncommenting import all_taken_in, taken_in
from tests.checks.lab import OURS, TEMPLATES, THEIRS, TODAY, Lab, allow, role, trust, with_external_id

DATADOG = "464622532012"
GITHUB = f"arn:aws:iam::{OURS}:oidc-provider/token.actions.githubusercontent.com"
CIRCLE = f"arn:aws:iam::{OURS}:oidc-provider/oidc.circleci.com/org/0f0f0f"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """The lab without its policy, its keys and its fields."""
    made = Lab(tmp_path)
    made.policies = {}
    made.roles, made.keys, made.fields = [], [], []
    made.config["connectors"] = [each for each in made.config["connectors"] if each["name"] in ("iam", "shares")]
    return made


@contextmanager
def drafted(lab: Lab) -> Iterator[dict[str, Draft]]:
    """The drafts by vendor; all their texts are valid beside what the project has, whatever leaves its comment."""
    with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
        found = drafts(project, snapshot).drafts
    for each in found:
        path = lab.root / "policies" / f"{each.candidate.vendor}.yaml"
        written = text(each, "exports", TODAY)
        for version in (*taken_in(written), written):
            path.write_text(version, "utf-8")
            assert [problem for problem in load(lab.root, TODAY).problems if problem.severity == "error"] == []
    yield {each.candidate.vendor: each for each in found}


def policy(lab: Lab, vendor: str) -> Any:
    """The policy as it was drafted."""
    return yaml.safe_load((lab.root / f"policies/{vendor}.yaml").read_text("utf-8"))


def whole(lab: Lab, vendor: str) -> Any:
    """The policy as it is when a person has taken all entries out of their comments."""
    path = lab.root / f"policies/{vendor}.yaml"
    path.write_text(all_taken_in(path.read_text("utf-8")), "utf-8")
    return policy(lab, vendor)


def test_nobody_gets_a_draft_who_is_ours_claimed_or_not_known_by_an_account(lab: Lab) -> None:
    lab.policies = {"acme": {"vendor": "acme", "stage": "draft", "recognise": {"aws_accounts": [THEIRS]}}}
    lab.roles = [
        role("claimed", with_external_id()),
        role("own", trust({"AWS": f"arn:aws:iam::{OURS}:root"})),
        role("service", trust({"Service": "ec2.amazonaws.com"})),
        role("public", trust("*")),
        role("saml", trust({"Federated": f"arn:aws:iam::{OURS}:saml-provider/idp"}, action="sts:AssumeRoleWithSAML")),
    ]
    lab.iam["UserDetailList"] = [{"UserName": "sendgrid-smtp", "Arn": f"arn:aws:iam::{OURS}:user/sendgrid-smtp"}]
    with drafted(lab) as found:
        assert found == {}


@pytest.mark.parametrize(
    ("federated", "vendor", "issuer"),
    [
        (GITHUB, "github", "https://token.actions.githubusercontent.com"),
        (CIRCLE, "circleci", "https://oidc.circleci.com/org/0f0f0f"),
    ],
)
def test_an_issuer_that_a_vendor_publishes(lab: Lab, federated: str, vendor: str, issuer: str) -> None:
    lab.roles = [role("deploy", trust({"Federated": federated}, action="sts:AssumeRoleWithWebIdentity"), TEMPLATES)]
    with drafted(lab) as found:
        assert set(found) == {vendor}
        written = policy(lab, vendor)
        assert written["recognise"]["issuers"] == [issuer]
        assert "require" not in written["access"][0]


def test_the_same_role_in_two_accounts_is_one_entry(lab: Lab) -> None:
    read = allow(["ec2:Describe*"], "*")
    lab.roles = [
        role("monitor", with_external_id(DATADOG), read),
        role("monitor", with_external_id(DATADOG), read, account="222233334444"),
        role("other", with_external_id(DATADOG), TEMPLATES),
    ]
    with drafted(lab):
        first, second = policy(lab, "datadog")["access"]
    assert first["principals"] == [f"arn:aws:iam::{account}:role/monitor" for account in (OURS, "222233334444")]
    assert second["principals"] == [f"arn:aws:iam::{OURS}:role/other"]


def test_a_policy_of_aws_is_declared_by_name(lab: Lab) -> None:
    arn = "arn:aws:iam::aws:policy/SecurityAudit"
    attached = [{"PolicyName": "SecurityAudit", "PolicyArn": arn}]
    versions = [{"Document": {"Statement": [allow("iam:ListRoles", "*")]}, "VersionId": "v1", "IsDefaultVersion": True}]
    lab.iam["Policies"] = [
        {"PolicyName": "SecurityAudit", "Arn": arn, "DefaultVersionId": "v1", "PolicyVersionList": versions}
    ]
    lab.roles = [role("audit", with_external_id("434813966438"), AttachedManagedPolicies=attached)]
    with drafted(lab) as found:
        assert set(found) == {"lacework"}
    (item,) = policy(lab, "lacework")["access"][0]["allow"]
    assert item["aws_managed"] == "SecurityAudit"
    assert {(each.rule, each.vendor) for each in lab_findings(lab)} & {("PC201", "lacework")} == set()


def lab_findings(lab: Lab) -> Any:
    lab.policies = {
        path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (lab.root / "policies").glob("*.yaml")
    }
    return lab.judge().findings


def test_a_bucket_that_lets_somebody_in_is_an_entry_of_its_own(lab: Lab) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{THEIRS}:root"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::lumen-exports/members/*",
    }
    shared = {"Version": "2012-10-17", "Statement": [statement]}
    lab.resources[0] = {"arn": "arn:aws:s3:::lumen-exports", "account": OURS, "policy": json.dumps(shared)}
    with drafted(lab) as found:
        assert set(found) == {f"unknown-{THEIRS}"}
        draft = found[f"unknown-{THEIRS}"]
    assert policy(lab, f"unknown-{THEIRS}")["access"] is None
    assert {(each.category, each.form, each.depth) for each in draft.held} == {
        ("user.contact.email", "raw", "latest"),
        ("user.contact.email", "hashed", "latest"),
        ("user.device.ip_address", "raw", "history"),
    }
    taken = whole(lab, f"unknown-{THEIRS}")
    (entry,) = taken["access"]
    assert entry["principals"] == [f"arn:aws:iam::{THEIRS}:root"]
    assert entry["allow"] == [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::lumen-exports/members/*"]}]
    assert {"category": "user.contact.email", "forms": ["hashed"]} in taken["fields"]
    assert {"PC101", "PC201", "PC203"}.isdisjoint({each.rule for each in lab_findings(lab)})


def credential(system: str, **more: Any) -> Credential:
    return Credential(system, "", "k1", "live", "c", "keys.csv:2", **more)


def field(system: str, path: str, **more: Any) -> VendorField:
    return VendorField(system, "", "contact", path, "c", "fields.csv:2", **more)


def test_systems_that_no_profile_knows_are_named_as_they_are(lab: Lab) -> None:
    lab.facts = [
        credential("Post Box!", scopes=("send", "admin\x1b[31m"), knows=("scopes",)),
        field("Quiet CRM", "email"),
        field("us", "email"),
        field("\u202e", "email"),
        credential("!!!"),
    ]
    with drafted(lab) as found:
        assert set(found) == {"post-box", "quiet-crm"}
    assert policy(lab, "post-box")["access"] == [{"system": "Post Box!", "held_by": "us", "scopes": None}]
    assert whole(lab, "post-box")["access"] == [{"system": "Post Box!", "held_by": "us", "scopes": ["send"]}]
    assert policy(lab, "quiet-crm")["access"] == [{"system": "Quiet CRM", "held_by": "us"}]
    assert "## has today: admin [31m; it cannot be written" in (lab.root / "policies/post-box.yaml").read_text("utf-8")


def test_scopes_without_a_limit_are_not_declared(lab: Lab) -> None:
    lab.facts = [credential("segment", scopes=None), credential("amplitude", scopes=())]
    with drafted(lab) as found:
        assert set(found) == {"amplitude", "segment"}
    assert policy(lab, "segment")["access"] == [{"system": "segment", "held_by": "us"}]
    assert "## 1 of them without a list of scopes" in (lab.root / "policies/segment.yaml").read_text("utf-8")


def test_copies_of_keys_and_apps_are_no_inventory(lab: Lab) -> None:
    lab.facts = [
        credential("aws", kept_in="Secrets Manager"),
        credential("github", app=True),
        field("slack", "email", app="A1"),
        credential("", scopes=()),
    ]
    with drafted(lab) as found:
        assert found == {}


def test_hosts_and_accounts_to_which_data_goes(lab: Lab) -> None:
    lab.facts = [
        field("", "email", host="api.sendgrid.com", records=3, shape="email"),
        field("", "email", host="api.nobody.example", records=3, shape="email"),
    ]
    with drafted(lab) as found:
        assert set(found) == {"sendgrid"}
    assert policy(lab, "sendgrid")["recognise"]["hosts"] == ["api.sendgrid.com", "api.eu.sendgrid.com"]


@pytest.mark.parametrize(
    ("party", "account"),
    [
        ("444455556666", "444455556666"),
        ("arn:aws:iam::444455556666:root", "444455556666"),
        ("arn:aws-cn:sts::444455556666:assumed-role/a/b", "444455556666"),
        ("444455556666/../x", ""),
        ("x444455556666", ""),
        ("٤٤٤٤٥٥٥٥٦٦٦٦", ""),
        ("", ""),
    ],
)
def test_only_twelve_digits_are_an_account(party: str, account: str) -> None:
    assert account_in(party) == account


def test_conditions_and_notes_stand_with_the_permission(lab: Lab) -> None:
    condition = {"Bool": {"aws:SecureTransport": "true"}}
    resource = "arn:aws:s3:::lumen-mail-templates/*"
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"{resource}/private"}
    read, broad = allow("s3:GetObject", resource, condition), allow("s3:GetObject", "*", condition)
    lab.roles = [role("import", with_external_id(), read, broad, deny)]
    with drafted(lab):
        written = (lab.root / f"policies/unknown-{THEIRS}.yaml").read_text("utf-8")
        (entry,) = whole(lab, f"unknown-{THEIRS}")["access"]
    assert entry["allow"] == [{"actions": ["s3:GetObject"], "resources": [resource], "conditions": condition}]
    assert '  ##       conditions: {"Bool": {"aws:SecureTransport": "true"}}\n' in written
    assert '  ##       why: "<why it must be this broad>"\n' in written
    assert "  ## a Deny takes some of this away\n" in written


def test_a_blank_that_nobody_filled_in_is_refused(lab: Lab) -> None:
    lab.roles = [role("import", with_external_id(), allow("s3:GetObject", "*"))]
    with drafted(lab):
        path = lab.root / f"policies/unknown-{THEIRS}.yaml"
        lines = path.read_text("utf-8").splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith("  ## - "))
        path.write_text(
            "\n".join(["vendor: a", "access:", *(line.replace("## ", "", 1) for line in lines[start : start + 4])])
        )
    assert {problem.rule for problem in load(lab.root, TODAY).problems} == {"PC003", "PC007"}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ({"NotAction": "iam:*", "Resource": "*"}, "every action but iam:* on *"),
        ({"Action": "s3:Get*", "NotResource": "arn:aws:s3:::a/*"}, "s3:Get* on every resource but arn:aws:s3:::a/*"),
        (allow("s3:GetObject", "no arn"), "something that cannot be written into a policy file as it is"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("account", [THEIRS, DATADOG])
def test_what_no_entry_can_say_is_told_in_words(lab: Lab, account: str, statement: Any, told: str) -> None:
    lab.roles = [role("import", with_external_id(account), {"Effect": "Allow", **statement})]
    with drafted(lab) as found:
        (vendor,) = found
        written = (lab.root / f"policies/{vendor}.yaml").read_text("utf-8")
        (entry,) = whole(lab, vendor)["access"]
    flat = " ".join(written.replace("##", "").split())
    assert f" {told}: no entry can say that, so name what is needed " in flat
    assert "allow" not in entry


def test_a_role_that_a_role_assumes_is_no_entry(lab: Lab) -> None:
    next_role = f"arn:aws:iam::{OURS}:role/next"
    lab.roles = [
        role("first", with_external_id(), allow("sts:AssumeRole", next_role)),
        role("next", trust({"AWS": f"arn:aws:iam::{OURS}:role/first"}), allow("s3:GetObject", "*")),
    ]
    with drafted(lab):
        (entry,) = whole(lab, f"unknown-{THEIRS}")["access"]
    assert entry["principals"] == [f"arn:aws:iam::{OURS}:role/first"]
    assert ("PC201", f"unknown-{THEIRS}") in {(each.rule, each.vendor) for each in lab_findings(lab)}


def test_a_scope_that_allows_everything_is_not_declared(lab: Lab) -> None:
    everything = next(iter(profile("mailgun").scopes.unrestricted))  # type: ignore[union-attr]
    lab.facts = [credential("mailgun", scopes=(everything,), knows=("scopes",))]
    with drafted(lab):
        assert policy(lab, "mailgun")["access"] == [{"system": "mailgun", "held_by": "us", "scopes": None}]
    written = (lab.root / "policies/mailgun.yaml").read_text("utf-8")
    assert f'      ## has today; it allows everything:\n      # - "{everything}"\n' in written


@pytest.mark.parametrize(
    ("slug", "vendor"),
    [("seer-by-sentry", "sentry"), ("circleci-app", "circleci"), ("cloudflare-workers-and-pages", "cloudflare")],
)
def test_an_app_is_known_by_what_is_published_of_it(lab: Lab, slug: str, vendor: str) -> None:
    """At GitHub an installation has an id of its own, and the app a slug."""
    lab.facts = [Credential("github", "lumen", "installation 17", slug, "c", "apps.json#/0", app=True, scopes=())]
    with drafted(lab) as found:
        assert set(found) == {vendor}
    assert policy(lab, vendor)["recognise"]["oauth_apps"] == [slug]


def test_an_app_is_known_by_its_id_too(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "app_vendors", lambda: {"app-17": "sentry"})
    lab.facts = [Credential("github", "lumen", "app-17", "Sentry", "c", "apps.json#/0", app=True, scopes=())]
    with drafted(lab) as found:
        assert set(found) == {"sentry"}
    assert policy(lab, "sentry")["recognise"]["oauth_apps"] == ["app-17"]


def test_an_account_to_which_data_goes_is_drafted_too(lab: Lab) -> None:
    sent: dict[str, Any] = {"tenant": OURS, "object": f"arn:aws:sns:eu-west-1:{OURS}:t", "path": "(whole message)"}
    lab.facts = [
        VendorField("", connector="c", where="w", origin="sent", host="", party=account, **sent)
        for account in (DATADOG, THEIRS)
    ]
    with drafted(lab) as found:
        assert set(found) == {"datadog", f"unknown-{THEIRS}"}
    assert policy(lab, "datadog")["recognise"]["aws_accounts"] == [DATADOG]


def test_a_need_in_one_form_is_written_with_it(lab: Lab) -> None:
    maker = Candidate("ads", "Ads", ("ads_attribution",), False)
    kind = load_kind("ads_attribution")
    held = (Held("user.contact.email", "raw", "latest", tuple(f"sent: ads f{n}" for n in range(5)), "no", False),)
    written = text(Draft(maker, kind.label, kind.needed, held, (), (), ()), "x", TODAY)
    assert {"category": "user.contact.email", "forms": ["hashed"]} in yaml.safe_load(written)["fields"]
    assert "  ##     sent: ads f0, sent: ads f1, sent: ads f2 and 2 more\n  ##     no\n" in written


def test_a_vendor_whose_policy_does_not_recognise_what_was_seen_is_told(lab: Lab) -> None:
    lab.policies = {"datadog": {"vendor": "datadog", "stage": "draft", "recognise": {"aws_accounts": [THEIRS]}}}
    lab.roles = [role("monitor", with_external_id(DATADOG), TEMPLATES)]
    with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
        made = drafts(project, snapshot)
    assert made.drafts == ()
    assert made.notes == (f"the policy of datadog does not recognise aws_accounts: {DATADOG}, which was seen",)


MEMBERS_FILE = "arn:aws:s3:::lumen-exports/members/*"
LISTS = allow(["ec2:Describe*", "cloudwatch:ListMetrics"], "*")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (LISTS, ""),
        (allow("tag:GetResources", "*"), ""),
        (allow("s3:ListBucket", "arn:aws:s3:::shop-logs"), ""),
        (allow("s3:GetObject", MEMBERS_FILE), "it reads content"),
        (allow("dynamodb:Scan", f"arn:aws:dynamodb:eu-west-1:{OURS}:table/users"), "it reads content"),
        (allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:*:{OURS}:secret:p"), "it reads content"),
        (allow(["s3:PutObject", "s3:DeleteObject"], MEMBERS_FILE), "it changes things"),
        (allow("iam:CreateAccessKey", f"arn:aws:iam::{OURS}:user/admin"), "it changes things"),
        (allow("ecr:GetAuthorizationToken", "*"), "it reads what there is"),
        (allow("made:Up", MEMBERS_FILE), "AWS lists no such action"),
    ],
)  # fmt: skip
def test_need_and_not_breadth_decides_what_is_allowed(lab: Lab, statement: Any, reason: str) -> None:
    lab.roles = [role("monitor", with_external_id(DATADOG), statement)]
    with drafted(lab) as found:
        (way,) = found["datadog"].ways
        assert [each.beyond for each in way.permissions.allowed] == [reason]
        (entry,) = policy(lab, "datadog")["access"]
        assert bool(entry["allow"]) == (not reason)
        (taken,) = whole(lab, "datadog")["access"]
    assert len(taken["allow"]) == 1


@pytest.mark.parametrize(("account", "vendor"), [(DATADOG, "datadog"), ("434813966438", "lacework")])
def test_a_kind_that_watches_what_runs_may_list_it(lab: Lab, account: str, vendor: str) -> None:
    lab.roles = [role("watch", with_external_id(account), LISTS)]
    with drafted(lab):
        assert policy(lab, vendor)["access"][0]["allow"][0]["actions"] == ["ec2:Describe*", "cloudwatch:ListMetrics"]


def test_other_kinds_may_not(lab: Lab) -> None:
    lab.roles = [role("deploy", trust({"Federated": GITHUB}, action="sts:AssumeRoleWithWebIdentity"), LISTS, TEMPLATES)]
    with drafted(lab):
        (entry,) = policy(lab, "github")["access"]
        assert entry["allow"] is None
        written = (lab.root / "policies/github.yaml").read_text("utf-8")
    assert "not needed for code_hosting: it reads what there is:" in written
    assert "not needed for code_hosting: it reads content:" in written


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [
        ({"login": "user.account.username", "mail": "user.contact.email"}, True),
        ({"login": "user.account.username", "ip": "user.device.ip_address"}, False),
        ({"mail": {"category": "user.contact.email", "depth": "history"}}, False),
    ],
)
def test_content_is_allowed_where_the_catalog_says_that_the_kind_needs_all_of_it(
    lab: Lab, fields: Any, allowed: bool
) -> None:
    lab.catalog.append({"dataset": "authors", "locations": ["arn:aws:s3:::shop-authors/*"], "fields": fields})
    read = allow("s3:GetObject", "arn:aws:s3:::shop-authors/current/*")
    lab.roles = [role("deploy", trust({"Federated": GITHUB}, action="sts:AssumeRoleWithWebIdentity"), read)]
    with drafted(lab):
        assert bool(policy(lab, "github")["access"][0]["allow"]) == allowed


def test_a_stranger_stays_one_until_a_person_names_it(lab: Lab) -> None:
    lab.roles = [role("import", trust({"AWS": f"arn:aws:iam::{THEIRS}:root"}), allow("s3:GetObject", MEMBERS_FILE))]
    before = {(each.rule, each.message) for each in lab.judge().findings}
    with drafted(lab):
        nothing = {"stage": "observe", "fields": None, "access": None}
        assert policy(lab, f"unknown-{THEIRS}") == {"vendor": f"unknown-{THEIRS}", **nothing}
    after = {(each.rule, each.message) for each in lab_findings(lab)}
    assert after == before
    assert "PC203" in {rule for rule, _ in after}


def test_what_a_person_stated_and_what_a_product_gathers_is_in_the_draft(lab: Lab) -> None:
    lab.config["connectors"].append({"name": "said", "type": "attestation", "paths": ["attestations/*.yaml"]})
    states = {"keys": [], "fields": ["user.contact.email", "user.name"]}
    about = {"vendor": "zendesk", "system": "zendesk", "asked": "support@lumen.example"}
    lab.attestations = [{**about, "on": "2026-10-01", "states": states}]
    lab.facts = [field("zendesk", "user.member_id")]
    with drafted(lab) as found:
        assert "user.name" in {each.category for each in found["zendesk"].held}
        assert ("user.device.ip_address", "collected") in found["zendesk"].tracked
        written = (lab.root / "policies/zendesk.yaml").read_text("utf-8")
    assert "  # - {category: user.name}\n  ##     zendesk (stated)\n" in written
    assert "  # - {category: user.device.ip_address, origins: [collected]}\n" in written


@pytest.mark.parametrize("account", [DATADOG, THEIRS])
def test_a_role_that_no_entry_can_name_is_told_in_words(lab: Lab, account: str) -> None:
    lab.roles = [role("import*", with_external_id(account), TEMPLATES)]
    with drafted(lab) as found:
        (vendor,) = found
        assert policy(lab, vendor)["access"] is None
        written = (lab.root / f"policies/{vendor}.yaml").read_text("utf-8")
    assert f"  ## cannot be declared by its name: arn:aws:iam::{OURS}:role/import*\n" in written
