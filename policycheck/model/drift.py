"""What changed between two snapshots, or between two revisions of the policies."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.model.places import Location

#: What a change is about. Who is newly recognised is told first, for an added account id makes a vendor of a stranger.
AREAS = (
    "recognised", "vendor", "field", "access", "scope", "requirement", "window", "acceptance", "paper", "project",
    "grant", "data",
)  # fmt: skip

#: Wider: more is allowed, accepted or held than before. Open: it could not be decided whether it is.
WIDER, NARROWER, OPEN = "+", "-", "?"


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
    def order(self) -> tuple[int, str, int, str, str]:
        """Who is recognised first, then by vendor; wider before narrower."""
        first = 0 if self.area == AREAS[0] and self.sense == WIDER else 1
        return (first, self.vendor, (WIDER, OPEN, NARROWER).index(self.sense), self.area, self.what)


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
        """Whether something is wider, or may be."""
        return any(each.sense in (WIDER, OPEN) for each in self.changes)

    @property
    def undecided(self) -> bool:
        """Whether something could not be seen or decided."""
        return bool(self.unseen) or any(each.sense == OPEN for each in self.changes)


def ordered(changes: list[Change]) -> tuple[Change, ...]:
    """The changes without repetitions, in the order in which they are told."""
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.order))
