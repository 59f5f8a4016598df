"""Requests that some statements allow and others do not take away: the search behind every comparison.

A case asks for a request that all ``positives`` take in and no ``blocking`` statement does. Statements are boxes:
action set x resource language x condition. The search works component by component and lazily. It picks an action and
sees which blocking statements take it in; it picks a resource that escapes those of them whose condition always holds;
it asks for a context that escapes the others that take in the resource. Whenever there is none, the blocking
statements that proved it settle everything that all of them take in, so the search goes on outside one of them only.
A witness is a candidate until the case's ``verify`` has run the evaluator on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace

from policycheck.aws import telling
from policycheck.aws.actions import ActionIndex, ActionPicker, bits, entries
from policycheck.aws.contexts import Conditions, ContextSolver, Scope
from policycheck.aws.documents import Statement
from policycheck.aws.given import fitted
from policycheck.aws.globs import DOCUMENTED, PLAIN, SEGMENTS, OverBudget
from policycheck.aws.patterns import decode, variables_in
from policycheck.aws.resources import Demand, Resources, differ, may_meet
from policycheck.aws.symbols import Symbols, Value, has_symbol
from policycheck.aws.values import Unknown, example
from policycheck.aws.vocabulary import Vocabulary, likelier, spelled
from policycheck.model.dataclass import dataclass
from policycheck.model.verdict import Witness

OUT_OF_BUDGET = "budget"
CROSSING = "a wildcard that may or may not cross a colon of the ARN"
UNMADE = "a condition or policy variable for which no request could be made up"
_STEP = 20


@dataclass(frozen=True, slots=True)
class Case:
    """``verify`` tells whether a witness really is a difference, in every reading of wildcards; ``known`` is what holds
    of every request that all ``positives`` take in."""

    positives: tuple[Statement, ...]
    blocking: ActionIndex
    verify: Callable[[Witness], bool]
    known: Conditions = frozenset()
    conditions: Conditions = field(init=False)
    written: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        given = [statement.conjuncts for statement in self.positives]
        given += [self.known] if self.known else []
        object.__setattr__(self, "conditions", given[0] if len(given) == 1 else frozenset().union(*given))
        object.__setattr__(self, "written", tuple([text for s in self.positives for text in s.spelled]))


@dataclass(slots=True)
class Findings:
    """Verified witnesses with the rank of their action, and why parts stayed open."""

    witnesses: dict[Witness, int] = field(default_factory=dict)
    open: dict[str, None] = field(default_factory=dict)
    enough: int = 3

    @property
    def full(self) -> bool:
        """Whether there are as many witnesses as anybody wants."""
        return len(self.witnesses) >= self.enough


@dataclass(slots=True)
class Outcome:
    """``witness``, or ``core``: the blocking statements (a mask) that prove that there is none, or a ``reason``."""

    witness: Witness | None = None
    core: int = 0
    reason: str = ""


class Searcher:
    """Runs cases; keeps automata and answers between them."""

    def __init__(self, known: Vocabulary | None = None) -> None:
        symbols = Symbols()
        self.known = known
        self.actions = ActionPicker(known)
        self.resources = Resources(symbols)
        self.contexts = ContextSolver(symbols)
        self.symbols = symbols

    def run(self, case: Case, scope: Scope, findings: Findings) -> None:
        """Add what one case yields to ``findings``."""
        exact, patterns, rest = entries(case.positives)
        groups: dict[int, str] = {}
        for action in exact:
            mask = case.blocking.mask(action)
            best = groups.get(mask)
            if best is None or (_rank(action), action) < (_rank(best), best):
                groups[mask] = action
        for mask, action in sorted(groups.items(), key=lambda pair: (_rank(pair[1]), pair[1])):
            if findings.full:
                return
            _note(_Settling(self, case, action, mask, scope).run(), findings, action)
        for pattern in patterns:
            if findings.full:
                return
            self._pattern(case, pattern, rest, scope, findings)

    def _pattern(self, case: Case, pattern: str, rest: tuple[Statement, ...], scope: Scope, findings: Findings) -> None:
        pending, seen = [0], {0}
        while pending:
            excluded = pending.pop()
            statements = [case.blocking.statements[j] for j in bits(excluded)]
            try:
                scope.budget.spend(_STEP)
                action = self.actions.pick(pattern, rest, statements, scope.budget)
            except OverBudget:
                findings.open[OUT_OF_BUDGET] = None
                return
            if action is None:
                continue
            outcome = _Settling(self, case, action, case.blocking.mask(action), scope).run()
            _note(outcome, findings, action)
            if outcome.witness:
                return
            for j in bits(outcome.core):
                further = excluded | (1 << j)
                if further not in seen:
                    seen.add(further)
                    pending.append(further)


class _Settling:
    """Resource and context for one action of a case, blocked by the statements in ``mask``."""

    def __init__(self, searcher: Searcher, case: Case, action: str, mask: int, scope: Scope) -> None:
        self._searcher = searcher
        self._case = case
        self._action = action
        self._mask = mask
        self._scope = scope
        self._reasons: dict[str, None] = {}
        self._core = 0

    def run(self) -> Outcome:
        try:
            certain, conditional = self._sorted()
            witness, proved = self._explore(certain, conditional, PLAIN)
            if witness is None and differ(self._demand(certain | conditional)):
                witness = self._reread(certain, conditional, proved)
        except OverBudget:
            return Outcome(core=self._mask, reason=OUT_OF_BUDGET)
        if witness:
            return Outcome(witness=witness)
        if self._reasons:
            return Outcome(core=self._mask, reason="; ".join(self._reasons))
        return Outcome(core=self._core)

    def _reread(self, certain: int, conditional: int, proved: bool) -> Witness | None:
        """A witness in the other readings of wildcards, all of which must agree with the plain one."""
        for reading in (SEGMENTS, DOCUMENTED):
            witness, agreed = self._explore(certain, conditional, reading)
            if witness:
                return witness
            if proved != agreed:
                self._reasons = {CROSSING: None}
        return None

    def _statement(self, j: int) -> Statement:
        return self._case.blocking.statements[j]

    def _demand(self, mask: int) -> Demand:
        return Demand(self._case.positives, tuple([self._statement(j) for j in bits(mask)]))

    def _sorted(self) -> tuple[int, int]:
        """Masks of the blocking statements whose condition always holds here, and of those where it may."""
        certain = conditional = 0
        given, contexts = self._case.conditions, self._searcher.contexts
        for j in bits(self._mask):
            own = self._statement(j).conjuncts
            if own <= given or contexts.implied(given, own, self._scope):
                certain |= 1 << j
            elif contexts.possible(given, own, self._scope):
                conditional |= 1 << j
        return certain, conditional

    def _explore(self, certain: int, conditional: int, reading: str) -> tuple[Witness | None, bool]:
        """(verified witness, whether it is proved that there is none) in one reading of wildcards."""
        proved = True
        pending, seen = [0], {0}
        while pending:
            avoided = pending.pop()
            self._scope.budget.spend(_STEP)
            demand = self._demand(certain | avoided)
            resource = self._searcher.resources.find(demand, self._action, reading, self._scope.budget)
            self._use(certain | avoided)
            if resource is None:
                continue
            met = [
                j
                for j in bits(conditional & ~avoided)
                if self._searcher.resources.takes_in(self._statement(j), resource, reading)
            ]
            witness, needed = self._context(resource, met)
            if witness:
                return witness, False
            if needed is None:
                proved, needed = False, met
            for j in needed:
                self._core |= 1 << j
                if avoided | (1 << j) not in seen:
                    seen.add(avoided | (1 << j))
                    pending.append(avoided | (1 << j))
        return None, proved

    def _use(self, mask: int) -> None:
        for j in bits(mask):
            statement = self._statement(j)
            if statement.not_resource or any(p.not_resource or may_meet(statement, p) for p in self._case.positives):
                self._core |= 1 << j

    def _context(self, resource: str, met: list[int]) -> tuple[Witness | None, list[int] | None]:
        """A verified witness for the resource, else the conditional statements that leave no context (None: open)."""
        given, contexts = self._case.conditions, self._searcher.contexts
        try:
            found = contexts.solve(given, [self._statement(j).conjuncts for j in met], self._scope)
            if found is None:
                return None, self._shrunk(met)
        except Unknown as error:
            self._reasons[str(error)] = None
            return None, None
        for context in self._spellings(found):
            for spare in ("", telling.SPARE) if has_symbol(resource, context) else ("",):
                witness = self._witness(resource, dict(context), spare)
                for each in fitted(witness):
                    if self._case.verify(each):
                        return self._told(each), None
        self._reasons[UNMADE] = None
        return None, None

    def _told(self, witness: Witness) -> Witness:
        """The witness in the words of the catalogue, with a resource such as its action takes where one will do."""
        known = self._searcher.known
        if known is None:
            return witness
        witness = replace(witness, action=spelled(known, witness))
        others = (decode(resource) for resource in likelier(known, witness, self._case.positives))
        for other in (each for resource in others for each in fitted(replace(witness, resource=resource))):
            if other == witness or self._case.verify(other):
                return other
        return witness

    def _spellings(self, context: dict[str, Value]) -> Iterator[dict[str, Value]]:
        """The context with a value of the right type where any value would do, then as found, then with values for
        policy variables that it leaves open."""
        typed, names = dict(context), dict[str, None]()
        for statement in (*self._case.positives, *[self._statement(j) for j in bits(self._mask)]):
            names.update(dict.fromkeys(_variables(statement)))
            for clause in statement.clauses:
                if typed.get(clause.key) == telling.variable_value(clause.key):
                    typed[clause.key] = example(clause.operator) or typed[clause.key]
        yield from [context] if typed == context else [typed, context]
        left = [name for name in names if name not in context]
        for open_ in (left, *[[name] for name in left]) if left else ():
            yield {**context, **dict.fromkeys(open_, telling.SPARE)}
            yield {**context, **{name: telling.variable_value(name) for name in open_}}

    def _shrunk(self, met: list[int]) -> list[int]:
        """Fewer of the statements that still leave no context."""
        needed = list(met)
        for j in met:
            fewer = [k for k in needed if k != j]
            conditions = [self._statement(k).conjuncts for k in fewer]
            try:
                if self._searcher.contexts.solve(self._case.conditions, conditions, self._scope) is None:
                    needed = fewer
            except Unknown:
                continue
        return needed

    def _witness(self, resource: str, context: dict[str, Value], spare: str) -> Witness:
        filled = self._searcher.symbols.fill(resource, context, spare)
        values = self._searcher.contexts.fill(context, spare)
        spelled = telling.spelling(self._action, self._case.written)
        return Witness(spelled, decode(filled), tuple(sorted(values.items())))


def _variables(statement: Statement) -> Iterator[str]:
    """The policy variables of a statement, in lower case."""
    if statement.variables:
        texts = (*(statement.resources or ()), *[value for clause in statement.clauses for value in clause.values])
        yield from [name for text in texts if "${" in text for name in variables_in(text)]


def _note(outcome: Outcome, findings: Findings, action: str) -> None:
    if outcome.witness:
        findings.witnesses.setdefault(outcome.witness, _rank(action))
    elif outcome.reason:
        findings.open.update(dict.fromkeys(outcome.reason.split("; ")))


def _rank(action: str) -> int:
    return telling.RANK.get(action, len(telling.RANK))
