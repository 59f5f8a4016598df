"""Requests to AWS, one a line, decided against the policies that stand beside them."""

from __future__ import annotations

import json
import os
import re
from typing import Any, TypeAlias

from policycheck.aws.documents import Document, read
from policycheck.aws.simulate import Asked, InvalidPolicy, Layers, simulate
from policycheck.cli.lines import DECODER, BadLine, Memory, check_keys, dumps, parsed, read_id
from policycheck.model.dataclass import dataclass

LAYERS = ("identity_policies", "resource_policy", "permission_boundaries", "scps", "rcps", "session_policy")
KEYS = frozenset({"id", "request", *LAYERS})

_REQUEST = frozenset({"principal", "action", "resource", "resource_account", "context"})
#: A witness of ``iam compare`` may say that its action is none of today's; it can be simulated as it is.
_TOLERATED = _REQUEST | {"known"}
_ACCOUNT_DIGITS = 12
_HEAD = re.compile(r'\s*\{\s*"id"\s*:\s*("[^"\\\x00-\x1f]*"|0|-?[1-9]\d{0,18})\s*,')
_REQUEST_AT = re.compile(r'"request"\s*:\s*')

#: Stands for a request that was cut out of its line. No line can say it, since no line can know it.
_MARK = f'"{os.urandom(16).hex()}"'


@dataclass(frozen=True, slots=True)
class _Read:
    """The layers of a text, or why there are none."""

    layers: Layers
    problem: str = ""


_Line: TypeAlias = tuple[str | int | None, Any, _Read]


class Simulator:
    """Decides lines; remembers the policies that it has read."""

    def __init__(self) -> None:
        self._documents: Memory[Document] = Memory()
        self._layers: Memory[_Read] = Memory()

    def __call__(self, text: str) -> dict[str, Any]:
        """The id and the decision of a line. Raises BadLine."""
        id, request, found = self._known(text) or self._new(parsed(text))
        if found.problem:
            raise BadLine(found.problem)
        try:
            return {"id": id, "decision": simulate(found.layers, _asked(request))}
        except ValueError as error:
            raise BadLine(f"request: {error}") from None

    def _new(self, raw: dict[str, Any]) -> _Line:
        return read_id(raw), raw.get("request"), self._read(raw)

    def _known(self, text: str) -> _Line | None:
        """As ``_new``, without reading again what stood around the request of an earlier line.

        None when the line is not written the usual way: ``id`` first, ``request`` not inside something else.
        """
        head = _HEAD.match(text)
        place = _REQUEST_AT.search(text, head.end()) if head else None
        if head is None or place is None:
            return None
        try:
            request, end = DECODER.raw_decode(text, place.end())
        except ValueError:
            return None
        rest = f"{{{text[head.end() : place.end()]}{_MARK}{text[end:]}"
        found = self._layers.get(rest)
        if found is None:
            raw = parsed(rest)
            if raw.get("request") != _MARK[1:-1] or "id" in raw:
                return None
            found = self._layers.keep(rest, self._read(raw))
        return json.loads(head[1]), request, found

    def _read(self, raw: dict[str, Any]) -> _Read:
        check_keys(raw, KEYS, "the line")
        try:
            layers = Layers(
                identity=self._layer("identity_policies", raw.get("identity_policies")),
                resource=self._one(raw.get("resource_policy")),
                boundary=self._layer("permission_boundaries", raw.get("permission_boundaries")) or None,
                scps=self._levels("scps", raw.get("scps")),
                rcps=self._levels("rcps", raw.get("rcps")),
                session=self._one(raw.get("session_policy")),
            )
            layers.check()
        except (BadLine, InvalidPolicy) as error:
            return _Read(Layers(), str(error))
        return _Read(layers)

    def _document(self, raw: Any) -> Document:
        text = dumps(raw)
        return self._documents.get(text) or self._documents.keep(text, read(raw))

    def _one(self, raw: Any) -> Document | None:
        return None if raw is None or raw == [] else self._document(raw)

    def _layer(self, name: str, raw: Any) -> tuple[Document, ...]:
        return tuple([self._document(each) for each in _list(name, raw)])

    def _levels(self, name: str, raw: Any) -> tuple[tuple[Document, ...], ...]:
        levels = _list(name, raw)
        if not all(isinstance(level, list) for level in levels):
            raise BadLine(f"{name}: each level is a list of policies")
        return tuple([self._layer(name, level) for level in levels])


def _list(name: str, raw: Any) -> list[Any]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise BadLine(f"{name} is not a list")
    return raw


def _asked(raw: Any) -> Asked:
    if not isinstance(raw, dict):
        raise BadLine("request is not an object" if raw is not None else "the line has no request")
    if not raw.keys() <= _TOLERATED:
        raise BadLine(f"request has a key that is none of {', '.join(sorted(_REQUEST))}")
    action, account = _text(raw, "action"), raw.get("resource_account") or ""
    if ":" not in action:
        raise BadLine("request.action is not of the form service:action")
    if not isinstance(account, str) or (account and not (len(account) == _ACCOUNT_DIGITS and account.isdecimal())):
        raise BadLine("request.resource_account is not a string of 12 digits")
    return Asked(_text(raw, "principal"), action, _text(raw, "resource"), account, _context(raw.get("context")))


def _text(raw: dict[str, Any], name: str) -> str:
    found = raw.get(name)
    if isinstance(found, str) and found:
        return found
    raise BadLine(f"request.{name} is not a string" if name in raw else f"request has no {name}")


def _context(raw: Any) -> dict[str, str | tuple[str, ...]]:
    """Keys in lower case; a value as the policy language spells it, a list as a tuple."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise BadLine("request.context is not an object")
    found = {
        key.lower(): tuple([_value(each) for each in value]) if isinstance(value, list) else _value(value)
        for key, value in raw.items()
    }
    if len(found) != len(raw):
        raise BadLine("request.context has a key twice: letter case does not count")
    return found


def _value(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (int, float)):
        return str(raw)
    raise BadLine("request.context has a value that is not a string, number, boolean or list of these")
