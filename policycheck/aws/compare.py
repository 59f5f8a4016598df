"""Two policies side by side, in both directions: equal, narrower, broader, incomparable, or undecided."""

from __future__ import annotations

from dataclasses import dataclass, replace

from policycheck.aws.callers import NOBODY, Caller, named, read_caller
from policycheck.aws.documents import Document
from policycheck.model.verdict import INSIDE, OUTSIDE, Verdict, Witness

EQUAL, NARROWER, BROADER, INCOMPARABLE, UNDECIDED = "equal", "narrower", "broader", "incomparable", "undecided"
_RELATIONS = {
    (INSIDE, INSIDE): EQUAL,
    (INSIDE, OUTSIDE): NARROWER,
    (OUTSIDE, INSIDE): BROADER,
    (OUTSIDE, OUTSIDE): INCOMPARABLE,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``relation`` of ACTUAL to DECLARED: narrower means that it grants strictly less. ``proven`` is false exactly
    when the relation is undecided. ``excess`` are verified requests that ACTUAL allows and DECLARED does not."""

    relation: str
    actual_in_declared: Verdict
    declared_in_actual: Verdict

    @property
    def proven(self) -> bool:
        return self.relation != UNDECIDED

    @property
    def excess(self) -> tuple[Witness, ...]:
        return self.actual_in_declared.witnesses


def comparison(actual_in_declared: Verdict, declared_in_actual: Verdict) -> Comparison:
    """Put two one-way verdicts together."""
    relation = _RELATIONS.get((actual_in_declared.status, declared_in_actual.status), UNDECIDED)
    return Comparison(relation, actual_in_declared, declared_in_actual)


def has_principal(document: Document) -> bool:
    """Whether it is a resource policy: some statement has a Principal or NotPrincipal."""
    return any(statement.principals is not None for statement in document.statements)


def for_principal(document: Document, principal: str) -> Document:
    """The statements of a resource policy that take in one principal, as statements without Principal.

    Raises ValueError for a principal in no known form.
    """
    caller: Caller = read_caller(principal)
    kept = [
        replace(s, principals=None, not_principal=False, resources=("*",) if s.resources is None else s.resources)
        for s in document.statements
        if s.principals is None or named(s, caller) != NOBODY
    ]
    return replace(document, statements=tuple(kept))
