"""What an access allows, as its policies write it: the permissions that make up a finding, one by one.

Two accesses with the same extent allow the same, so a set that has no new member has not grown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policycheck.aws.documents import OLD_VERSION
from policycheck.aws.engine import Engine
from policycheck.model.grants import TrustPath
from policycheck.model.verdict import INSIDE, Access

#: From this many pairs of action and resource on, a statement is one member as a whole.
PAIRS = 64

#: How a member begins that stands for an extent which was not worked out.
BRIEF = "as worked out from "


class Extents:
    """Works extents out, each once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._memo: dict[tuple[Access, tuple[str, ...]], tuple[str, ...]] = {}

    def beyond(self, access: Access, declared: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The permissions of an access that the declared documents do not give."""
        key = (access, declared)
        if key not in self._memo:
            self._memo[key] = self.where(
                access, lambda within: self._engine.contained(within, declared).status != INSIDE
            )
        return self._memo[key]

    def where(self, access: Access, counts: Callable[[Access], bool]) -> tuple[str, ...]:
        """The permissions of an access for which ``counts`` answers, asked of the access within each."""
        found = (
            f"{words}{self._limits(part, text)}"
            for part in access.parts
            for words, text in self._pairs(part)
            if counts(part.within((text,)))
        )
        return tuple(dict.fromkeys(found))

    def _pairs(self, part: Access) -> Iterator[tuple[str, str]]:
        """(words, document) for each action and resource that a policy of this part allows."""
        for text in part.identity:
            if self._engine.problems(text):
                yield f"a policy that cannot be read ({_mark(text)})", text
                continue
            document = json.loads(text)
            for statement in _statements(document):
                if statement["Effect"] == "Allow":
                    for words, one in _divided(statement):
                        yield words, _text(document, one)

    def _limits(self, part: Access, text: str) -> str:
        """What cuts a permission, as a mark: where a limit goes, the permission has grown."""
        one = Access((text,))
        denies = [deny for each in part.identity for deny in self._denies(each)]
        cuts = [deny for deny in denies if self._engine.contained(one, (text, deny)).status != INSIDE]
        layers = [*([part.boundary] if part.boundary is not None else []), *part.limits]
        cuts += ["\0".join(layer) for layer in layers if self._engine.contained(one, layer).status != INSIDE]
        return f" (within limits {_mark(*sorted(cuts))})" if cuts else ""

    def _denies(self, text: str) -> Iterator[str]:
        if not self._engine.problems(text):
            document = json.loads(text)
            for statement in _statements(document):
                if statement["Effect"] == "Deny":
                    yield _text(document, statement)


class Brief(Extents):
    """Each extent as one member, a digest of all that it would be worked out from: quick, and where two are equal, so
    are the extents. ``basis`` names what decides all of them, ``places`` what is described of our own data."""

    def __init__(self, engine: Engine, basis: str, places: str) -> None:
        super().__init__(engine)
        self._basis, self._places = basis, places

    def beyond(self, access: Access, declared: tuple[str, ...] = ()) -> tuple[str, ...]:
        """One member for the access and what is declared of it."""
        key = (access, declared)
        if key not in self._memo:
            self._memo[key] = (self._member(access, *declared),)
        return self._memo[key]

    def where(self, access: Access, counts: Callable[[Access], bool]) -> tuple[str, ...]:
        """One member for the access and what is described."""
        return (self._member(access, self._places),)

    def _member(self, access: Access, *more: str) -> str:
        given = (*_flat(access), *more)
        return BRIEF + hashlib.sha256(json.dumps([self._basis, *given]).encode()).hexdigest()


def _flat(access: Access) -> Iterator[object]:
    for part in access.parts:
        yield [part.identity, part.boundary, part.limits, part.unseen]


def admitting(path: TrustPath) -> tuple[str, ...]:
    """Under which conditions somebody is let in, and what could not be judged of that."""
    written = json.loads(path.conditions) if path.conditions else None
    several = written if isinstance(written, list) else [written]
    doubt = f"; {path.unproved}" if path.unproved else ""
    return tuple(f"let in {_if(each) if each else 'without a condition'}{doubt}" for each in several)


def _divided(statement: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """One statement for each action on each resource; the whole one where it says which ones it does not mean."""
    under = f" {_if(statement['Condition'])}" if statement.get("Condition") else ""
    actions, resources = _listed(statement.get("Action")), _listed(statement.get("Resource", "*"))
    if "NotAction" in statement or "NotResource" in statement or len(actions) * len(resources) > PAIRS:
        whole = {key: value for key, value in statement.items() if key not in ("Sid", "Effect", "Condition")}
        yield f"{_json(whole)}{under}", statement
        return
    for action in actions:
        for resource in resources:
            yield f"{action} on {resource}{under}", {**statement, "Action": action, "Resource": resource}


def _if(condition: object) -> str:
    return f"if {_json(condition)}"


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in _listed(document["Statement"]) if isinstance(each, dict)]


def _text(document: Mapping[str, Any], statement: Mapping[str, Any]) -> str:
    return _json({"Statement": [statement], "Version": document.get("Version", OLD_VERSION)})


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _mark(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:8]
