"""A request context that satisfies some conditions and breaks others, or the proof that there is none.

Each blocking condition is a conjunction and is broken by breaking one clause of it, so the search picks a clause for
every blocking condition and asks the solver of that clause's key whether all that is demanded of it can be met. A
negated clause with a policy variable also breaks when the variable has no value.
"""

from __future__ import annotations

from collections.abc import Sequence

from policycheck.aws.documents import Clause
from policycheck.aws.globs import Budget
from policycheck.aws.operators import NEGATED, holds
from policycheck.aws.patterns import unresolvable
from policycheck.aws.symbols import Symbols, Value
from policycheck.aws.values import MISSING, NEUTRAL, Demand, KeySolver, Unknown, family
from policycheck.model.dataclass import dataclass

Conjunct = tuple[Clause, bool]
"""A clause and whether its policy variables are replaced."""
Conditions = frozenset[Conjunct]
Demands = dict[str, frozenset[Demand]]
Values = dict[str, Value]
_STEP = 5


@dataclass(frozen=True, slots=True)
class Scope:
    """What one comparison shares: its budget, and the keys that may hold lists."""

    budget: Budget
    several: frozenset[str]


class ContextSolver:
    """Conditions over all keys, with memory."""

    def __init__(self, symbols: Symbols) -> None:
        self.keys = KeySolver(symbols)
        self._symbols = symbols
        self._memory: dict[tuple[Conditions, frozenset[Conditions], frozenset[str]], dict[str, Value] | None] = {}

    def solve(self, wanted: Conditions, blocking: Sequence[Conditions], scope: Scope) -> dict[str, Value] | None:
        """Values for the keys that matter; None when it is proved that every context that satisfies ``wanted``
        satisfies one of ``blocking`` too. Raises Unknown and OverBudget."""
        memory = (wanted, frozenset(blocking), scope.several)
        if memory not in self._memory:
            self._memory[memory] = _Search(self.keys, scope).run(wanted, blocking)
        found = self._memory[memory]
        return None if found is None else dict(found)

    def implied(self, wanted: Conditions, other: Conditions, scope: Scope) -> bool:
        """Whether every context that satisfies ``wanted`` satisfies ``other``; False also when that is unknown."""
        if other <= wanted:
            return True
        try:
            return self.solve(wanted, [other], scope) is None
        except Unknown:
            return False

    def possible(self, wanted: Conditions, other: Conditions, scope: Scope) -> bool:
        """Whether a context can satisfy both; True also when that is unknown."""
        try:
            return self.solve(wanted | other, (), scope) is not None
        except Unknown:
            return True

    def fill(self, context: dict[str, Value], spare: str = "") -> dict[str, tuple[str, ...]]:
        """Replace the symbols of policy variables in the values; missing keys are left out."""
        for key in list(context):
            value = context[key]
            if isinstance(value, str):
                context[key] = self._symbols.fill(value, context, spare)
            else:
                context[key] = tuple([self._symbols.fill(item, context, spare) for item in value])
        return {key: (v,) if isinstance(v, str) else v for key, v in context.items() if v != MISSING}


class _Search:
    """Depth-first choice of the clause to break in each blocking condition."""

    def __init__(self, keys: KeySolver, scope: Scope) -> None:
        self._keys = keys
        self._scope = scope
        self._unknown: Unknown | None = None
        self._neutral: dict[str, Demand] = {}

    def run(self, wanted: Conditions, blocking: Sequence[Conditions]) -> dict[str, Value] | None:
        self._neutral = _typed([pair for conditions in (wanted, *blocking) for pair in conditions])
        demands: Demands = {}
        for clause, variables in wanted:
            demand = Demand(clause, True, variables)
            demands[clause.key] = demands.get(clause.key, self._start(clause.key)) | {demand}
        values: Values = {}
        doubt: Unknown | None = None
        for key, own in demands.items():
            try:
                value = self._solve(key, own)
            except Unknown as error:
                doubt = error
                continue
            if value is None:
                return None
            values[key] = value
        if doubt:
            raise doubt
        found = self._break(sorted(set(blocking), key=len), demands, values)
        if found is None and self._unknown:
            raise self._unknown
        return found

    def _start(self, key: str) -> frozenset[Demand]:
        return frozenset([self._neutral[key]]) if key in self._neutral else frozenset()

    def _solve(self, key: str, demands: frozenset[Demand]) -> Value | None:
        return self._keys.solve(key, demands, key in self._scope.several, self._scope.budget)

    def _break(self, blocking: Sequence[Conditions], demands: Demands, values: Values) -> Values | None:
        """Values under which no blocking condition holds. Each step takes one that holds and tries its clauses."""
        pending = [(demands, values)]
        while pending:
            demands, values = pending.pop()
            self._scope.budget.spend(_STEP + len(blocking))
            first = next((conditions for conditions in blocking if _hold(conditions, demands, values)), None)
            if first is None:
                return {key: v for key, v in values.items() if v != MISSING or _is_absent(key, demands)}
            steps = [
                self._demanding(wanted, demands, values)
                for clause, variables in _ordered(first)
                for wanted in _breaks(clause, variables)
            ]
            pending += [step for step in reversed(steps) if step is not None]
        return None

    def _demanding(self, more: Sequence[Demand], demands: Demands, values: Values) -> tuple[Demands, Values] | None:
        """The demands and values with some more demands; None when that cannot be."""
        demands, values = dict(demands), dict(values)
        for demand in more:
            key = demand.clause.key
            demands[key] = demands.get(key, self._start(key)) | {demand}
            try:
                value = self._solve(key, demands[key])
            except Unknown as error:
                self._unknown = error
                return None
            if value is None:
                return None
            values[key] = value
        return demands, values


def _typed(pairs: Sequence[Conjunct]) -> dict[str, Demand]:
    """For keys that are used with one type of operator only: a demand that any value of that type meets."""
    used: dict[str, set[str]] = {}
    for clause, _ in pairs:
        if clause.operator != "Null":
            used.setdefault(clause.key, set()).add(family(clause.operator))
    return {
        key: Demand(Clause(NEUTRAL[name], key, ()), False, False)
        for key, names in used.items()
        if len(names) == 1 and (name := next(iter(names))) in NEUTRAL
    }


def _there(key: str, wanted: bool) -> Demand:
    """That a key is in the request, or is not."""
    return Demand(Clause("Null", key, ("true",)), not wanted, False)


def _breaks(clause: Clause, variables: bool) -> list[tuple[Demand, ...]]:
    """Demands each of which keeps a clause from holding."""
    steps: list[tuple[Demand, ...]] = [(Demand(clause, False, variables),)]
    if variables and clause.operator in NEGATED:
        names = dict.fromkeys(name for value in clause.values for name in unresolvable(value))
        steps += [(_there(clause.key, True), _there(name, False)) for name in names if name != clause.key]
    return steps


def _broken(clause: Clause, variables: bool, demands: Demands) -> bool:
    if Demand(clause, False, variables) in demands.get(clause.key, ()):
        return True
    if not variables or clause.operator not in NEGATED:
        return False
    return any(all(d in demands.get(d.clause.key, ()) for d in step) for step in _breaks(clause, variables)[1:])


def _is_absent(key: str, demands: Demands) -> bool:
    """Whether some demand keeps the key out of the request."""
    return any(
        d.clause.operator == "Null" and ("true" in {v.lower() for v in d.clause.values}) == d.wanted
        for d in demands.get(key, ())
    )


def _ordered(conditions: Conditions) -> list[Conjunct]:
    return sorted(conditions, key=lambda pair: (pair[0].key, pair[0].operator, pair[0].values))


def _hold(conditions: Conditions, demands: Demands, values: Values) -> bool:
    """Whether a blocking condition holds, or may hold, under the values found so far."""
    return all(
        not _broken(clause, variables, demands) and (variables or holds(clause, values, False))
        for clause, variables in conditions
    )
