"""Taking a URL apart: which host it goes to, along which path, with which query.

Source: RFC 3986 (URI syntax), RFC 5890 (names in other scripts). User names and passwords in a URL are dropped.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple

_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_PORT = re.compile(r"[0-9]{0,5}")
#: A first label that is an id, such as a tenant's: it would make one host of each.
_ID = re.compile(r"(?=.*\d)[0-9a-f]{16,}|\d{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]{33,}")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
#: Addresses of these schemes stay in the browser: nothing is sent.
NOT_SENT = frozenset({"about", "blob", "chrome", "chrome-extension", "data", "file", "javascript", "moz-extension"})


class Target(NamedTuple):
    """Where a request goes. ``host`` is empty when it names none; ``path`` begins with a slash."""

    host: str
    path: str
    query: str


def target_of(url: str) -> Target:
    """A URL taken apart; without a scheme or ``//`` it is a path alone."""
    rest = url.partition("#")[0]
    rest, _, query = rest.partition("?")
    _, mark, behind = rest.partition("//")
    if not mark or (rest.startswith("/") and not rest.startswith("//")):
        return Target("", "/" + rest.lstrip("/"), query)
    authority, slash, path = behind.partition("/")
    return Target(host_of(authority), slash + path or "/", query)


def scheme_of(url: str) -> str:
    """The scheme of a URL in lower case, empty when it has none."""
    return url.partition(":")[0].lower() if ":" in url[:24] else ""


def host_of(authority: str) -> str:
    """The host of ``user:password@host:port``: a name in ASCII and lower case, or an IP address; empty when it is
    neither. An id as the first label becomes ``*``."""
    if _CONTROL.search(authority):
        return ""
    text = authority.rpartition("@")[2]
    if text.startswith("["):
        return _ipv6(text[1:].partition("]")[0])
    if text.count(":") > 1:
        return _ipv6(text)
    name, _, port = text.partition(":")
    if not _PORT.fullmatch(port):
        return ""
    return _name(name.rstrip(".").lower())


def _name(name: str) -> str:
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    if not _NAME.fullmatch(name):
        return ""
    first, _, rest = name.partition(".")
    if rest.replace(".", "").isdigit():
        return _ipv4(name)
    return f"*.{rest}" if "." in rest and _ID.fullmatch(first) else name


def _ipv4(name: str) -> str:
    try:
        return str(IPv4Address(name))
    except AddressValueError:
        return ""


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text.partition("%")[0]))
    except AddressValueError:
        return ""
