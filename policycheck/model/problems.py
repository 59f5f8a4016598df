"""What is wrong in a file that a user wrote, and errors with an exit code of their own."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass
from policycheck.model.places import Location


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem at one place. ``severity``: ``error``, ``warning`` or ``notice`` (calendar lapses in validate)."""

    location: Location
    rule: str
    severity: str
    message: str
    help: str = ""
    source_line: str = ""
    span: int = 1


class PolicycheckError(Exception):
    """An expected error: ``message`` says where and what, ``help`` how to mend it. Shown without a traceback."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageProblem(PolicycheckError):
    """Wrong usage, configuration or policy file: exit code 2."""


class SnapshotProblem(PolicycheckError):
    """A snapshot that is missing, truncated, altered or of an unknown format: exit code 2."""
