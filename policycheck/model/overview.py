"""What a report for people shows beside the findings: every vendor and category at a glance, and what has changed."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass
from policycheck.model.drift import Drift
from policycheck.model.findings import Finding
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Location

#: What is true of one category at one vendor, from the most to the least quiet:
#: allowed and not seen; seen, allowed and needed; seen though the policy allows less or the kind needs less; seen and
#: no line of a policy speaks of it; not to be told, as something was not seen or not classified.
DECLARED, USED, OVER_SHARED, UNDECLARED, UNKNOWN = STATES = (
    "declared",
    "used",
    "over-shared",
    "undeclared",
    "unknown",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One category; ``category`` is empty for what could not be classified. ``label`` is what it is called in a
    sentence, ``group`` the category above it (``user.contact``), ``means`` a sentence."""

    category: str
    label: str
    group: str
    sensitivity: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One vendor. ``policy`` is its file, empty without one; ``unseen`` tells how many things about it could not be
    seen, so that an empty cell is no proof."""

    vendor: str
    name: str
    kind: str
    stage: str
    owner: str
    policy: str
    grants: int
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A line of a policy, and what it says of a category."""

    at: Location
    says: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One category at one vendor: its state and the sentence that says why, what was seen, by which grants it can be
    read, what the policy says and what the vendor's kind needs. ``findings`` are fingerprints, accepted ones too;
    ``accepted``: all of them are accepted. ``fix`` is the smallest edit, where there is one to make."""

    vendor: str
    category: str
    state: str
    why: str
    exposures: tuple[Exposure, ...] = ()
    grants: tuple[Grant, ...] = ()
    lines: tuple[PolicyLine, ...] = ()
    need: str = ""
    findings: tuple[str, ...] = ()
    accepted: bool = False
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Vendors by categories. ``cells`` has the filled cells only, by row and column."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from an earlier snapshot, both judged by the policies of today.

    ``since`` is its moment; ``drift`` what vendors gained and lost. ``new`` are fingerprints of open findings with an
    instance that was not there; ``gone`` are findings that are there no more. ``blind``: something was not seen then
    or is not now, so that what is new or gone may only have come into sight or out of it.
    """

    since: str
    drift: Drift
    new: tuple[str, ...] = ()
    gone: tuple[Finding, ...] = ()
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """``changes`` is None when there is no earlier snapshot, or none that can be read: ``unread`` then says why."""

    matrix: Matrix
    changes: Changes | None = None
    unread: str = ""
