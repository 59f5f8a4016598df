"""What was accepted as it was is open again as soon as it is more; what has become less stays accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policycheck.checks.acceptance import Before, Told
from policycheck.checks.check import check
from policycheck.checks.growth import grown, marks
from policycheck.cli.adopting import entries
from policycheck.declared.baseline import written
from policycheck.model.findings import CheckResult, Instance, Severity
from tests.checks.lab import OURS, ROLE, STRANGER, TEMPLATES, TODAY, Lab, allow, role, trust, with_external_id

EXPORTS = "arn:aws:s3:::lumen-exports/members/*"
ADMIN = {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
INSIDE = {"StringEquals": {"aws:PrincipalOrgID": "o-elsewhere1"}}


def adopt(lab: Lab) -> CheckResult:
    """Put everything that is found into the baseline."""
    with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
        result = check(project, snapshot, TODAY, weigh=True)
    (lab.root / "policycheck.baseline").write_text("".join(written(entries(result.findings))))
    return result


def stranger(*statements: Any, condition: Any = None, **more: Any) -> dict[str, Any]:
    return role("theirs", trust({"AWS": f"arn:aws:iam::{STRANGER}:root"}, condition), *statements, **more)


def vendor(*statements: Any, **more: Any) -> dict[str, Any]:
    return role("vendor-acme", with_external_id(), TEMPLATES, *statements, **more)


def roles(*each: dict[str, Any]) -> Callable[[Lab], None]:
    def spoil(lab: Lab) -> None:
        lab.roles = list(each)

    return spoil


def keys(scopes: str) -> Callable[[Lab], None]:
    def spoil(lab: Lab) -> None:
        lab.keys[1] = f"k1,acme-live,{scopes},2026-10-01,2026-11-19,2027-01-01"

    return spoil


def fields(*each: dict[str, Any]) -> Callable[[Lab], None]:
    def spoil(lab: Lab) -> None:
        lab.fields = [{"name": "email", "type": "text"}, *each]

    return spoil


def shared(*statements: dict[str, Any]) -> Callable[[Lab], None]:
    def spoil(lab: Lab) -> None:
        lab.resources[0]["policy"] = {"Version": "2012-10-17", "Statement": list(statements)}

    return spoil


def giving(action: str, condition: Any = None, party: Any = None) -> dict[str, Any]:
    statement = allow(action, "arn:aws:s3:::lumen-exports/*", condition)
    return {**statement, "Principal": party or {"AWS": f"arn:aws:iam::{STRANGER}:root"}}


READS, WRITES = allow("s3:GetObject", EXPORTS), allow("s3:PutObject", EXPORTS)
DENIED = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}

#: (rule, as it was adopted, as it is later, what is told of it)
GROWN = [
    ("PC201", roles(vendor(READS)), roles(vendor(READS, WRITES)), f"now s3:PutObject on {EXPORTS} too"),
    ("PC201", roles(vendor(READS)), roles(vendor(allow("s3:*", EXPORTS))), f"now s3:* on {EXPORTS} too"),
    (
        "PC201",
        roles(vendor(allow("s3:GetObject", EXPORTS, {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))),
        roles(vendor(READS)),
        f"now s3:GetObject on {EXPORTS} too",
    ),
    ("PC201", roles(vendor(READS, DENIED)), roles(vendor(READS)), f"now s3:GetObject on {EXPORTS} too"),
    (
        "PC201",
        roles(vendor(READS)),
        roles(vendor({"Effect": "Allow", "NotAction": "iam:*", "Resource": EXPORTS})),
        'now {"NotAction":"iam:*","Resource":"arn:aws:s3:::lumen-exports/members/*"} too',
    ),
    ("PC203", roles(stranger(READS)), roles(stranger(READS, WRITES)), f"now s3:PutObject on {EXPORTS} too"),
    ("PC203", roles(stranger()), roles(stranger(AttachedManagedPolicies=[ADMIN])), "now critical, was high"),
    ("PC203", roles(stranger(condition=INSIDE)), roles(stranger()), "now let in without a condition too"),
    ("PC203", shared(giving("s3:GetObject")), shared(giving("s3:GetObject"), giving("s3:PutObject")), "s3:PutObject"),
    ("PC206", shared(giving("s3:GetObject", party="*")), shared(giving("s3:*", party="*")), "now s3:* on"),
    (
        "PC204",
        roles(role("vendor-acme", trust({"AWS": "arn:aws:iam::444455556666:root"}, INSIDE), TEMPLATES)),
        roles(role("vendor-acme", trust({"AWS": "arn:aws:iam::444455556666:root"}), TEMPLATES)),
        "now let in without a condition too",
    ),
    ("PC208", keys("mail.send billing.read"), keys("mail.send billing.read keys.create"), "now keys.create too"),
    (
        "PC101",
        fields({"name": "birthday", "category": "user.demographic.date_of_birth", "form": "hashed"}),
        fields({"name": "birthday", "category": "user.demographic.date_of_birth", "form": "raw"}),
        "now user.demographic.date_of_birth (raw) too",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "after", "words"), GROWN)
def test_what_has_grown_is_open_again(
    lab: Lab, rule: str, before: Callable[[Lab], None], after: Callable[[Lab], None], words: str
) -> None:
    before(lab)
    assert rule in {each.rule for each in adopt(lab).findings}
    again = lab.judge()
    assert [each.rule for each in again.findings if each.rule == rule] == []
    assert rule in {each.rule for each in again.accepted}
    after(lab)
    told = [each.observed for finding in lab.judge().findings if finding.rule == rule for each in finding.instances]
    assert any("grown since the baseline: " in each and words in each for each in told), told


@pytest.mark.parametrize(("rule", "before", "after"), [each[:3] for each in GROWN if "on" in each[3]][:4])
def test_an_earlier_snapshot_is_compared_in_the_same_way(
    lab: Lab, rule: str, before: Callable[[Lab], None], after: Callable[[Lab], None]
) -> None:
    before(lab)
    found = adopt(lab).findings
    (lab.root / "policycheck.baseline").unlink()
    known = {
        (finding.fingerprint, each.fingerprint): Told(each.severity, marks(each.extent or ()), failed=True)
        for finding in found
        for each in finding.instances
    }
    then = Before("2026-11-19T00:00:00Z", known)
    for spoil, still in ((before, []), (after, [rule])):
        spoil(lab)
        with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
            result = check(project, snapshot, TODAY, before=then)
        assert [each.rule for each in result.findings if each.rule == rule] == still
    (told,) = [each.observed for f in result.findings if f.rule == rule for each in f.instances]
    assert "grown since the snapshot of 2026-11-19T00:00:00Z: " in told


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("PC201", roles(vendor(READS, WRITES)), roles(vendor(READS))),
        ("PC203", roles(stranger(READS, WRITES)), roles(stranger(READS))),
        ("PC208", keys("mail.send billing.read keys.create"), keys("mail.send billing.read")),
    ],
)
def test_what_has_become_less_stays_accepted(
    lab: Lab, rule: str, before: Callable[[Lab], None], after: Callable[[Lab], None]
) -> None:
    before(lab)
    adopt(lab)
    after(lab)
    result = lab.judge()
    assert [each.rule for each in result.findings if each.rule == rule] == []
    # What went is not in what `prune` keeps of the line.
    (kept,) = [each for each in result.kept if each.rule == rule]
    (line,) = [each for each in (lab.root / "policycheck.baseline").read_text().splitlines() if each.startswith(rule)]
    assert set(kept.extent) < set(line.split()[5].split(","))


def test_the_41st_way_in_is_new_whatever_it_may_do(lab: Lab) -> None:
    lab.roles = [stranger(READS)]
    adopt(lab)
    lab.roles.append(role("other", trust({"AWS": f"arn:aws:iam::{STRANGER}:root"})))
    (finding,) = [each for each in lab.judge().findings if each.rule == "PC203"]
    assert [dict(each.subject)["principal"] for each in finding.instances] == [f"arn:aws:iam::{OURS}:role/other"]


@pytest.mark.parametrize(
    ("extent", "severity", "words"),
    [
        (("a", "b"), Severity.HIGH, ""),
        (("a",), Severity.LOW, ""),
        ((), Severity.HIGH, ""),
        (("a", "c"), Severity.HIGH, "now c too"),
        (("c", "d", "e", "f"), Severity.HIGH, "now c, d, e, 1 more too"),
        (("a",), Severity.CRITICAL, "now critical, was high"),
        (("c",), Severity.CRITICAL, "now c too; now critical, was high"),
        (None, Severity.LOW, "what is too much there was not looked at"),
        (("x" * 200,), Severity.HIGH, f"now {'x' * 160}... too"),
    ],
)
def test_what_is_more(extent: tuple[str, ...] | None, severity: Severity, words: str) -> None:
    instance = Instance("0" * 16, (), "", extent=extent, severity=severity)
    assert grown(instance, Severity.HIGH, marks(("a", "b"))) == words


STRONG = [
    (stranger(AttachedManagedPolicies=[ADMIN]), "critical", "; it is an administrator", "it is an administrator"),
    (stranger(allow("*", "*")), "critical", "; it is an administrator", "it is an administrator"),
    (
        stranger(allow("iam:PutRolePolicy", "*")),
        "critical",
        "; it can raise its own privileges",
        "it can raise its own privileges: it can ",
    ),
    (stranger(READS), "critical", "", "it can read member-exports, and may use s3"),
    (stranger(TEMPLATES), "high", "", "; it may use s3"),
    (stranger(), "high", "", "it has no permissions"),
    (stranger(allow("sqs:SendMessage", "*"), allow("*:Get*", ROLE)), "high", "", "may use services that a wildcard"),
    (
        stranger(AttachedManagedPolicies=[{"PolicyName": "Own", "PolicyArn": f"arn:aws:iam::{OURS}:policy/Own"}]),
        "high",
        "",
        f"it has arn:aws:iam::{OURS}:policy/Own, whose text was not exported",
    ),
]


@pytest.mark.parametrize(("theirs", "severity", "message", "observed"), STRONG)
def test_what_a_stranger_may_do_is_told_and_weighs(
    lab: Lab, theirs: dict[str, Any], severity: str, message: str, observed: str
) -> None:
    lab.roles.append(theirs)
    (finding,) = [each for each in lab.judge().findings if each.rule == "PC203"]
    assert finding.severity.word == severity
    assert finding.message == f"arn:aws:iam::{STRANGER}:root is let in, and no vendor claims it{message}"
    assert observed in finding.instances[0].observed
