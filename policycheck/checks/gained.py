"""What one access allows beyond another, as patterns that were granted, each with a request as proof.

The engine answers with a request; here every allow entry of the one is asked for by itself, action by action and
resource by resource, so that all of what was gained can be named, and nothing that was there before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from policycheck.aws.engine import Engine
from policycheck.model.dataclass import dataclass
from policycheck.model.verdict import INSIDE, OUTSIDE, Access, Verdict, Witness

#: From so many pairs of an action and a resource on, whole statements are asked for.
MOST = 200
#: Actions or resources that one phrase names.
_NAMED = 40


@dataclass(frozen=True, slots=True)
class _Entry:
    """One action pattern on one resource pattern that a statement allows, or a statement as a whole; ``document`` is
    the text that allows it alone. ``limits`` are the conditions, as they are written."""

    action: str
    resource: str
    limits: str
    document: str


def gained(engine: Engine, access: Access, other: Access) -> tuple[Verdict, tuple[str, ...]]:
    """Whether ``access`` stays inside ``other``, and phrases for what it allows beyond: ``kms:Decrypt on KEY``."""
    verdict = _beyond(engine, access, other)
    if verdict.status != OUTSIDE:
        return verdict, ()
    known = {(e.action, e.resource, e.limits) for part in other.parts for e in _entries(part, MOST * 10)}
    beyond: dict[tuple[str, str, bool], dict[str, Witness]] = {}
    for part in access.parts:
        denials = tuple(_denials(part.identity))
        for entry in _entries(part):
            alone = replace(part, identity=(entry.document, *denials))
            found = _beyond(engine, alone, other)
            if found.status == OUTSIDE:
                more = (entry.action, entry.resource, entry.limits) in known
                beyond.setdefault((entry.resource, entry.limits, more), {})[entry.action] = found.witnesses[0]
    return verdict, tuple(_phrases(beyond)) or tuple(f"{e.action} on {e.resource}" for e in verdict.witnesses)


# Phrases


def _phrases(beyond: dict[tuple[str, str, bool], dict[str, Witness]]) -> Iterator[str]:
    """The actions of a resource together, and resources with the same actions together."""
    alike: dict[tuple[tuple[str, ...], str, bool], list[str]] = {}
    for (resource, limits, more), actions in beyond.items():
        alike.setdefault((tuple(actions), limits, more), []).append(resource)
    for (together, limits, more), resources in alike.items():
        witness = beyond[resources[0], limits, more][together[0]]
        what = f"{_listed(together)} on {_listed(resources)}"
        example = f"{witness.action} on {witness.resource}"
        proof = "" if example == what else f", for example {example}"
        yield f"{'more of ' if more else ''}{what}{' under a condition' if limits else ''}{proof}"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return ", ".join(words[:_NAMED]) + more


# Entries


def _entries(part: Access, most: int = MOST) -> list[_Entry]:
    read = [(version, statement) for text in part.identity for version, statement in _statements(text, "Allow")]
    single = sum(len(_words(s, "Action")) * len(_words(s, "Resource")) for _, s in read) <= most
    return [entry for version, statement in read for entry in _split(version, statement, single)]


def _split(version: str, statement: dict[str, Any], single: bool) -> Iterator[_Entry]:
    actions, resources = _words(statement, "Action"), _words(statement, "Resource")
    limits = json.dumps(statement["Condition"], sort_keys=True) if "Condition" in statement else ""
    if not single:
        pairs = [(tuple(actions), tuple(resources))]
    else:
        pairs = [((action,), (resource,)) for action, resource in product(actions, resources)]
    for some, where in pairs:
        alone = {**statement, **_element(statement, "Action", some), **_element(statement, "Resource", where)}
        yield _Entry(
            _told(statement, "Action", some), _told(statement, "Resource", where), limits, _text(version, alone)
        )


def _words(statement: dict[str, Any], name: str) -> list[Any]:
    """What a statement names, one by one; all of what it leaves out at once. Without the element: a star."""
    if f"Not{name}" in statement:
        return [tuple(_list(statement[f"Not{name}"]))]
    return _list(statement.get(name, "*"))


def _element(statement: dict[str, Any], name: str, words: tuple[Any, ...]) -> dict[str, Any]:
    return {} if f"Not{name}" in statement else {name: list(words)}


def _told(statement: dict[str, Any], name: str, words: tuple[Any, ...]) -> str:
    if f"Not{name}" in statement:
        return f"everything but {_listed(words[0])}"
    return _listed(words)


def _denials(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        for version, statement in _statements(text, "Deny"):
            yield _text(version, statement)


def _statements(text: str, effect: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The statements of a document with this effect; what cannot be read has none, and the engine says so."""
    try:
        document = json.loads(text)
    except ValueError:
        return
    for statement in _list(document.get("Statement", ())) if isinstance(document, dict) else ():
        if isinstance(statement, dict) and statement.get("Effect") == effect:
            yield str(document.get("Version", "")), statement


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _text(version: str, statement: dict[str, Any]) -> str:
    document = {"Statement": [statement], **({"Version": version} if version else {})}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


# Containment


def _beyond(engine: Engine, access: Access, other: Access) -> Verdict:
    """What an access allows beyond another: each of its parts must lie within one part of the other."""
    worst = Verdict(INSIDE)
    for part in access.parts:
        verdicts = [_part_beyond(engine, part, against) for against in other.parts]
        best = next((each for each in verdicts if each.status == INSIDE), verdicts[0])
        if best.status == OUTSIDE or worst.status == INSIDE:
            worst = best
    return worst


def _part_beyond(engine: Engine, part: Access, against: Access) -> Verdict:
    """A request is allowed when every layer allows it, so a part is within another when it is within all its layers."""
    layers = [against.identity, *([against.boundary] if against.boundary is not None else []), *against.limits]
    plain = replace(part, unseen=())
    verdicts = [engine.contained(plain, layer) for layer in layers]
    outside = [each for each in verdicts if each.status == OUTSIDE]
    return next((each for each in (*outside, *verdicts) if each.status != INSIDE), Verdict(INSIDE))
