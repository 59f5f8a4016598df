from __future__ import annotations

from dataclasses import replace

import pytest

from policycheck.model.findings import Finding, Severity, Tally
from policycheck.reports.order import ordered, tally_line
from policycheck.reports.words import count


def test_worst_first_then_vendor_rule_and_place(finding: Finding) -> None:
    keys = [
        (Severity.CRITICAL, None, "PC203"),
        (Severity.HIGH, "algolia", "PC201"),
        (Severity.HIGH, "sendgrid", "PC101"),
        (Severity.HIGH, "sendgrid", "PC102"),
        (Severity.HIGH, None, "PC101"),
        (Severity.INFO, "algolia", "PC101"),
    ]
    findings = [replace(finding, severity=severity, vendor=vendor, rule=rule) for severity, vendor, rule in keys]
    assert ordered(reversed(findings)) == findings


@pytest.mark.parametrize(
    ("number", "words"), [((0, "field"), "0 fields"), ((1, "field"), "1 field"), ((2, "entry", "entries"), "2 entries")]
)
def test_counts_have_their_words(number: tuple[int, str], words: str) -> None:
    assert count(*number) == words


@pytest.mark.parametrize(
    ("tally", "line"),
    [
        (
            Tally(5, 14, 37, (("critical", 2), ("high", 4), ("medium", 1), ("low", 0), ("info", 0)), 1, 1, 0),
            "checked 5 vendors, 14 grants, 37 fields: 2 critical, 4 high, 1 medium;"
            " 1 excepted; 1 stated, not seen; 0 not seen",
        ),
        (
            Tally(1, 1, 1, (), 0, 0, 3),
            "checked 1 vendor, 1 grant, 1 field: no findings; 0 excepted; 0 stated, not seen; 3 not seen",
        ),
        (
            Tally(1, 1, 1, (), 0, 0, 0, baselined=11),
            "checked 1 vendor, 1 grant, 1 field: no open findings; 0 excepted; 11 in the baseline; "
            "0 stated, not seen; 0 not seen",
        ),
    ],
)
def test_one_line_sums_up(tally: Tally, line: str) -> None:
    assert tally_line(tally) == line
