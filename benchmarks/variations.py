"""Pairs of real policies as people make them: one AWS managed policy and a variation of it, now and then another.

``python -m benchmarks.variations COUNT`` compares so many with the engine and prints the relations, as JSON.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.managed import documents
from policycheck.aws.engine import Engine

_Statement = dict[str, Any]
_REGIONS = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _fewer(element: str) -> Callable[[random.Random, _Statement], None]:
    def work(source: random.Random, statement: _Statement) -> None:
        values = _many(statement.get(element, []))
        if len(values) > 1:
            values.remove(source.choice(values))
            statement[element] = values

    return work


def _whole_service(source: random.Random, statement: _Statement) -> None:
    if "Action" in statement:
        actions = _many(statement["Action"])
        place = source.randrange(len(actions))
        actions[place] = actions[place].partition(":")[0] + ":*" if ":" in actions[place] else "*"
        statement["Action"] = actions


def _narrow_resources(source: random.Random, statement: _Statement) -> None:
    if "Resource" in statement:
        statement["Resource"] = [
            "arn:aws:s3:::lumen-*" if text == "*" else text.replace("*", "111122223333", 1)
            for text in _many(statement["Resource"])
        ]


def _only_encrypted(source: random.Random, statement: _Statement) -> None:
    condition = statement.get("Condition", {})
    statement["Condition"] = {**condition, "Bool": {**condition.get("Bool", {}), "aws:SecureTransport": "true"}}


def _no_condition(source: random.Random, statement: _Statement) -> None:
    statement.pop("Condition", None)


def _another_value(source: random.Random, statement: _Statement) -> None:
    for operator, block in statement.get("Condition", {}).items():
        for key, values in block.items():
            if operator not in ("Bool", "Null"):
                block[key] = [*_many(values), "example"]


_CHANGES = (_fewer("Action"), _fewer("Resource"), _whole_service, _narrow_resources, _only_encrypted, _no_condition,
            _another_value)  # fmt: skip


def varied(source: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """The policy with one or two changes."""
    found = copy.deepcopy(document)
    statements = found["Statement"] = _many(found["Statement"])
    for _ in range(source.choice((1, 1, 2))):
        chosen = source.randrange(len(_CHANGES) + 2)
        if chosen < len(_CHANGES):
            _CHANGES[chosen](source, source.choice(statements))
        elif chosen == len(_CHANGES):
            statements.append({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": _REGIONS})
        elif len(statements) > 1:
            statements.remove(source.choice(statements))
    return found


def pairs(count: int, seed: int = 5) -> Iterator[tuple[str, str]]:
    """(declared, actual) as JSON texts."""
    source = random.Random(seed)
    known = [json.loads(text) for text in documents()]
    for number in range(count):
        declared = source.choice(known)
        actual = source.choice(known) if number % 8 == 7 else varied(source, declared)
        yield json.dumps(declared), json.dumps(actual)


def relations(count: int) -> Counter[str]:
    """How often each relation was found."""
    engine = Engine()
    return Counter(engine.compare(*pair).relation for pair in pairs(count))


if __name__ == "__main__":
    print(json.dumps(dict(relations(int(sys.argv[1])))))
