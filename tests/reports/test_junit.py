"""JUnit: suites of vendors, cases of rules, and what each counts as."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from policycheck.model.findings import CheckResult, Severity
from policycheck.reports import registry
from policycheck.reports.interface import Options
from policycheck.reports.page import Page
from tests.reports import hostile


def written(result: CheckResult, minimum: Severity = Severity.INFO) -> ET.Element:
    """The document, parsed."""
    stream = io.StringIO()
    registry.build("junit").write(result, stream, Options(Page(), min_severity=minimum))
    return ET.fromstring(stream.getvalue())


def cases(root: ET.Element) -> dict[str, dict[str, str]]:
    """suite -> the first word of a case -> what it counts as."""
    told: dict[str, dict[str, str]] = {}
    for suite in root:
        for case in suite.iter("testcase"):
            verdict = next((each.tag for each in case if each.tag != "system-out"), "passed")
            told.setdefault(suite.get("name", ""), {})[case.get("name", "").split()[0]] = verdict
    return told


@pytest.fixture
def mixed() -> CheckResult:
    low = hostile.finding("PC302", Severity.LOW)
    drafted = replace(hostile.finding("PC301"), enforced=False)
    accepted = replace(hostile.finding("PC303"), accepted="exception until 2027-01-15")
    blind = hostile.finding("PC601", vendor=None)
    return hostile.result(
        hostile.finding(), low, drafted, blind, accepted=(accepted,), vendors=("sendgrid", "sentry")
    )  # fmt: skip


def test_what_a_case_counts_as(mixed: CheckResult) -> None:
    assert cases(written(mixed)) == {
        "sendgrid": {"PC101": "failure", "PC301": "skipped", "PC302": "skipped", "PC303": "skipped"},
        "sentry": {"nothing": "passed"},
        "no vendor": {"PC601": "error"},
    }


def test_the_numbers_are_those_of_the_cases(mixed: CheckResult) -> None:
    root = written(mixed)
    assert [root.get(key) for key in ("tests", "failures", "errors")] == ["6", "1", "1"]
    numbers = [[suite.get(key) for key in ("tests", "failures", "errors", "skipped")] for suite in root]
    assert numbers == [["4", "1", "0", "3"], ["1", "0", "0", "0"], ["1", "0", "1", "0"]]


def test_one_case_tells_all_findings_of_its_rule(mixed: CheckResult) -> None:
    low = replace(hostile.finding(severity=Severity.LOW), message="a smaller one")
    (failure,) = written(replace(mixed, findings=(*mixed.findings, low))).iter("failure")
    assert "a smaller one" in (failure.get("message") or "")
    assert "low[PC101]: a smaller one" in (failure.text or "")
    assert failure.get("type") == "high"


def test_the_reason_of_a_skip_is_told(mixed: CheckResult) -> None:
    texts = [each.text or "" for each in written(mixed).iter("system-out")]
    assert any("accepted: exception until 2027-01-15" in text for text in texts)
    assert any("not at stage enforce" in text for text in texts)


def test_hostile_names_stay_text(mixed: CheckResult) -> None:
    (failure,) = written(mixed).iter("failure")
    assert "<script>alert(1)</script>" in (failure.text or "")
    assert not list(failure)


def test_a_severity_never_hides_what_was_not_seen(mixed: CheckResult) -> None:
    blind = replace(hostile.finding("PC601", Severity.MEDIUM, vendor=None))
    told = cases(written(replace(mixed, findings=(*mixed.findings[:3], blind)), Severity.CRITICAL))
    assert told == {
        "sendgrid": {"nothing": "passed"},
        "sentry": {"nothing": "passed"},
        "no vendor": {"PC601": "error"},
    }
