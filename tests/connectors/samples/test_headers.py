"""Which headers are fields."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policycheck.model.facts import VendorField
from tests.connectors.lab import pull

BROWSER = "Mozilla/5.0 (X11; Linux x86_64)"
FIELDS = {
    ("X-Forwarded-For", "192.0.2.1, 198.51.100.2"): ("header.x-forwarded-for", "ipv4"),
    ("Forwarded", "for=192.0.2.1"): ("header.forwarded", "text"),
    ("CF-Connecting-IP", "2001:db8::1"): ("header.cf-connecting-ip", "ipv6"),
    ("User-Agent", BROWSER): ("header.user-agent", "user_agent"),
    ("user-agent", "Lumen/4.2 CFNetwork/1410.0.3 Darwin/22.6.0"): ("header.user-agent", "text"),
    ("User-Agent", "Lumen/4.2 (iPhone; iOS 19.1)"): ("header.user-agent", "user_agent"),
    ("Cookie", "session=4711"): ("header.cookie", ""),
    ("Accept-Language", "de-DE"): ("header.accept-language", "language"),
    ("Referer", "https://lumen.example/albums/4711"): ("header.referer", "url"),
    ("X-User-Email", "ann@lumen.example"): ("header.x-user-email", "email"),
}


def fields(root: Path, headers: object) -> list[tuple[str, str]]:
    """(path, shape) of the headers of one request."""
    record = {"url": "https://x.example/", "headers": headers}
    pulled = pull(root, "payload-samples", {"s.jsonl": json.dumps(record)})
    assert pulled.whole()
    return [(f.path, f.shape) for f in pulled.of(VendorField)]


@pytest.mark.parametrize(("header", "field"), FIELDS.items())
def test_headers_about_people(tmp_path: Path, header: tuple[str, str], field: tuple[str, str]) -> None:
    name, value = header
    for headers in ({name: value}, {name: [value]}, [[name, value]], [{"name": name, "value": value}]):
        assert fields(tmp_path, headers) == [field]


@pytest.mark.parametrize(
    "name",
    [
        *("Accept", "Host", "Content-Length", "Sec-CH-UA", "Traceparent", "X-Request-ID", "X-Amz-Date", "Origin"),
        *("Authorization", "Proxy-Authorization", "X-Api-Key", "apikey", "X-Auth-Token", "DD-API-KEY", "X-CSRF-Token"),
        *("X-Signature", "X-Shop-Access-Token", "X-Secret", "Idempotency-Key", "no header\x1b", "", "ü"),
    ],
)
def test_headers_of_the_transport_and_with_keys(tmp_path: Path, name: str) -> None:
    assert fields(tmp_path, {name: "ann@lumen.example"}) == []


@pytest.mark.parametrize(
    "agent", ["python-requests/2.32", "sendgrid/6.11;python", "lumen-backend/4", "Go-http-client/2.0"]
)
def test_the_name_of_a_program_is_nobodys(tmp_path: Path, agent: str) -> None:
    assert fields(tmp_path, {"User-Agent": agent}) == []


@pytest.mark.parametrize("headers", [None, 3, "x", [], [3, ["a"], {"value": "x"}, ["a", 3]], {"X-Real-IP": 3}])
def test_headers_that_are_none(tmp_path: Path, headers: object) -> None:
    assert fields(tmp_path, headers) == []
