"""Two policies side by side, in both directions: equal, narrower, broader, incomparable, or undecided."""

from __future__ import annotations

from dataclasses import replace

from policycheck.aws.callers import NOBODY, Caller, named
from policycheck.aws.documents import Document, identity_problems
from policycheck.model.verdict import (
    BROADER,
    EQUAL,
    INCOMPARABLE,
    INSIDE,
    NARROWER,
    OUTSIDE,
    UNDECIDED,
    Comparison,
    Verdict,
)

_RELATIONS = {
    (INSIDE, INSIDE): EQUAL,
    (INSIDE, OUTSIDE): NARROWER,
    (OUTSIDE, INSIDE): BROADER,
    (OUTSIDE, OUTSIDE): INCOMPARABLE,
}


def comparison(actual_in_declared: Verdict, declared_in_actual: Verdict) -> Comparison:
    """Put two one-way verdicts together."""
    relation = _RELATIONS.get((actual_in_declared.status, declared_in_actual.status), UNDECIDED)
    return Comparison(relation, actual_in_declared, declared_in_actual)


def has_principal(document: Document) -> bool:
    """Whether it is a resource policy: some statement has a Principal or NotPrincipal."""
    return any(statement.principals is not None for statement in document.statements)


def for_principal(document: Document, caller: Caller) -> Document:
    """The statements of a resource policy that take in one principal, as statements without Principal."""
    kept = [
        replace(s, principals=None, not_principal=False, resources=("*",) if s.resources is None else s.resources)
        for s in document.statements
        if s.principals is None or named(s, caller) != NOBODY
    ]
    return replace(document, statements=tuple(kept))


def unfit(document: Document, principal: str) -> tuple[str, ...]:
    """Why a policy cannot be compared (for one principal, when it has a Principal); empty when it can."""
    if document.problems or not has_principal(document):
        return identity_problems(document)
    if not principal:
        return ("it has a Principal, and policies with Principal are compared for one; name whom",)
    bare = [statement.index + 1 for statement in document.statements if statement.principals is None]
    return tuple([f"statement {number}: has no Principal, unlike others" for number in bare])
