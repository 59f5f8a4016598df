"""Statements rewritten for requests of which something is known: whose they are, and on which resource.

What is known decides clauses beforehand, exactly: a clause that holds is left out, and a statement with one that does
not hold is. Statements of a resource's policy are bound to the resource: nothing else is theirs to give or to refuse.
Source: IAM User Guide, "AWS global condition context keys", "AWS JSON policy elements: Resource".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field

from policycheck.aws.actions import may_meet
from policycheck.aws.documents import NEW_VERSION, Clause, Document, Statement, parse
from policycheck.aws.operators import Context, holds
from policycheck.aws.patterns import has_variable, matches
from policycheck.model.dataclass import dataclass

#: A limit that limits nothing, to which Deny statements are added.
EVERYTHING: Mapping[str, object] = {"Action": "*", "Effect": "Allow", "Resource": "*"}
_STRANGER = "\ue00f"
_NEVERS = frozenset({"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "ArnEquals", "ArnNotEquals",
                     "ArnLike", "ArnNotLike", "Bool"})  # fmt: skip


def _nothing(key: str, value: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of every request: ``values`` of single-valued keys, by lower-case key; ``never`` tells, of a
    lower-case key and a value in a policy, that no request ever matches it."""

    values: Mapping[str, str] = field(default_factory=dict)
    never: Callable[[str, str], bool] = _nothing

    def decides(self, clause: Clause, variables: bool) -> bool | None:
        """Whether the clause holds for every request (True) or for none (False); None when that is not known."""
        if variables and any(has_variable(value) for value in clause.values):
            return None
        value = self.values.get(clause.key)
        if value is not None:
            return holds(clause, {clause.key: value}, variables)
        if clause.operator in _NEVERS and all(self.never(clause.key, value) for value in clause.values):
            other: list[Context] = [{}, {clause.key: _STRANGER}, {clause.key: (_STRANGER, _STRANGER)}]
            found = {holds(clause, context, variables) for context in other[: 3 if clause.quantifier else 2]}
            return found.pop() if len(found) == 1 else None
        return None


def remaining(statement: Statement, known: Known) -> tuple[Clause, ...] | None:
    """The clauses that still have to hold; None when one of them never does."""
    kept: list[Clause] = []
    for clause in statement.clauses:
        decided = known.decides(clause, statement.variables)
        if decided is False:
            return None
        if decided is None:
            kept.append(clause)
    return tuple(kept)


def written(statement: Statement, clauses: Iterable[Clause], resources: Sequence[str]) -> dict[str, object]:
    """A statement as JSON, without Principal, with these clauses and resources."""
    found: dict[str, object] = {
        "NotAction" if statement.not_action else "Action": list(statement.spelled),
        "Effect": "Allow" if statement.allow else "Deny",
        "Resource": list(resources),
    }
    condition = _condition(clauses)
    return {**found, "Condition": condition} if condition else found


def _condition(clauses: Iterable[Clause]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for clause in clauses:
        name = f"{clause.quantifier}:{clause.operator}" if clause.quantifier else clause.operator
        name += "IfExists" if clause.if_exists else ""
        # Letter case of operators does not count, so one key may stand twice under the same one.
        spellings = (name, name.lower(), name.upper(), name.swapcase(), name.capitalize())
        free = next((spelled for spelled in spellings if clause.key not in found.get(spelled, ())), name)
        found.setdefault(free, {})[clause.key] = list(clause.values)
    return found


def text_of(statements: Sequence[Mapping[str, object]], version: str = NEW_VERSION) -> str:
    """A policy as canonical JSON."""
    document = {"Statement": statements, "Version": version}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def limit_of(denies: Sequence[Mapping[str, object]], version: str = NEW_VERSION) -> str:
    """A layer that allows everything but what these statements deny; empty when there are none."""
    return text_of([EVERYTHING, *denies], version) if denies else ""


def bound(statement: Statement, owned: Sequence[str]) -> tuple[str, ...]:
    """The resources of a statement in the policy of the resource that ``owned`` stands for: its ARN and patterns.

    Exact but for NotResource and for wildcards that reach beyond the resource: an Allow keeps too much of the
    resource then, a Deny too little.
    """
    if statement.resources is None or (not statement.not_resource and "*" in statement.resources):
        return tuple(owned)
    if statement.not_resource:
        return tuple(owned) if statement.allow else ()
    found: dict[str, None] = {}
    for pattern in statement.resources:
        if any(includes(own, pattern) for own in owned):
            found[pattern] = None
            continue
        for own in owned:
            if includes(pattern, own) or (statement.allow and _wild(pattern) and may_meet(pattern, own)):
                found[own] = None
    return tuple(found)


def includes(wide: str, narrow: str) -> bool:
    """Whether a pattern matches all that another one does; False also where that is not plain to see."""
    return "?" not in wide and not has_variable(wide) and matches(wide, narrow)


def _wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern or has_variable(pattern)


def narrowed(text: str, known: Known) -> str:
    """A whole document with what is known decided; as it is when nothing is, or when it is not valid."""
    document: Document = parse(text)
    if document.problems or not any(
        known.decides(clause, statement.variables) is not None for statement in document.statements
        for clause in statement.clauses
    ):  # fmt: skip
        return text
    raw = json.loads(text)
    listed = raw["Statement"] if isinstance(raw["Statement"], list) else [raw["Statement"]]
    kept: list[object] = []
    for statement, entry in zip(document.statements, listed, strict=True):
        clauses = remaining(statement, known)
        if clauses is not None:
            plain = {key: value for key, value in entry.items() if key != "Condition"}
            condition = _condition(clauses)
            kept.append({**plain, "Condition": condition} if condition else plain)
    return json.dumps({**raw, "Statement": kept}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
