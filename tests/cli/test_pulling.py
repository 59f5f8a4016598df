"""What a pull is made of, as far as it needs no connector: the revision of the policies, the choice of a snapshot."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from policycheck.cli.pulling import pull, revision, stored
from policycheck.model.declared import Config, Project
from policycheck.model.places import Location
from policycheck.model.problems import SnapshotProblem, UsageProblem
from policycheck_connectors.interface import PullContext

GIT = ("git", "-c", "user.name=T", "-c", "user.email=t@lumen.example", "-c", "commit.gpgsign=false")


def config_of(root: Path) -> Config:
    return Config(root=str(root), at=Location("policycheck.yaml"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "policycheck.yaml").write_text("version: 1\n")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text("vendor: a\n")
    (tmp_path / "catalog").mkdir()
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "x")):
        subprocess.run([*GIT, *words], cwd=tmp_path, check=True)
    return tmp_path


def head(repository: Path) -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout.strip()


def test_the_revision_is_the_commit_of_the_policies(repository: Path) -> None:
    (repository / "unrelated.txt").write_text("x")
    assert revision(config_of(repository)) == head(repository)


@pytest.mark.parametrize("change", ["policies/a.yaml", "policies/new.yaml", "policycheck.yaml"])
def test_changed_policies_are_dirty(repository: Path, change: str) -> None:
    (repository / change).write_text("changed: 1\n")
    assert revision(config_of(repository)) == f"{head(repository)}+dirty"


def test_outside_of_git_there_is_no_revision(tmp_path: Path) -> None:
    assert revision(config_of(tmp_path)) == ""


def test_without_git_there_is_no_revision(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert revision(config_of(repository)) == ""


def test_a_repository_runs_nothing_of_its_own(repository: Path) -> None:
    ran = repository / "ran"
    monitor = repository / "monitor.sh"
    monitor.write_text(f"#!/bin/sh\ntouch '{ran}'\n")
    monitor.chmod(0o755)
    subprocess.run(["git", "config", "core.fsmonitor", str(monitor)], cwd=repository, check=True)
    assert revision(config_of(repository))
    assert not ran.exists()


def test_a_project_without_connectors_has_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"policycheck\.yaml has no connectors") as error:
        pull(config_of(tmp_path), PullContext("2026-11-20T00:00:00Z"), date(2026, 11, 20), None)
    assert "connectors list" in error.value.help
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "no snapshot in .policycheck/snapshots"),
        ("2026", "no such snapshot: 2026"),
        ("../x", "no such snapshot: ../x"),
    ],
)
def test_a_snapshot_that_is_not_there(tmp_path: Path, name: str | None, message: str) -> None:
    with pytest.raises(SnapshotProblem) as error:
        stored(Project(config_of(tmp_path), (), ()), name)
    assert error.value.message == message


def test_a_snapshot_is_named_by_path_or_id(tmp_path: Path) -> None:
    project = Project(config_of(tmp_path), (), ())
    inside = tmp_path / ".policycheck" / "snapshots" / "2026-11-20T000000Z-0001"
    inside.mkdir(parents=True)
    assert stored(project, inside.name) == inside
    assert stored(project, str(inside)) == inside
