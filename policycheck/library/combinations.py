"""Toxic combinations: categories that do more harm together than apart, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """One part of a combination: one of ``any_of``, or anything below it.

    ``depth`` is ``history`` where the latest value is not enough. ``join``: a member that only ties records together,
    for which a hash serves as well as the value.
    """

    any_of: tuple[str, ...]
    depth: str = "latest"
    join: bool = False


@dataclass(frozen=True, slots=True)
class Combination:
    """One set. ``severity`` is that of raw members, ``why`` one clause; ``source`` tells where it was shown."""

    id: str
    label: str
    members: tuple[Member, ...]
    severity: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Combinations:
    """All sets, with what is left of a member in each form (0 to 1).

    A set whose weakest member weighs less than ``counts_from`` is none; below ``lowers_below`` it is one step less
    severe. ``identifiers`` are the categories by which records of two places are known to be about one person.
    """

    version: str
    weights: Mapping[str, float] = field(hash=False)
    join_weights: Mapping[str, float] = field(hash=False)
    counts_from: float
    lowers_below: float
    identifiers: tuple[str, ...]
    all: tuple[Combination, ...]

    def weight(self, member: Member, form: str) -> float:
        """What is left of a member in a form; an unknown form weighs like the raw value."""
        if member.join and form in self.join_weights:
            return self.join_weights[form]
        return self.weights.get(form, 1.0)


@lru_cache(maxsize=1)
def load_combinations() -> Combinations:
    """The shipped ones, read once."""
    return build(read_data("combinations.yaml"))


def build(raw: Any) -> Combinations:
    """Combinations from their YAML values. KeyError where something is missing."""
    sources = raw["sources"]
    return Combinations(
        version=raw["version"],
        weights={form: float(weight) for form, weight in raw["weights"].items()},
        join_weights={form: float(weight) for form, weight in raw["join_weights"].items()},
        counts_from=float(raw["counts_from"]),
        lowers_below=float(raw["lowers_below"]),
        identifiers=tuple(raw["identifiers"]),
        all=tuple(_combination(id, entry, sources) for id, entry in raw["combinations"].items()),
    )


def _combination(id: str, entry: Mapping[str, Any], sources: Mapping[str, str]) -> Combination:
    return Combination(
        id=id,
        label=entry["label"],
        members=tuple(_members(entry["all_of"])),
        severity=entry["severity"],
        why=entry["why"],
        source=sources[entry["source"]],
    )


def _members(rows: Iterable[Any]) -> Iterable[Member]:
    """A member is a category, or a mapping with ``category`` or ``any_of``."""
    for row in rows:
        entry: Mapping[str, Any] = {"category": row} if isinstance(row, str) else row
        categories = entry.get("any_of") or [entry["category"]]
        yield Member(tuple(categories), entry.get("depth", "latest"), entry.get("join", False))
