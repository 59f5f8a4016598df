"""What of a request's headers is data about people, and what only serves the transport.

Values of ``Authorization``, ``Cookie`` and of every header that carries a key or token are never looked at. Sources:
RFC 9110 (HTTP semantics), RFC 7239 (Forwarded), the Fetch standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

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


def of_person(agent: str) -> bool:
    """Whether a user agent is that of a person's device."""
    return _BROWSER.match(agent) is not None


def header_pairs(headers: object) -> Iterator[tuple[str, str]]:
    """Name and value of each header: ``{name: value or [values]}``, ``[{name, value}]`` or ``[[name, value]]``."""
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            for each in value if isinstance(value, list) else (value,):
                if isinstance(each, str):
                    yield name, each
    elif isinstance(headers, list):
        yield from _listed(headers)


def _listed(headers: Iterable[object]) -> Iterator[tuple[str, str]]:
    for item in headers:
        if isinstance(item, Mapping):
            name, value = item.get("name", item.get("key")), item.get("value")
        elif isinstance(item, list) and len(item) == 2:
            name, value = item
        else:
            continue
        if isinstance(name, str) and isinstance(value, str):
            yield name, value
