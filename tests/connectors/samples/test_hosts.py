"""URLs taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck_connectors.files.samples.hosts import Target, host_of, scheme_of, target_of

HOSTS = {
    "api.mail.example": "api.mail.example",
    "API.Mail.Example.": "api.mail.example",
    "api.mail.example:8443": "api.mail.example",
    "api.mail.example:": "api.mail.example",
    "user:p%40ss@api.mail.example": "api.mail.example",
    "a@b@api.mail.example": "api.mail.example",
    "under_score.mail.example": "under_score.mail.example",
    "localhost:3000": "localhost",
    "192.0.2.7:80": "192.0.2.7",
    "[2001:DB8::7]:443": "2001:db8::7",
    "[2001:db8::7%25eth0]": "2001:db8::7",
    "2001:db8:0:0::7": "2001:db8::7",
    "bücher.example": "xn--bcher-kva.example",
    "例え.example": "xn--r8jz45g.example",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
    "0123456789abcdef0123.ingest.example": "*.ingest.example",
    "4711081.api.example": "*.api.example",
    "550e8400-e29b-41d4-a716-446655440000.api.example": "*.api.example",
    "4711081.example": "4711081.example",
    "eu1.api.example": "eu1.api.example",
    "": "",
    "-x.example": "",
    "a..example": "",
    "a b.example": "",
    "a\tb.example": "",
    "a\x1b[31m.example": "",
    "a\\b.example": "",
    "a/b.example": "",
    "300.0.2.1": "",
    "192.0.2": "",
    "api.example:port": "",
    "[2001:db8::7": "2001:db8::7",
    "[not an address]": "",
    "x" * 64 + ".example": "",
    ".".join(["x" * 60] * 5): "",
    "\ud800.example": "",
    "ａｐｉ．mail.example": "api.mail.example",
}


@pytest.mark.parametrize(("authority", "host"), HOSTS.items())
def test_hosts(authority: str, host: str) -> None:
    assert host_of(authority) == host


TARGETS = {
    "https://u:p@api.x.example:1/a/b?c=d#e": Target("api.x.example", "/a/b", "c=d"),
    "HTTPS://API.x.example": Target("api.x.example", "/", ""),
    "//api.x.example/a": Target("api.x.example", "/a", ""),
    "https://api.x.example?c=d": Target("api.x.example", "/", "c=d"),
    "wss://api.x.example/socket": Target("api.x.example", "/socket", ""),
    "/a/b?c=https://other.example/": Target("", "/a/b", "c=https://other.example/"),
    "a/b": Target("", "/a/b", ""),
    "/a//b": Target("", "/a//b", ""),
    "": Target("", "/", ""),
    "https:///a": Target("", "/a", ""),
}


@pytest.mark.parametrize(("url", "target"), TARGETS.items())
def test_targets(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    ("url", "scheme"), [("data:x", "data"), ("HTTPS://x", "https"), ("/a:b", "/a"), ("x" * 30 + ":", ""), ("", "")]
)
def test_schemes(url: str, scheme: str) -> None:
    assert scheme_of(url) == scheme


@given(st.text())
def test_whatever_a_host_is_it_is_printable_ascii_or_nothing(text: str) -> None:
    host = host_of(text)
    assert host == "" or (host.isascii() and host.isprintable() and not set(host) & set(" /\\@?#<>\"'`"))
    assert host_of(host) == host
