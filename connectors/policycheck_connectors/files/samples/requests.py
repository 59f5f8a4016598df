"""Finding the request in a line or entry of a recorder, whatever the recorder calls its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_URL = ("url", "uri", "absoluteUrl", "absolute_url", "full_url", "request_url")
_PATH = ("path", "path_and_query", "request_path")
_HOST = ("host", "hostname", "server_name", "authority")
_METHOD = ("method", "verb", "request_method", "http_method")
_HEADERS = ("headers", "request_headers", "header")
_QUERY = ("queryString", "query", "query_string", "params", "queryStringParameters", "args")
_BODY = ("body", "postData", "payload", "data", "content", "request_body", "json", "form")
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


def request_of(record: Mapping[str, Any]) -> Request:
    """The request of a record: flat, or under ``request`` as in HAR entries, cassettes and journals.

    What a record says of the response is passed over: it is not what we send.
    """
    inner = record.get("request")
    if isinstance(inner, dict):
        record = inner
    url = _text(record, _URL) or _text(record, _PATH)
    body, kind, packed = _body(_first(record, _BODY))
    base64 = packed or record.get("isBase64Encoded") is True or record.get("body_base64") is True
    return Request(
        method=_text(record, _METHOD).upper(),
        url=url,
        host=_text(record, _HOST),
        headers=_first(record, _HEADERS),
        query=None if "?" in url else _first(record, _QUERY),
        body=body,
        kind=kind or _text(record, ("content_type", "contentType", "mimeType")),
        base64=base64 or record.get("encoding") == "base64",
    )


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> object:
    for name in names:
        if record.get(name) is not None:
            return record[name]
    return None


def _text(record: Mapping[str, Any], names: tuple[str, ...]) -> str:
    value = _first(record, names)
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
