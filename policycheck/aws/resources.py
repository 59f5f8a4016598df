"""Resources that some statements take in and others do not, with policy variables treated soundly.

A variable's value is unknown. With a single demand it is an opaque character (equal variables are equal, a star takes
it in, nothing else does). With several demands it is widened to a star where it must match and dropped where it must
not. Both only enlarge the set that is searched, so "no resource" stays a proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from policycheck.aws import telling
from policycheck.aws.actions import may_meet
from policycheck.aws.documents import Statement
from policycheck.aws.globs import PLAIN, SEGMENTS, Budget, Globs, OverBudget, Question, opaque
from policycheck.aws.patterns import ARN_COLONS, COLON_FREE, encode, has_variable, readings_differ, variables_in


#: How many patterns of one group are made into guesses.
GUESSED = 8


@dataclass(slots=True)
class Variables:
    """Names of the variables of one question; their values are looked up when a witness is made."""

    names: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def symbol(self, name: str, default: str | None) -> str:
        return self.names.setdefault((name, default), opaque(len(self.names)))

    def fill(self, text: str, values: dict[str, tuple[str, ...]]) -> str:
        """Replace the symbols in a found resource; a value that is needed and not set is set."""
        for (name, _), symbol in self.names.items():
            if symbol in text:
                value = values.setdefault(name, (telling.variable_value(name),))
                text = text.replace(symbol, value[0])
        return text


@dataclass(frozen=True, slots=True)
class Demand:
    """Statements whose resource language must hold the resource (``inside``) or must not (``outside``)."""

    inside: tuple[Statement, ...]
    outside: tuple[Statement, ...]


class Resources:
    """Searches in both readings of ARN wildcards, with memory."""

    def __init__(self) -> None:
        self.plain = Globs(PLAIN)
        self.segments = Globs(SEGMENTS)

    def find(self, demand: Demand, action: str, reading: str, budget: Budget) -> tuple[str, Variables] | None:
        """An encoded resource (variables as symbols) that satisfies the demand in one reading, None when proved
        that there is none. Raises OverBudget."""
        variables = Variables()
        filled, refused = _Filling(demand, reading, variables).run()
        globs = self.plain if reading == PLAIN else self.segments
        base = min(filled, key=len)
        rest = tuple([group for group in filled if group is not base])
        spent = False
        for pattern in base:
            groups = tuple([tuple([p for p in group if may_meet(p, pattern)]) for group in rest])
            meeting = tuple(dict.fromkeys([p for p in refused if may_meet(p, pattern)]))
            question = Question(((pattern,), *groups), meeting)
            try:
                found = globs.find(question, budget, _guesses(question, action))
            except OverBudget:
                spent = True
                continue
            if found is not None:
                return found, variables
        if spent:
            raise OverBudget
        return None


def _guesses(question: Question, action: str) -> Iterator[str]:
    """Likely answers, from the first patterns of each group: a guess that holds saves the search."""
    for group in question.inside:
        for pattern in group[:GUESSED]:
            yield from telling.guesses(pattern, action)


def differ(demand: Demand) -> bool:
    """Whether the two readings of a wildcard can give different answers."""
    return any(readings_differ(pattern) for s in (*demand.inside, *demand.outside) for pattern in s.resources or ())


@dataclass(slots=True)
class _Filling:
    """Turns the pattern lists of a demand into encoded ones: larger where they must match, smaller where not."""

    demand: Demand
    reading: str
    variables: Variables
    single: bool = True

    def run(self) -> tuple[list[tuple[str, ...]], list[str]]:
        """(groups that must each match, patterns that must not)."""
        inside: list[Statement] = []
        outside: list[Statement] = []
        for wanted, statements in ((True, self.demand.inside), (False, self.demand.outside)):
            for statement in statements:
                (inside if statement.not_resource != wanted else outside).append(statement)
        self.single = len(inside) <= 1
        groups = [self._patterns(statement, must=True) for statement in inside] or [("*",)]
        return groups, [pattern for statement in outside for pattern in self._patterns(statement, must=False)]

    def _patterns(self, statement: Statement, must: bool) -> tuple[str, ...]:
        written = statement.resources or ("*",)
        if not statement.variables:
            return written
        filled = [self._encode(text, must) if "${" in text else text for text in written]
        return tuple([pattern for pattern in filled if pattern is not None])

    def _encode(self, text: str, must: bool) -> str | None:
        symbol = self.variables.symbol
        if not has_variable(text):
            return encode(text, True, symbol)
        if self.reading == SEGMENTS and (at := _shifting(text)) >= 0:
            return (encode(text[:at], True, symbol) or "") + "*" if must else None
        if self.single:
            return encode(text, True, symbol)
        return encode(text, True, lambda name, default: "*") if must else None


def _shifting(text: str) -> int:
    """Where a variable stands before the fifth colon whose value may hold colons; -1 when there is none."""
    for name, at in variables_in(text):
        if text.count(":", 0, at) - text[:at].count("${aws:") < ARN_COLONS and name not in COLON_FREE:
            return at
    return -1
