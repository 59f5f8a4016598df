"""Many calls that go wrong in one pull: each family is hit in one of its calls at a time, all families at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.handlers

from policycheck.cli.main import run
from policycheck_connectors.aws.names import FAMILIES
from tests.connectors.aws.estate import Estate
from tests.connectors.aws.everything import CALLS, where
from tests.servers.aws import REGION
from tests.servers.wire import Disturb

#: A row of coverage, as the JSON output has it.
Row = Mapping[str, Any]
Pair = tuple[str, str]
_FIRST_OF_ALL = ("sts.get_caller_identity", 0)
#: A token that no server knows: it is taken out of the question again.
AGAIN = "again"


def rounds(pairs: Iterable[Pair]) -> list[frozenset[str]]:
    """Sets of calls that hold every call of ``pairs``, and of no family two."""
    return apart({call: {name for name, made in CALLS if made == call} for _, call in pairs})


def apart(users: Mapping[str, Iterable[str]]) -> list[frozenset[str]]:
    """All keys in few sets, so that no two of a set have a value in common."""
    filled: list[tuple[set[str], set[str]]] = []
    for key, names in users.items():
        place = next((place for place in filled if not place[1] & set(names)), None)
        if place is None:
            filled.append(place := (set(), set()))
        place[0].add(key)
        place[1].update(names)
    return [frozenset(keys) for keys, _ in filled]


def hitting(calls: Iterable[str], fault: Disturb) -> Disturb:
    """Only these calls go wrong; who we are is asked once before anything else, which is no family's call."""
    chosen = frozenset(calls)
    return lambda heard, *rest: (
        fault(heard, *rest) if heard.call in chosen and (heard.call, heard.number) != _FIRST_OF_ALL else None
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What the command line made of one round."""

    code: int
    said: str
    result: dict[str, Any]

    def gaps(self, name: str) -> list[Row]:
        """The rows of a family that tell of something that was not seen."""
        return [row for row in self.result["coverage"] if row["where"] == where(name) and row["status"] != "complete"]


@dataclass(slots=True)
class Project:
    """A project that pulls the account with all its families, whose findings alone would end in 0."""

    estate: Estate
    root: Path
    _kept: dict[object, Checked] = field(default_factory=dict)

    def write(self) -> None:
        """Write the project's files."""
        entry = {"name": "prod", "type": "aws", "regions": [REGION], "services": list(FAMILIES)}
        config = {"version": 1, "own_accounts": ["444455556666"], "fail_on": "critical", "connectors": [entry]}
        (self.root / "policycheck.yaml").write_text(json.dumps(config), encoding="utf-8")
        (self.root / "policies").mkdir()

    def check(self, fault: Disturb | None, capsys: Any) -> Checked:
        """Pull and check by the command line, in this process, where clients are made already."""
        self.estate.aws.wire.heard.clear()
        self.estate.aws.wire.disturb = fault
        try:
            code = run(["check", "--project", str(self.root), "--output", "json"])
        finally:
            self.estate.aws.wire.disturb = None
        told = capsys.readouterr()
        return Checked(code, told.out + told.err, json.loads(told.out))

    def once(self, key: object, fault: Disturb | None, capsys: Any) -> Checked:
        """The same, once for each key."""
        if key not in self._kept:
            self._kept[key] = self.check(fault, capsys)
        return self._kept[key]


#: What an answer is turned into before the program sees it: (call, parameters' model, answer).
_tampering: list[Callable[[str, Any, dict[str, Any]], None]] = []


def _tamper(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    for each in _tampering:
        each(f"{model.service_model.service_name}.{botocore.xform_name(model.name)}", model, parsed)


def _unask(params: dict[str, Any], **_: Any) -> None:
    for name in [name for name, value in params.items() if value == AGAIN]:
        del params[name]


def install() -> None:
    """Let answers be tampered with in every session of botocore that is made from now on."""
    if ("after-call", _tamper) not in botocore.handlers.BUILTIN_HANDLERS:
        botocore.handlers.BUILTIN_HANDLERS.append(("after-call", _tamper))
        botocore.handlers.BUILTIN_HANDLERS.append(("before-parameter-build", _unask))


@contextmanager
def tampered(change: Callable[[str, Any, dict[str, Any]], None]) -> Iterator[None]:
    """Change the answers of calls."""
    _tampering.append(change)
    try:
        yield
    finally:
        _tampering.clear()
