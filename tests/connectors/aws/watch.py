"""Every call of the program in a test is held against what ``connectors permissions aws`` prints."""

from __future__ import annotations

import fnmatch
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.handlers
import yaml
from botocore import xform_name

from policycheck.cli.permissions import text
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.families.identity import FAMILY as IDENTITY
from policycheck_connectors.aws.names import FAMILIES

_DATA = Path(__file__).parent / "data"

#: The calls that the program has made through boto3 in this process, with their parameters.
made: list[tuple[str, dict[str, Any]]] = []


def _hear(params: dict[str, Any], model: Any, **_: Any) -> None:
    if _from_the_program():
        made.append((f"{model.service_model.service_name}.{xform_name(model.name)}", params))


def _from_the_program() -> bool:
    """Whether the connectors are among the callers: the tests make clients of their own to set accounts up."""
    frame = sys._getframe(1)
    while frame.f_back:
        frame = frame.f_back
        if frame.f_globals.get("__name__", "").startswith("policycheck_connectors."):
            return True
    return False


def install() -> None:
    """Hear every call of every session of botocore that is made from now on, stubbed ones too."""
    if ("before-parameter-build", _hear) not in botocore.handlers.BUILTIN_HANDLERS:
        botocore.handlers.BUILTIN_HANDLERS.append(("before-parameter-build", _hear))


@cache
def printed(families: tuple[str, ...] = (), *, member: bool = False) -> frozenset[str]:
    """The actions of the policy that ``connectors permissions aws --services FAMILIES`` prints."""
    form = "cloudformation" if member else "json"
    document = json.loads(text("aws", form, families, "PolicycheckReadOnly"))
    if member:
        (policy,) = document["Resources"]["Role"]["Properties"]["Policies"]
        document = policy["PolicyDocument"]
    return frozenset(_actions(document))


def _actions(document: dict[str, Any]) -> Iterator[str]:
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        assert "NotAction" not in statement
        yield from [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


def needed(call: str, families: Iterable[str]) -> set[tuple[str, ...]]:
    """What these families, and the connector itself, say that a call needs: one answer if they agree."""
    tables = [IDENTITY, *(family(name) for name in families)]
    return {tuple(sorted(table.calls[call])) for table in tables if call in table.calls}


@cache
def never() -> tuple[str, ...]:
    """Patterns of the actions that are never used."""
    held = yaml.safe_load((_DATA / "never.yaml").read_text("utf-8"))
    return tuple(pattern for patterns in held.values() for pattern in patterns)


@cache
def facts() -> dict[str, Any]:
    """What is known of calls beside their name: see data/actions.yaml."""
    held: dict[str, Any] = yaml.safe_load((_DATA / "actions.yaml").read_text("utf-8"))
    return held


def loose(calls: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    """Which of these calls have parameters that let secrets into the answer."""
    return [
        f"{call} is called with {sorted(params)}"
        for call, params in calls
        if any(params.get(name) != value for name, value in facts()["with"].get(call, {}).items())
        or any(params.get(name) for name in facts()["without"].get(call, ()))
    ]


@cache
def is_forbidden(action: str) -> bool:
    """Whether an action is one of those, or a wildcard that takes one of them in."""
    return any(fnmatch.fnmatchcase(action, pattern) or fnmatch.fnmatchcase(pattern, action) for pattern in never())


def wrongs(calls: Iterable[str], families: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with these calls, made for these families, for any families if none are given."""
    allowed = printed(families or tuple(FAMILIES))
    return [wrong for call in sorted(set(calls)) for wrong in _wrongs(call, families or tuple(FAMILIES), allowed)]


def _wrongs(call: str, families: tuple[str, ...], allowed: frozenset[str]) -> Iterator[str]:
    told = needed(call, families)
    if len(told) != 1:
        yield f"{call} is in no table of the families" if not told else f"{call} has two meanings"
    for action in {action for actions in told for action in actions}:
        if action not in allowed:
            yield f"{call} needs {action}, which is not printed"
        if is_forbidden(action):
            yield f"{call} needs {action}, which is never used"
    service, _, operation = call.partition(".")
    if is_forbidden(f"{service}:{''.join(word.capitalize() for word in operation.split('_'))}"):
        yield f"{call} is never made"
