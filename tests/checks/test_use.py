"""PC402: roles, services and actions that a vendor was granted and does not use."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.facts import Use
from tests.checks.lab import OURS, ROLE, TEMPLATES, Lab, allow, role, told, trust, with_external_id
from tests.checks.test_access_keys import USER, claimed

__all__ = ["claimed"]

SINCE = "2025-10-16"
RECENT, OLD = "2026-11-19T09:00:00Z", "2026-01-01T09:00:00Z"


def use(service: str, action: str = "", last: str | None = None, since: str = SINCE, principal: str = ROLE) -> Use:
    where = f"iam.get_service_last_accessed_details {principal}"
    return Use("aws", OURS, principal, service, action, last, since, "iam", where)


@pytest.fixture
def wide(lab: Lab) -> Lab:
    """A role that may use three services, all of it declared; it uses S3 only."""
    statements = [
        allow(["s3:GetObject"], "arn:aws:s3:::lumen-mail-templates/*"),
        allow(["ses:SendEmail", "cloudwatch:*"], f"arn:aws:ses:eu-west-1:{OURS}:identity/lumen.example"),
    ]
    lab.roles = [role("vendor-acme", with_external_id(), *statements)]
    lab.acme["access"][0]["allow"].append(
        {
            "actions": ["ses:SendEmail", "cloudwatch:*"],
            "resources": [f"arn:aws:ses:eu-west-1:{OURS}:identity/lumen.example"],
            "why": "mails and their alarms",
        }
    )
    lab.acme["limits"] = {"unused_after_days": 90}
    return lab


def test_everything_granted_is_used(wide: Lab) -> None:
    wide.facts = [use("s3", last=RECENT), use("ses", last=RECENT), use("cloudwatch", last=RECENT)]
    assert told(wide.judge()) == []


def test_services_that_are_not_used(wide: Lab) -> None:
    wide.facts = [use("s3", last=RECENT), use("ses"), use("cloudwatch", last=OLD), use("cloudwatch", "DeleteAlarms")]
    (finding,) = wide.judge().findings
    assert (finding.rule, finding.vendor, finding.severity.word, finding.outcome) == ("PC402", "acme", "low", "unused")
    assert finding.message == "acme may use the services cloudwatch and ses through role/vendor-acme, and does not"
    assert finding.instances[0].observed == (
        "vendor-acme: never used since 2025-10-16: ses; cloudwatch last used on 2026-01-01"
    )
    assert finding.help == (
        "take `ses:SendEmail`, `cloudwatch:*` out of policy inline; "
        "then take `ses:SendEmail`, `cloudwatch:*` out of `allow` here"
    )
    assert finding.instances[0].evidence[-1].where == f"iam.get_service_last_accessed_details {ROLE}"
    assert "never reads of data such as s3:GetObject" in finding.assumes[-1]


def test_actions_that_are_not_used(wide: Lab) -> None:
    wide.facts = [
        use("s3", last=RECENT),
        use("ses", last=RECENT),
        use("ses", "SendEmail"),
        use("cloudwatch", last=RECENT),
        use("cloudwatch", "PutDashboard", RECENT),
        use("cloudwatch", "DeleteAlarms"),
    ]
    (finding,) = wide.judge().findings
    assert finding.message == (
        "acme may use the actions cloudwatch:DeleteAlarms and ses:SendEmail through role/vendor-acme, and does not"
    )
    assert finding.help == (
        "take `ses:SendEmail` out of policy inline; "
        "write the actions that are used in place of `cloudwatch:*` in policy inline; "
        "then take `ses:SendEmail` out of `allow` here"
    )


@pytest.mark.parametrize(
    "facts",
    [
        [use("ses", since="2026-10-01")],
        [use("dynamodb")],
        [use("ses", principal=f"arn:aws:iam::{OURS}:role/other")],
        [],
    ],
    ids=["the record is younger than the limit", "not granted any more", "another role", "no record"],
)
def test_what_tells_nothing(wide: Lab, facts: list[Any]) -> None:
    wide.facts = facts
    assert told(wide.judge()) == []


def test_a_policy_whose_text_nobody_saw_cannot_be_edited(wide: Lab) -> None:
    seen = {"PolicyName": "mail", "PolicyArn": f"arn:aws:iam::{OURS}:policy/mail"}
    wide.roles[0]["AttachedManagedPolicies"] = [seen]
    wide.facts = [use("ses")]
    (finding,) = (f for f in wide.judge().findings if f.rule == "PC402")
    assert finding.help == "take `ses:SendEmail` out of policy inline; then take `ses:SendEmail` out of `allow` here"


def test_without_a_limit_only_what_was_never_used(wide: Lab) -> None:
    del wide.acme["limits"]
    wide.facts = [use("ses"), use("cloudwatch", last="2025-11-01T00:00:00Z")]
    (finding,) = wide.judge().findings
    assert finding.message == "acme may use the service ses through role/vendor-acme, and does not"


def test_a_star_cannot_be_taken_out_as_a_whole(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), allow("*", "arn:aws:s3:::lumen-mail-templates/*"))]
    lab.acme["access"][0]["allow"] = [
        {"actions": ["*"], "resources": ["arn:aws:s3:::lumen-mail-templates/*"], "why": "to be narrowed"}
    ]
    lab.facts = [use("s3", last=RECENT), *[use(f"service{number}") for number in range(10)]]
    (finding,) = (f for f in lab.judge().findings if f.rule == "PC402")
    assert "service6, service7 and 2 more" in finding.message
    assert finding.help == "write the actions that are used in place of `*` in policy inline"


@pytest.mark.parametrize(("last", "words"), [(OLD, "last used on 2026-01-01"), (None, "never used since 2026-01-10")])
def test_a_role_that_is_not_used_at_all(wide: Lab, last: str | None, words: str) -> None:
    wide.roles[0]["RoleLastUsed"] = {"LastUsedDate": last, "Region": "eu-west-1"} if last else {}
    wide.facts = [use("ses")]
    (finding,) = wide.judge().findings
    assert (finding.rule, finding.message) == ("PC402", "acme has not used role/vendor-acme for 90 days")
    assert finding.instances[0].observed == f"vendor-acme: {words}"


@pytest.mark.parametrize("limits", [{"unused_after_days": 400}, {}])
def test_a_young_or_unlimited_role_is_left_alone(wide: Lab, limits: dict[str, int]) -> None:
    wide.acme["limits"] = limits
    wide.roles[0]["RoleLastUsed"] = {}
    assert told(wide.judge()) == []


def test_users_are_judged_by_their_record_too(claimed: Lab) -> None:
    claimed.facts += [use("s3", principal=USER)]
    (finding,) = claimed.judge().findings
    assert (finding.rule, finding.instances[0].observed) == ("PC402", "acme-import: never used since 2025-10-16: s3")


def test_a_role_that_is_reached_by_way_of_another_is_not_judged_twice(wide: Lab) -> None:
    onward = f"arn:aws:iam::{OURS}:role/onward"
    wide.roles = [
        role("vendor-acme", with_external_id(), TEMPLATES, allow("sts:AssumeRole", onward)),
        role("onward", trust({"AWS": ROLE}), TEMPLATES, RoleLastUsed={}),
    ]
    assert "PC402" not in [f.rule for f in wide.judge().findings]
