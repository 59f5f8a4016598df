"""What of a request's headers is data about people, and what only serves the transport.

Values of ``Authorization``, ``Cookie`` and of every header that carries a key or token are never looked at. Sources:
RFC 9110 (HTTP semantics), RFC 7239 (Forwarded), the Fetch standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from policycheck_connectors.files.samples.requests import named_pairs

#: Headers that say how a message is carried, not whom it is about.
_TRANSPORT = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-ranges", "age", "allow", "alt-used", "cache-control"),
        *("connection", "content-disposition", "content-length", "content-md5", "date", "dnt", "etag", "expect"),
        *("host", "http2-settings", "if-match", "if-modified-since", "if-none-match", "if-range", "keep-alive"),
        *("if-unmodified-since", "max-forwards", "origin", "pragma", "priority", "prefer", "range", "te", "trailer"),
        *("transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "vary", "via", "warning"),
        *("x-requested-with", "x-request-id", "x-correlation-id", "x-forwarded-proto", "x-forwarded-port"),
        *("x-forwarded-host", "x-forwarded-server", "x-http-method-override", "x-envoy-expected-rq-timeout-ms"),
        *("traceparent", "tracestate", "b3", "baggage", "sentry-trace", "idempotency-key", "x-request-start"),
        *("x-amzn-trace-id", "x-cloud-trace-context", "x-original-uri", "x-scheme", "x-client-data", "purpose"),
    }
)  # fmt: skip
_FAMILIES = (
    "sec-",
    "access-control-",
    "x-b3-",
    "x-datadog-",
    "x-envoy-",
    "x-amz-",
    "x-stainless-",
    "x-goog-",
    "proxy-",
)
_KEY = re.compile(
    r"(?:^|[-_])(?:auth\w*|api-?key|apikey|key|token|secret|signature|sig|hmac|password|passwd|pass|credentials?|session"
    r"|csrf|xsrf|jwt|bearer|nonce)(?:[-_]|$)|-key-"
)
_HEADER = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]{1,80}")
#: How browsers and apps on a person's device name themselves; a program's own name is nobody's.
_BROWSER = re.compile(r"Mozilla/|Opera/|Dalvik/|\S+ CFNetwork/|\S+ \((?:iPhone|iPad|Android|Linux; (?:U; )?Android)")


_KEPT = 1000


class Use(Enum):
    """What a header is to us."""

    NOTHING = 0
    FIELD = 1
    AGENT = 2
    COOKIE = 3
    TYPE = 4
    ENCODING = 5
    HOST = 6


_USES = {
    "user-agent": Use.AGENT,
    "cookie": Use.COOKIE,
    "content-type": Use.TYPE,
    "content-encoding": Use.ENCODING,
    "host": Use.HOST,
    ":authority": Use.HOST,
}


def use_of(name: str) -> Use:
    """What the header of this lower-case name is to us."""
    if name in _USES:
        return _USES[name]
    if name in _TRANSPORT or name.startswith(_FAMILIES) or not _HEADER.fullmatch(name) or _KEY.search(name):
        return Use.NOTHING
    return Use.FIELD


class Told(NamedTuple):
    """What the headers of one request tell: the fields, and the content type, host and content encoding."""

    fields: tuple[tuple[str, object], ...] = ()
    kind: str = ""
    host: str = ""
    encoding: str = ""


class _Header(NamedTuple):
    written: str
    name: str
    use: Use


_NOTHING = Told()
#: Bytes have no shape, so the value of a cookie is not judged.
_COOKIE = ("cookie", b"")


class Headers:
    """Reads the headers of requests. Requests of one program have the same ones, so what they are for is kept."""

    def __init__(self) -> None:
        self._known: dict[str, _Header] = {}
        self._plans: dict[tuple[str, ...], tuple[_Header, ...]] = {}

    def read(self, headers: object) -> Told:
        """Headers as ``{name: value or [values]}``, ``[{name, value}]`` or ``[[name, value]]``."""
        if isinstance(headers, dict):
            plan = self._plans.get(tuple(headers))
            if plan is None:
                plan = self._plan(headers)
            return _told([(header, headers[header.written]) for header in plan]) if plan else _NOTHING
        if isinstance(headers, list):
            return _told([(self._header(name), value) for name, value in named_pairs(headers)])
        return _NOTHING

    def _header(self, name: str) -> _Header:
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[name] = _Header(name, name.lower(), use_of(name.lower()))
        return known

    def _plan(self, headers: dict[str, object]) -> tuple[_Header, ...]:
        if len(self._plans) >= _KEPT:
            self._plans.clear()
        plan = tuple(h for h in map(self._header, headers) if h.use is not Use.NOTHING)
        self._plans[tuple(headers)] = plan
        return plan


def _told(headers: Iterable[tuple[_Header, object]]) -> Told:
    fields: list[tuple[str, object]] = []
    kind = host = encoding = ""
    for (_, name, use), values in headers:
        for value in values if isinstance(values, list) else (values,):
            if use is Use.NOTHING or not isinstance(value, str):
                continue
            if use is Use.TYPE:
                kind = value
            elif use is Use.FIELD or (use is Use.AGENT and _BROWSER.match(value)):
                fields.append((name, value))
            elif use is Use.COOKIE:
                fields.append(_COOKIE)
            elif use is Use.HOST:
                host = value
            elif use is Use.ENCODING:
                encoding = value
    return Told(tuple(fields), kind, host, encoding)
