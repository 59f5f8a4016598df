"""Annotations of a GitHub workflow run: commands on standard output, worst first.

GitHub shows ten annotations of each level for a step, so the rest is counted in a last one. Only start lines are given.
Syntax and escapes: GitHub's documentation "Workflow commands for GitHub Actions", read 2026-11.
"""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from policycheck.model.findings import CheckResult, Finding, Severity
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import shown
from policycheck.reports.telling import counts, hidden, told, verdict
from policycheck.reports.words import count

#: Annotations of one level that are shown for one step.
MOST = 10


class GithubReport:
    """One annotation for each open finding, at the line of the policy."""

    name = "github"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the commands, then a plain line with the counts."""
        seen: Counter[str] = Counter()
        for finding in shown(result.findings, options.min_severity):
            level = _level(finding, result.fail_on)
            seen[level] += 1
            # The last place of each level is kept for the number of those left out.
            if seen[level] < MOST:
                stream.write(annotation(finding, level, options.base) + "\n")
        for level, number in seen.items():
            if number >= MOST:
                rest = count(number - MOST + 1, "more finding")
                stream.write(f"::{level} title=policycheck::{rest} of this level: see the step's summary\n")
        left_out, failing = hidden(result, options)
        if left_out:
            stream.write(f"::{'error' if failing else 'notice'} title=policycheck::{left_out}\n")
        stream.write(f"policycheck: {verdict(result)}\n{counts(result)}\n")


def _level(finding: Finding, fail_on: str) -> str:
    if finding.fails(fail_on):
        return "error"
    return "warning" if finding.unseen or finding.severity >= Severity.MEDIUM else "notice"


def annotation(finding: Finding, level: str, base: str) -> str:
    """One command; GitHub reads ``%0A`` in it as the end of a line."""
    title = f"{finding.severity.word}[{finding.rule}] {finding.vendor or ''}".strip()
    message = "\n".join([clean(finding.message), *told(finding)])
    file = _property(base + finding.location.path)
    return f"::{level} file={file},line={finding.location.line},title={_property(title)}::{_data(message)}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(clean(words)).replace(":", "%3A").replace(",", "%2C")
