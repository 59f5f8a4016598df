"""Promises about the whole program: no planted token comes out anywhere, and what was not seen is never clean."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.checks.lab import ATTESTATION, OURS, Lab, role, trust
from tests.conftest import Run

pytestmark = pytest.mark.unmeasured

TODAY = {"POLICYCHECK_TODAY": "2026-11-20"}
TOKEN = "qzxplantedqzx"


def planted(entry: dict[str, Any], path: str) -> dict[str, Any]:
    """An entry with a token under every key that no connector may keep."""
    extra = {f"Unknown{path}": TOKEN, "Description": TOKEN, "Secret": {"value": [TOKEN, {"deep": TOKEN}]}}
    return {**entry, **extra}


def spoiled(lab: Lab) -> None:
    """A token in every string of each kind of export that is not on an allow-list."""
    broken = role("broken", f'{{"Statement": [{{"Sid": "{TOKEN}", "Effect": ')
    odd = trust({"Service": "ec2.amazonaws.com"})
    odd["Id"] = TOKEN
    odd["Statement"][0]["Comment"] = TOKEN
    lab.roles = [planted(each, "Role") for each in (*lab.roles, broken, role("odd", odd))]
    for each in lab.roles:
        each["RoleId"] = TOKEN
        each["InstanceProfileList"] = [{"InstanceProfileName": TOKEN}]
    user = {"UserName": "u", "Arn": f"arn:aws:iam::{OURS}:user/u", "Path": "/", "UserId": TOKEN, "GroupList": []}
    lab.iam["UserDetailList"] = [planted(user, "User")]
    lab.iam["Marker"] = TOKEN
    lab.iam["Extra"] = [TOKEN]
    lab.keys = [
        f"{lab.keys[0]},secret,note",
        f"{lab.keys[1]},{TOKEN},{TOKEN}",
        f"k2,acme-b,mail.send,{TOKEN},,,{TOKEN},x",
    ]
    lab.fields = [planted(lab.fields[0], "Field")]
    lab.attestations = [{**copy.deepcopy(ATTESTATION), "comment": TOKEN}]


def test_no_planted_token_leaves(tmp_path: Path, policycheck: Run) -> None:
    lab = Lab(tmp_path)
    spoiled(lab)
    lab.write()
    config = tmp_path / "policycheck.yaml"
    config.write_text(config.read_text().replace("version: 1", "version: 1\nsnapshots: {path: stored}"))
    commands = (
        ("check",),
        ("check", "--output", "json", "--output", "text=out.txt"),
        *(("show", what) for what in ("vendors", "grants", "fields", "exposures")),
        *(("show", what, "--output", "json") for what in ("vendors", "grants", "fields", "exposures")),
        ("who", "user.contact.email"),
        ("pull",),
    )
    for command in commands:
        done = policycheck(*command, cwd=tmp_path, env=TODAY)
        assert done.returncode in (0, 1, 3), done.stderr
        assert TOKEN not in done.stdout + done.stderr, command
    assert TOKEN not in (tmp_path / "out.txt").read_text()
    tables = list((tmp_path / "stored").rglob("*.parquet"))
    assert len(tables) >= 8
    for table in tables:
        rows = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(table)]).fetchall()
        assert TOKEN not in repr(rows), table.name
    others = [path for path in (tmp_path / "stored").rglob("*") if path.is_file() and path.suffix != ".parquet"]
    assert all(TOKEN.encode() not in path.read_bytes() for path in others)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A project that is clean: exit 0."""
    lab = Lab(tmp_path)
    lab.write()
    return tmp_path


def test_the_clean_project_is_clean(clean: Path, policycheck: Run) -> None:
    done = policycheck("check", cwd=clean, env=TODAY)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["iam.json", "fields.json"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.8, 0.99])
def test_a_cut_export_is_incomplete(clean: Path, policycheck: Run, name: str, share: float) -> None:
    export = clean / "exports" / name
    whole = export.read_bytes()
    export.write_bytes(whole[: int(len(whole) * share)])
    done = policycheck("check", "--output", "json", "--fail-on", "critical", cwd=clean, env=TODAY)
    assert done.returncode == 3
    assert "PC601" in {finding["rule"] for finding in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize("name", ["iam.json", "keys.csv", "fields.json"])
@pytest.mark.parametrize("how", ["missing", "directory", "empty", "binary"])
def test_an_export_that_cannot_be_read_is_incomplete(clean: Path, policycheck: Run, name: str, how: str) -> None:
    export = clean / "exports" / name
    export.unlink()
    if how == "directory":
        export.mkdir()
    elif how != "missing":
        export.write_bytes(b"" if how == "empty" else bytes(range(256)))
    done = policycheck("check", "--output", "json", "--fail-on", "critical", cwd=clean, env=TODAY)
    assert done.returncode == 3
    assert "PC601" in {finding["rule"] for finding in json.loads(done.stdout)["findings"]}


def test_everybody_who_is_let_in_is_named(tmp_path: Path, policycheck: Run) -> None:
    lab = Lab(tmp_path)
    provider = f"arn:aws:iam::{OURS}:oidc-provider/ci.stranger.example"
    lab.roles += [
        role("ci", trust({"Federated": provider}, action="sts:AssumeRoleWithWebIdentity")),
        role("web", trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]})),
        role("partner", trust({"AWS": "999999999999"})),
    ]
    lab.write()
    done = policycheck("check", "--output", "json", cwd=tmp_path, env=TODAY)
    parties = [(row["kind"], row["party"], row["vendor"]) for row in json.loads(done.stdout)["parties"]]
    assert parties == [
        ("account", "999999999999", None),
        ("account", "arn:aws:iam::444455556666:root", "acme"),
        ("federated", provider, None),
        ("service", "ec2.amazonaws.com", None),
        ("service", "lambda.amazonaws.com", None),
    ]
    assert "2 AWS services (ec2.amazonaws.com, lambda.amazonaws.com)" in done.stderr


def test_fifty_good_files_and_a_broken_one(clean: Path, policycheck: Run) -> None:
    good = (clean / "policies/acme.yaml").read_text()
    for number in range(50):
        text = good.replace("vendor: acme", f"vendor: v{number}").replace("acme-*", f"v{number}-*")
        text = text.replace("444455556666", f"{number + 200000000000}").replace(
            "user.contact.email", "user.contact.emial"
        )
        (clean / f"policies/v{number}.yaml").write_text(text)
    (clean / "policies/broken.yaml").write_text("vendor: [unclosed\n")
    done = policycheck("validate", cwd=clean, env=TODAY)
    assert done.returncode == 2
    assert done.stdout.count("PC004") == 50
    assert done.stdout.count("policies/broken.yaml") == 1
