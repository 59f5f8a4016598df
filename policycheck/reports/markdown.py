"""Markdown for a comment on a pull request or the summary of a job: marked, so that it can be updated, and capped.

Names from inventories are written so that they stay text: no link, no mention, no picture, no table cell of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from policycheck.model.findings import CheckResult, Finding
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import shown
from policycheck.reports.telling import counts, hidden, told, verdict
from policycheck.reports.words import count

#: By this a job finds its earlier comment.
MARKER = "<!-- policycheck:report -->"

#: A comment on GitHub holds 65,536 characters; this leaves room for what a job adds.
MOST = 60_000

_SPECIAL = re.compile(r"[\\`*{}\[\]<>|]|&(?=\w|#)|(?<![^\W_])_|_(?![^\W_])")

#: What begins a mention or a reference to an issue, a merge request, a label, a milestone.
_REFERENCE = re.compile(r"([@#!~%$&])(?=[\w\"'])|(//)|(?<=\bwww)(\.)", re.IGNORECASE)


class MarkdownReport:
    """A sentence, a table of the findings, and the details of each behind a fold."""

    name = "markdown"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write as many findings as fit, and say how many did not."""
        stream.write(document(result, options))


def document(result: CheckResult, options: Options, most: int = MOST) -> str:
    """The whole text, at most ``most`` characters."""
    findings = shown(result.findings, options.min_severity)
    left_out, _ = hidden(result, options)
    foot = (f"\n{prose(left_out)}\n" if left_out else "") + f"\n{prose(counts(result))}\n"
    text = f"{MARKER}\n## policycheck: {prose(verdict(result))}\n"
    room = most - len(text) - len(foot) - 200
    table, rows = _table(findings, room // 2)
    folds, opened = _folds(findings, room - len(table))
    text += table + folds
    if rows < len(findings):
        text += f"\n{count(len(findings) - rows, 'more finding')} in the other reports of this run.\n"
    elif opened < len(findings):
        text += f"\nDetails of {count(len(findings) - opened, 'more finding')} in the other reports of this run.\n"
    return text + foot


def _table(findings: list[Finding], room: int) -> tuple[str, int]:
    text, rows = "\n| severity | rule | vendor | finding | where | owner |\n|---|---|---|---|---|---|\n", 0
    for finding in findings:
        row = " | ".join(_cells(finding))
        if len(text) + len(row) + 5 > room:
            break
        text, rows = f"{text}| {row} |\n", rows + 1
    return (text, rows) if findings else ("", 0)


def _cells(finding: Finding) -> Iterator[str]:
    severity = finding.severity.word
    yield severity if finding.enforced else f"{severity} (not enforced)"
    yield finding.rule
    yield prose(finding.vendor or "")
    yield prose(finding.message)
    yield code(f"{finding.location.path}:{finding.location.line}")
    yield prose(finding.owner)


def _folds(findings: list[Finding], room: int) -> tuple[str, int]:
    text, folds = "", 0
    for finding in findings:
        lines = "\n".join(f"* {prose(line)}" for line in told(finding))
        title = f"{finding.severity.word}[{finding.rule}] {finding.message}"
        fold = f"\n<details><summary>{prose(title)}</summary>\n\n{lines}\n\n</details>\n"
        if len(text) + len(fold) > room:
            break
        text, folds = text + fold, folds + 1
    return text, folds


def prose(words: str) -> str:
    """Cleaned text whose every character means itself; what would become a link or a mention is broken by an empty
    comment, which leaves nothing to copy by mistake."""
    parts = _REFERENCE.split(clean(words))
    return "".join(_broken(part) if index % 4 else _literal(part or "") for index, part in enumerate(parts))


def code(words: str) -> str:
    """Cleaned text in the face of code; hosts make links of bare addresses there too."""
    return f"<code>{prose(words)}</code>"


def _literal(words: str) -> str:
    return _SPECIAL.sub(lambda match: f"&#{ord(match.group())};", words)


def _broken(mark: str | None) -> str:
    if not mark:
        return ""
    return "/<!-- -->/" if mark == "//" else f"{'&amp;' if mark == '&' else mark}<!-- -->"
