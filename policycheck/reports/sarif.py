"""SARIF 2.1.0, in the subset that GitHub's code scanning accepts.

One SARIF rule for each (rule, severity), since code scanning reads ``security-severity`` from the rule, as a text.
Every result has a physical location: an upload in which one has none is refused whole. What an exception accepts is
left out, for code scanning would show it as open. What is left out it takes for mended, so with ``--new-only`` the
findings that are not new stay, with ``baselineState``. Source: SARIF 2.1.0 (OASIS, 2020-03-27) and GitHub's
documentation "SARIF support for code scanning", read 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO
from urllib.parse import quote

from policycheck import __version__
from policycheck.library.rules import load_rules
from policycheck.model.findings import CheckResult, Finding, Severity
from policycheck.reports import plain
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import shown
from policycheck.reports.rules import served
from policycheck.reports.telling import counts, hidden, told

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

#: More results in one run are refused by code scanning.
MOST_RESULTS = 25_000

#: What code scanning calls critical is over 9.0, high 7.0, medium 4.0, low above 0.
SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.1",
}
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}


class SarifReport:
    """The open findings as one run of one tool."""

    name = "sarif"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the log; its text is ASCII."""
        json.dump(document(result, options), stream, indent=1)
        stream.write("\n")


def document(result: CheckResult, options: Options) -> plain.Plain:
    """The log as an object."""
    findings = _all(result, options)
    kept = findings[:MOST_RESULTS]
    rules = sorted({(each.rule, each.severity) for each in kept})
    index = {key: number for number, key in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "policycheck",
                "semanticVersion": __version__,
                "rules": [_rule(rule, severity) for rule, severity in rules],
            }
        },
        "automationDetails": {"id": "policycheck/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result, options, len(findings) - len(kept))],
        "results": [_result(each, index, options) for each in kept],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _all(result: CheckResult, options: Options) -> list[Finding]:
    """The open findings, worst first, and those that are only not new; one that has grown is told as one."""
    known = {each.fingerprint: each for each in result.accepted if each.accepted_by == "known"}
    grown = [(each, known.pop(each.fingerprint, None)) for each in result.findings]
    joined = [replace(each, instances=each.instances + old.instances) if old else each for each, old in grown]
    return shown((*joined, *known.values()), options.min_severity)


def identifier(rule: str, severity: Severity) -> str:
    """``PC101/high``."""
    return f"{rule}/{severity.word}"


def _rule(id: str, severity: Severity) -> plain.Plain:
    rule = load_rules()[id]
    parts = [rule.means, f"Why it matters: {rule.why}", f"How to fix it:\n{rule.fix}"]
    return {
        "id": identifier(id, severity),
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.means},
        "help": {"text": "\n\n".join(parts), "markdown": _markdown(parts, id)},
        "defaultConfiguration": {"level": LEVELS.get(severity, "note")},
        "properties": {
            "security-severity": SCORES[severity],
            "precision": "very-high",
            "tags": ["security", "privacy"],
        },
    }


def _markdown(parts: Sequence[str], rule: str) -> str:
    frameworks = [f"* {each['framework']} {each['number']}: {each['title']}" for each in served(rule)["frameworks"]]
    return "\n\n".join([*parts, *(["It serves:", "\n".join(frameworks)] if frameworks else [])])


def _result(finding: Finding, index: dict[tuple[str, Severity], int], options: Options) -> plain.Plain:
    key = (finding.rule, finding.severity)
    state = {"baselineState": "unchanged" if finding.accepted_by == "known" else "new"} if options.new_only else {}
    return {
        "ruleId": identifier(*key),
        "ruleIndex": index[key],
        "level": LEVELS.get(finding.severity, "note"),
        "message": {"text": literal("\n".join([clean(finding.message), *told(finding)]))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(options.base + finding.location.path), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.location.line, "startColumn": finding.location.column},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint},
        **state,
        "properties": {
            "vendor": finding.vendor,
            "outcome": finding.outcome,
            "owner": finding.owner,
            "enforced": finding.enforced,
            "instances": [each.fingerprint for each in finding.instances],
        },
    }


def literal(text: str) -> str:
    """Text as a SARIF message: square brackets would begin a link."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def uri(path: str) -> str:
    """A relative reference that stays below the root of the repository."""
    return quote(path, safe="/")


def _invocation(result: CheckResult, options: Options, left_out: int) -> plain.Plain:
    notes = [_note("warning", f"{each.rule}: {clean(each.message)}") for each in result.findings if each.unseen]
    if left_out:
        notes.append(_note("warning", f"{left_out} findings more than code scanning takes were left out"))
    unshown, _ = hidden(result, options)
    if unshown:
        notes.append(_note("warning", unshown))
    notes.append(_note("note", counts(result)))
    return {
        # Findings are a success; what could not be seen is not.
        "executionSuccessful": not any(each.unseen for each in result.findings),
        "exitCode": options.exit_code,
        "toolExecutionNotifications": notes,
    }


def _note(level: str, text: str) -> plain.Plain:
    return {"level": level, "message": {"text": literal(text)}}
