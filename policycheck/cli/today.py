"""How two policies relate when only the actions of today's catalogue count."""

from __future__ import annotations

import json
from typing import Any

from policycheck.aws.engine import Engine
from policycheck.library.catalogue import load_catalogue
from policycheck.model.verdict import Comparison

_WILD = frozenset("*?")


def relation_today(engine: Engine, texts: tuple[str, str], principal: str, found: Comparison) -> str:
    """The relation of ACTUAL to DECLARED with every wildcard of an action read as what it matches today.

    Empty when nothing was proved, and for a NotAction or a wildcard for the service, which are not read this way.
    """
    if not found.proven:
        return ""
    expanded = [_expanded(json.loads(text)) for text in texts]
    if None in expanded:
        return ""
    declared, actual = [json.dumps(document) for document in expanded]
    return engine.compare(declared, actual, principal).relation


def _expanded(document: dict[str, Any]) -> dict[str, Any] | None:
    written = document["Statement"]
    statements = []
    for statement in written if isinstance(written, list) else [written]:
        actions = statement.get("Action", "*")
        names = [_names(action) for action in (actions if isinstance(actions, list) else [actions])]
        if None in names:
            return None
        flat = [name for found in names for name in found or ()]
        if flat:
            statements.append({**statement, "Action": flat})
    return {**document, "Statement": statements}


def _names(action: str) -> list[str] | None:
    """What an entry of Action names today; None when that could be in any service."""
    service, colon, _ = action.partition(":")
    if not colon or _WILD & set(service):
        return None
    return list(load_catalogue().matching(action)) if _WILD & set(action) else [action]
