"""What every rule may ask: the project, the day, the taxonomy, and where things are written."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from policycheck.analysis.analyst import Analyst
from policycheck.checks.entries import EntryIndex
from policycheck.checks.extents import Extents
from policycheck.library.taxonomy import Taxonomy
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import AccessRule, Policy, Project
from policycheck.model.places import Location
from policycheck.model.verdict import Access


@dataclass(frozen=True, slots=True)
class Context:
    """One run of the rules. ``keyed`` are the accounts of AWS whose access keys were all seen. ``extents``
    works out the extents that cost something; None where nothing is compared with how it was."""

    project: Project
    analyst: Analyst
    taxonomy: Taxonomy
    today: date
    entries: EntryIndex = field(default_factory=EntryIndex)
    keyed: frozenset[str] = frozenset()
    extents: Extents | None = None

    @property
    def policies(self) -> dict[str, Policy]:
        """The policies by vendor."""
        return self.analyst.policies

    def extent(self, access: Access, declared: tuple[str, ...] = (), *more: str) -> tuple[str, ...] | None:
        """The extent of what an access gives beyond the declared documents, with ``more``; None when not asked for."""
        return (*self.extents.beyond(access, declared), *more) if self.extents else None

    def connector_place(self, name: str) -> Location:
        """The connector's entry in policycheck.yaml, or the file's first line."""
        places = {c.name: c.at for c in self.project.config.connectors}
        return places.get(name, self.project.config.at)


def day_of(moment: str | None) -> date | None:
    """The UTC day of an ISO 8601 moment; None for None."""
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).date() if moment else None


def open_on(rule: AccessRule, day: date) -> bool:
    """Whether the window of an access rule is open on a day; both ends included."""
    return (rule.start is None or rule.start <= day) and (rule.until is None or day <= rule.until)
