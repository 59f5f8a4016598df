"""The rarer branches of the rules, on the same small project."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.checks.lab import (
    ATTESTATION,
    OURS,
    ROLE,
    STRANGER,
    TEMPLATES,
    THEIRS,
    Lab,
    allow,
    organization,
    role,
    told,
    trust,
    with_external_id,
)


def only(lab: Lab, today: date = date(2026, 11, 20)) -> Any:
    """The one finding."""
    result = lab.judge(today)
    assert len(result.findings) == 1, [f.message for f in result.findings]
    return result.findings[0]


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        ({"until": date(2026, 11, 19)}, "the entry ended on 2026-11-19"),
        ({"origins": ["sent"]}, "the entry allows it only as sent"),
        ({"via": ["live"]}, "the entry allows it only via live"),
    ],
)
def test_an_entry_that_does_not_hold_says_why(lab: Lab, entry: dict[str, Any], label: str) -> None:
    lab.acme["integrations"] = {"live": {"tenant": "t-live"}, "test": {"tenant": "t-test"}}
    lab.config["connectors"][2]["tenant"] = "t-test"
    lab.acme["fields"] = [{"category": "user.contact.email", **entry}]
    finding = only(lab)
    assert (finding.rule, finding.label, finding.location.path) == ("PC101", label, "policies/acme.yaml")


def test_only_the_ancestor_of_an_allowed_leaf_is_a_gap(lab: Lab) -> None:
    lab.acme["fields"].append({"category": "user.name.first"})
    lab.fields.append({"name": "name", "category": "user.name"})
    findings = {f.rule: f for f in lab.judge().findings}
    assert findings["PC101"].outcome == "gap"
    assert findings["PC101"].label == "only user.name.first is allowed, and user.name may be more than that"


def test_a_history_where_the_latest_is_allowed(lab: Lab) -> None:
    lab.acme["fields"].append({"category": "user.device.ip_address", "why": "fraud"})
    lab.fields.append({"name": "ips", "category": "user.device.ip_address", "depth": "history"})
    found = {f.rule: f for f in lab.judge().findings}
    assert {rule: f.label for rule, f in found.items()} == {
        "PC103": "allows any form, latest",
        "PC104": "take away user.device.ip_address",
    }


def test_a_collected_field_names_the_switch(lab: Lab) -> None:
    lab.fields.append({"name": "city", "category": "user.location.imprecise", "origin": "collected"})
    finding = only(lab)
    assert (finding.rule, finding.outcome) == ("PC105", "violation")
    assert finding.help.startswith("at acme: turn off the tracking (it fills city);")


def test_a_stated_field_is_compared_too(lab: Lab) -> None:
    lab.attestations = [{**ATTESTATION, "states": {"fields": ["user.device.ip_address"], "keys": ["console-1"]}}]
    finding = next(f for f in lab.judge().findings if f.rule == "PC101")
    assert [i.observed for i in finding.instances] == ["a person stated that acme-console holds it"]


@pytest.mark.parametrize(("form", "severity"), [("raw", "medium"), ("hashed", "low"), ("encrypted", "low")])
def test_weaker_forms_weigh_less(lab: Lab, form: str, severity: str) -> None:
    lab.fields.append({"name": "username", "category": "user.account.username", "form": form})
    assert only(lab).severity.word == severity


def test_a_condition_that_cannot_be_judged_is_said(lab: Lab) -> None:
    document = with_external_id()
    deny = trust({"AWS": "*"}, {"StringNotLike": {"aws:PrincipalTag/team": "mail*"}}, effect="Deny")["Statement"]
    document["Statement"] += deny
    lab.roles = [role("vendor-acme", document, TEMPLATES)]
    assert {f.rule for f in lab.judge().findings} == {"PC604"}


def test_one_external_id_for_two_vendors(lab: Lab) -> None:
    other = {key: lab.acme[key] for key in ("use", "owner", "contract", "review", "kind")}
    arn = f"arn:aws:iam::{OURS}:role/vendor-other"
    access = [{"system": "aws", "principals": [arn], "allow": lab.acme["access"][0]["allow"]}]
    lab.policies["other"] = {**other, "vendor": "other", "recognise": {"aws_accounts": [STRANGER]}, "access": access}
    lab.roles.append(role("vendor-other", with_external_id(STRANGER), TEMPLATES))
    found = [(f.rule, f.vendor, f.message.rpartition(": ")[2]) for f in lab.judge().findings]
    assert found == [("PC205", "acme", "other uses the same one"), ("PC205", "other", "acme uses the same one")]


def test_a_user_made_for_a_vendor_is_a_way_in(lab: Lab) -> None:
    arn = f"arn:aws:iam::{OURS}:user/acme-legacy"
    lab.acme["recognise"]["aws_principals"] = [arn]
    policy = {"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow("s3:*", "*")]}}
    group = f"arn:aws:iam::{OURS}:group/vendors"
    lab.iam["UserDetailList"] = [{"UserName": "acme-legacy", "Arn": arn, "Path": "/", "GroupList": ["vendors"]}]
    lab.iam["GroupDetailList"] = [{"GroupName": "vendors", "Arn": group, "Path": "/", "GroupPolicyList": [policy]}]
    rules = {f.rule for f in lab.judge().findings}
    assert {"PC201", "PC107", "PC101"} <= rules
    assert [g.party for g in lab.survey().grants if g.name == "acme-legacy"] == [arn]


def test_a_boundary_limits(lab: Lab) -> None:
    arn = f"arn:aws:iam::{OURS}:policy/limit"
    versions = [
        {"Document": {"Version": "2012-10-17", "Statement": [TEMPLATES]}, "VersionId": "v1", "IsDefaultVersion": True}
    ]
    lab.iam["Policies"] = [{"PolicyName": "limit", "Arn": arn, "DefaultVersionId": "v1", "PolicyVersionList": versions}]
    lab.roles = [role("vendor-acme", with_external_id(), allow("s3:*", "*"))]
    assert "PC201" in {row[0] for row in told(lab.judge())}
    lab.roles[0]["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    assert told(lab.judge()) == []


def test_an_unseen_boundary_counts_as_allowing(lab: Lab) -> None:
    arn = "arn:aws:iam::aws:policy/NotExported"
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:PutObject", "arn:aws:s3:::lumen-x/*"))]
    lab.roles[0]["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    finding = next(f for f in lab.judge().findings if f.rule == "PC201")
    assert any("NotExported" in line for line in finding.assumes)


def test_everything_is_one_finding_about_unknown_data(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), allow("*", "*"))]
    unknown = [f for f in lab.judge().findings if f.rule == "PC107"]
    assert [len(f.instances[0].witnesses) for f in unknown] == [3]


def test_a_bucket_arn_beside_its_objects_is_not_unknown_data(lab: Lab) -> None:
    both = ["arn:aws:s3:::lumen-mail-templates", "arn:aws:s3:::lumen-mail-templates/*"]
    lab.roles = [role("vendor-acme", with_external_id(), allow(["s3:GetObject", "s3:ListBucket"], both))]
    lab.acme["access"][0]["allow"] = [{"actions": ["s3:GetObject", "s3:ListBucket"], "resources": both}]
    assert told(lab.judge()) == []


def test_a_disabled_key_is_not_judged(lab: Lab) -> None:
    lab.keys = [f"{lab.keys[0]},status", f"{lab.keys[1]},active", "k2,acme-old,admin,2020-01-01,2020-01-02,,disabled"]
    assert told(lab.judge()) == []


def test_a_key_that_no_entry_speaks_of(lab: Lab) -> None:
    lab.acme["access"] = lab.acme["access"][:1]
    assert [row[0] for row in told(lab.judge())] == ["PC208"]


def test_a_key_held_by_another_vendor_than_declared(lab: Lab) -> None:
    lab.keys = [
        f"{lab.keys[0]},holder",
        f"{lab.keys[1]},us",
        "k2,acme-cdp,mail.send,2026-10-01,2026-11-19,2027-01-01,vendor",
    ]
    assert [(f.rule, dict(f.instances[0].subject)["key"]) for f in lab.judge().findings] == [("PC208", "acme-cdp")]


def test_one_key_with_two_holders(lab: Lab) -> None:
    lab.acme["access"][1].pop("held_by")
    row = lab.keys[1].replace("2027-01-01", "2027-01-01,{}")
    other = {key: lab.acme[key] for key in ("use", "owner", "contract", "review", "kind")}
    for vendor, account in (("cdp", "555555555555"), ("crm", "666666666666")):
        lab.policies[vendor] = {**other, "vendor": vendor, "recognise": {"aws_accounts": [account]}}
    # The key that is named is the shared one, not the last of the list.
    more = row.replace("k1,acme-live", "k2,acme-other").format("cdp")
    lab.keys = [f"{lab.keys[0]},holder", row.format("cdp"), row.format("crm"), more]
    assert [(f.rule, f.message) for f in lab.judge().findings if f.rule == "PC304"] == [
        ("PC304", "key acme-live at acme is shared by cdp and crm")
    ]


def test_an_inventory_without_scopes(lab: Lab) -> None:
    lab.keys = ["id,name,created,last_used,expires", "k1,acme-live,2026-10-01,2026-11-19,2027-01-01"]
    finding = only(lab)
    assert (finding.rule, finding.label) == ("PC601", "scopes not compared")


def test_a_key_without_a_scope_list_is_undecided(lab: Lab) -> None:
    lab.keys[1] = lab.keys[1].replace("mail.send", "")
    assert [row[0] for row in told(lab.judge())] == ["PC604"]


def test_required_expiry_that_nobody_tells(lab: Lab) -> None:
    lab.acme["access"][1]["require"] = {"key_expiry": "30d"}
    lab.keys = ["id,name,scopes,created,last_used", "k1,acme-live,mail.send,2026-10-01,2026-11-19"]
    assert [(f.rule, f.label) for f in lab.judge().findings] == [("PC601", "not checked")]


def test_an_untold_age(lab: Lab) -> None:
    lab.acme["limits"] = {"key_max_age_days": 30}
    lab.keys = ["id,name,scopes,last_used,expires", "k1,acme-live,mail.send,2026-11-19,2027-01-01"]
    assert [(f.rule, f.label) for f in lab.judge().findings] == [("PC601", "not checked")]


def test_fields_of_a_system_without_policy(lab: Lab) -> None:
    lab.config["connectors"].append(
        {"name": "desk", "type": "vendor-fields", "system": "desk", "paths": ["exports/fields.json"]}
    )
    assert told(lab.judge()) == [("PC202", "desk", "medium", "gap")]


def test_a_policy_never_reviewed(lab: Lab) -> None:
    lab.acme["review"] = {"every_days": 180}
    assert told(lab.judge()) == [("PC502", "acme", "medium", "violation")]


def test_a_statement_past_its_own_age(lab: Lab) -> None:
    lab.attestations = [{**ATTESTATION, "system": "acme"}]
    lab.config["connectors"][3]["stale_after_days"] = 30
    assert told(lab.judge()) == [("PC602", "acme", "medium", "gap")]
    assert only(lab).help.startswith("run `policycheck attest new acme`, and let ")


@pytest.mark.parametrize(
    ("systems", "due"), [(["acme-console"], "acme"), (["acme", "acme console"], "acme --system 'acme console'")]
)
def test_a_statement_that_is_due_is_asked_for_by_its_command(lab: Lab, systems: list[str], due: str) -> None:
    lab.attestations = [{**ATTESTATION, "system": "acme"}]
    lab.acme["observe"] = [
        {"system": system, "by": "attestation", "every_days": 90, "reason": "no API"} for system in systems
    ]
    assert only(lab).help.startswith(f"run `policycheck attest new {due}`, and let ")


def test_a_deleted_principal_weighs_little(lab: Lab) -> None:
    lab.roles.append(role("old", trust({"AWS": "AIDAJQABLZS4A3QDU576Q"}), TEMPLATES))
    assert told(lab.judge()) == [("PC203", None, "low", "gap")]


def test_source_addresses_inside_the_required_ones(lab: Lab) -> None:
    document = with_external_id()
    document["Statement"][0]["Condition"]["IpAddress"] = {"aws:SourceIp": ["192.0.2.16/28"]}
    lab.roles = [role("vendor-acme", document, TEMPLATES)]
    lab.acme["access"][0]["require"] = {"source_ips": ["192.0.2.0/24"]}
    assert told(lab.judge()) == []


def test_a_session_within_its_limit(lab: Lab) -> None:
    lab.acme["access"][0]["require"] = {"max_session": "1h"}
    lab.roles[0]["MaxSessionDuration"] = 3600
    assert told(lab.judge()) == []


def test_access_to_aws_without_an_export_of_aws(lab: Lab) -> None:
    lab.config["connectors"] = lab.config["connectors"][1:]
    finding = only(lab)
    assert (finding.rule, finding.message) == ("PC601", "nothing looks at the access of acme at aws")


def test_an_exception_for_a_finding_without_a_vendor(lab: Lab) -> None:
    lab.roles.append(role("partner", with_external_id(STRANGER), TEMPLATES))
    lab.config["exceptions"] = [
        {
            "rule": "PC203",
            "match": {"party": f"arn:aws:iam::{STRANGER}:root", "account": OURS},
            "reason": "being bought",
            "owner": "growth@lumen.example",
            "approved_by": "ciso@lumen.example",
            "expires": date(2027, 1, 15),
        }
    ]
    result = lab.judge()
    assert (told(result), [f.rule for f in result.accepted]) == ([], ["PC203"])


def test_groups_limit_where_an_access_holds(lab: Lab) -> None:
    lab.config["groups"] = {"sandbox": ["555555555555"]}
    lab.acme["access"][0]["in"] = ["sandbox"]
    rules = sorted(row[0] for row in told(lab.judge()))
    assert rules == ["PC201", "PC601"]


def test_a_principal_of_the_vendors_own_that_no_resource_policy_names_is_not_found(lab: Lab) -> None:
    lab.acme["access"][0]["principals"] = [ROLE, f"arn:aws:iam::{THEIRS}:role/elsewhere"]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.message) == (
        "PC401",
        "role/elsewhere is declared for acme and is let in by no resource policy",
    )


@pytest.mark.parametrize("account", [THEIRS, STRANGER])
def test_a_principal_of_another_account_is_not_missed(lab: Lab, account: str) -> None:
    lab.config["connectors"] = lab.config["connectors"][:-1]
    lab.acme["access"][0]["principals"] = [ROLE, f"arn:aws:iam::{account}:role/elsewhere"]
    assert [row[0] for row in told(lab.judge())] == ["PC601", "PC601"]


def _user(lab: Lab, **more: Any) -> str:
    arn = f"arn:aws:iam::{OURS}:user/acme-bot"
    lab.iam["UserDetailList"] = [{"UserName": "acme-bot", "Arn": arn, "Path": "/", "GroupList": [], **more}]
    lab.acme["access"][0]["principals"].append(arn)
    return arn


def test_a_declared_user_is_judged(lab: Lab) -> None:
    policy = {"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow("s3:Put*", "*")]}}
    arn = _user(lab, UserPolicyList=[policy])
    finding = only(lab)
    assert (finding.rule, dict(finding.instances[0].subject)["principal"]) == ("PC201", arn)


def test_a_declared_user_inside_its_policy_is_clean(lab: Lab) -> None:
    document = {"Version": "2012-10-17", "Statement": [TEMPLATES]}
    _user(lab, UserPolicyList=[{"PolicyName": "read", "PolicyDocument": document}])
    assert told(lab.judge()) == []


def test_a_group_that_was_not_exported_may_grant_more(lab: Lab) -> None:
    _user(lab, GroupList=["nogroup"])
    assert [row[0] for row in told(lab.judge())] == ["PC601"]


@pytest.mark.parametrize("value", ["1", "acme", "Acme Mail", "password", "444455556666", "External-Id"])
def test_an_external_id_that_can_be_guessed(lab: Lab, value: str) -> None:
    lab.roles = [role("vendor-acme", with_external_id(value=value), TEMPLATES)]
    finding = only(lab)
    assert (finding.rule, finding.message.rpartition(": ")[2]) == ("PC205", "it can be guessed")


@pytest.mark.parametrize(
    "document",
    [
        {"Version": "2012-10-17", "Statement": []},
        trust({"AWS": THEIRS}, action="sts:TagSession"),
        trust({"AWS": THEIRS}, action="sts:AssumeRoleWithWebIdentity"),
        trust({"Service": "lambda.amazonaws.com"}),
    ],
)
def test_a_declared_role_that_admits_nobody(lab: Lab, document: dict[str, Any]) -> None:
    lab.roles = [role("vendor-acme", document, TEMPLATES)]
    assert "PC212" in {row[0] for row in told(lab.judge())}


def test_a_review_in_the_future_is_not_believed(lab: Lab) -> None:
    lab.acme["review"]["last"] = date(2027, 10, 1)
    assert only(lab).label == "in the future"


@pytest.mark.parametrize(("created", "used"), [("2036-01-01", "2026-11-19"), ("2026-10-01", "2036-01-01")])
def test_a_key_from_the_future_is_not_believed(lab: Lab, created: str, used: str) -> None:
    lab.acme["limits"] = {"key_max_age_days": 365, "unused_after_days": 90}
    lab.keys[1] = f"k1,acme-live,mail.send,{created},{used},2037-01-01"
    assert [f.label for f in lab.judge().findings] == ["not checked"]


def test_the_last_day_of_the_calendar(lab: Lab) -> None:
    lab.acme["review"]["last"] = date(2199, 12, 31)
    lab.attestations = [{**ATTESTATION, "on": date(2199, 12, 31)}]
    lab.acme["observe"] = [{"system": "acme-console", "by": "attestation", "every_days": 90, "reason": "no API"}]
    assert sorted(row[0] for row in told(lab.judge())) == ["PC502", "PC602"]


def test_a_service_control_policy_limits(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:PutObject", "arn:aws:s3:::lumen-x/*"))]
    assert "PC201" in {row[0] for row in told(lab.judge())}
    organization(lab, {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"})
    assert "PC201" not in {row[0] for row in told(lab.judge())}


def test_a_service_control_policy_that_does_not_reach_leaves_the_excess(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:PutObject", "arn:aws:s3:::lumen-x/*"))]
    organization(lab, {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"})
    (finding,) = [f for f in lab.judge().findings if f.rule == "PC201"]
    assert f"service control policies: not all of {OURS} are told" in finding.assumes


def test_a_statement_plans_only_what_it_states(lab: Lab) -> None:
    lab.acme["access"].append({"system": "acme-console", "held_by": "us", "scopes": ["read"]})
    lab.acme["observe"] = [{"system": "acme-console", "by": "attestation", "every_days": 90, "reason": "no API"}]
    lab.attestations = [{**ATTESTATION, "states": {"none_of": ["user.financial"]}}]
    assert [row[0] for row in told(lab.judge())] == ["PC601"]


def test_a_key_that_is_stated_and_seen_is_one_grant(lab: Lab) -> None:
    lab.attestations = [{**ATTESTATION, "system": "acme", "states": {"keys": ["acme-live", "acme-other"]}}]
    lab.judge()
    assert [g.name for g in lab.survey().grants if g.direction == "outbound"] == ["acme-live", "acme-other"]


@pytest.mark.parametrize(("integration", "rules"), [("live", []), ("test", ["PC101"]), (None, ["PC101"])])
def test_a_field_via_an_integration_holds_for_grants_too(lab: Lab, integration: str | None, rules: list[str]) -> None:
    lab.acme["integrations"] = {"live": {"kind": "transactional_email"}, "test": {"kind": "transactional_email"}}
    lab.acme["fields"] = [{"category": "user.contact.email", "via": ["live"]}]
    lab.catalog[1] = {
        "dataset": "templates",
        "locations": ["arn:aws:s3:::lumen-mail-templates/*"],
        "fields": {"email": "user.contact.email"},
    }
    if integration:
        lab.acme["access"][0]["integration"] = integration
    assert [row[0] for row in told(lab.judge())] == rules


def test_each_federated_stranger_is_a_finding(lab: Lab) -> None:
    for name in ("oidc-provider/id.a.example", "saml-provider/okta"):
        how = "sts:AssumeRoleWithWebIdentity" if "oidc" in name else "sts:AssumeRoleWithSAML"
        provider = f"arn:aws:iam::{OURS}:{name}"
        sub = {"StringEquals": {"id.a.example:sub": "lumen"}}
        lab.roles.append(role(name.split("/")[0], trust({"Federated": provider}, sub, how), TEMPLATES))
    assert told(lab.judge()) == [("PC203", None, "high", "gap")] * 2


def test_blanks_do_not_make_another_approver(lab: Lab) -> None:
    lab.acme["limits"] = {"unused_after_days": 30}
    lab.keys[1] = lab.keys[1].replace("2026-11-19", "2026-10-02")
    owner = "growth@lumen.example"
    lab.acme["exceptions"] = [
        {
            "rule": "PC302",
            "match": {"key": "acme-live"},
            "reason": "soon",
            "owner": owner,
            "approved_by": f" {owner}",
            "expires": date(2027, 1, 15),
        }
    ]
    assert [row[0] for row in told(lab.judge())] == ["PC506"]


def test_one_broken_trust_is_one_finding(lab: Lab) -> None:
    lab.roles.append(role("broken", "{not json"))
    found = [f for f in lab.judge().findings if "role/broken" in f.message or "document" in f.message]
    assert [f.rule for f in found] == ["PC601"]
