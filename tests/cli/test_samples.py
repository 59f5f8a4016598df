"""Samples through the whole program: who gets a category, and no value anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policycheck.snapshots.engine import connect
from tests.cli.sample import CATALOG, POLICY, TODAY
from tests.reports.lab import conforming

if TYPE_CHECKING:
    from tests.conftest import Run

CONFIG = """\
version: 1
own_hosts: [lumen.example]
connectors:
  - {name: traffic, type: payload-samples, paths: ["samples/*"]}
"""
VALUES = ("VALUE", "ann.s@", "192.0.2.77", "hunter", "s3cr3t", "4711", "55501", "sid=", "PRIVATE")
BODY = {
    "email": "ann.s@lumen.example",
    "ip_history": ["192.0.2.77"],
    "VALUE-of-ann.s@lumen.example": {"note": "VALUE"},
    "sk_live_PRIVATEPRIVATE4eC39HqLyjWDarj": "VALUE",
    "inside": json.dumps({"email": "ann.s@lumen.example"}),
}
HEADERS = {"Authorization": "Bearer s3cr3t", "Cookie": "sid=s3cr3t", "X-Real-IP": "192.0.2.77", "X-Note": "VALUE"}


@pytest.fixture
def sampled(tmp_path: Path) -> Path:
    """A project whose samples go to a vendor, to a stranger and to ourselves, with some that cannot be read."""
    for folder in ("policies", "catalog", "samples"):
        (tmp_path / folder).mkdir()
    (tmp_path / "policycheck.yaml").write_text(CONFIG)
    policy = POLICY.replace("recognise:\n", "recognise:\n  hosts: [sendgrid.com]\n").split("access:")[0]
    (tmp_path / "policies/sendgrid.yaml").write_text(policy)
    (tmp_path / "catalog/members.yaml").write_text(CATALOG)
    hosts = ("api.sendgrid.com", "px.tracker.example", "www.lumen.example")
    urls = [f"https://hunter:hunter2@{host}/u/4711/ann.s%40lumen.example?q=VALUE&55501=VALUE" for host in hosts]
    lines = [json.dumps({"method": "POST", "url": url, "headers": HEADERS, "body": BODY}) for url in urls]
    lines += ['{"url": "VALUE', json.dumps({"url": "https://a VALUE/", "body": "VALUE"})]
    lines += [
        json.dumps({"url": "https://px.tracker.example/x", "headers": {"Content-Type": "VALUE/1"}, "body": "VALUE"})
    ]
    (tmp_path / "samples/a.jsonl").write_text("\n".join(lines))
    entry = {"request": json.loads(lines[0]), "response": {"content": {"text": "VALUE"}}}
    (tmp_path / "samples/b.har").write_text(json.dumps({"log": {"entries": [entry]}})[:-3])
    return tmp_path


def stored(project: Path) -> Iterator[str]:
    """Every value of every table of the snapshot, and the raw bytes of its files."""
    with connect(project / "spill") as con:
        for file in sorted((project / ".policycheck").rglob("*")):
            if file.suffix == ".parquet":
                yield repr(con.execute(f"SELECT * FROM read_parquet('{file}')").fetchall())
            if file.is_file():
                yield file.read_bytes().decode("latin-1")


def test_no_value_is_in_snapshot_output_or_errors(sampled: Path, program: Run) -> None:
    commands = (
        "check",
        "check --output json",
        "show fields",
        "show exposures --output json",
        "who ip",
    )
    for words in commands:
        done = program(*words.split(), cwd=sampled, env=TODAY)
        assert done.returncode in (0, 1, 3), done.stderr
        assert [value for value in VALUES if value in done.stdout + done.stderr] == []
    text = "".join(stored(sampled))
    assert "email" in text
    assert [value for value in VALUES if value in text] == []


def test_who_answers_from_samples(sampled: Path, program: Run) -> None:
    done = program("who", "user.device.ip_address", cwd=sampled, env=TODAY)
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert "px.tracker.example, a host that no vendor claims" in lines
    text = " ".join(line.strip() for line in lines)
    assert (
        "gets user.device.ip_address (raw, history, sent): api.sendgrid.com POST /u/{id}/{email} ip_history[] "
        "[traffic samples/a.jsonl:1 (2 records)]"
    ) in text.partition("sendgrid, owner growth@lumen.example ")[2]
    assert "lumen.example POST" not in text
    assert "could not look: connector traffic saw not all of samples of its sources" in text


def test_who_as_json(sampled: Path, program: Run) -> None:
    done = program("who", "user.contact.email", "--output", "json", cwd=sampled, env=TODAY)
    document = conforming(done.stdout)
    told = {
        (each["host"], each["field"].split(" ")[0], each["records"])
        for vendor in document["vendors"]
        for each in vendor["observed"]
    }
    assert ("api.sendgrid.com", "email", 2) in told
    assert ("px.tracker.example", "email", 1) in told
