"""Resources that some statements take in and others do not, with policy variables treated soundly.

A variable's value is unknown. With a single demand it is an opaque character (equal variables are equal, a star takes
it in, nothing else does). With several demands it is widened to a star where it must match and dropped where it must
not. Both only enlarge the set that is searched, so "no resource" stays a proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.aws import telling
from policycheck.aws.actions import head
from policycheck.aws.documents import Statement
from policycheck.aws.globs import DOCUMENTED, PLAIN, SEGMENTS, Budget, Globs, OverBudget, Question
from policycheck.aws.patterns import (
    encode,
    has_variable,
    readings_differ,
    shifting,
)
from policycheck.aws.symbols import Symbols
from policycheck.model.dataclass import dataclass

GUESSED = 8
"""How many patterns of one group are made into guesses."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Statements whose resource language must hold the resource (``inside``) or must not (``outside``)."""

    inside: tuple[Statement, ...]
    outside: tuple[Statement, ...]


class Resources:
    """Searches in each reading of ARN wildcards, with memory."""

    def __init__(self, symbols: Symbols) -> None:
        self._globs = {mode: Globs(mode) for mode in (PLAIN, SEGMENTS, DOCUMENTED)}
        self._symbols = symbols

    def find(self, demand: Demand, action: str, reading: str, budget: Budget) -> str | None:
        """An encoded resource (variables as symbols) that satisfies the demand in one reading; None when proved
        that there is none. Raises OverBudget."""
        filled, refused = _Filling(demand, reading, self._symbols).run()
        if len(filled) > 1 and any("${" in text for s in demand.inside for text in s.resources or ()):
            whole = Question(tuple(filled), refused)
            for statement in demand.inside:
                if not statement.not_resource:
                    fewer = Demand((statement,), tuple([s for s in demand.outside if not s.not_resource]))
                    found = self._search(*_Filling(fewer, reading, self._symbols).run(), action, reading, budget)
                    if found is None or self._globs[reading].accepts(whole, found):
                        return found
        return self._search(filled, refused, action, reading, budget)

    def _search(
        self, filled: list[tuple[str, ...]], refused: tuple[str, ...], action: str, reading: str, budget: Budget
    ) -> str | None:
        base = min(filled, key=len)
        rest = [group for group in filled if group is not base]
        spent = False
        for pattern in base:
            start = head(pattern)
            groups = tuple([_meeting(group, start) for group in rest])
            question = Question(((pattern,), *groups), _meeting(refused, start))
            try:
                found = self._globs[reading].find(question, budget, _guesses(question, action))
            except OverBudget:
                spent = True
                continue
            if found is not None:
                return found
        if spent:
            raise OverBudget
        return None

    def takes_in(self, statement: Statement, resource: str, reading: str) -> bool:
        """Whether a statement takes in a found resource, symbols included."""
        globs = self._globs[reading]
        symbol = self._symbols.symbol
        hit = any(
            globs.matches(encode(text, statement.variables, symbol) or "", resource)
            for text in statement.resources or ("*",)
        )
        return hit != statement.not_resource


def _meeting(patterns: tuple[str, ...], start: str) -> tuple[str, ...]:
    """Those that can match something that begins like ``start``, judged by what stands before the first wildcard."""
    return tuple([p for p in patterns if start.startswith(own := head(p)) or own.startswith(start)])


def may_meet(one: Statement, other: Statement) -> bool:
    """False only when no resource can be in both statements' pattern lists."""
    heads = {head(text.partition("${")[0]) for text in one.resources or ("*",)}
    starts = {head(text.partition("${")[0]) for text in other.resources or ("*",)}
    return any(a.startswith(b) or b.startswith(a) for a in heads for b in starts)


def _guesses(question: Question, action: str) -> Iterator[str]:
    """Likely answers, from the first patterns of each group: a guess that holds saves the search."""
    for group in question.inside:
        for pattern in group[:GUESSED]:
            yield from telling.guesses(pattern, action)


def differ(demand: Demand) -> bool:
    """Whether the readings of a wildcard can give different answers."""
    return any(
        readings_differ(text) or ("${" in text and s.variables and shifting(text) >= 0)
        for s in (*demand.inside, *demand.outside)
        for text in s.resources or ()
    )


@dataclass(slots=True)
class _Filling:
    """Turns the pattern lists of a demand into encoded ones: larger where they must match, smaller where not."""

    demand: Demand
    reading: str
    symbols: Symbols
    single: bool = True

    def run(self) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
        """(groups that must each match, patterns that must not)."""
        inside: list[Statement] = []
        outside: list[Statement] = []
        for wanted, statements in ((True, self.demand.inside), (False, self.demand.outside)):
            for statement in statements:
                (inside if statement.not_resource != wanted else outside).append(statement)
        self.single = len(inside) <= 1
        groups = [self._patterns(statement, must=True) for statement in inside] or [("*",)]
        refused = dict.fromkeys([p for statement in outside for p in self._patterns(statement, must=False)])
        return groups, tuple(refused)

    def _patterns(self, statement: Statement, must: bool) -> tuple[str, ...]:
        written = statement.resources or ("*",)
        if not statement.variables:
            return written
        filled = [self._encode(text, must) if "${" in text else text for text in written]
        return tuple([pattern for pattern in filled if pattern is not None])

    def _encode(self, text: str, must: bool) -> str | None:
        symbol = self.symbols.symbol
        if not has_variable(text):
            return encode(text, True, symbol)
        if self.reading != PLAIN and (at := shifting(text)) >= 0:
            return (encode(text[:at], True, symbol) or "") + "*" if must else None
        if self.single:
            return encode(text, True, symbol)
        return encode(text, True, lambda name, default: "*") if must else None
