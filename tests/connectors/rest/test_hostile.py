"""A host that means harm: it gets no credential, and cannot loop, fill memory, or be quoted."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from policycheck.model.facts import Credential
from policycheck_connectors.rest import pauses, transport
from tests.connectors.rest.conftest import Own
from tests.connectors.rest.lab import HOST, SECRET, gaps, ids, pull
from tests.servers.vendors import Reply, Seen, Vendors

EVIL = "api.evil.example"
NEXT = {"kind": "next_url", "next": "next"}
ONE = {"data": [{"id": "k1"}]}


def _thief(seen: Seen) -> Reply:
    return Reply({"data": [{"id": "stolen"}]})


@pytest.mark.parametrize(
    "url",
    [
        f"https://{EVIL}/v1/keys",
        f"http://{HOST}/v1/keys",
        f"//{EVIL}/v1/keys",
        f"https://{HOST}:8443/v1/keys",
        f"https://{HOST}@{EVIL}/v1/keys",
        f"https://user:pass@{HOST}/v1/keys",
        f"https://{HOST}.{EVIL}/v1/keys",
        "https://[::1/v1/keys",
        "https://x:notaport/",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("how", ["next", "redirect", "link"])
def test_no_other_origin_is_asked(vendors: Vendors, own: Own, url: str, how: str) -> None:
    first = {
        "next": Reply({**ONE, "next": url}),
        "redirect": Reply(None, 302, {"Location": url}),
        "link": Reply(ONE, 200, {"Link": f'<{url}>; rel="next"'}),
    }
    vendors.plays = {HOST: lambda seen: first[how], EVIL: _thief}
    pulled = pull(own(paging={"kind": "link"} if how == "link" else NEXT))
    assert {seen.host for seen in vendors.seen} == {HOST}
    assert len(vendors.seen) == 1
    assert not pulled.whole()
    assert "stolen" not in ids(pulled)


def test_a_redirect_on_the_same_origin_is_followed_but_not_in_circles(vendors: Vendors, own: Own) -> None:
    def play(seen: Seen) -> Reply:
        moved = Reply(None, 307, {"Location": "/v1/keys/"})
        return Reply(ONE) if seen.path.endswith("/") else moved

    vendors.plays[HOST] = play
    assert ids(pull(own())) == ["k1"]
    vendors.plays[HOST] = lambda seen: Reply(None, 307, {"Location": f"/v1/keys?n={len(vendors.seen)}"})
    assert gaps(pull(own())) == [("unseen", "the answers lead in a circle")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Reply(b"[" * 100_000), "the answer is nested deeper than 64 levels"),
        (Reply(b'{"a":' * 70 + b"1" + b"}" * 70), "the answer is nested deeper than 64 levels"),
        (Reply(b'{"data": ["' + b"[" * 1000), "the answer is no JSON"),
        (Reply(b"<html>no</html>"), "the answer is no JSON"),
        (Reply(b"\xff\xfe{"), "the answer is no JSON"),
        (Reply({"data": "text"}), "the answer has no list where the definition expects one"),
        (Reply(ONE, headers={"Content-Encoding": "gzip"}), "the answer is compressed although that was not asked for"),
    ],
)
def test_an_answer_of_another_shape(vendors: Vendors, own: Own, answer: Reply, reason: str) -> None:
    vendors.plays[HOST] = lambda seen: answer
    pulled = pull(own())
    assert (pulled.facts, gaps(pulled)) == ((), [("unseen", reason)])


NO_LIST = "the answer has no list where the definition expects one"
OTHER: list[Any] = [
    *(
        {"errors": ["no"]},
        {"items": [{"id": "k1"}]},
        {"unexpected": 1},
        {"data": None},
        "ok",
        "",
        None,
        7,
        True,
        [],
        {},
    ),
]


@pytest.mark.parametrize("body", OTHER)
@pytest.mark.parametrize(
    "records", ["data", "data[].keys[]", "data[?id].keys[]", "data[*].id | [?@]", "[data[].id, x][]"]
)
def test_an_answer_without_its_list_is_no_empty_list(vendors: Vendors, own: Own, body: Any, records: str) -> None:
    vendors.plays[HOST] = lambda seen: Reply(body)
    pulled = pull(own(records=records))
    assert (pulled.facts, gaps(pulled)) == ((), [("unseen", NO_LIST)])


@pytest.mark.parametrize(
    "records", ["data", "data[]", "data[*]", "data[?id]", "data | [?id]", "[data[?id], data[?x]][]"]
)
def test_an_empty_list_is_one(vendors: Vendors, own: Own, records: str) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": []})
    assert gaps(pull(own(records=records))) == []


@pytest.mark.parametrize("body", [{"errors": ["no"]}, "ok", None, {"data": {"inner": None}}])
def test_a_list_deep_in_an_answer(vendors: Vendors, own: Own, body: Any) -> None:
    vendors.plays[HOST] = lambda seen: Reply(body)
    for records in ("data.inner[*].id", "data.inner[].id", "data.inner.*.id"):
        assert gaps(pull(own(records=records))) == [("unseen", NO_LIST)]


@pytest.mark.parametrize(
    ("body", "paging"), [({"errors": ["no"]}, {"kind": "link"}), ({}, {"kind": "link"}), (7, {"kind": "none"})]
)
def test_one_object_is_no_page_of_a_list(vendors: Vendors, own: Own, body: Any, paging: Any) -> None:
    """Where nothing pages, an object may be the record; its entries must then be there."""
    vendors.plays[HOST] = lambda seen: Reply(body)
    assert gaps(pull(own(records="@", paging=paging))) == [("unseen", NO_LIST)]
    assert gaps(pull(own(records="@", entries="properties"))) == [("unseen", NO_LIST)]
    assert gaps(pull(own(records="[*]"))) == [("unseen", NO_LIST)]


@pytest.mark.parametrize("body", [{"errors": ["no"], "next": "b"}, {"next": "b"}, "ok", None])
def test_a_page_without_its_list_is_a_gap_between_pages(vendors: Vendors, own: Own, body: Any) -> None:
    answers = {None: {"data": [{"id": "k1"}], "next": "a"}, "a": body, "b": {"data": [{"id": "k3"}]}}
    vendors.plays[HOST] = lambda seen: Reply(answers[seen.query.get("after")])
    pulled = pull(own(paging={"kind": "cursor", "at_in": "after", "next": "next"}))
    assert (ids(pulled), gaps(pulled)) == (["k1"], [("partial", NO_LIST)])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, []),
        ({"data": None, "errors": []}, []),
        ({"errors": ["no"]}, [("unseen", NO_LIST)]),
        ({"error": "no"}, [("unseen", NO_LIST)]),
        ("ok", [("unseen", NO_LIST)]),
        ([], [("unseen", NO_LIST)]),
    ],
)
@pytest.mark.parametrize("records", ["data", "[data[].id, data[].name][]"])
def test_a_vendor_that_leaves_out_empty_lists(
    vendors: Vendors, own: Own, body: Any, expected: Any, records: str
) -> None:
    vendors.plays[HOST] = lambda seen: Reply(body)
    assert gaps(pull(own(records=records, absent="empty"))) == expected


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, "the answer has no content (204)"),
        (300, "the host gave no answer (300)"),
        (304, "the host gave no answer (304)"),
        (205, NO_LIST),
    ],
)
@pytest.mark.parametrize("more", [{}, {"absent": "empty"}])
def test_a_status_without_an_answer(vendors: Vendors, own: Own, status: int, reason: str, more: Any) -> None:
    vendors.plays[HOST] = lambda seen: Reply(b"", status)
    assert gaps(pull(own(**more))) == [("unseen", reason)]


def test_details_that_are_not_there(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply(ONE) if seen.path == "/v1/keys" else Reply({"errors": ["no"]})
    asked = {"detail": "/keys/{id}", "take": {"id": "id"}, "detail_records": "grants"}
    pulled = pull(own(**asked, map={"id": "id", "scopes": "detail[].scope"}))
    assert ids(pulled) == ["k1"]
    assert gaps(pulled) == [("partial", "the answer has no details where the definition expects them")]


def test_a_part_of_the_answer_is_a_gap(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply(ONE, 206)
    pulled = pull(own())
    assert (ids(pulled), gaps(pulled)) == (["k1"], [("partial", "the vendor gave a part of the answer alone (206)")])


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
@pytest.mark.parametrize("status", [200, 400])
def test_a_compressed_answer_is_never_unpacked(vendors: Vendors, own: Own, encoding: str, status: int) -> None:
    """Ten megabytes of zeros in ten kilobytes stay ten kilobytes."""
    bomb = gzip.compress(bytes(10 << 20))
    vendors.plays[HOST] = lambda seen: Reply(bomb, status, {"Content-Encoding": encoding})
    assert gaps(pull(own())) == [("unseen", "the answer is compressed although that was not asked for")]


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [' + b"{}," * 60 + b"{}]}",
        b'{"data": [{' + b",".join(b'"k%d":1' % n for n in range(60)) + b"}]}",
        b"[" + b"0," * 60 + b"0]",
    ],
    ids=["records", "keys", "numbers"],
)
@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_of_very_many_values_is_not_unfolded(
    vendors: Vendors, own: Own, monkeypatch: pytest.MonkeyPatch, body: bytes, status: int
) -> None:
    monkeypatch.setattr(transport, "MOST_VALUES", 50)
    unfolded: list[bytes] = []
    monkeypatch.setattr(json, "loads", unfolded.append)
    vendors.plays[HOST] = lambda seen: Reply(body, status)
    reason = "the answer has more than 50 values" if status == 200 else "the host refused the question (400)"
    assert gaps(pull(own())) == [("unseen", reason)]
    assert unfolded == []


def test_commas_in_texts_are_not_values(vendors: Vendors, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_VALUES", 50)
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "k1", "text": ', "' * 500}]})
    assert ids(pull(own())) == ["k1"]


@pytest.mark.parametrize("number", ["1" * 100_000, "1e999999999", "-1e999999999", "NaN", "Infinity"])
def test_odd_numbers_end_nothing(vendors: Vendors, own: Own, number: str) -> None:
    body = f'{{"data": [{{"id": "k1", "at": {number}}}]}}'.encode()
    vendors.plays[HOST] = lambda seen: Reply(body)
    pulled = pull(own(map={"id": "id", "created": "at"}))
    assert not pulled.whole()
    assert {key.created for key in pulled.of(Credential)} <= {None}


@pytest.mark.parametrize(
    "data",
    [b"[" * 70 + b'"' + b'\\"' * 200_000, b"[" * 70 + b'"' * 200_001, b"[" * 70 + b'"' + b"\\" * 200_001],
    ids=["escapes", "quotes", "backslashes"],
)
def test_texts_without_an_end_cost_no_time(data: bytes) -> None:
    begin = time.process_time()
    assert transport._deep(data)
    assert not transport._many(data + b'"' + b"," * 10)
    assert time.process_time() - begin < 2


def test_a_long_link_header_is_not_searched(vendors: Vendors, own: Own) -> None:
    links = ", ".join(["<" * 1000] * 30)
    vendors.plays[HOST] = lambda seen: Reply(ONE, headers={"Link": links})
    assert gaps(pull(own(paging={"kind": "link"}))) == [("partial", "the Link header is too long to be read")]


def _dripping(*begin: bytes) -> Iterator[bytes]:
    yield b"".join(begin)
    for _ in range(400):
        time.sleep(0.02)
        yield b" "


@pytest.mark.parametrize(
    "begin",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 "],
    ids=["body", "headers", "status"],
)
def test_an_answer_that_drips_is_cut(vendors: Vendors, own: Own, monkeypatch: pytest.MonkeyPatch, begin: bytes) -> None:
    """Each byte comes in time for the socket; the whole would take eight seconds here, and days elsewhere."""
    monkeypatch.setattr(transport, "MOST_SECONDS", 0.4)
    vendors.plays[HOST] = lambda seen: Reply(raw=_dripping(begin))
    started = time.monotonic()
    assert gaps(pull(own())) == [("unseen", "the answer came too slowly")]
    assert time.monotonic() - started < 6
    assert len(vendors.seen) == 1


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "headers",
    [{f"X-{n}": "v" for n in range(300)}, {"X-Long": "v" * 100_000}, {"Content-Length": "\xb2"}],
    ids=["many", "long", "superscript"],
)
def test_header_bombs_are_gaps(vendors: Vendors, own: Own, headers: dict[str, str]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("latin-1")
    vendors.plays[HOST] = lambda seen: Reply(raw=[b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n" + b'{"data": []'])
    ((status, reason),) = gaps(pull(own()))
    assert (status, reason) in [
        ("unseen", "the connection failed (ProtocolError)"),
        ("unseen", "the answer is no JSON"),
    ]


def test_cursors_that_alternate_are_a_circle(vendors: Vendors, own: Own) -> None:
    def play(seen: Seen) -> Reply:
        number = len(vendors.seen)
        return Reply({"data": [{"id": f"k{number}"}], "next": "ab"[number % 2]})

    vendors.plays[HOST] = play
    pulled = pull(own(paging={"kind": "cursor", "at_in": "after", "next": "next"}))
    assert gaps(pulled) == [("partial", "the pages of the list go round in a circle")]
    assert len(vendors.seen) == 3


def test_brackets_in_texts_are_not_levels(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "k1", "text": '["' * 500}]})
    assert ids(pull(own())) == ["k1"]


def test_an_answer_that_is_too_long_is_not_read_whole(
    vendors: Vendors, own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 1 << 20)
    vendors.plays[HOST] = lambda seen: Reply(b" " * (3 << 20))
    assert gaps(pull(own())) == [("unseen", "the answer is longer than 1 MiB")]


@pytest.mark.usefixtures("hurried")
def test_an_answer_that_breaks_off_is_asked_for_again(vendors: Vendors, own: Own) -> None:
    def play(seen: Seen) -> Reply:
        return Reply(ONE, length=5000) if len(vendors.seen) < 3 else Reply(ONE)

    vendors.plays[HOST] = play
    assert ids(pull(own())) == ["k1"]
    vendors.plays[HOST] = lambda seen: Reply(ONE, length=5000)
    ((status, reason),) = gaps(pull(own()))
    assert status == "unseen"
    assert "breaks off" in reason or "connection failed" in reason


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("status", "times", "reason"),
    [
        (500, 6, "the host failed (500)"),
        (503, 6, "the host failed (503)"),
        (429, 6, "the rate limit was reached again and again (429)"),
        (400, 1, "the host refused the question (400)"),
        (418, 1, "the host refused the question (418)"),
    ],
)
def test_what_may_pass_is_repeated_and_nothing_else(
    vendors: Vendors, own: Own, status: int, times: int, reason: str
) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"error": SECRET}, status)
    assert gaps(pull(own())) == [("unseen", reason)]
    assert len(vendors.seen) == times


def test_a_wait_without_end_is_not_waited_for(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply(None, 429, {"Retry-After": "86400"})
    begin = time.monotonic()
    ((_, reason),) = gaps(pull(own()))
    assert reason == "the rate limit is reached and the wait that it asks for, 86400 seconds, is too long"
    assert time.monotonic() - begin < 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Date": "Sun, 22 Nov 2026 03:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 03:00:09 GMT"}, 9),
        ({"Date": "Sun, 22 Nov 2026 03:00:00 GMT", "X-Rate-Limit-Reset": "1795316411"}, 11),
        ({"RateLimit-Reset": "13"}, 13),
        ({"X-RateLimit-Reset": "1795316411"}, 1),
        ({"X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}, 10),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "nan"}, 1),
        ({"Retry-After": "-5"}, 1),
        ({"Retry-After": "\xb2"}, 1),
        ({"X-RateLimit-Reset": "inf"}, 1),
        ({}, 1),
    ],
)
def test_how_long_a_refusal_says_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert pauses.after_refusal(headers, 1) == seconds


def test_a_certificate_for_another_host_is_refused(vendors: Vendors, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    vendors.plays[HOST] = lambda seen: Reply(ONE)
    monkeypatch.setattr(vendors, "context", lambda host, real=vendors.context: real(EVIL))
    assert gaps(pull(own())) == [("unseen", "the certificate of the host cannot be verified")]
    assert vendors.seen == []


def test_an_authority_that_nobody_knows_is_refused(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply(ONE)
    made = own()
    del made.context.environ["SSL_CERT_FILE"]  # type: ignore[attr-defined]
    assert gaps(pull(made)) == [("unseen", "the certificate of the host cannot be verified")]
    assert vendors.seen == []


def test_ids_cannot_lead_to_another_path(vendors: Vendors, own: Own) -> None:
    """An id from an answer stands in one segment of the next question."""

    def play(seen: Seen) -> Reply:
        if seen.path == "/v1/keys":
            return Reply({"data": [{"id": "../../admin?x=1#"}, {"id": ".."}, {"id": "a/b"}]})
        return Reply({"scopes": ["read"]})

    vendors.plays[HOST] = play
    pull(own(detail="/keys/{id}", take={"id": "id"}, map={"id": "id", "scopes": "detail.scopes"}))
    assert [seen.path for seen in vendors.seen[1:]] == [
        "/v1/keys/..%2F..%2Fadmin%3Fx%3D1%23",
        "/v1/keys/%2E%2E",
        "/v1/keys/a%2Fb",
    ]


def test_errors_quote_nothing_of_the_vendor(vendors: Vendors, own: Own) -> None:
    ok = {"ok": {"true": "ok", "error": "error"}}
    for word, shown in [("missing_scope", " `missing_scope`"), ("\x1b[31mred", ""), ("x" * 99, ""), (None, "")]:
        answer = Reply({"ok": False, "error": word})
        vendors.plays[HOST] = lambda seen, answer=answer: answer  # type: ignore[misc]
        assert gaps(pull(own(ok))) == [("unseen", f"the vendor answered with the error{shown}")]


def test_control_characters_in_names_are_for_the_reports_to_strip_and_secrets_are_not_kept(
    vendors: Vendors, own: Own
) -> None:
    live = "xoxb-123456789012-abcdefghijkl"
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "k1", "name": live}, {"id": "k2", "name": "\ud800"}]})
    pulled = pull(own(map={"id": "id", "name": "name"}))
    assert ids(pulled) == ["k1", "k2"]
    assert live not in repr(pulled)


@pytest.mark.parametrize(
    ("auth", "held", "shown"),
    [
        ({"kind": "headers", "headers": {"Authorization": "Bearer {token}"}}, {"token": SECRET}, "Bearer *** of ***"),
        ({"kind": "basic", "user": "{token}", "password": "x"}, {"token": SECRET}, "Bearer *** of ***"),
        ({"kind": "basic", "user": "api", "password": "{token}"}, {"token": SECRET}, "Bearer *** of ***"),
    ],
)
def test_the_own_credential_is_never_told(
    vendors: Vendors, own: Own, auth: Any, held: dict[str, str], shown: str
) -> None:
    record = {"id": f"id-{SECRET}", "name": f"Bearer {SECRET} of {SECRET}", "scopes": [SECRET], "more": {SECRET: 1}}
    vendors.plays[HOST] = lambda seen: Reply({"data": [record] if seen.path == "/v1/keys" else record})
    auth = {"credentials": {"token": "a key"}, **auth}
    asked = {"detail": "/keys/{id}", "take": {"id": "name"}, "detail_records": "data"}
    map = {"id": "id", "name": "detail.name", "scopes": "[detail.scopes, keys(more)][]"}
    pulled = pull(own({"auth": auth}, held=held, **asked, map=map))
    (key,) = pulled.of(Credential)
    assert (key.id, key.name, key.scopes) == ("id-***", shown, ("***",))
    assert SECRET not in repr(pulled)


def test_names_that_are_no_secret_stay(vendors: Vendors, own: Own) -> None:
    """The account of the audit itself is among the accounts that the vendor lists."""
    held = {"user": "audit.serviceaccount", "secret": SECRET}
    auth = {"kind": "basic", "user": "{user}", "password": "{secret}", "credentials": {"user": "u", "secret": "s"}}
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": held["user"]}]})
    assert ids(pull(own({"auth": auth}, held=held))) == [held["user"]]


@pytest.mark.parametrize("id", ["join(' ', ['token', to_string(id)])", "to_string(id)"])
@pytest.mark.parametrize("record", [{}, {"id": None}, {"id": ""}, {"id": []}, {"id": {"a": 1}}])
def test_nothing_is_called_null(vendors: Vendors, own: Own, id: str, record: Any) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [record, {"id": 7}]})
    pulled = pull(own(map={"id": id}))
    assert [each.rpartition(" ")[2] for each in ids(pulled)] == ["7"]
    assert gaps(pulled) == [("partial", "records of `keys` without id")]
    fields = pull(own(facts="fields", map={"path": id}))
    assert gaps(fields) == [("partial", "records of `keys` without path")]


def test_a_text_may_have_another_source(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"app": "a1"}, {"id": 7}]})
    assert ids(pull(own(map={"id": "app || to_string(id)"}))) == ["a1", "7"]
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"app": ""}, {"on": True}]})
    pulled = pull(own(map={"id": "app || on && join(' ', ['token', to_string(id)]) || to_string(id)"}))
    assert (ids(pulled), gaps(pulled)) == ([], [("partial", "records of `keys` without id")])


def test_budgets_end_a_pull(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": seen.query["page"]}]})
    limits: dict[str, Any] = {"limits": {"per_second": 1000, "calls": 3}}
    pulled = pull(own(limits, paging={"kind": "page", "at_in": "page", "size": 1}))
    assert gaps(pulled) == [("partial", "the call budget of 3 calls is spent")]
    assert ids(pulled) == ["1", "2", "3"]
