"""GitLab's code quality report: a JSON array of issues.

Keys and severities are those of GitLab's documentation "Code Quality: import results from a CI/CD job", read 2026-11:
``description``, ``check_name``, ``fingerprint`` (unique), ``severity``, ``location.path``, ``location.lines.begin``.
"""

from __future__ import annotations

import json
from typing import TextIO

from policycheck.model.findings import CheckResult, Finding, Severity
from policycheck.reports import plain
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import shown

SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


class GitlabReport:
    """The open findings, worst first."""

    name = "gitlab"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the array."""
        json.dump(
            [issue(each, options.base) for each in shown(result.findings, options.min_severity)], stream, indent=1
        )
        stream.write("\n")


def issue(finding: Finding, base: str) -> plain.Plain:
    """One issue. The path has no ``./`` before it, as GitLab asks."""
    remedy = f". {finding.help[:1].upper()}{finding.help[1:]}" if finding.help else ""
    return {
        "description": clean(finding.message + remedy),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": SEVERITIES[finding.severity],
        "location": {"path": base + finding.location.path, "lines": {"begin": finding.location.line}},
    }
