"""Deterministic lines for the two batch commands, and what z3 says of the same pairs.

``python -m benchmarks.answers PAIRS`` compares that many random pairs with the engine and with z3, one by one, and
prints the CPU seconds of each, as JSON. Without z3 (or the tests, which hold its encoding) its column is null.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.generate import ACCOUNT, ACTIONS

_FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_NETWORK = {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}
_SECURE = {"Bool": {"aws:SecureTransport": "true"}}
_Z3_PATIENCE = 3_000
"""Milliseconds for one pair."""


def _policy(source: random.Random, statements: int) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [_statement(source) for _ in range(statements)]}


def _statement(source: random.Random) -> dict[str, Any]:
    service = source.choice(sorted(ACTIONS))
    names = source.sample(ACTIONS[service], source.randint(1, 3))
    found: dict[str, Any] = {
        "Effect": source.choice(("Allow", "Allow", "Allow", "Deny")),
        "Action": [f"{service}:{name}" for name in names],
        "Resource": source.choice(("*", f"arn:aws:{service}:*:{ACCOUNT}:lumen-{source.randint(1, 40)}-*")),
    }
    condition = source.choice((None, None, _NETWORK, _SECURE))
    return found if condition is None else {**found, "Condition": condition}


def requests(count: int, policies: int) -> Iterator[str]:
    """Lines for ``iam simulate --batch``, each with one of so many identity policies and an SCP."""
    source = random.Random(7)
    known = [_policy(source, 2) for _ in range(policies)]
    for number in range(count):
        service = source.choice(sorted(ACTIONS))
        asked = {
            "principal": f"arn:aws:iam::{ACCOUNT}:role/app",
            "action": f"{service}:{source.choice(ACTIONS[service][:-1])}",
            "resource": f"arn:aws:{service}:eu-west-1:{ACCOUNT}:lumen-{source.randint(1, 40)}-x",
            "resource_account": ACCOUNT,
            "context": {"aws:SourceIp": "192.0.2.7", "aws:SecureTransport": source.random() < 0.5},
        }
        layers = {"identity_policies": [source.choice(known)], "resource_policy": None, "permission_boundaries": None,
                  "scps": [[_FULL]], "rcps": [], "session_policy": None}  # fmt: skip
        yield json.dumps({"id": number, **layers, "request": asked})


def pairs(count: int) -> Iterator[str]:
    """Lines for ``iam compare --batch``: half of them variations of one policy, half of them two policies."""
    source = random.Random(11)
    for number in range(count):
        declared = _policy(source, source.randint(1, 4))
        actual = _policy(source, source.randint(1, 4))
        if number % 2:
            actual = {**declared, "Statement": [*declared["Statement"][1:], _statement(source)]}
        yield json.dumps({"id": number, "declared": declared, "actual": actual})


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _summary(costs: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(costs), "p95": statistics.quantiles(costs, n=20)[-1]}


def _by_engine(documents: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, float]:
    from policycheck.aws.engine import Engine

    engine = Engine()
    texts = [(json.dumps(declared), json.dumps(actual)) for declared, actual in documents]
    return _summary([_timed(partial(engine.compare, *pair)) for pair in texts])


def _encoding() -> Any:
    """The z3 encoding of the tests; None where z3 or the tests are not."""
    if find_spec("z3") is None:
        return None
    try:
        return import_module("tests.aws.test_z3")
    except ImportError:
        return None


def _by_z3(encoding: Any, documents: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, float]:
    """Both directions, each with a solver of its own."""
    z3 = encoding.z3

    def both(declared: dict[str, Any], actual: dict[str, Any]) -> None:
        for one, other in ((actual, declared), (declared, actual)):
            solver = z3.Solver()
            solver.set("timeout", _Z3_PATIENCE)
            solver.add(*encoding.universe(), encoding.allowed(one), z3.Not(encoding.allowed(other)))
            solver.check()

    return _summary([_timed(partial(both, *pair)) for pair in documents])


def main(count: int) -> None:
    """Random pairs in the grammar of the encoding; without it, those of the batch."""
    encoding, source = _encoding(), random.Random(13)
    if encoding is None:
        lines = [json.loads(line) for line in pairs(count)]
        documents = [(line["declared"], line["actual"]) for line in lines]
    else:
        documents = [(encoding.policy(source), encoding.policy(source)) for _ in range(count)]
    by_z3 = None if encoding is None else _by_z3(encoding, documents)
    print(json.dumps({"engine": _by_engine(documents), "z3": by_z3}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
