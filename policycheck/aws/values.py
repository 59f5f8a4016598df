"""One context key: is there a value that satisfies these clauses and none of those, and an example of it.

Exact for text (string languages), numbers and dates (intervals), addresses (CIDR sets), booleans, presence and set
operators; ``Unknown`` is raised where it is not. A value is a string, a tuple (a list of two or more) or MISSING.
Typed operators name the type of their key, so only values of that type are looked at, tags aside.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from policycheck.aws import keys, telling
from policycheck.aws.documents import Clause
from policycheck.aws.globs import AS_FOLDED, AS_SEGMENTS, MIXED, Budget, Globs, Question
from policycheck.aws.operators import NEGATED, boolean, holds, moment, network, number
from policycheck.aws.patterns import decode, encode, has_variable, literal, shifting
from policycheck.aws.symbols import Symbols, Value
from policycheck.model.dataclass import dataclass

MISSING: Final = ()
_WIDE = "\ue003"
_UNIVERSE = Clause("StringEquals", "", ("true", "false"))
_IPS: tuple[str, ...] = ("192.0.2.10", "198.51.100.7", "203.0.113.9", "2001:db8::1", "10.0.0.1")
_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)


NEUTRAL = {"number": "NumericEquals", "date": "DateEquals", "ip": "IpAddress", "bool": "Bool"}
"""An operator of each type; without values it holds for nothing."""


class Unknown(Exception):
    """The clauses cannot be compared exactly; the message says why."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A clause that must hold, or must not. ``variables``: policy variables in its values are replaced."""

    clause: Clause
    wanted: bool
    variables: bool


class KeySolver:
    """Solves one key at a time, with memory."""

    def __init__(self, symbols: Symbols) -> None:
        self._globs = Globs(MIXED)
        self._symbols = symbols
        self._memory: dict[tuple[str, frozenset[Demand], bool], Value | None] = {}

    def solve(self, key: str, demands: frozenset[Demand], several: bool, budget: Budget) -> Value | None:
        """A value, MISSING, or None when it is proved that there is none. ``several``: the key may hold a list.

        Raises Unknown and OverBudget.
        """
        memory = (key, demands, several)
        if memory not in self._memory:
            self._memory[memory] = self._solve(key, demands, several, budget)
        return self._memory[memory]

    def _solve(self, key: str, demands: frozenset[Demand], several: bool, budget: Budget) -> Value | None:
        ordered = sorted(demands, key=lambda d: (d.clause.operator, d.clause.values, d.wanted))
        missing = all(holds(d.clause, {}, d.variables) == d.wanted for d in ordered)
        if missing and key not in keys.PRESENT:
            return MISSING
        present = [d for d in ordered if d.clause.operator != "Null"]
        if any(("false" in _lower(d.clause)) != d.wanted for d in ordered if d.clause.operator == "Null"):
            return MISSING if missing else None
        found: Value | None
        try:
            found = self._single(key, present, budget)
            if found is None and several:
                found = self._several(key, present, budget)
        except Unknown:
            if missing:
                return MISSING
            raise
        return MISSING if found is None and missing else found

    def _single(self, key: str, demands: Sequence[Demand], budget: Budget, avoid: str | None = None) -> str | None:
        """One value for which every clause, read for a single value, is as wanted."""
        families = {family(d.clause.operator) for d in demands}
        texts = [d for d in demands if family(d.clause.operator) in ("text", "bool")]
        if families <= {"text", "bool"}:
            typed = key in keys.BOOLEAN or (families == {"bool"} and not keys.is_tag(key))
            return self._text(key, texts, typed, budget, avoid)
        if len(families) == 1:
            (kind,) = families
            return _first(key, demands, _candidates(kind, key, demands), avoid)
        finite = _finite(texts)
        if finite is not None:
            return _first(key, demands, finite, avoid)
        guess = [c for kind in sorted(families - {"text", "bool"}) for c in _candidates(kind, key, demands)]
        found = _first(key, demands, [*guess, "true", "false"], avoid)
        if found is None:
            raise Unknown("operators of different types on one condition key")
        return found

    def _several(self, key: str, demands: Sequence[Demand], budget: Budget) -> tuple[str, ...] | None:
        """A list of two values or more. Clauses without a set operator never hold for a list."""
        sets = [d for d in demands if d.clause.quantifier]
        plain = [d for d in demands if not d.clause.quantifier]
        if any(d.wanted for d in plain):
            return None
        every = [d for d in sets if (d.clause.quantifier == "ForAllValues") == d.wanted]
        some = [d for d in sets if d not in every]
        values: list[str] = []
        for demand in some:
            if any(_first(key, [demand], [value], None) for value in values):
                continue
            found = self._single(key, [*every, demand], budget)
            if found is None:
                return None
            values.append(found)
        if not values:
            found = self._single(key, every, budget)
            if found is None:
                return None
            values.append(found)
        values = list(dict.fromkeys(values))
        if len(values) == 1:
            other = self._single(key, every, budget, avoid=values[0])
            if other is None:
                if plain:
                    raise Unknown("a list of one value under an operator without ForAllValues or ForAnyValue")
                return None
            values.append(other)
        return tuple(values)

    def _text(self, key: str, demands: Sequence[Demand], typed: bool, budget: Budget, avoid: str | None) -> str | None:
        inside = [d for d in demands if d.wanted != (d.clause.operator in NEGATED)]
        outside = [d for d in demands if d not in inside]
        single = len(inside) + typed <= 1
        groups = [self._patterns(d, must=True, single=single) for d in inside]
        if typed:
            groups.append(self._patterns(Demand(_UNIVERSE, True, False), must=True, single=False))
        refused = [p for d in outside for p in self._patterns(d, must=False, single=single)]
        if avoid is not None:
            refused.append(literal(avoid))
        question = Question(tuple(groups), tuple(dict.fromkeys(refused)))
        if any(not group for group in groups):
            return None
        exact = min((g for g in groups if _is_finite(g)), key=len, default=None)
        if exact is not None:
            found = next((text for text in exact if self._globs.accepts(question, text)), None)
        else:
            found = self._globs.find(question, budget, _guesses(key, groups))
        return None if found is None else decode(found)

    def _patterns(self, demand: Demand, must: bool, single: bool) -> tuple[str, ...]:
        operator = demand.clause.operator
        exact = not operator.endswith("Like") and not operator.startswith("Arn")
        tag = ""
        if operator.startswith("Arn"):
            tag = AS_SEGMENTS
        elif operator.endswith("IgnoreCase") or operator == "Bool":
            tag = AS_FOLDED
        variables = demand.variables and operator != "Bool"
        found: list[str] = []
        for value in demand.clause.values:
            if operator == "Bool" and boolean(value) is None:
                continue
            wide = variables and has_variable(value) and not (single and _steady(tag, value))
            if wide and (tag or not must):
                found += ["*"] if must else []
                continue
            text = encode(value, variables, _widened if wide else self._symbols.symbol) or ""
            found.append(tag + (literal(text) if exact else text).replace(_WIDE, "*"))
        return tuple(dict.fromkeys(found))


def _widened(name: str, default: str | None) -> str:
    return _WIDE


def _steady(tag: str, value: str) -> bool:
    """Whether an opaque character may stand for a variable: not where letter case folds or segments could shift."""
    return not tag or (tag == AS_SEGMENTS and shifting(value) < 0)


def example(operator: str) -> str:
    """A value of the type that an operator works on; empty for text."""
    return {"number": "1", "date": "2026-01-01T00:00:00Z", "ip": _IPS[0], "bool": "true", "text": ""}[family(operator)]


def _lower(clause: Clause) -> set[str]:
    return {value.lower() for value in clause.values}


def family(operator: str) -> str:
    """The type of values that an operator compares."""
    if operator.startswith("Numeric"):
        return "number"
    if operator.startswith("Date"):
        return "date"
    if operator.endswith("IpAddress"):
        return "ip"
    return "bool" if operator == "Bool" else "text"


def _is_finite(patterns: Iterable[str]) -> bool:
    return all(
        not p.startswith(AS_FOLDED) and "*" not in p and "?" not in p and not p.startswith(AS_SEGMENTS)
        for p in patterns
    )


def _finite(demands: Sequence[Demand]) -> list[str] | None:
    """Values one of which the key must have, None when it need not."""
    for demand in demands:
        clause = demand.clause
        must = demand.wanted and clause.operator in ("StringEquals", "BinaryEquals")
        if must and not (demand.variables and any("${" in value for value in clause.values)):
            return list(clause.values)
    return None


def _first(key: str, demands: Sequence[Demand], candidates: Iterable[str], avoid: str | None) -> str | None:
    """The first candidate for which every clause, read for a single value, is as wanted."""
    for candidate in candidates:
        if candidate != avoid and all(
            holds(replace(d.clause, quantifier="", key=key), {key: candidate}, d.variables) == d.wanted for d in demands
        ):
            return candidate
    return None


def _guesses(key: str, groups: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield literal(telling.variable_value(key))
    for group in groups:
        for pattern in group:
            bare = pattern.lstrip(AS_FOLDED + AS_SEGMENTS)
            yield bare.replace("*", "example").replace("?", "x")
            yield bare.replace("*", "").replace("?", "x")


def _candidates(kind: str, key: str, demands: Sequence[Demand]) -> list[str]:
    """Values among which there is one of each kind that the clauses can tell apart."""
    values = [value for d in demands if family(d.clause.operator) == kind for value in d.clause.values]
    junk = ["example"] if keys.is_tag(key) else []
    if kind == "ip":
        return _addresses(values) + junk
    if kind == "number":
        return [f"{point:f}" for point in _points([number(value) for value in values])] + junk
    return [_spell_moment(point) for point in _points([moment(value) for value in values])] + junk


def _points(bounds: Iterable[Decimal | None]) -> list[Decimal]:
    """Every bound, a point between each two, one below and one above all."""
    known = sorted({bound for bound in bounds if bound is not None})
    if not known:
        return [Decimal(0)]
    between = [_between(low, high) for low, high in pairwise(known)]
    return [*known, known[0] - 1, known[-1] + 1, *between]


def _between(low: Decimal, high: Decimal) -> Decimal:
    whole = (low + 1).to_integral_value(rounding="ROUND_FLOOR")
    return whole if low < whole < high else (low + high) / 2


def _spell_moment(seconds: Decimal) -> str:
    try:
        moment_ = _ORIGIN + timedelta(seconds=int(seconds // 1))
    except OverflowError:
        return f"{seconds:f}"
    fraction = seconds % 1
    tail = f"{fraction:f}".partition(".")[2].rstrip("0")[:18]
    text = moment_.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{text}.{tail}Z" if tail else f"{text}Z"


def _addresses(values: Iterable[str]) -> list[str]:
    """Familiar addresses, then the first address of every range and the first behind it, and of both families."""
    found: list[str] = list(_IPS)
    for value in values:
        net = network(value)
        if net is not None:
            found.append(str(net.network_address))
            behind = int(net.broadcast_address) + 1
            if behind < 1 << net.max_prefixlen:
                kind = ipaddress.IPv4Address if net.version == 4 else ipaddress.IPv6Address
                found.append(str(kind(behind)))
    return [*found, "0.0.0.0", "::"]
