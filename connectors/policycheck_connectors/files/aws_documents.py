"""Policy documents as AWS exports them (URL-encoded, JSON text or object), reduced to the elements that AWS knows.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from binascii import a2b_qp
from collections.abc import Mapping
from hashlib import blake2b, sha256
from typing import Any
from urllib.parse import unquote

from policycheck.model.facts import PolicyDocument
from policycheck_connectors.files.jsontree import Repeated

#: An element that is told by name; what looks otherwise may be data that got there.
_ELEMENT = re.compile(r"[A-Z][A-Za-z]{1,39}")
_NAMED = 3
_SID = re.compile(r"[A-Za-z0-9 _-]{0,128}")
_LISTED = ("Action", "NotAction", "Resource", "NotResource")
_PARTIES = ("AWS", "Federated", "Service", "CanonicalUser")
# AWS allows 10,240 characters at most; whitespace does not count there.
_MAX_TEXT = 1 << 20

NOT_JSON = "it is not valid JSON"
NOT_OBJECT = "it is not a JSON object"
NO_STATEMENT = "it has no readable Statement"
TOO_LARGE = "it is larger than any policy that AWS stores"
REPEATED = "a key occurs twice in one object"
UNKNOWN = "it has elements that AWS does not know"
BAD_STATEMENT = "it has a statement that AWS would refuse"
NOT_UNICODE = "it has characters that are not Unicode"


class Documents:
    """The documents of one run. Equal ones, also in their encoded form, are read once."""

    def __init__(self, connector: str) -> None:
        self._connector = connector
        self._known: dict[bytes, str] = {}
        self._seen: set[str] = set()

    def take(self, raw: object, where: str) -> tuple[str, PolicyDocument | None]:
        """The hash of a document; with it the fact, when this run meets the document for the first time."""
        if not isinstance(raw, str):
            return self._new(_of_value(raw), where)
        key = blake2b(raw.encode("utf-8", "replace"), digest_size=16).digest()
        known = self._known.get(key)
        if known is not None:
            return known, None
        taken = self._new(_of_text(raw), where)
        self._known[key] = taken[0]
        return taken

    def _new(self, read: tuple[str, str, str], where: str) -> tuple[str, PolicyDocument | None]:
        digest, text, problem = read
        if digest in self._seen:
            return digest, None
        self._seen.add(digest)
        return digest, PolicyDocument(digest, text, self._connector, where, problem)


def decoded(raw: str) -> str:
    """A document without its URL encoding (RFC 3986), if it has one."""
    if raw.lstrip()[:1] != "%":
        return raw
    if raw.isascii() and not any(char in raw for char in "=\r\n"):
        # The C decoder of quoted-printable knows the same escapes and is ten times faster than unquote.
        data = a2b_qp(raw.replace("%", "="))
        if len(data) == len(raw) - 2 * raw.count("%"):
            return data.decode("utf-8", "replace")
    return unquote(raw)


def _of_text(raw: str) -> tuple[str, str, str]:
    if len(raw) > 4 * _MAX_TEXT:
        return _unread(raw, TOO_LARGE)
    try:
        value = json.loads(decoded(raw), object_pairs_hook=_marked, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _unread(raw, NOT_JSON)
    return _of_value(value, raw)


def _of_value(value: object, raw: str | None = None) -> tuple[str, str, str]:
    """(hash, canonical text, problem) of a parsed document."""
    if not isinstance(value, Mapping):
        return _unread(value if raw is None else raw, NOT_OBJECT)
    flaws: set[str] = set()
    clean = _document(value, flaws)
    if "Statement" not in clean:
        return _unread(value if raw is None else raw, NO_STATEMENT)
    text = json.dumps(clean, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    data = text.encode("utf-8", "replace")
    if len(data) > _MAX_TEXT:
        return _unread(value if raw is None else raw, TOO_LARGE)
    if not text.isascii() and data.decode() != text:
        text = data.decode()
        flaws.add(NOT_UNICODE)
    if flaws:
        return _hash(value if raw is None else raw), text, "; ".join(sorted(flaws))
    return sha256(data).hexdigest(), text, ""


def _document(value: Mapping[str, Any], flaws: set[str]) -> dict[str, object]:
    clean: dict[str, object] = {}
    _note(value, ("Version", "Id", "Statement"), flaws)
    if isinstance(value.get("Version"), str):
        clean["Version"] = value["Version"]
    statement = value.get("Statement")
    if isinstance(statement, Mapping):
        statement = [statement]
    if isinstance(statement, list):
        read = [_statement(item, flaws) for item in statement]
        kept = [item for item in read if item is not None]
        if kept or not statement:
            clean["Statement"] = kept
    return clean


def _statement(value: object, flaws: set[str]) -> dict[str, object] | None:
    try:
        return _read_statement(value, flaws)
    except ValueError:
        flaws.add(BAD_STATEMENT)
        return None


def _read_statement(value: object, flaws: set[str]) -> dict[str, object]:
    """A statement's known elements; ValueError when one of them does not have the shape that AWS demands."""
    if not isinstance(value, Mapping):
        raise ValueError("statement")
    known = ("Sid", "Effect", "Principal", "NotPrincipal", *_LISTED, "Condition")
    _note(value, known, flaws)
    clean: dict[str, object] = {}
    if isinstance(value.get("Sid"), str) and _SID.fullmatch(value["Sid"]):
        clean["Sid"] = value["Sid"]
    if value.get("Effect") not in ("Allow", "Deny"):
        raise ValueError("effect")
    clean["Effect"] = value["Effect"]
    for name in _LISTED:
        if name in value:
            clean[name] = _strings(value[name])
    for name in ("Principal", "NotPrincipal"):
        if name in value:
            clean[name] = _principal(value[name], flaws)
    if "Condition" in value:
        clean["Condition"] = _condition(value["Condition"], flaws)
    return clean


def _principal(value: object, flaws: set[str]) -> object:
    if isinstance(value, Mapping):
        _note(value, _PARTIES, flaws)
        return {name: _strings(value[name]) for name in _PARTIES if name in value}
    return _strings(value)


def _condition(value: object, flaws: set[str]) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("condition")
    _note(value, tuple(value), flaws)
    clean: dict[str, object] = {}
    for operator, keys in value.items():
        if not isinstance(keys, Mapping):
            raise ValueError("operator")
        _note(keys, tuple(keys), flaws)
        clean[operator] = {key: _scalars(item) for key, item in keys.items()}
    return clean


def _strings(value: object) -> object:
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        return value
    raise ValueError("strings")


def _scalars(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    if all(isinstance(item, (str, int, float, bool)) for item in items):
        return value
    raise ValueError("scalars")


def _note(value: Mapping[str, object], known: tuple[str, ...], flaws: set[str]) -> None:
    if isinstance(value, Repeated):
        flaws.add(REPEATED)
    strange = [key for key in value if key not in known]
    if strange:
        named = ", ".join(sorted(key for key in strange if _ELEMENT.fullmatch(key))[:_NAMED])
        flaws.add(f"{UNKNOWN}: {named}" if named else UNKNOWN)


def _marked(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Repeated(made)


def _no_constant(word: str) -> object:
    raise ValueError("not JSON")


def _unread(raw: object, problem: str) -> tuple[str, str, str]:
    return _hash(raw), "", problem


def _hash(raw: object) -> str:
    """SHA-256 hex of a document as it came, as text or as an object."""
    if not isinstance(raw, str):
        try:
            raw = json.dumps(raw, sort_keys=True)
        except (ValueError, RecursionError):
            raw = "nested too deeply"
    return sha256(raw.encode("utf-8", "replace")).hexdigest()
