"""``show``, ``who``, ``rules``, ``explain`` and ``connectors list`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.sample import TODAY, snapshots

if TYPE_CHECKING:
    from tests.conftest import Run


@pytest.mark.parametrize("what", ["vendors", "grants", "fields", "exposures"])
def test_show(project: Path, program: Run, what: str) -> None:
    done = program("show", what, "--output", "json", cwd=project, env=TODAY)
    assert (done.returncode, done.stderr) == (0, "")
    stopped = {"stopped", "unlisted"} if what == "exposures" else set()
    assert set(json.loads(done.stdout)) == {"schema", "snapshot", what, "coverage"} | stopped
    text = program("show", what, "--offline", cwd=project, env=TODAY)
    assert text.returncode == 0
    assert text.stdout.startswith("VENDOR") or text.stdout == f"no {what}\n"
    assert program("show", what, "--vendor", "x", cwd=project, env=TODAY).stdout == f"no {what}\n"


def test_a_listing_with_gaps_says_so(project: Path, program: Run) -> None:
    (project / "aws.json").write_text("{")
    done = program("show", "grants", cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (0, "no grants\n")
    assert done.stderr.startswith("not everything was seen (")


def test_a_grant_has_what_a_reader_needs(project: Path, program: Run) -> None:
    done = program("show", "grants", "--output", "json", cwd=project, env=TODAY)
    (grant,) = json.loads(done.stdout)["grants"]
    assert {key: grant[key] for key in ("system", "account", "principal", "party", "party_kind", "external")} == {
        "system": "aws",
        "account": "111122223333",
        "principal": "arn:aws:iam::111122223333:role/vendor-sendgrid-import",
        "party": "444455556666",
        "party_kind": "account",
        "external": True,
    }
    assert (grant["vendor"], grant["external_id"], grant["direction"]) == ("sendgrid", "required", "inbound")
    assert grant["conditions"] == {"StringEquals": {"sts:ExternalId": "7f3c91ab"}}
    assert grant["evidence"][0]["connector"] == "iam-export"


def test_who(project: Path, program: Run) -> None:
    done = program("who", "ip_address", cwd=project, env=TODAY)
    assert done.returncode == 0
    assert done.stdout.splitlines()[2:5] == [
        "sendgrid, owner growth@lumen.example",
        "  can read user.device.ip_address (raw, history, readable, 30,000,000 people):",
        "    member-exports.ip_history via vendor-sendgrid-import, seen on 2026-11-20",
    ]
    document = json.loads(program("who", "user.contact", "--output", "json", cwd=project, env=TODAY).stdout)
    (vendor,) = document["vendors"]
    assert [each["category"] for each in (*vendor["observed"], *vendor["declared"])] == ["user.contact.email"] * 2


def test_who_cannot_be_answered_where_nobody_looked(project: Path, program: Run) -> None:
    (project / "aws.json").write_text("{")
    done = program("who", "user.device.ip_address", cwd=project, env=TODAY)
    assert done.returncode == 3
    assert "\ncould not look: " in done.stdout


def test_who_of_an_unknown_category_pulls_nothing(project: Path, program: Run) -> None:
    done = program("who", "user.device.ip_adress", cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no such category: user.device.ip_adress\nhelp: did you mean user.device.ip_address?\n"
    assert snapshots(project) == []


def test_connectors_list(program: Run) -> None:
    assert program("connectors", "list").stdout.startswith("Files and live systems\n  aws ")
    document = json.loads(program("connectors", "list", "--output", "json").stdout)
    assert "key-inventory" in [each["type"] for each in document["connectors"]]


@pytest.mark.parametrize("word", ["PC101", "pc101", "field-not-allowed", "Field-Not-Allowed"])
def test_explain(program: Run, word: str) -> None:
    assert program("explain", word).stdout.startswith("PC101 field-not-allowed: ")


@pytest.mark.parametrize(
    ("word", "help"),
    [("field-not-alowed", "did you mean field-not-allowed?"), ("PC999", "`policycheck rules` lists them")],
)
def test_explain_an_unknown_rule(program: Run, word: str, help: str) -> None:
    done = program("explain", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: no such rule: {word}\nhelp: {help}\n"


def test_rules(program: Run) -> None:
    assert program("rules").stdout.splitlines()[0].split() == ["RULE", "NAME", "SEVERITY", "OUTCOME", "TITLE"]
    assert json.loads(program("rules", "--output", "json").stdout)["rules"][0]["id"] == "PC001"


def test_what_a_vendors_credential_must_be_allowed(program: Run) -> None:
    assert program("connectors", "permissions", "sendgrid").stdout.splitlines() == ["api_keys.read", "marketing.read"]
    done = program("connectors", "permissions", "brevo")
    assert (done.returncode, "the definition of brevo names no scopes" in done.stderr) == (2, True)
    assert "did you mean `sendgrid`?" in program("connectors", "permissions", "sendgird").stderr
