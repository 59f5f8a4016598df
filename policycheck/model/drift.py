"""What changed between two snapshots, or between two revisions of the policies."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass
from policycheck.model.places import Location

#: What a change is about. Who is newly recognised is told first, for an added account id makes a vendor of a stranger.
AREAS = (
    "recognised", "vendor", "field", "access", "scope", "requirement", "window", "acceptance", "paper", "project",
    "grant", "data",
)  # fmt: skip

#: Wider: more is allowed, accepted or held than before, so that a finding may be none any more. Milder: what is found
#: is judged less severely. Open: it could not be decided whether it is wider. Changed: no finding depends on it.
#: Unseen: not in the new snapshot, and nobody saw whether it is still there. Narrower: less, or more is a finding.
WIDER, MILDER, OPEN, CHANGED, UNSEEN, NARROWER = "+", "!", "?", "~", ".", "-"
#: In the order in which they are told.
SENSES = (WIDER, MILDER, OPEN, CHANGED, UNSEEN, NARROWER)
#: Those after which less may be a finding.
WIDENING = frozenset({WIDER, MILDER, OPEN})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. ``vendor`` is empty for what touches all of them; ``what`` is a phrase, ``why`` says
    through what (a profile, a group), ``at`` where it is written now, or was."""

    vendor: str
    area: str
    sense: str
    what: str
    why: str = ""
    at: Location | None = None

    @property
    def first(self) -> bool:
        """Whether somebody is newly recognised, which is told before everything else."""
        return self.area == AREAS[0] and self.sense == WIDER

    @property
    def order(self) -> tuple[bool, int, str, int, str]:
        """Who is recognised first, then all that is wider, and on to all that is narrower; by vendor in each."""
        return (not self.first, SENSES.index(self.sense), self.vendor, AREAS.index(self.area), self.what)


@dataclass(frozen=True, slots=True)
class Drift:
    """All changes, in order. ``old`` and ``new`` name the two sides; ``unseen`` are sentences on what either side could
    not see, so that nothing can be said of it."""

    kind: str
    old: str
    new: str
    changes: tuple[Change, ...]
    unseen: tuple[str, ...] = ()

    @property
    def widened(self) -> bool:
        """Whether something is wider or judged less severely, or may be."""
        return any(each.sense in WIDENING for each in self.changes)

    @property
    def undecided(self) -> bool:
        """Whether something could not be seen or decided."""
        return bool(self.unseen) or any(each.sense == OPEN for each in self.changes)


def ordered(changes: list[Change]) -> tuple[Change, ...]:
    """The changes without repetitions, in the order in which they are told."""
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.order))
