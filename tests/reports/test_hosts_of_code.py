"""What GitHub and GitLab show: annotations, the comment, code quality; and the spreadsheet."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from policycheck.model.findings import CheckResult, Finding, Severity
from policycheck.reports import github, markdown, registry
from policycheck.reports.interface import Options
from policycheck.reports.page import Page
from tests.reports import hostile


def written(name: str, result: CheckResult, **options: Any) -> str:
    """The report as text."""
    stream = io.StringIO(newline="")
    registry.build(name).write(result, stream, Options(Page(), **options))
    return stream.getvalue()


# GitHub's annotations


@pytest.mark.parametrize(
    ("rule", "severity", "enforced", "level"),
    [
        ("PC101", Severity.HIGH, True, "error"),
        ("PC101", Severity.MEDIUM, True, "error"),
        ("PC101", Severity.HIGH, False, "warning"),
        ("PC101", Severity.LOW, True, "notice"),
        ("PC101", Severity.INFO, False, "notice"),
        ("PC601", Severity.LOW, True, "warning"),
    ],
)
def test_levels(rule: str, severity: Severity, enforced: bool, level: str) -> None:
    found = replace(hostile.finding(rule, severity), enforced=enforced)
    assert written("github", hostile.result(found)).startswith(f"::{level} file=")


def test_an_annotation_is_one_command_whatever_its_texts_hold() -> None:
    text = written("github", hostile.result(hostile.finding()), base="sub/")
    command, verdict, counts, end = text.split("\n")
    assert command.startswith("::error file=sub/policies/send grid#1%2Ca%3Ab.yaml,line=14,title=high[PC101] sendgrid::")
    assert "%250A::error::x" in command
    assert "%0Aobserved: " in command
    assert not re.search(r"[\x00-\x1f\x7f]", command)
    assert (verdict, end) == ("policycheck: 1 finding at or above medium", "")
    assert counts.startswith("checked 1 vendor")


def test_the_rest_is_counted_in_the_last_annotation() -> None:
    found = [replace(hostile.finding(), fingerprint=str(number)) for number in range(github.MOST + 5)]
    lines = written("github", hostile.result(*found)).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == github.MOST
    assert commands[-1] == "::error title=policycheck::6 more findings of this level: see the step's summary"


def test_nothing_found_is_said() -> None:
    assert written("github", hostile.result()).startswith(
        "policycheck: everything was looked at, and nothing was found"
    )


ACCEPTED = replace(hostile.finding(), severity=Severity.HIGH, accepted="in the baseline", accepted_by="baseline")
PLANNED = replace(hostile.finding("PC601"), accepted="planned", accepted_by="plan")


@pytest.mark.parametrize(
    ("accepted", "said"),
    [
        ((ACCEPTED,), "nothing open; 1 finding is accepted, and it is high"),
        (
            (ACCEPTED, replace(ACCEPTED, severity=Severity.CRITICAL), replace(ACCEPTED, accepted_by="exception")),
            "nothing open; 3 findings are accepted, 1 of them critical",
        ),
        ((PLANNED, PLANNED), "nothing open; 2 things not seen are accepted as such"),
        (
            (ACCEPTED, replace(ACCEPTED, accepted_by="known"), PLANNED),
            "nothing open; 1 finding is accepted, and it is high; 1 finding is not new, and it is high; "
            "1 thing not seen is accepted as such",
        ),
    ],
)
@pytest.mark.parametrize("form", ["github", "markdown"])
def test_what_is_accepted_was_found(form: str, accepted: tuple[Finding, ...], said: str) -> None:
    text = written(form, replace(hostile.result(), accepted=accepted))
    assert f"policycheck: {said}\n" in text
    assert "nothing was found" not in text


@pytest.mark.parametrize(
    ("fail_on", "said"),
    [
        ("low", "error title=policycheck::2 findings below critical not shown here; 1 of them fails the run"),
        ("critical", "notice title=policycheck::2 findings below critical not shown here"),
    ],
)
def test_what_is_hidden_is_counted_where_it_is_missed(fail_on: str, said: str) -> None:
    low, info = hostile.finding(severity=Severity.LOW), hostile.finding(severity=Severity.INFO)
    result = replace(hostile.result(hostile.finding(severity=Severity.CRITICAL), low, info), fail_on=fail_on)
    hiding = {"min_severity": Severity.CRITICAL}
    assert f"\n::{said} (--min-severity)\n" in written("github", result, **hiding)
    sentence = said.partition("::")[2] + " (--min-severity)"
    assert f"\n{sentence}\n" in html.unescape(written("markdown", result, **hiding))
    notes = json.loads(written("sarif", result, **hiding))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert sentence in [each["message"]["text"] for each in notes]
    assert json.loads(written("json", result, **hiding))["min_severity"] == "critical"
    only = replace(result, findings=(low,), vendors=("sendgrid",))
    assert 'name="nothing found at or above critical"' in written("junit", only, **hiding)
    for name in ("github", "markdown", "sarif"):
        assert "not shown" not in written(name, result)


# The comment


def rendered(text: str) -> str:
    """HTML as hosts of code make it: tables, links of bare addresses, HTML of the text kept."""
    return str(MarkdownIt("gfm-like").render(text))


def test_the_comment_can_be_found_again(result: CheckResult) -> None:
    first, second, *_ = written("markdown", result).splitlines()
    assert first == markdown.MARKER == "<!-- policycheck:report -->"
    assert second == "## policycheck: 1 finding at or above medium"


def test_names_stay_text_in_the_comment() -> None:
    html = rendered(written("markdown", hostile.result(hostile.finding())))
    for tag in ("<a ", "<img", "<script", "<em>", "<strong>"):
        assert tag not in html
    # Comments stand between what would be a mention or a reference; nothing in code is one.
    prose = re.sub(r"&#?\w+;|<code>.*?</code>", "", html)
    assert not re.search(r"@\w|#\d|://|www\.\w", prose)
    head, row = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    assert (head.count("<th>"), row.count("<td>")) == (6, 6)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_plain_names_are_written_as_they_are() -> None:
    assert markdown.prose("user.device.ip_address (raw); s3:Get* in role/vendor-x & 5 % of $") == (
        "user.device.ip_address (raw); s3:Get&#42; in role/vendor-x & 5 % of $"
    )
    assert (
        markdown.prose("growth@lumen.example &amp; #12") == "growth@<!-- -->lumen.example &amp;<!-- -->amp; #<!-- -->12"
    )
    assert markdown.code("a|b") == "<code>a&#124;b</code>"


@pytest.mark.parametrize("most", [3_000, 6_000, 20_000, 60_000])
def test_a_comment_is_never_too_long(most: int) -> None:
    found = [replace(hostile.finding(), fingerprint=str(number)) for number in range(200)]
    text = markdown.document(hostile.result(*found), Options(Page()), most)
    assert len(text) <= most
    told = re.search(r"(\d+) more findings? in the other reports", text)
    assert told
    assert int(told.group(1)) + text.count("\n| high |") == 200
    assert text.count("<details>") == text.count("</details>")
    assert text.rstrip().endswith("not seen")


def test_details_that_do_not_fit_are_counted() -> None:
    found = [replace(hostile.finding(), fingerprint=str(number)) for number in range(8)]
    text = markdown.document(hostile.result(*found), Options(Page()), 16_000)
    told = re.search(r"Details of (\d+) more findings?", text)
    assert told
    assert int(told.group(1)) + text.count("<details>") == text.count("\n| high |") == 8


def test_a_finding_that_is_not_enforced_says_so() -> None:
    text = written("markdown", hostile.result(replace(hostile.finding(), enforced=False)))
    assert "| high (not enforced) |" in text
    assert "## policycheck: 1 finding below what fails a run\n" in text


# GitLab

GITLAB = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def test_code_quality_has_the_keys_that_gitlab_reads() -> None:
    found = [hostile.finding(severity=severity) for severity in Severity]
    issues = json.loads(written("gitlab", hostile.result(*found), base="sub/"))
    assert [issue["severity"] for issue in issues] == [GITLAB[each] for each in reversed(Severity)]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["check_name"] == "PC101"
        assert issue["location"] == {"path": "sub/policies/send grid#1,a:b.yaml", "lines": {"begin": 14}}
        assert issue["description"].isprintable()


def test_nothing_found_is_an_empty_array() -> None:
    assert json.loads(written("gitlab", hostile.result())) == []


# The spreadsheet


def test_a_row_for_each_instance(result: CheckResult) -> None:
    accepted = (replace(hostile.finding(), accepted="exception until 2027-01-15"),)
    text = written("csv", replace(result, accepted=accepted))
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["accepted"] for row in rows] == ["", "exception until 2027-01-15"]
    assert rows[0]["name"] == "field-not-allowed"
    assert rows[0]["line"] == "14"
    assert rows[1]["account"] == "'=1+1"


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "\u202e=1", "\x00=1"])
def test_no_cell_is_a_formula(words: str) -> None:
    found = replace(hostile.finding(), message=words, owner=words, help=words)
    text = written("csv", hostile.result(found))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    for value in row.values():
        assert value[:1] not in ("=", "+", "-", "@", "\t", "\r", " ")
    assert row["message"].startswith("'")
