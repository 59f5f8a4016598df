"""Recorded requests as whole files: what comes out, what is told of what could not be read, and what never does."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.facts import VendorField
from policycheck_connectors.files import payload_samples
from policycheck_connectors.files.samples import reading
from policycheck_connectors.interface import PullContext
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run
from tests.connectors.lab import Pulled, entry, pull, put

JSON = {"Content-Type": "application/json"}
MAIL: dict[str, Any] = {
    "time": "2026-11-19T10:00:00Z",
    "method": "POST",
    "url": "https://audit:hunter2@api.mail.example:8443/v3/contacts/4711/send?trace=1#top",
    "headers": {**JSON, "Authorization": "Bearer s3cr3t", "X-Forwarded-For": "192.0.2.7", "Cookie": "sid=abc"},
    "body": {
        "to": [{"email": "ann@lumen.example", "name": "Ann"}, {"email": "bob@lumen.example", "name": "Bob"}],
        "meta": '{"place": {"lat": 52.52437}}',
        "phone": None,
    },
}
MAIL_FIELDS = [
    ("api.mail.example", "POST /v3/contacts/{id}/send", "query.trace", "integer", 1),
    ("api.mail.example", "POST /v3/contacts/{id}/send", "header.cookie", "", 1),
    ("api.mail.example", "POST /v3/contacts/{id}/send", "header.x-forwarded-for", "ipv4", 1),
    ("api.mail.example", "POST /v3/contacts/{id}/send", "meta.place.lat", "coordinate", 1),
    ("api.mail.example", "POST /v3/contacts/{id}/send", "phone", "empty", 1),
    ("api.mail.example", "POST /v3/contacts/{id}/send", "to[].email", "email", 1),
    ("api.mail.example", "POST /v3/contacts/{id}/send", "to[].name", "text", 1),
]


def lines(*records: object) -> str:
    """Records as JSON Lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def archive(*requests: object) -> dict[str, Any]:
    """Requests as an HTTP archive, each with a response that says more than we sent."""
    response = {"status": 200, "headers": [], "content": {"text": '{"answered": "carol@lumen.example"}'}}
    entries = [
        {"startedDateTime": "2026-11-19T10:00:00Z", "request": each, "response": response, "timings": {"send": 1}}
        for each in requests
    ]
    return {"log": {"version": "1.2", "creator": {"name": "browser"}, "pages": [{"id": "p"}], "entries": entries}}


def fields(pulled: Pulled) -> list[tuple[str, str, str, str, int]]:
    """(host, endpoint, path, shape, records) of each field."""
    return [(f.host, f.object, f.path, f.shape, f.records) for f in pulled.of(VendorField)]


def paths(pulled: Pulled) -> list[str]:
    """The key paths alone."""
    return [fact.path for fact in pulled.of(VendorField)]


def samples(root: Path, content: Any, name: str = "s.jsonl") -> Pulled:
    """One file read."""
    return pull(root, "payload-samples", {name: content})


def test_a_request_becomes_its_names_and_shapes(tmp_path: Path) -> None:
    pulled = samples(tmp_path, lines(MAIL))
    assert fields(pulled) == MAIL_FIELDS
    assert {(f.system, f.tenant, f.origin, f.connector, f.where) for f in pulled.of(VendorField)} == {
        ("", "", "sent", "c", "s.jsonl:1")
    }
    assert {f.last_seen for f in pulled.of(VendorField)} == {"2026-11-19"}
    assert pulled.statuses() == [("", "samples", "complete", 1)]


TIMES = {
    ("2026-11-19T10:00:00Z",): "2026-11-19",
    ("2026-11-19", "2026-11-20 01:00", "2026-11-18"): "2026-11-20",
    ("2026-13-19", "yesterday", "", "99999-11-19", 1_760_000_000, None): "",
    ("PRIVATE", "2026-11-1x"): "",
}


@pytest.mark.parametrize(("times", "day"), TIMES.items())
def test_the_latest_day_is_kept(tmp_path: Path, times: tuple[object, ...], day: str) -> None:
    flat = [{"url": "https://x.example/?a=1", "timestamp": time} for time in times]
    entries = [{"startedDateTime": time, "request": {"url": "https://x.example/?a=1"}} for time in times]
    for content in (lines(*flat), lines(*entries), {"log": {"entries": entries}}):
        assert [f.last_seen for f in samples(tmp_path, content).of(VendorField)] == [day]


def har_of(record: dict[str, Any]) -> dict[str, Any]:
    """A flat record as the request of an HTTP archive."""
    return {
        "method": record["method"],
        "url": record["url"],
        "headers": [{"name": name, "value": value} for name, value in record["headers"].items()],
        "queryString": [{"name": "trace", "value": "1"}],
        "postData": {"mimeType": "application/json", "text": json.dumps(record["body"])},
    }


SHAPES: dict[str, Any] = {
    "archive.har": archive(har_of(MAIL)),
    "archive-as-one.json": archive(har_of(MAIL)),
    "indented.har": json.dumps(archive(har_of(MAIL)), indent=2),
    "entries.jsonl": lines({"startedDateTime": "", "request": har_of(MAIL), "response": {"status": 200}}),
    "list.json": [MAIL],
    "packed.jsonl.gz": gzip.compress(lines(MAIL).encode()),
    "packed.har.gz": gzip.compress(json.dumps(archive(har_of(MAIL))).encode()),
    "no-line-break.jsonl": lines(MAIL).rstrip(),
    "windows.jsonl": "\ufeff" + lines(MAIL).replace("\n", "\r\n") + "\r\n",
    "text-body.jsonl": lines({**MAIL, "body": json.dumps(MAIL["body"])}),
    "header-list.jsonl": lines({**MAIL, "headers": [[k, v] for k, v in MAIL["headers"].items()]}),
    "header-lists.jsonl": lines({**MAIL, "headers": {k: [v] for k, v in MAIL["headers"].items()}}),
    "host-and-path.jsonl": lines(
        {**MAIL, "url": None, "host": "api.mail.example", "path": "/v3/contacts/4711/send?trace=1"}
    ),
    "host-header.jsonl": lines(
        {**MAIL, "url": "/v3/contacts/4711/send?trace=1", "headers": {**MAIL["headers"], "Host": "api.mail.example"}}
    ),
    "cassette.jsonl": lines(
        {"request": {**MAIL, "url": None, "uri": MAIL["url"], "body": {"string": json.dumps(MAIL["body"])}}}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_same_request_from_every_recorder(tmp_path: Path, name: str) -> None:
    pulled = samples(tmp_path, SHAPES[name], name)
    assert fields(pulled) == MAIL_FIELDS
    assert pulled.statuses() == [("", "samples", "complete", 1)]


def test_fields_are_counted_over_all_files(tmp_path: Path) -> None:
    files = {"a.jsonl": lines(MAIL, MAIL), "b.har": archive(har_of(MAIL), {**har_of(MAIL), "postData": None})}
    pulled = pull(tmp_path, "payload-samples", files)
    told = {f.path: (f.records, f.where) for f in pulled.of(VendorField)}
    assert told["to[].email"] == (3, "a.jsonl:1")
    assert told["query.trace"] == (4, "a.jsonl:1")
    assert [(row.where, row.seen) for row in pulled.coverage] == [("a.jsonl, b.har", 4)]


def test_the_place_of_a_field_is_the_first_record_that_has_it(tmp_path: Path) -> None:
    one, two = {"url": "https://x.example/", "body": {"a": 1}}, {"url": "https://x.example/", "body": {"a": 1, "b": 2}}
    assert [(f.path, f.where) for f in samples(tmp_path, lines(one, two)).of(VendorField)] == [
        ("a", "s.jsonl:1"),
        ("b", "s.jsonl:2"),
    ]
    both = archive({"url": "https://x.example/?a=1"}, {"url": "https://x.example/?b=1"})
    assert [(f.path, f.where) for f in samples(tmp_path, both, "s.har").of(VendorField)] == [
        ("query.a", "s.har#/log/entries/0"),
        ("query.b", "s.har#/log/entries/1"),
    ]


FORM = {"content-type": "application/x-www-form-urlencoded"}
LINES_TYPE = {"content-type": "application/x-ndjson"}
MULTIPART = {"content-type": 'multipart/form-data; boundary="xx"'}
BODIES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "form": (
        {"headers": FORM, "body": "email=a%40b.example&user[city]=Bonn&tags[]=x&tags[]=y&n=&a[0][ip]=192.0.2.1&&"},
        [("a[].ip", "ipv4"), ("email", "email"), ("n", "empty"), ("tags[]", "text"), ("user.city", "text")],
    ),
    "form by its looks": ({"body": "email=a%40b.example&n=1"}, [("email", "email"), ("n", "integer")]),
    "JSON by its looks": ({"body": ' [{"ip": "192.0.2.1"}]'}, [("[].ip", "ipv4")]),
    "JSON as text": ({"headers": {"content-type": "text/plain"}, "body": '{"a": "x"}'}, [("a", "text")]),
    "JSON of a vendor": ({"headers": {"content-type": "application/a+json"}, "body": '{"a": 1}'}, [("a", "integer")]),
    "lines": ({"headers": LINES_TYPE, "body": '{"index": {}}\n{"ip": "192.0.2.1"}\n'}, [("ip", "ipv4")]),
    "lines by their looks": ({"body": '{"a": 1}\n{"b": true}'}, [("a", "integer"), ("b", "boolean")]),
    "text": ({"headers": {"content-type": "text/plain"}, "body": "a line of a log"}, [("body", "text")]),
    "a number": ({"body": 17}, [("body", "integer")]),
    "base64": ({"body": "eyJpcCI6ICIxOTIuMC4yLjEifQ==", "encoding": "base64"}, [("ip", "ipv4")]),
    "base64 of gzip": (
        {"body": b64encode(gzip.compress(b'{"ip": "192.0.2.1"}')).decode(), "isBase64Encoded": True},
        [("ip", "ipv4")],
    ),
    "base64 in a form": ({"headers": FORM, "body": "data=eyJpcCI6ICIxOTIuMC4yLjEifQ%3D%3D"}, [("data.ip", "ipv4")]),
    "base64 in a query": ({"url": "https://x.example/e?data=eyJpcCI6IjE5Mi4wLjIuMSJ9"}, [("query.data.ip", "ipv4")]),
    "a token is no base64 JSON": ({"body": {"t": "eyJhbGciOiJub25lIn0.eyJpcCI6IjE5Mi4wLjIuMSJ9.x"}}, [("t", "jwt")]),
    "multipart": (
        {
            "headers": MULTIPART,
            "body": '--xx\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.example\r\n--xx\r\n'
            'Content-Disposition: form-data; name="photo"; filename="ann.png"\r\n\r\nPNG\r\n--xx--\r\n',
        },
        [("email", "email"), ("photo", "empty")],
    ),
    "params of an archive": (
        {"postData": {"mimeType": FORM["content-type"], "params": [{"name": "email", "value": "a@b.example"}]}},
        [("email", "email")],
    ),
    "query beside the URL": ({"queryString": {"ip": "192.0.2.1"}}, [("query.ip", "ipv4")]),
    "query as text": ({"query": "?ip=192.0.2.1"}, [("query.ip", "ipv4")]),
    "JSON in text in JSON": ({"body": {"a": json.dumps({"b": json.dumps({"c": 1})})}}, [("a.b.c", "integer")]),
    "lists of lists": ({"body": {"m": [[1, 2], [3]]}}, [("m[][]", "integer")]),
    "nothing in it": ({"body": {"a": {}, "b": [], "c": ""}}, [("c", "empty")]),
    "no body": ({"body": ""}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_bodies_and_queries(tmp_path: Path, name: str) -> None:
    record, expected = BODIES[name]
    pulled = samples(tmp_path, lines({"url": "https://x.example/e", "method": "POST", **record}))
    assert pulled.reasons() == []
    assert [(f.path, f.shape) for f in pulled.of(VendorField)] == expected


GAPS: dict[str, tuple[Any, str, int]] = {
    "not JSON": (lines(MAIL) + "{bad\n" + lines(MAIL), "lines that are no JSON object: 1, the first at s.jsonl:2", 2),
    "not an object": ("3\n[1]\n" + lines(MAIL), "lines that are no JSON object: 2, the first at s.jsonl:1", 1),
    "deep": ('{"url": ' + "[" * 100_000, "lines that are no JSON object: 1, the first at s.jsonl:1", 0),
    "no host": (lines({"path": "/x", "body": {"a": 1}}), "requests that name no host: 1, the first at s.jsonl:1", 1),
    "odd host": (
        lines(*({"url": f"https://{host}/", "body": 1} for host in ("a b.example", "a\x1b[2J.example", "a..b", "-"))),
        "requests that name no host: 4, the first at s.jsonl:1",
        4,
    ),
    "binary": (
        lines({"url": "https://x.example/", "headers": {"content-type": "application/x-protobuf"}, "body": "abc"}),
        "bodies of the type application/x-protobuf, which is not read: 1, the first at s.jsonl:1",
        1,
    ),
    "unknown type": (
        lines({"url": "https://x.example/", "headers": {"content-type": "x/secret-4711"}, "body": "abc"}),
        "bodies of a type that is not read: 1, the first at s.jsonl:1",
        1,
    ),
    "broken JSON": (
        lines({"url": "https://x.example/", "headers": JSON, "body": '{"a": "ann@lumen.example'}),
        "bodies that say they are JSON and are not: 1, the first at s.jsonl:1",
        1,
    ),
    "packed": (
        lines({"url": "https://x.example/", "headers": {**JSON, "content-encoding": "br"}, "body": "\ufffd\ufffd"}),
        "bodies that are compressed: 1, the first at s.jsonl:1",
        1,
    ),
    "no text": (
        lines({"url": "https://x.example/", "body": "gICA", "encoding": "base64"}),
        "bodies that are no text: 1, the first at s.jsonl:1",
        1,
    ),
    "no boundary": (
        lines({"url": "https://x.example/", "headers": {"content-type": "multipart/form-data"}, "body": "x"}),
        "multipart bodies without their boundary: 1, the first at s.jsonl:1",
        1,
    ),
    "a socket": (
        lines({"url": "wss://x.example/live?token=hunter2"}),
        "requests that open a WebSocket, whose messages are not read: 1, the first at s.jsonl:1",
        1,
    ),
    "too deep": (
        lines({"url": "https://x.example/", "body": json.loads('{"a":' * 40 + "1" + "}" * 40)}),
        "values nested deeper than 32 levels: 1, the first at s.jsonl:1",
        1,
    ),
    "bad lines of a body": (
        lines({"url": "https://x.example/", "headers": LINES_TYPE, "body": '{"a": 1}\nnot JSON'}),
        "lines of bodies that are no JSON: 1, the first at s.jsonl:1",
        1,
    ),
    "cut gzip": (gzip.compress(lines(*[MAIL] * 500).encode())[:-20], "is cut off after", -1),
    "cut archive": (json.dumps(archive(har_of(MAIL), har_of(MAIL)))[:-400], "the file is cut off after", 1),
    "entries without a request": (
        {"log": {"entries": [{"response": {}}, 3, {"request": "x"}, {"request": har_of(MAIL)}]}},
        "entries that have no request: 3, the first at s.jsonl#/log/entries/0",
        1,
    ),
    "an archive without entries": ({"log": {"version": "1.2"}}, "the file has no request", 0),
    "empty lines": ("\n\n  \n", "the file has no request", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", GAPS)
def test_what_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    content, reason, seen = GAPS[name]
    pulled = samples(tmp_path, content)
    rows = [row for row in pulled.coverage if reason in row.reason]
    assert len(rows) == 1, pulled.coverage
    assert rows[0].status == ("partial" if seen else "unseen")
    assert rows[0].seen == seen or seen < 0 < rows[0].seen
    assert rows[0].help
    assert not any(text in repr(pulled.coverage) for text in ("lumen.example", "4711", "hunter2", "\x1b", "s3cr3t"))


def test_progress_is_told_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload_samples, "_EVERY", 2)
    put(tmp_path, "s.jsonl", lines(*[MAIL] * 5))
    connector = build(entry("payload-samples", paths=["s.jsonl"]), tmp_path)
    told: list[str] = []
    connector.context = PullContext(tell=told.append)
    run([connector], lambda fact: None)
    assert told == ["reading c: 2 requests", "reading c: 4 requests"]


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINE", 100_000)
    long = lines({"url": "https://x.example/", "body": "a" * 300_000})
    short = lines({"url": "https://x.example/?b=1"})
    for content in (long + short, short + long, short + long.rstrip()):
        pulled = samples(tmp_path, content)
        assert paths(pulled) == ["query.b"]
        assert "lines of more than 16 MiB: 1" in pulled.coverage[0].reason


@pytest.mark.parametrize("url", ["data:text/plain,abc", "blob:https://x.example/4711", "about:blank"])
def test_addresses_that_never_leave_the_browser_are_nothing(tmp_path: Path, url: str) -> None:
    pulled = samples(tmp_path, lines(MAIL, {"url": url}))
    assert pulled.statuses() == [("", "samples", "complete", 1)]


def test_the_commonest_shape_of_what_was_filled_counts(tmp_path: Path) -> None:
    values = [None, "", None, "ann@lumen.example", "bob@lumen.example", "nobody", None]
    pulled = samples(tmp_path, lines(*({"url": "https://x.example/", "body": {"to": each}} for each in values)))
    assert fields(pulled) == [("x.example", "POST /", "to", "email", 7)]


def test_a_late_value_is_found_behind_many_empty_ones(tmp_path: Path) -> None:
    records = [{"url": "https://x.example/", "body": {"to": ""}}] * 1000
    pulled = samples(tmp_path, lines(*records, {"url": "https://x.example/", "body": {"to": "ann@lumen.example"}}))
    assert fields(pulled) == [("x.example", "POST /", "to", "email", 1001)]
