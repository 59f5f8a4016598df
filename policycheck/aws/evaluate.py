"""Decide one request against policies. Source: IAM User Guide, "Policy evaluation logic"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from policycheck.aws.documents import Document, Statement
from policycheck.aws.globs import DOCUMENTED, PLAIN, SEGMENTS, matches_documented
from policycheck.aws.operators import Context, fill, holds
from policycheck.aws.patterns import literal, matches, matches_segments
from policycheck.model.dataclass import dataclass

ALLOWED = "Allowed"
EXPLICIT_DENY = "ExplicitlyDenied"
IMPLICIT_DENY = "ImplicitlyDenied"
READINGS = (PLAIN, SEGMENTS, DOCUMENTED)
_MATCHERS = {PLAIN: matches, SEGMENTS: matches_segments, DOCUMENTED: matches_documented}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``action`` in lower case, ``resource`` encoded; use ``request`` to make one from raw strings."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def request(action: str, resource: str, context: Context) -> Request:
    """A concrete request; action and context keys compare in any letter case, a resource only as it is."""
    return Request(action.lower(), literal(resource), {key.lower(): value for key, value in context.items()})


def action_matches(statement: Statement, action: str) -> bool:
    """Whether Action or NotAction takes in a lower-case action."""
    hit = action in statement.exact or action.startswith(statement.starts)
    if not hit and statement.odd:
        hit = any(matches(pattern, action) for pattern in statement.odd)
    return hit != statement.not_action


def resource_matches(statement: Statement, asked: Request, reading: str) -> bool:
    """Whether Resource or NotResource takes in the resource; a statement without either takes in all.

    With a policy variable that has no value a pattern matches nothing, and a NotResource does not apply at all.
    """
    if statement.resources is None:
        return True
    unresolved, match = False, _MATCHERS[reading]
    for written in statement.resources:
        # Most patterns have no variable, and this is asked so often that two calls for nothing are felt
        pattern = fill(written, True, asked.context) if statement.variables and "${" in written else written
        if pattern is None:
            unresolved = True
        elif pattern == "*" or match(pattern, asked.resource):
            return not statement.not_resource
    return statement.not_resource and not unresolved


def applies(statement: Statement, asked: Request, reading: str) -> bool:
    """Whether a statement (its principal aside) applies to a request."""
    return (
        action_matches(statement, asked.action)
        and resource_matches(statement, asked, reading)
        and all(holds(clause, asked.context, statement.variables) for clause in statement.clauses)
    )


def decide(documents: Iterable[Document], asked: Request, reading: str = PLAIN) -> str:
    """One layer: the union of documents, Deny first."""
    allowed = False
    for document in documents:
        for statement in document.statements:
            if (statement.allow and allowed) or not applies(statement, asked, reading):
                continue
            if not statement.allow:
                return EXPLICIT_DENY
            allowed = True
    return ALLOWED if allowed else IMPLICIT_DENY


def allows(layers: Iterable[Iterable[Document]], asked: Request, readings: Iterable[str]) -> Iterator[bool]:
    """Whether every layer allows and none denies, for each reading of wildcards in turn."""
    relevant = [
        [
            statement
            for document in layer
            for statement in document.statements
            if action_matches(statement, asked.action)
            and all(holds(clause, asked.context, statement.variables) for clause in statement.clauses)
        ]
        for layer in layers
    ]
    return (all(_allows(layer, asked, reading) for layer in relevant) for reading in readings)


def _allows(statements: list[Statement], asked: Request, reading: str) -> bool:
    allowed = False
    for statement in statements:
        if (statement.allow and allowed) or not resource_matches(statement, asked, reading):
            continue
        if not statement.allow:
            return False
        allowed = True
    return allowed


def decide_layers(layers: Iterable[Iterable[Document]], asked: Request, reading: str = PLAIN) -> str:
    """Every layer must allow; a Deny in any of them wins."""
    found = [decide(layer, asked, reading) for layer in layers]
    if EXPLICIT_DENY in found:
        return EXPLICIT_DENY
    return ALLOWED if all(one == ALLOWED for one in found) else IMPLICIT_DENY
