"""Every shipped definition against its vendor, played from a data file in the vendor's published shape."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from policycheck.cli.definitions import Definitions
from policycheck.model.definition_words import NO_PAGING
from policycheck_connectors.rest.shelf import vendors as shipped
from tests.connectors.lab import Pulled
from tests.connectors.rest.lab import DATA, SECRET, TODAY, asked, case, found, planted, player, without
from tests.servers.vendors import Reply, Seen, Vendors

every_vendor = pytest.mark.parametrize("name", shipped())


def _all(pulled: Pulled) -> str:
    return repr(pulled)


def test_every_definition_has_a_data_file_and_every_data_file_a_definition() -> None:
    assert sorted(path.stem for path in DATA.glob("*.yaml")) == list(shipped())


@every_vendor
def test_all_is_found(vendors: Vendors, tmp_path: Path, name: str) -> None:
    """What the vendor holds arrives whole; what no call tells is the only gap; nothing else leaves the answers."""
    played = case(name)
    answers, tokens = planted(played.answers, played.keyed)
    played.played(vendors, player(played, answers))
    pulled = asked(vendors, tmp_path, played)
    assert found(pulled) == played.facts
    definition = Definitions(TODAY).shipped(name)
    unknown = [each.facts for each in definition.unknown]
    partial = [each.partial for each in definition.requests if each.partial]
    told = [(row.resource, row.reason) for row in pulled.coverage if row.status != "complete"]
    assert [row for row in told if row[0] not in unknown and row[1] not in partial] == []
    shown = _all(pulled)
    assert [token for token in (*tokens, SECRET, *played.credentials.values()) if token in shown] == []
    assert "SECRET" not in shown


@every_vendor
def test_lists_have_pages(vendors: Vendors, tmp_path: Path, name: str) -> None:
    """Every request that pages was asked for a second page."""
    played = case(name)
    played.played(vendors, player(played, played.answers))
    asked(vendors, tmp_path, played)
    times = Counter((seen.method, seen.path) for seen in vendors.seen)
    lists = {
        each.path.rpartition("/")[2]
        for each in Definitions(TODAY).shipped(name).requests
        if each.paging.kind != NO_PAGING
    }
    several = {path.rpartition("/")[2] for (_, path), count in times.items() if count > 1}
    assert {each for each in lists if "{" not in each} - several == set()


@every_vendor
def test_a_rate_limit_is_waited_for(vendors: Vendors, tmp_path: Path, name: str) -> None:
    played = case(name)
    play, refused = player(played, played.answers), set[str]()

    def limited(seen: Seen) -> Reply:
        key = f"{seen.line} {json.dumps(seen.body)}"
        if key not in refused:
            refused.add(key)
            return Reply({"error": "slow down"}, 429, {"Retry-After": "0"})
        return play(seen)

    played.played(vendors, limited)
    assert found(asked(vendors, tmp_path, played)) == played.facts
    assert refused or not Definitions(TODAY).shipped(name).requests


@every_vendor
@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_a_refusal_is_never_clean(vendors: Vendors, tmp_path: Path, name: str, status: int) -> None:
    played = case(name)
    played.played(vendors, lambda seen: Reply({"error": "no", "token": SECRET}, status))
    pulled = asked(vendors, tmp_path, played)
    assert found(pulled) == {}
    definition = Definitions(TODAY).shipped(name)
    excused = all(each.on.get(status) is not None and each.on[status].empty for each in definition.requests)
    assert excused or not pulled.whole()
    assert all(row.reason for row in pulled.coverage if row.status != "complete")
    assert SECRET not in _all(pulled)


@every_vendor
def test_an_empty_tenant_is_complete(vendors: Vendors, tmp_path: Path, name: str) -> None:
    played = case(name)
    played.played(vendors, player(without(played), played.empty))
    pulled = asked(vendors, tmp_path, played)
    definition = Definitions(TODAY).shipped(name)
    partial = {each.partial for each in definition.requests} | {""}
    unknown = {each.facts for each in definition.unknown}
    assert found(pulled) == {}
    gaps = [row for row in pulled.coverage if row.status != "complete"]
    assert [row for row in gaps if row.reason not in partial and row.resource not in unknown] == []
