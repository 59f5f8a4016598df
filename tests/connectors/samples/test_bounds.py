"""Maps and paths that are data, and what happens at the bounds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.facts import VendorField
from policycheck_connectors.files.samples import endpoints, walk
from tests.connectors.lab import Pulled, pull


def samples(root: Path, records: Iterable[dict[str, Any]]) -> Pulled:
    """One file of records read."""
    return pull(root, "payload-samples", {"s.jsonl": "".join(json.dumps(each) + "\n" for each in records)})


def bodies(root: Path, *values: object) -> list[tuple[str, str, int]]:
    """(path, shape, records) of bodies sent to one endpoint."""
    pulled = samples(root, ({"url": "https://x.example/", "body": value} for value in values))
    assert pulled.whole()
    return [(f.path, f.shape, f.records) for f in pulled.of(VendorField)]


def test_a_map_by_email_is_a_field_by_itself(tmp_path: Path) -> None:
    people = {"ann@lumen.example": {"plan": "pro"}, "bob@lumen.example": {"plan": "free"}}
    assert bodies(tmp_path, {"by": people}, {"by": {"eve@lumen.example": {"plan": "pro"}}}) == [
        ("by.{email}", "email", 2),
        ("by.{email}.plan", "text", 2),
    ]


def test_the_values_of_a_map_by_data_are_not_lost(tmp_path: Path) -> None:
    assert bodies(tmp_path, {"seen": {"ann@lumen.example": "192.0.2.1"}, "ids": {"4711": "192.0.2.1"}}) == [
        ("ids.{id}", "ipv4", 1),
        ("seen.{email}", "email", 1),
        ("seen.{email}.value", "ipv4", 1),
    ]


def test_objects_alike_under_many_names_are_a_map(tmp_path: Path) -> None:
    people = {name: {"plan": "pro", "since": 2020} for name in ("ann", "bob", "eve", "joe", "kim", "lea", "max", "ida")}
    assert bodies(tmp_path, people) == [("{key}.plan", "text", 1), ("{key}.since", "integer", 1)]


def test_objects_of_different_make_are_not(tmp_path: Path) -> None:
    parts = {name: {f"of_{name}": 1} for name in ("ann", "bob", "eve", "joe", "kim", "lea", "max", "ida")}
    assert len(bodies(tmp_path, parts)) == 8


def test_many_numbers_by_name_are_a_map(tmp_path: Path) -> None:
    names = [f"{a}{b}" for a in "abcdefgh" for b in "abcdefgh"]
    assert bodies(tmp_path, dict.fromkeys(names, 3)) == [("{key}", "integer", 1)]
    assert len(bodies(tmp_path, dict.fromkeys(names, "x"))) == 64


def test_names_that_hardly_any_record_has_are_data(tmp_path: Path) -> None:
    names = [f"{a}{b}{c}" for a in "abcdefg" for b in "abcdefg" for c in "abcdefg"]
    assert bodies(tmp_path, *({name: "x", "email": "a@b.example"} for name in names)) == [
        ("email", "email", len(names)),
        ("{key}", "text", len(names)),
    ]


def test_thousands_of_keys_collapse_and_the_usual_ones_stay(tmp_path: Path) -> None:
    letters = "abcdefghijklmno"
    names = [f"{a}{b}{c}" for a in letters for b in letters for c in letters]
    wide = dict.fromkeys(names[:1500], "x")
    assert bodies(tmp_path, wide) == [("{key}", "text", 1)]
    told = bodies(tmp_path, *({name: "x", "email": "a@b.example"} for name in names))
    assert told == [("email", "email", len(names)), ("{key}", "text", len(names))]


def test_too_many_key_paths_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_NODES", 50)
    names = [a + b for a in "abcdefgh" for b in "abcdefgh"]
    pulled = samples(tmp_path, [{"url": "https://x.example/", "body": dict.fromkeys(names, "x")}] * 2)
    assert len(pulled.facts) == 50
    (row,) = pulled.coverage
    assert (row.status, row.seen) == ("partial", 2)
    assert row.reason == "values at key paths beyond those that are kept: 28, the first at s.jsonl:1"
    assert row.help == "give the samples of each vendor an entry of their own under `connectors`"


def test_too_many_hosts_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MAX_HOSTS", 3)
    pulled = samples(tmp_path, ({"url": f"https://{name}.example/?a=1"} for name in "abcde"))
    assert [f.host for f in pulled.of(VendorField)] == ["a.example", "b.example", "c.example"]
    assert pulled.reasons() == ["requests to hosts beyond the first 2,000: 2, the first at s.jsonl:4"]
    assert pulled.coverage[0].seen == 5


def endpoints_of(root: Path, *paths: str) -> list[str]:
    """The endpoints that requests to these paths become."""
    pulled = samples(root, ({"url": f"https://x.example{path}?a=1"} for path in paths))
    assert pulled.whole()
    return list(dict.fromkeys(f.object for f in pulled.of(VendorField)))


def test_many_names_at_one_place_of_a_path_are_ids(tmp_path: Path) -> None:
    people = [a + b for a in "abcdefg" for b in "abcdefg"]
    assert endpoints_of(tmp_path, "/u", *(f"/u/{name}/mail" for name in people), "/v2/list") == [
        "GET /u",
        "GET /u/{id}/mail",
        "GET /v2/list",
    ]
    assert endpoints_of(tmp_path, *(f"/u/{name}" for name in people[:30])) == [f"GET /u/{n}" for n in people[:30]]


def test_endless_endpoints_become_a_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MAX_ENDPOINTS", 10)
    monkeypatch.setattr(endpoints, "_MAX_NAMES", 100)
    names = [a + b for a in "abcde" for b in "abcde"]
    told = endpoints_of(tmp_path, *(f"/{name}" for name in names))
    assert len(told) == 11
    assert "GET /{rest}" in told
    pulled = samples(tmp_path, ({"url": f"https://x.example/{name}?a=1"} for name in names))
    assert sum(f.records for f in pulled.of(VendorField)) == 25


def test_folding_endpoints_loses_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MAX_ENDPOINTS", 40)
    names = [a + b for a in "abcdefghij" for b in "abcdefghij"]
    pulled = samples(tmp_path, ({"url": f"https://x.example/u/{name}", "body": {"a": 1}} for name in [*names, *names]))
    assert [(f.object, f.path, f.records) for f in pulled.of(VendorField)] == [("POST /u/{id}", "a", 200)]


def test_long_paths_end_in_a_rest(tmp_path: Path) -> None:
    assert endpoints_of(tmp_path, "/a" * 20) == ["GET " + "/a" * 12 + "/{rest}"]


def test_an_address_in_the_path_is_sent(tmp_path: Path) -> None:
    pulled = samples(tmp_path, [{"method": "DELETE", "url": "https://x.example/people/ann%40lumen.example"}] * 3)
    assert [(f.object, f.path, f.shape, f.records) for f in pulled.of(VendorField)] == [
        ("DELETE /people/{email}", "path.{email}", "email", 3)
    ]


@pytest.mark.parametrize("method", ["", "post", "POST", "BREW", "x\x1b[0m"])
def test_methods(tmp_path: Path, method: str) -> None:
    pulled = samples(tmp_path, [{"method": method, "url": "https://x.example/", "body": {"a": 1}}])
    known = method.upper() in ("", "POST")
    assert [f.object for f in pulled.of(VendorField)] == ["POST /" if known else "OTHER /"]


def test_one_url_with_and_without_a_body_is_two_endpoints(tmp_path: Path) -> None:
    records: list[dict[str, Any]] = [
        {"url": "https://x.example/?a=1"},
        {"url": "https://x.example/?a=1", "body": {"b": 1}},
    ]
    assert [(f.object, f.path) for f in samples(tmp_path, records).of(VendorField)] == [
        ("GET /", "query.a"),
        ("POST /", "query.a"),
        ("POST /", "b"),
    ]
