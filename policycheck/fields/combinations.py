"""Which toxic combinations a set of holdings makes, and which one category to take away to break them.

Two holdings can be joined when they lie at one place, or when their places share an identifier: a hash joins like the
value, a token with the same token only. A place that tells no identifier is taken as joinable, since the vendor's own
records are about somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from policycheck.library.combinations import Combination, Combinations, Member
from policycheck.library.taxonomy import Taxonomy
from policycheck.model.dataclass import dataclass

#: Forms in which an identifier ties records of two places together, by what it has to be equal to.
_TIES = {"raw": "value", "hashed": "value", "tokenised": "token"}


@dataclass(frozen=True, slots=True)
class Holding:
    """One category that a vendor has, in a form and depth, at a place: our dataset, or the vendor's own records.

    ``kind`` is the kind of people, empty when not known. ``justified``: the policy allows it and says why, or the
    vendor's kind needs it.
    """

    category: str
    form: str
    depth: str
    place: str
    kind: str = ""
    justified: bool = False


@dataclass(frozen=True, slots=True)
class Toxic:
    """A combination that is there. ``parts`` has, for each member, the holdings that make it; ``weight`` is that of the
    weakest member."""

    combination: Combination
    parts: tuple[tuple[Holding, ...], ...]
    weight: float

    @property
    def categories(self) -> frozenset[str]:
        """All categories that make it."""
        return frozenset(each.category for part in self.parts for each in part)

    def breakers(self) -> list[tuple[Holding, ...]]:
        """The members that can go: nothing in them is justified."""
        return [part for part in self.parts if not any(each.justified for each in part)]


def toxic(known: Combinations, taxonomy: Taxonomy, holdings: Sequence[Holding]) -> tuple[Toxic, ...]:
    """Every combination that joinable holdings make, the heaviest of each, in the order of the file."""
    found: dict[str, Toxic] = {}
    for group in _joinable(known, taxonomy, holdings):
        for combination in known.all:
            made = _made(known, taxonomy, combination, group)
            old = found.get(combination.id)
            if made and (old is None or made.weight > old.weight):
                found[combination.id] = made
    return tuple(found[each.id] for each in known.all if each.id in found)


def _made(
    known: Combinations, taxonomy: Taxonomy, combination: Combination, holdings: Sequence[Holding]
) -> Toxic | None:
    parts: list[tuple[Holding, ...]] = []
    weights: list[float] = []
    for member in combination.members:
        part = tuple(each for each in holdings if _makes(known, taxonomy, member, each))
        if not part:
            return None
        parts.append(part)
        weights.append(max(known.weight(member, each.form) for each in part))
    return Toxic(combination, tuple(parts), min(weights))


def _makes(known: Combinations, taxonomy: Taxonomy, member: Member, holding: Holding) -> bool:
    return (
        any(taxonomy.covers(category, holding.category) for category in member.any_of)
        and (member.depth == "latest" or holding.depth == member.depth)
        and known.weight(member, holding.form) >= known.counts_from
    )


def _joinable(known: Combinations, taxonomy: Taxonomy, holdings: Sequence[Holding]) -> list[list[Holding]]:
    """The holdings in groups that can be joined, for each kind of people; an unknown kind may be any."""
    kinds = sorted({each.kind for each in holdings if each.kind}) or [""]
    groups: list[list[Holding]] = []
    for kind in kinds:
        mine = [each for each in holdings if each.kind in ("", kind)]
        groups += _tied(mine, lambda each: _ties(known, taxonomy, each))
    return groups


def _tied(holdings: Iterable[Holding], ties: Callable[[Holding], frozenset[str]]) -> list[list[Holding]]:
    places: dict[str, list[Holding]] = {}
    for each in holdings:
        places.setdefault(each.place, []).append(each)
    groups: list[tuple[frozenset[str], list[Holding]]] = []
    loose: list[Holding] = []
    for members in places.values():
        names = frozenset[str]().union(*(ties(each) for each in members))
        if not names:
            loose += members
            continue
        touching = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        names = names.union(*(group[0] for group in touching))
        groups.append((names, [each for group in touching for each in group[1]] + members))
    return [members + loose for _, members in groups] or ([loose] if loose else [])


def _ties(known: Combinations, taxonomy: Taxonomy, holding: Holding) -> frozenset[str]:
    tie = _TIES.get(holding.form)
    names = (each for each in known.identifiers if tie and taxonomy.covers(each, holding.category))
    return frozenset(f"{name} {tie}" for name in names)


@dataclass(frozen=True, slots=True)
class Break:
    """What to take away, and the combinations that end with it. More than one category where a member has several."""

    categories: tuple[str, ...]
    ends: tuple[Toxic, ...]


def breaks(found: Sequence[Toxic], cost: Callable[[str], tuple[int, ...]]) -> tuple[Break, ...]:
    """The fewest members whose removal ends every combination that is not justified.

    First what the policy does not allow, then what ends most, then what costs least: ``cost`` gives, for a category, 0
    or 1 (allowed), and what orders equals. Combinations whose members are all justified are left out: somebody decided
    on them.
    """
    left = [each for each in found if each.breakers()]
    chosen: list[Break] = []
    while left:
        options = {frozenset(each.category for each in part) for one in left for part in one.breakers()}
        ending = {option: tuple(each for each in left if _ends(each, option)) for option in options}

        def rank(option: frozenset[str], ending: Mapping[frozenset[str], tuple[Toxic, ...]] = ending) -> Any:
            costs = sorted(cost(category) for category in option)
            return max(each[0] for each in costs), -len(ending[option]), len(option), costs, sorted(option)

        best = min(options, key=rank)
        chosen.append(Break(tuple(sorted(best)), ending[best]))
        left = [each for each in left if each not in ending[best]]
    return tuple(chosen)


def _ends(combination: Toxic, option: frozenset[str]) -> bool:
    return any({each.category for each in part} <= option for part in combination.breakers())
