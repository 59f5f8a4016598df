"""What every report is: a name, and a way to write the result of a check to a stream."""

from __future__ import annotations

from typing import Protocol, TextIO

from policycheck.model.dataclass import dataclass
from policycheck.model.findings import CheckResult, Severity
from policycheck.model.overview import Overview
from policycheck.reports.page import Page, SourceLines

#: How the text report arranges findings.
GROUPS = ("finding", "vendor", "owner", "account")


def no_lines(path: str, line: int) -> str:
    """For places without files: no line can be read."""
    return ""


@dataclass(frozen=True, slots=True)
class Options:
    """How to write. ``exit_code`` is what the process will say; findings below ``min_severity`` are left out.

    ``base`` is the way from the root of the repository to the project, "" or ending in a slash: hosts of code name
    files from there. ``overview`` is there for the formats of ``registry.OVERVIEWS``, if one of them was asked for.
    ``new_only``: what the snapshot before had is accepted in the result. ``asked`` is whose findings were asked for,
    such as ``vendor sendgrid``; empty for everybody's.
    """

    page: Page
    lines: SourceLines = no_lines
    min_severity: Severity = Severity.INFO
    group_by: str = "finding"
    exit_code: int = 0
    base: str = ""
    overview: Overview | None = None
    new_only: bool = False
    asked: str = ""


class Report(Protocol):
    """One output format."""

    name: str

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the whole report; raises OSError of the stream only."""
        ...
