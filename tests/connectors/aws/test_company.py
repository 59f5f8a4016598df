"""A whole organization, pulled and checked by the command line: each planted way is found, and nothing beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from policycheck_connectors.aws.uncovered import SERVICES
from tests.conftest import run_policycheck
from tests.connectors.aws import watch
from tests.servers.aws import start
from tests.servers.company import site as company
from tests.servers.company.kinds import KINDS
from tests.servers.company.planting import SECRET
from tests.servers.company.played import uses
from tests.servers.company.ways import DECOYS, WAYS, Decoy, Way

pytestmark = pytest.mark.unmeasured

PROJECT = Path(company.__file__).parent / "project"


@dataclass(frozen=True, slots=True)
class Looked:
    """The company, and what the command line said of it."""

    site: company.Site
    root: Path
    pulled: CompletedProcess[str]
    checked: CompletedProcess[str]
    result: dict[str, Any]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """Plant everything, pull once, check once."""
    server, aws = start()
    aws.reset()
    site = company.found(aws)
    planted: tuple[Way | Decoy, ...] = (*WAYS, *DECOYS)
    uses(site)
    for each in planted:
        each.plant(site, each.account, each.region or company.EU)
    root = tmp_path_factory.mktemp("company") / "project"
    shutil.copytree(PROJECT, root)
    pulled = run_policycheck("pull", cwd=root, env=site.environ())
    # A year on, keys of today are old and were never used.
    later = {"POLICYCHECK_TODAY": (date.today() + timedelta(days=400)).isoformat()}
    checked = run_policycheck("check", "--offline", "--output", "json", cwd=root, env=later)
    yield Looked(site, root, pulled, checked, json.loads(checked.stdout))
    server.stop()


def test_the_pull_sees_everything(looked: Looked) -> None:
    assert looked.pulled.returncode == 0, looked.pulled.stderr
    assert looked.checked.returncode == 1
    accounts = {row["account"] for row in looked.result["coverage"]}
    assert len(looked.site.accounts) == 25
    assert set(looked.site.accounts.values()) <= accounts


def test_what_is_not_looked_at_is_named(looked: Looked) -> None:
    (row,) = [row for row in looked.result["coverage"] if row["resource"] == "services"]
    assert (row["status"], row["reason"]) == ("complete", "")
    assert row["beyond"] == list(SERVICES)
    for done in (looked.pulled, looked.checked):
        named = f"{', '.join(list(SERVICES)[:3])} and {len(SERVICES) - 3} more"
        told = f"company: no connector looks at {len(SERVICES)} services: {named} `policycheck check --offline --output"
        assert told in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("about", "kind", "ids"),
    [(about, kind, ids) for about, kinds in KINDS.items() for kind, ids in kinds.items()],
    ids=[f"{about}: {kind}" for about, kinds in KINDS.items() for kind in kinds],
)
def test_each_kind_of_way_is_planted(about: str, kind: str, ids: tuple[str, ...]) -> None:
    """Those that are planted are looked for below, each by its finding."""
    assert set(ids) <= {way.id for way in WAYS} | {decoy.id for decoy in DECOYS}


def test_each_planted_way_is_of_a_kind() -> None:
    ofkinds = {id for kinds in KINDS.values() for ids in kinds.values() for id in ids}
    rest = {way.kind for way in WAYS} - {way.kind for way in WAYS if way.id in ofkinds}
    assert rest == set()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_a_planted_way_is_found(looked: Looked, way: Way) -> None:
    # The name of a bucket tells no account, and nobody else has it.
    account = "" if any(word.startswith("s3:::") for word in way.words) else looked.site.id(way.account)
    told = [
        json.dumps(instance) + finding["message"]
        for finding in looked.result["findings"]
        for instance in finding["instances"]
        if finding["rule"] == way.rule
    ]
    found = [text for text in told if account in text and all(word in text for word in way.words)]
    assert [text for text in found if not any(word in text for word in way.never)] != [], told


@pytest.mark.parametrize("decoy", DECOYS, ids=lambda decoy: decoy.id)
def test_a_decoy_is_not_reported(looked: Looked, decoy: Decoy) -> None:
    # A year on, nothing that was planted was ever used: that is all that may be said of a decoy.
    findings = [json.dumps(finding) for finding in looked.result["findings"] if finding["outcome"] != "unused"]
    assert [text for text in findings if decoy.word in text] == []


def test_every_way_stands_somewhere_else() -> None:
    """No finding can stand for two ways."""
    assert len(WAYS) >= 60
    assert len({way.id for way in WAYS}) == len(WAYS)
    assert len({(way.account, way.rule, way.words) for way in WAYS}) == len(WAYS)


def test_each_call_is_a_printed_one(looked: Looked) -> None:
    assert len(looked.site.aws.wire.calls()) > 90
    assert watch.wrongs(looked.site.aws.wire.calls()) == []


def test_no_planted_secret_leaves(looked: Looked) -> None:
    written = [path.read_bytes() for path in looked.root.rglob("*") if path.is_file()]
    said = (looked.pulled.stdout, looked.pulled.stderr, looked.checked.stdout, looked.checked.stderr)
    assert [text for text in (*written, *(each.encode() for each in said)) if SECRET.encode() in text] == []
