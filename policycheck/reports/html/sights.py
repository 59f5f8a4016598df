"""What was looked at, what was not, and what people stated instead."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding
from policycheck.reports.words import count

#: Places that one line names.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason why something was not seen, and how many accounts or places it holds for."""

    status: str
    what: str
    reason: str
    help: str
    where: str


@dataclass(frozen=True, slots=True)
class Sights:
    """``looked`` of ``places`` were seen whole. ``unseen`` are the findings about that, ``stated`` those that a plan or
    a dated exception covers; ``gaps`` are the connectors' own words, ``notes`` what to know of what was seen."""

    places: int
    looked: int
    unseen: tuple[Finding, ...]
    stated: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The coverage in one sentence."""
        places = count(self.places, "place")
        told = f"{self.looked} of {places} {'was' if self.places == 1 else 'were'} seen whole"
        if self.unseen and self.looked == self.places:
            # A document that cannot be read is in a place that was looked at.
            told = f"{places} {'was' if self.places == 1 else 'were'} looked at"
        if self.unseen:
            told += f"; {count(len(self.unseen), 'thing')} could not be seen, so that an empty cell is no proof"
        if self.stated:
            told += f"; {count(len(self.stated), 'thing')} {'was' if len(self.stated) == 1 else 'were'} not seen, as "
            told += "planned: a person stated it, or a dated exception covers it"
        return told


def sights(result: CheckResult) -> Sights:
    """The coverage of a result."""
    rows = result.coverage
    gaps = [row for row in rows if row.status != "complete"]
    return Sights(
        places=len(rows),
        looked=len(rows) - len(gaps),
        unseen=tuple(each for each in result.findings if each.unseen),
        stated=tuple(each for each in result.accepted if each.unseen),
        gaps=tuple(_gaps(gaps)),
        notes=tuple(dict.fromkeys(f"{row.connector}: {row.note}" for row in rows if row.note)),
    )


def _gaps(rows: Iterable[Coverage]) -> Iterable[Gap]:
    alike: dict[tuple[str, str, str, str, str], list[Coverage]] = {}
    for row in rows:
        alike.setdefault((row.connector, row.status, row.resource, row.reason, row.help), []).append(row)
    for (connector, status, resource, reason, help), same in alike.items():
        whose = _few(row.account or row.system for row in same)
        yield Gap(status, f"{resource} of {whose} ({connector})", reason, help, _few(row.where for row in same))


def _few(words: Iterable[str]) -> str:
    known = [word for word in dict.fromkeys(words) if word]
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return ", ".join(known[:_NAMED]) + more
