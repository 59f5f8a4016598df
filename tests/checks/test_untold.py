"""What a vendor's API tells nobody: planned with a statement, or told by another connector; else a gap (PC601)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult
from tests.checks.lab import Lab

ROW = Coverage("api", "mailer", "mailer", "", "credentials", "unseen", "", 0, "Mailer has no call", untold=True)
PLAN = {"system": "mailer", "by": "attestation", "every_days": 90, "reason": "no call lists keys"}
STATEMENT = {
    "vendor": "acme",
    "system": "mailer",
    "asked": "ops@lumen.example",
    "on": "2026-11-01",
    "states": {"keys": []},
}


def outcome(result: CheckResult) -> tuple[list[str | None], list[str]]:
    """The vendors of open gaps of the API, and how the others are accepted."""
    mine = [f for f in result.findings if "connector api saw" in f.message]
    return [f.vendor for f in mine], [f.accepted for f in result.accepted if "connector api saw" in f.message]


def judged(lab: Lab, row: Coverage, *more: Coverage, plan: bool = True) -> CheckResult:
    """The result with a row of coverage and a statement of three weeks ago about keys."""
    lab.acme["observe"] = [PLAN] if plan else []
    lab.attestations = [STATEMENT]
    lab.coverage = [row, *more]
    return lab.judge()


def test_a_planned_blind_spot_with_a_statement_is_accepted(lab: Lab) -> None:
    assert outcome(judged(lab, ROW)) == ([], ["planned: attestation of 2026-11-01"])


def test_without_a_plan_it_is_a_gap(lab: Lab) -> None:
    assert outcome(judged(lab, ROW, plan=False)) == ([None], [])


@pytest.mark.parametrize(
    "row", [replace(ROW, resource="fields"), replace(ROW, system="other"), replace(ROW, untold=False)]
)
def test_a_statement_stands_for_nothing_else(lab: Lab, row: Coverage) -> None:
    """Not for fields that it does not state, another system, or a list that was refused."""
    (vendors, accepted) = outcome(judged(lab, row))
    assert (len(vendors), accepted) == (1, [])


@pytest.mark.parametrize(
    ("other", "gap"),
    [
        (Coverage("export", "key-inventory", "mailer", "", "credentials", "complete", "keys.csv"), False),
        (Coverage("export", "key-inventory", "mailer", "", "credentials", "partial", "keys.csv", reason="cut"), True),
        (Coverage("export", "vendor-fields", "mailer", "", "fields", "complete", "fields.csv"), True),
        (Coverage("export", "key-inventory", "other", "", "credentials", "complete", "keys.csv"), True),
        (Coverage("api", "mailer", "mailer", "", "credentials", "complete", "GET /keys"), True),
    ],
)
def test_another_connector_that_looks_at_it_is_enough(lab: Lab, other: Coverage, gap: bool) -> None:
    assert outcome(judged(lab, ROW, other, plan=False)) == ([None] if gap else [], [])
