"""Exit codes, and the one place that decides which a check ends with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policycheck.model.findings import CheckResult


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
    if any(finding.fails(result.fail_on) for finding in result.findings):
        return ExitCode.FINDINGS
    if any(finding.unseen for finding in result.findings):
        return ExitCode.INCOMPLETE
    return ExitCode.OK
