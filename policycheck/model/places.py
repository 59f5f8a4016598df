"""Where something is written, and what a connector can point at as evidence."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file that a user wrote: path relative to the project (posix), 1-based line and column."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """What was seen and where: the connector's name in policycheck.yaml and a pointer into its source.

    ``where`` is a file with a JSON pointer or a line (``exports/aws.json#/RoleDetailList/3``, ``keys.csv:4``)
    or a call with its identifiers; it never holds a value that the connector's allow-list does not hold.
    """

    connector: str
    where: str
    note: str = ""
