"""A request context that satisfies given clauses, by example. What it returns is a guess: the evaluator checks it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from policycheck.aws import telling
from policycheck.aws.documents import Clause
from policycheck.aws.operators import NEGATED, network, number
from policycheck.aws.patterns import encode

Values = dict[str, tuple[str, ...]]


def satisfying(clauses: Iterable[Clause]) -> Values:
    """Values for the keys of positive clauses; keys that may be missing stay missing."""
    found: Values = {}
    for clause in clauses:
        if clause.if_exists or clause.quantifier == "ForAllValues" or not clause.values:
            continue
        if clause.operator == "Null":
            if clause.values[0].lower() == "false":
                found.setdefault(clause.key, (telling.variable_value(clause.key),))
        elif clause.operator not in NEGATED or clause.quantifier == "ForAnyValue":
            found[clause.key] = (_example(clause, found),)
    return found


def _example(clause: Clause, found: Values) -> str:
    value = clause.values[0]
    operator = clause.operator
    if operator in NEGATED:
        return telling.variable_value(clause.key)
    if operator == "IpAddress":
        net = network(value)
        return str(net.network_address) if net else value
    if operator.startswith("Numeric") and not operator.endswith("Equals"):
        bound = number(value)
        return value if bound is None else str(bound + (Decimal(1) if "Greater" in operator else Decimal(-1)))
    if operator in ("DateLessThan", "DateGreaterThan"):
        return "1990-01-01T00:00:00Z" if operator == "DateLessThan" else "2090-01-01T00:00:00Z"

    def lookup(name: str, default: str | None) -> str:
        return found.setdefault(name, (telling.variable_value(name),))[0]

    text = encode(value, True, lookup) or value
    if operator.endswith("Like") or operator.startswith("Arn"):
        return text.replace("*", "example").replace("?", "x")
    return text
