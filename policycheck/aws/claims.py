"""What the conditions of a trust ask of the token of a federated identity.

Source: IAM User Guide, "Available keys for AWS OIDC federation": the keys are ``ISSUER:CLAIM``.
"""

from __future__ import annotations

from collections.abc import Sequence

from policycheck.aws.confine import NEGATED, holds_when_missing
from policycheck.aws.documents import Clause
from policycheck.aws.patterns import has_variable
from policycheck.model.grants import Demand

_EXACT = frozenset({"StringEquals", "StringEqualsIgnoreCase"})
#: Every token has a subject (OpenID Connect Core 1.0, section 2), so a clause on it never holds for want of one.
_ALWAYS = "sub"


def demands(party: str, clauses: Sequence[Clause]) -> tuple[Demand, ...]:
    """The claims that a token of this issuer must have, from clauses that must all hold."""
    issuer = party.rsplit("oidc-provider/", 1)[-1].lower()
    found: list[Demand] = []
    for clause in clauses:
        claim = clause.key.removeprefix(f"{issuer}:")
        if claim == clause.key or clause.operator in NEGATED or clause.operator == "Null":
            continue
        if holds_when_missing(clause) and claim != _ALWAYS:
            continue
        if clause.operator in _EXACT or clause.operator == "StringLike":
            known = not any(has_variable(value) for value in clause.values)
            wild = clause.operator == "StringLike"
            found += [Demand(claim, clause.values, wild)] if known else []
    return tuple(found)


def weaker(one: tuple[Demand, ...], other: tuple[Demand, ...]) -> tuple[Demand, ...]:
    """What two ways in have in common: for each claim, what either accepts."""
    theirs = {demand.claim: demand for demand in other}
    return tuple(
        Demand(
            each.claim,
            tuple(dict.fromkeys((*each.values, *theirs[each.claim].values))),
            each.patterns or theirs[each.claim].patterns,
        )
        for each in one
        if each.claim in theirs
    )
