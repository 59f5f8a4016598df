"""CSV: one row for each instance of a finding, for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from policycheck.library.rules import load_rules
from policycheck.model.findings import CheckResult, Finding, Instance
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import shown
from policycheck.reports.text import evidence_text

HEAD = (
    "severity", "rule", "name", "outcome", "vendor", "owner", "account", "message", "observed", "evidence", "path",
    "line", "help", "enforced", "accepted", "finding", "instance",
)  # fmt: skip


class CsvReport:
    """Open findings first, then accepted ones, which say how."""

    name = "csv"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the header and the rows; lines end as RFC 4180 says."""
        writer = csv.writer(stream)
        writer.writerow(HEAD)
        for part in (result.findings, result.accepted):
            for finding in shown(part, options.min_severity):
                writer.writerows(map(cell, row) for row in _rows(finding))


def _rows(finding: Finding) -> Iterator[tuple[str, ...]]:
    for each in finding.instances:
        yield _row(finding, each)


def _row(finding: Finding, instance: Instance) -> tuple[str, ...]:
    return (
        finding.severity.word,
        finding.rule,
        load_rules()[finding.rule].name,
        finding.outcome,
        finding.vendor or "",
        finding.owner,
        dict(instance.subject).get("account", ""),
        finding.message,
        instance.observed,
        "; ".join(evidence_text(each) for each in instance.evidence),
        finding.location.path,
        str(finding.location.line),
        finding.help,
        "yes" if finding.enforced else "no",
        finding.accepted,
        finding.fingerprint,
        instance.fingerprint,
    )


def cell(words: str) -> str:
    """Cleaned text of a cell, with an apostrophe before what a spreadsheet would take for a formula."""
    words = clean(words).strip()
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") else words
