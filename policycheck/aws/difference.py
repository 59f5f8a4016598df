"""Requests that some statements allow and others do not take away: the search behind every comparison.

A case asks for a request that all ``positives`` take in and no ``blocking`` statement does. Statements are boxes:
action set x resource language x condition. The search works component by component and lazily: pick an action, see
which blocking statements take it in, try to find a resource that escapes these; when there is none, the blocking
statements that proved it also settle every other action that all of them take in, so only actions outside one of them
are left. What is found is only a candidate: the caller's ``verify`` runs the evaluator on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from policycheck.aws import telling
from policycheck.aws.actions import ActionIndex, ActionPicker, bits, entries, may_meet
from policycheck.aws.contexts import Values, satisfying
from policycheck.aws.documents import Statement
from policycheck.aws.globs import PLAIN, SEGMENTS, Budget, OverBudget
from policycheck.aws.patterns import decode
from policycheck.aws.resources import Demand, Resources, differ
from policycheck.model.verdict import Witness

OUT_OF_BUDGET = "budget"
_STEP = 20


@dataclass(frozen=True, slots=True)
class Case:
    """``verify`` tells whether a witness really is a difference, under both readings of wildcards."""

    positives: tuple[Statement, ...]
    blocking: ActionIndex
    verify: Callable[[Witness], bool]


@dataclass(slots=True)
class Findings:
    """Verified witnesses with the rank of their action, and why parts stayed open."""

    witnesses: dict[Witness, int] = field(default_factory=dict)
    open: dict[str, None] = field(default_factory=dict)
    enough: int = 8

    @property
    def full(self) -> bool:
        return len(self.witnesses) >= self.enough


@dataclass(slots=True)
class _Outcome:
    """``witness``, or the blocking statements that prove that there is none, or a reason."""

    witness: Witness | None = None
    core: int = 0
    reason: str = ""


class Searcher:
    """Runs cases; keeps automata and answers between them."""

    def __init__(self) -> None:
        self.actions = ActionPicker()
        self.resources = Resources()

    def run(self, case: Case, budget: Budget, findings: Findings) -> None:
        """Add what one case yields to ``findings``."""
        exact, patterns, rest = entries(case.positives)
        written = tuple([text for statement in case.positives for text in statement.spelled])
        groups: dict[int, str] = {}
        for action in exact:
            mask = case.blocking.mask(action)
            best = groups.get(mask)
            if best is None or _rank(action) < _rank(best):
                groups[mask] = action
        for mask, action in groups.items():
            self._note(self._settle(case, action, mask, written, budget), findings, action)
            if findings.full:
                return
        for pattern in patterns:
            if findings.full:
                return
            self._pattern(case, pattern, rest, written, budget, findings)

    def _pattern(
        self,
        case: Case,
        pattern: str,
        rest: tuple[Statement, ...],
        written: tuple[str, ...],
        budget: Budget,
        findings: Findings,
    ) -> None:
        pending, seen = [0], {0}
        while pending:
            excluded = pending.pop()
            statements = [case.blocking.statements[j] for j in bits(excluded)]
            try:
                budget.spend(_STEP)
                action = self.actions.pick(pattern, rest, statements, budget)
            except OverBudget:
                findings.open[OUT_OF_BUDGET] = None
                return
            if action is None:
                continue
            mask = case.blocking.mask(action)
            outcome = self._settle(case, action, mask, written, budget)
            self._note(outcome, findings, action)
            if outcome.witness:
                return
            for j in bits(outcome.core):
                further = excluded | (1 << j)
                if further not in seen:
                    seen.add(further)
                    pending.append(further)

    def _note(self, outcome: _Outcome, findings: Findings, action: str) -> None:
        if outcome.witness:
            findings.witnesses.setdefault(outcome.witness, _rank(action))
        elif outcome.reason:
            findings.open[outcome.reason] = None

    def _settle(self, case: Case, action: str, mask: int, written: tuple[str, ...], budget: Budget) -> _Outcome:
        """Search for resource and context for one action, blocked by the statements in ``mask``."""
        given = frozenset().union(*[s.conjuncts for s in case.positives])
        certain = [j for j in bits(mask) if case.blocking.statements[j].conjuncts <= given]
        demand = Demand(case.positives, tuple([case.blocking.statements[j] for j in certain]))
        conditional = len(certain) < mask.bit_count()
        reason = ""
        try:
            for reading in (PLAIN, SEGMENTS) if differ(demand) else (PLAIN,):
                found = self.resources.find(demand, action, reading, budget)
                if found is None:
                    continue
                resource, variables = found
                values = satisfying(clause for s in case.positives for clause in s.clauses)
                filled = variables.fill(resource, values)
                witness = _witness(action, filled, values, written)
                if case.verify(witness):
                    return _Outcome(witness=witness)
                reason = reason or _why(conditional, reading)
        except OverBudget:
            return _Outcome(core=mask, reason=OUT_OF_BUDGET)
        if reason:
            return _Outcome(core=mask, reason=reason)
        return _Outcome(core=_core(case, certain))


def _why(conditional: bool, reading: str) -> str:
    if conditional:
        return "conditions that could not be compared"
    if reading == SEGMENTS:
        return "a wildcard that may or may not cross a colon of the ARN"
    return "a condition or variable for which no request could be made up"


def _core(case: Case, certain: list[int]) -> int:
    """Blocking statements that can matter for the resource."""
    mask = 0
    for j in certain:
        statement = case.blocking.statements[j]
        if statement.not_resource or any(_meets(statement, positive) for positive in case.positives):
            mask |= 1 << j
    return mask


def _meets(one: Statement, other: Statement) -> bool:
    if other.not_resource:
        return True
    return any(
        may_meet(a.partition("${")[0] + "*", b.partition("${")[0] + "*")
        for a in one.resources or ("*",)
        for b in other.resources or ("*",)
    )


def _rank(action: str) -> int:
    return telling.RANK.get(action, len(telling.RANK))


def _witness(action: str, resource: str, values: Values, written: tuple[str, ...]) -> Witness:
    return Witness(telling.spelling(action, written), decode(resource), tuple(sorted(values.items())))
