"""SARIF: what GitHub's code scanning asks of it beyond the schema."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest

from policycheck.model.findings import CheckResult, Severity
from policycheck.reports import registry, sarif
from policycheck.reports.interface import Options
from policycheck.reports.page import Page
from tests.reports import hostile

SEVERITIES = list(Severity)


def run(result: CheckResult, **options: Any) -> Any:
    """The one run of the log."""
    stream = io.StringIO()
    registry.build("sarif").write(result, stream, Options(Page(), **options))
    assert stream.getvalue().isascii()
    log = json.loads(stream.getvalue())
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    return log["runs"][0]


@pytest.fixture
def every() -> CheckResult:
    """One finding of each severity, two of one rule."""
    found = [hostile.finding(severity=each) for each in SEVERITIES]
    return hostile.result(*found, hostile.finding("PC201", Severity.HIGH), hostile.finding("PC601", vendor=None))


def test_one_rule_for_each_rule_and_severity(every: CheckResult) -> None:
    rules = run(every)["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    assert ids == sorted(set(ids), key=ids.index)
    assert set(ids) == {*(f"PC101/{each.word}" for each in SEVERITIES), "PC201/high", "PC601/high"}
    for result in run(every)["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(
    ("severity", "lowest", "highest", "level"),
    [
        (Severity.CRITICAL, 9.0, 10.0, "error"),
        (Severity.HIGH, 7.0, 8.9, "error"),
        (Severity.MEDIUM, 4.0, 6.9, "warning"),
        (Severity.LOW, 0.1, 3.9, "note"),
        (Severity.INFO, 0.1, 3.9, "note"),
    ],
)
def test_the_severity_is_a_text_in_githubs_range(severity: Severity, lowest: float, highest: float, level: str) -> None:
    told = run(hostile.result(hostile.finding(severity=severity)))
    (rule,) = told["tool"]["driver"]["rules"]
    score = rule["properties"]["security-severity"]
    assert isinstance(score, str)
    assert lowest <= float(score) <= highest
    assert "security" in rule["properties"]["tags"]
    assert len(rule["properties"]["tags"]) <= 10
    assert (rule["defaultConfiguration"]["level"], told["results"][0]["level"]) == (level, level)


def test_every_result_has_one_physical_location_below_the_root(every: CheckResult) -> None:
    for result in run(every, base="infra/vendors/")["results"]:
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        uri = "infra/vendors/policies/send%20grid%231%2Ca%3Ab.yaml"
        assert physical["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}
        assert physical["region"] == {"startLine": 14, "startColumn": 3}
        assert "fixes" not in result


def test_our_fingerprint_is_githubs(every: CheckResult) -> None:
    prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in run(every)["results"]]
    assert sorted(prints) == sorted(each.fingerprint for each in every.findings)


def test_brackets_are_no_links_and_control_characters_are_gone(every: CheckResult) -> None:
    text = run(every)["results"][0]["message"]["text"]
    assert "\\[a\\](https://evil.example)" in text
    assert "[a]" not in text
    assert not [each for each in text if not each.isprintable() and each != "\n"]
    assert sarif.literal("C:\\x [1]") == "C:\\\\x \\[1\\]"


def test_what_was_accepted_is_no_result(result: CheckResult) -> None:
    assert len(run(result)["results"]) == len(result.findings) == 1


def test_more_than_github_takes_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    found = [replace(hostile.finding(severity=each), vendor=f"v{each}") for each in SEVERITIES]
    told = run(hostile.result(*found))
    assert [each["ruleId"] for each in told["results"]] == ["PC101/critical", "PC101/high"]
    notes = [each["message"]["text"] for each in told["invocations"][0]["toolExecutionNotifications"]]
    assert notes[0] == "3 findings more than code scanning takes were left out"


def test_what_was_not_seen_is_no_success(every: CheckResult) -> None:
    (blind,) = run(every, exit_code=1)["invocations"]
    assert (blind["executionSuccessful"], blind["exitCode"]) == (False, 1)
    assert blind["toolExecutionNotifications"][0]["level"] == "warning"
    (seen,) = run(hostile.result(), exit_code=0)["invocations"]
    assert (seen["executionSuccessful"], seen["exitCode"]) == (True, 0)


def test_what_is_not_new_stays_and_says_so() -> None:
    """Code scanning would close the alert of a finding that an upload leaves out."""
    new, old, grown = (replace(hostile.finding(), fingerprint=name) for name in ("new", "old", "grown"))
    more = tuple(replace(each, fingerprint="more") for each in grown.instances)
    result = hostile.result(new, replace(grown, instances=more))
    known = [replace(each, accepted="not new", accepted_by="known") for each in (old, grown)]
    excepted = replace(hostile.finding(), fingerprint="x", accepted="until then", accepted_by="exception")
    results = run(replace(result, accepted=(*known, excepted)), new_only=True)["results"]
    told = {
        each["partialFingerprints"]["primaryLocationLineHash"]: (each["baselineState"], each["properties"]["instances"])
        for each in results
    }
    (first,) = [each.fingerprint for each in grown.instances]
    assert told == {"new": ("new", [first]), "old": ("unchanged", [first]), "grown": ("new", ["more", first])}
    assert "baselineState" not in run(result)["results"][0]
