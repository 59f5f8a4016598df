"""No report takes the place of a file that the project is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.sample import TODAY, snapshots

if TYPE_CHECKING:
    from tests.conftest import Run

MORE = """\
  - {name: keys, type: key-inventory, system: sendgrid, paths: ["exports/**/*.json", "lists/**"]}
  - name: api
    type: sendgrid
    credentials: {token: {file: secrets/audit}}
"""


@pytest.fixture
def large(clean: Path) -> Path:
    """A clean project whose connectors name files in every way."""
    (clean / "policycheck.yaml").write_text((clean / "policycheck.yaml").read_text() + MORE)
    for folder in ("exports/deep/er", "lists/deep", "secrets", "overrides", ".policycheck/snapshots", "out"):
        (clean / folder).mkdir(parents=True)
    (clean / "link.json").symlink_to("policies/sendgrid.yaml")
    return clean


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("policycheck.yaml", "the project's configuration"),
        ("out/../policycheck.yaml", "the project's configuration"),
        ("policycheck.baseline", "the project's baseline"),
        ("policies/sendgrid.yaml", "a file of `policies`"),
        ("link.json", "a file of `policies`"),
        ("policies/new.json", "a file of `policies`"),
        ("catalog/new.yaml", "a file of `catalog`"),
        ("overrides/new.yaml", "a file of `overrides`"),
        (".policycheck/snapshots/report.json", "among the stored snapshots"),
        ("aws.json", "what connector iam-export reads"),
        ("exports/new.json", "what connector keys reads"),
        ("exports/deep/er/new.json", "what connector keys reads"),
        ("lists/deep/new.csv", "what connector keys reads"),
        ("secrets/audit", "what connector api reads"),
    ],
)
def test_a_file_of_the_project_is_kept(large: Path, program: Run, file: str, what: str) -> None:
    before = {path: path.read_bytes() for path in large.rglob("*") if path.is_file()}
    done = program("check", "--output", f"csv={file}", cwd=large, env=TODAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: {file} is {what}, so no report is written there\n"
        "help: name another file: --output csv=result.csv\n"
    )  # fmt: skip
    assert {path: path.read_bytes() for path in large.rglob("*") if path.is_file()} == before
    assert snapshots(large) == []


@pytest.mark.parametrize(
    "file", ["result.json", "exports/new.csv", "exports/deep/new.txt", "lists.json", "out/aws.json"]
)
def test_every_other_file_may_be_written(large: Path, program: Run, file: str) -> None:
    done = program("check", "--output", f"json={file}", "--exit-zero", cwd=large, env=TODAY)
    assert done.returncode == 0
    assert (large / file).read_text().startswith("{")


def test_files_that_are_named_one_by_one(clean: Path, program: Run) -> None:
    config = clean / "policycheck.yaml"
    config.write_text(config.read_text() + "policies: [sendgrid.yaml]\ncatalog: [catalog/members.yaml]\n")
    (clean / "policies/sendgrid.yaml").replace(clean / "sendgrid.yaml")
    done = program("check", "--output", "json=other.yaml", "--exit-zero", cwd=clean, env=TODAY)
    assert (done.returncode, (clean / "other.yaml").exists()) == (0, True)
    for file in ("sendgrid.yaml", "catalog/members.yaml"):
        assert program("check", "--output", f"json={file}", cwd=clean, env=TODAY).returncode == 2


def test_a_dash_is_standard_output(clean: Path, program: Run) -> None:
    done = program("check", "--output", "json=-", cwd=clean, env=TODAY)
    assert done.stdout.startswith('{\n "schema"')
    assert not (clean / "-").exists()
