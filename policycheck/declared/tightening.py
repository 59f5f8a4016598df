"""What ``defaults`` and profiles add to a policy: they can only tighten it."""

from __future__ import annotations

from typing import NamedTuple

from policycheck.declared.document import Document, Path
from policycheck.declared.view import View
from policycheck.model.places import Location

LIMITS = ("key_max_age_days", "unused_after_days")


class Never(NamedTuple):
    """A category on a never list; ``source`` is ``policy``, ``defaults`` or ``profile:NAME``."""

    category: str
    source: str
    document: Document
    path: Path

    @property
    def at(self) -> Location:
        """Where the category is written."""
        return self.document.at(self.path)


class Bound(NamedTuple):
    """A limit: its name, its value, where it was set and by what (``policy``, ``defaults``, ``profile:NAME``)."""

    name: str
    value: int
    source: str
    document: Document
    path: Path

    @property
    def at(self) -> Location:
        """Where the value is written."""
        return self.document.value_at(self.path)


class Tightening(NamedTuple):
    """The never list, the limits and the review interval (as the limit ``review.every_days``) of one source."""

    source: str
    never: tuple[Never, ...]
    bounds: tuple[Bound, ...]


def tightening(view: View, source: str) -> Tightening:
    """What a policy, ``defaults`` or a profile says itself."""
    never = tuple(Never(category, source, view.document, path) for category, path in view.items("never"))
    return Tightening(source, never, tuple(_bounds(view, source)))


def _bounds(view: View, source: str) -> list[Bound]:
    found = []
    for key, names in (("limits", LIMITS), ("review", ("every_days",))):
        inner = view.inside(key)
        for name in names if inner is not None else ():
            value = inner.number(name) if inner is not None else None
            if inner is not None and value is not None:
                found.append(Bound(f"{key}.{name}", value, source, view.document, inner.below(name)))
    return found


def union(parts: list[Tightening]) -> tuple[Never, ...]:
    """All never entries; a category named by several sources stays with the first."""
    seen: dict[str, Never] = {}
    for part in parts:
        for never in part.never:
            seen.setdefault(never.category, never)
    return tuple(seen.values())


def tightest(parts: list[Tightening]) -> dict[str, Bound]:
    """The smallest value of each limit; the first source keeps an equal one."""
    best: dict[str, Bound] = {}
    for part in parts:
        for bound in part.bounds:
            if bound.name not in best or bound.value < best[bound.name].value:
                best[bound.name] = bound
    return best
