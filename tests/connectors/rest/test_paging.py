"""Eight ways to the next page, each stop rule, and lists that never end."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck_connectors.rest import paging
from tests.connectors.rest.conftest import Own
from tests.connectors.rest.lab import HOST, gaps, ids, pull
from tests.servers.vendors import Reply, Seen, Vendors

KEYS = [f"k{number}" for number in range(1, 8)]


def _page(seen: Seen, at: int, size: int = 3, **more: Any) -> Reply:
    return Reply({"data": [{"id": key} for key in KEYS[at : at + size]], **more})


def _offset(seen: Seen) -> Reply:
    assert seen.query["limit"] == "3"
    return _page(seen, int(seen.query.get("offset", 0)))


def _offset_total(seen: Seen) -> Reply:
    return _page(seen, int(seen.query.get("skip", 0)), total=len(KEYS))


def _pages(seen: Seen) -> Reply:
    return _page(seen, (int(seen.query["page"]) - 1) * 3)


def _pages_more(seen: Seen) -> Reply:
    number = int(seen.query["page"])
    return _page(seen, number * 3, more=number < 2)


def _cursor(seen: Seen) -> Reply:
    at = int(seen.query.get("after", 0))
    return _page(seen, at, next=str(at + 3) if at + 3 < len(KEYS) else None)


def _body_cursor(seen: Seen) -> Reply:
    at = int(seen.body.get("after", 0))
    return _page(seen, at, next=str(at + 3) if at + 3 < len(KEYS) else "")


def _absolute(seen: Seen) -> Reply:
    at = int(seen.query.get("at", 0))
    return _page(seen, at, next=f"https://{HOST}/v1/keys?at={at + 3}" if at + 3 < len(KEYS) else None)


def _relative(seen: Seen) -> Reply:
    at = int(seen.query.get("at", 0))
    return _page(seen, at, next=f"/v1/keys?at={at + 3}" if at + 3 < len(KEYS) else None)


def _link(seen: Seen) -> Reply:
    at = int(seen.query.get("at", 0))
    link = f'<https://{HOST}/v1/keys?at=0>; rel="first", <https://{HOST}/v1/keys?at={at + 3}>; rel="next"'
    return Reply(_page(seen, at).body, headers={"Link": link} if at + 3 < len(KEYS) else {})


def _link_results(seen: Seen) -> Reply:
    """The Link header always has a next page; ``results`` says whether anything is there."""
    at = int(seen.query.get("at", 0))
    results = "true" if at + 3 < len(KEYS) else "false"
    link = f'<https://{HOST}/v1/keys?at={at + 3}>; rel="next"; results="{results}"; cursor="0:{at}:0"'
    return Reply(_page(seen, at).body, headers={"Link": link})


def _last_id(seen: Seen) -> Reply:
    at = KEYS.index(seen.query["starting_after"]) + 1 if "starting_after" in seen.query else 0
    return _page(seen, at, has_more=at + 3 < len(KEYS))


@pytest.mark.parametrize(
    ("play", "kind", "more"),
    [
        (_offset, {"kind": "offset", "at_in": "offset", "size_in": "limit", "size": 3}, {}),
        (_offset_total, {"kind": "offset", "at_in": "skip", "size": 100}, {"total": "total"}),
        (_pages, {"kind": "page", "at_in": "page", "size": 3}, {}),
        (_pages_more, {"kind": "page", "at_in": "page", "first": 0, "more": "more"}, {}),
        (_cursor, {"kind": "cursor", "at_in": "after", "next": "next"}, {}),
        (_body_cursor, {"kind": "body_cursor", "at_in": "after", "next": "next"}, {"method": "POST"}),
        (_absolute, {"kind": "next_url", "next": "next"}, {}),
        (_relative, {"kind": "next_url", "next": "next"}, {}),
        (_link, {"kind": "link"}, {}),
        (_link_results, {"kind": "link"}, {}),
        (_last_id, {"kind": "last_id", "at_in": "starting_after", "id": "id", "more": "has_more"}, {}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_record_of_every_page(vendors: Vendors, own: Own, play: Any, kind: Any, more: dict[str, Any]) -> None:
    vendors.plays[HOST] = play
    pulled = pull(own(paging=kind, **more))
    assert ids(pulled) == KEYS
    assert gaps(pulled) == []
    assert len(vendors.seen) == 3


@pytest.mark.parametrize(
    ("play", "kind", "reason"),
    [
        (
            lambda seen: Reply({"data": [{"id": seen.query.get("after", "k1")}], "next": "same"}),
            {"kind": "cursor", "at_in": "after", "next": "next"},
            "the pages of the list go round in a circle",
        ),
        (
            lambda seen: Reply({"data": [{"id": "k1"}], "next": str(len(seen.query.get("after", "")) * "x" + "x")}),
            {"kind": "cursor", "at_in": "after", "next": "next"},
            "the list gives the same page again and again",
        ),
        (
            lambda seen: Reply({"data": [{"id": "k1"}]}),
            {"kind": "offset", "at_in": "offset", "size": 1},
            "the list gives the same page again and again",
        ),
        (
            lambda seen: Reply({"data": [{"id": seen.query["page"]}]}),
            {"kind": "page", "at_in": "page", "size": 1},
            "the list has more than 9 pages",
        ),
    ],
)
def test_a_list_without_end(
    vendors: Vendors, own: Own, monkeypatch: pytest.MonkeyPatch, play: Any, kind: Any, reason: str
) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 9)
    vendors.plays[HOST] = play
    pulled = pull(own(paging=kind))
    assert gaps(pulled) == [("partial", reason)]
    assert ids(pulled)
    assert len(vendors.seen) <= 9


def test_fewer_records_than_declared_are_a_gap(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "k1"}, {"id": "k2"}], "total": "3"})
    pulled = pull(own(total="total"))
    assert ids(pulled) == ["k1", "k2"]
    assert gaps(pulled) == [("partial", "the vendor declares 3 records of `keys` and gave 2")]


def test_an_empty_page_between_links_does_not_end_the_list(vendors: Vendors, own: Own) -> None:
    def play(seen: Seen) -> Reply:
        at = int(seen.query.get("at", 0))
        return Reply(
            {"data": [] if at == 1 else [{"id": f"k{at}"}], "next": f"/v1/keys?at={at + 1}" if at < 2 else None}
        )

    vendors.plays[HOST] = play
    assert ids(pull(own(paging={"kind": "next_url", "next": "next"}))) == ["k0", "k2"]
