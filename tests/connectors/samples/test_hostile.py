"""Whatever a file holds: no crash, no value, and what was not read is told."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.model.facts import VendorField
from policycheck_connectors.files import source
from tests.connectors.lab import Pulled, pull

pytestmark = pytest.mark.unmeasured

PARTS = (
    *("url", "uri", "path", "host", "method", "headers", "query", "queryString", "body", "postData", "request"),
    *("mimeType", "text", "params", "encoding", "string", "base64_string", "name", "value", "isBase64Encoded"),
)
TEXTS = st.sampled_from(
    [
        *(
            "https://api.x.example/a?b=c",
            "//x",
            "x.example",
            "POST",
            "base64",
            "application/json",
            "multipart/form-data",
        ),
        *(
            '{"a": [1, {"b": "c"}]}',
            "a=b&c[d]=e&[]=f&=g&h",
            "eyJhIjoxfQ==",
            "H4sIAAAA",
            "[[[[",
            "eyJ",
            "W3s=",
            "\ud800",
        ),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(PARTS) | st.text(max_size=12), inner, max_size=6)
    ),
    max_leaves=20,
)


def samples(content: str | bytes, name: str = "s.jsonl") -> Pulled:
    """One file read."""
    with tempfile.TemporaryDirectory() as root:
        return pull(Path(root), "payload-samples", {name: content})


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_any_json_is_read_or_told(values: list[object]) -> None:
    for content in ("\n".join(map(json.dumps, values)), json.dumps({"log": {"entries": values}}), json.dumps(values)):
        pulled = samples(content)
        assert not any("unexpected" in row.reason for row in pulled.coverage)
        assert pulled.coverage
        for fact in pulled.of(VendorField):
            assert all(text.isprintable() for text in (fact.host, fact.object, fact.path, fact.where))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_told(content: bytes) -> None:
    for form in (content, b'{"log": {' + content, b"[" + content, gzip.compress(content), b"\x1f\x8b" + content):
        assert not any("unexpected" in row.reason for row in samples(form).coverage)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=6))
def test_the_same_body_in_every_wrapping(body: dict[str, object]) -> None:
    """A body as JSON, as text, as text in an archive, and in Base64 gives the same fields."""
    from base64 import b64encode

    text = json.dumps(body)
    url = {"method": "POST", "url": "https://x.example/"}
    typed = {**url, "headers": {"content-type": "application/json"}}
    wrapped = [
        json.dumps({**typed, "body": text}),
        json.dumps({**typed, "body": b64encode(text.encode()).decode(), "encoding": "base64"}),
        json.dumps(
            {"log": {"entries": [{"request": {**url, "postData": {"mimeType": "application/json", "text": text}}}]}}
        ),
    ]
    told = [[(f.path, f.shape, f.records) for f in samples(each).of(VendorField)] for each in wrapped]
    assert told[0] == told[1] == told[2]


def test_a_giant_text_a_giant_key_and_a_giant_number(tmp_path: Path) -> None:
    body = {"a": "x" * 5_000_000, "k" * 1_000_000: 1, "n": 10**4000}
    pulled = samples(json.dumps({"url": "https://x.example/", "body": body}))
    assert [(f.path, f.shape) for f in pulled.of(VendorField)] == [
        ("a", "text"),
        ("n", "integer"),
        ("{key}", "integer"),
    ]
    assert samples('{"url": "https://x.example/", "body": 1' + "0" * 5000 + "}").reasons() == [
        "lines that are no JSON object: 1, the first at s.jsonl:1"
    ]


def test_a_gzip_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_MIN_BOUND", 1 << 20)
    line = json.dumps({"url": "https://x.example/?a=1"}) + "\n"
    pulled = samples(gzip.compress(line.encode() * 200_000))
    (row,) = pulled.coverage
    assert (row.status, row.reason) == ("partial", "the file unpacks to far more than an export does")
    assert 0 < row.seen < 200_000


def test_a_packed_body_that_is_a_bomb_is_told() -> None:
    from base64 import b64encode

    packed = b64encode(gzip.compress(b" " * (17 << 20))).decode()
    pulled = samples(json.dumps({"url": "https://x.example/", "body": packed, "encoding": "base64"}))
    assert pulled.reasons() == ["bodies that unpack to more than 16 MiB: 1, the first at s.jsonl:1"]
