"""Exit codes, and the one place that decides which a check ends with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policycheck.model.findings import CheckResult, Finding


class ExitCode(IntEnum):
    """What the process says to whoever started it."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4
    INTERRUPTED = 130


def decide(result: CheckResult) -> ExitCode:
    """FINDINGS when an enforced finding reaches ``fail_on``; else INCOMPLETE when something was not seen; else OK.

    PC6xx never count toward ``fail_on``; an open one of any stage or severity means that "clean" cannot be claimed.
    """
    if any(_fails(finding, result.fail_on) for finding in result.findings):
        return ExitCode.FINDINGS
    if any(unseen(finding) for finding in result.findings):
        return ExitCode.INCOMPLETE
    return ExitCode.OK


def unseen(finding: Finding) -> bool:
    """Whether a finding is about coverage: what could not be seen."""
    return finding.rule.startswith("PC6")


def _fails(finding: Finding, fail_on: str) -> bool:
    from policycheck.model.findings import Severity

    return finding.enforced and not unseen(finding) and finding.severity >= Severity[fail_on.upper()]
