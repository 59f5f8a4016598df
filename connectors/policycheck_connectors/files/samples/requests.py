"""Finding the request in a line or entry of a recorder, whatever the recorder calls its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: The names of each part, in the order of _Plan; the first one that is there counts.
_NAMES = (
    ("url", "uri", "absoluteUrl", "full_url", "request_url", "path", "path_and_query", "request_path"),
    ("host", "hostname", "server_name", "authority"),
    ("method", "verb", "request_method", "http_method"),
    ("headers", "request_headers"),
    ("queryString", "query", "query_string", "params"),
    ("body", "postData", "payload", "data", "content", "request_body", "json", "form"),
    ("content_type", "contentType", "mimeType"),
    ("isBase64Encoded", "body_base64", "encoding"),
    ("startedDateTime", "time", "timestamp", "recorded_at", "@timestamp", "date"),
)
_PLANS = 1000
_WRAPPED = frozenset({"encoding", "string", "base64_string"})


class Request(NamedTuple):
    """A request as it was recorded. ``url`` may be a path alone, ``query`` what stands beside the URL."""

    method: str
    url: str
    host: str
    headers: object
    query: object
    body: object
    kind: str
    base64: bool
    time: str


class _Plan(NamedTuple):
    """Which of the known names a record has, for each part."""

    url: tuple[str, ...]
    host: tuple[str, ...]
    method: tuple[str, ...]
    headers: tuple[str, ...]
    query: tuple[str, ...]
    body: tuple[str, ...]
    kind: tuple[str, ...]
    packed: tuple[str, ...]
    time: tuple[str, ...]


class Requests:
    """Finds the requests of records. Records of one recorder have the same keys, so what they mean is kept."""

    def __init__(self) -> None:
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def of(self, record: dict[str, Any]) -> Request:
        """The request of a record: flat, or under ``request`` as in HAR entries, cassettes and journals.

        What a record says of the response is passed over: it is not what we send.
        """
        plan = self._plans.get(tuple(record)) or self._plan(record)
        time = _text(record, plan.time)
        inner = record.get("request")
        if isinstance(inner, dict):
            record = inner
            plan = self._plans.get(tuple(record)) or self._plan(record)
        url = _text(record, plan.url)
        body, kind, base64 = _body(_first(record, plan.body))
        if plan.packed and not base64:
            base64 = any(record[name] is True or record[name] == "base64" for name in plan.packed)
        return Request(
            _text(record, plan.method),
            url,
            _text(record, plan.host),
            _first(record, plan.headers),
            None if "?" in url else _first(record, plan.query),
            body,
            kind or _text(record, plan.kind),
            base64,
            time or _text(record, plan.time),
        )

    def _plan(self, record: dict[str, Any]) -> _Plan:
        if len(self._plans) >= _PLANS:
            self._plans.clear()
        made = _Plan(*(tuple(name for name in names if name in record) for names in _NAMES))
        self._plans[tuple(record)] = made
        return made


def _first(record: dict[str, Any], names: tuple[str, ...]) -> object:
    for name in names:
        value: object = record[name]
        if value is not None:
            return value
    return None


def _text(record: dict[str, Any], names: tuple[str, ...]) -> str:
    value = _first(record, names) if names else None
    return value if isinstance(value, str) else ""


def _body(body: object) -> tuple[object, str, bool]:
    """A body, its content type, and whether it is in Base64: HAR and cassettes wrap it in an object."""
    if not isinstance(body, dict) or not body:
        return body, "", False
    if isinstance(body.get("mimeType"), str) and ("text" in body or "params" in body):
        params = body.get("params")
        if not body.get("text") and isinstance(params, list) and params:
            return Pairs(named_pairs(params)), body["mimeType"], False
        return body.get("text"), body["mimeType"], body.get("encoding") == "base64"
    if body.keys() <= _WRAPPED and body.keys() & {"string", "base64_string"}:
        packed = "base64_string" in body
        return body["base64_string" if packed else "string"], "", packed
    return body, "", False


class Pairs(NamedTuple):
    """Pairs of a form or a query that a recorder took apart."""

    pairs: tuple[tuple[str, object], ...]


def named_pairs(pairs: object) -> tuple[tuple[str, object], ...]:
    """``[{name, value}]``, ``[[name, value]]`` or ``{name: value}`` as pairs."""
    if isinstance(pairs, Mapping):
        return tuple(pairs.items())
    found: list[tuple[str, object]] = []
    for item in pairs if isinstance(pairs, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), str):
            found.append((item["name"], item.get("value")))
        elif isinstance(item, list) and len(item) == 2 and isinstance(item[0], str):
            found.append((item[0], item[1]))
    return tuple(found)
