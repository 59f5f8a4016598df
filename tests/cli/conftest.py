"""Findings and results to decide about, and the program run in this process."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from policycheck.cli.main import run
from policycheck.model.findings import CheckResult, Finding, Instance, Severity, SnapshotInfo, Tally
from policycheck.model.places import Location
from tests.cli.sample import BUCKETS, CATALOG, CLEAN, CONFIG, POLICY, VENDOR, export

MakeFinding = Callable[..., Finding]
MakeResult = Callable[..., CheckResult]


class Ended(NamedTuple):
    """How a run in this process ended."""

    code: int
    out: str
    err: str


Here = Callable[..., Ended]


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Here:
    """Run the program in this process: ``here("rules")``."""

    def start(*args: str) -> Ended:
        capsys.readouterr()
        code = run(args)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return start


@pytest.fixture
def program(here: Here, monkeypatch: pytest.MonkeyPatch) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The ``policycheck`` fixture of all tests, ten times faster: in this process."""

    def start(
        *args: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as patch:
            patch.chdir(cwd or Path.cwd())
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            code, out, err = here(*map(str, args))
        return subprocess.CompletedProcess(args, code, out, err)

    return start


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "POLICYCHECK_TODAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def make_finding() -> MakeFinding:
    def make(
        rule: str = "PC101",
        severity: str = "high",
        vendor: str | None = "sendgrid",
        enforced: bool = True,
        owner: str = "growth@lumen.example",
        accounts: tuple[str, ...] = (),
    ) -> Finding:
        instances = tuple(Instance(f"i{n}", (("account", account),), "seen") for n, account in enumerate(accounts))
        return Finding(
            rule=rule,
            severity=Severity[severity.upper()],
            outcome="violation",
            vendor=vendor,
            message="a sentence",
            fingerprint="f",
            location=Location("policies/sendgrid.yaml"),
            instances=instances or (Instance("i", (), "seen"),),
            owner=owner,
            enforced=enforced,
        )

    return make


@pytest.fixture
def make_result() -> MakeResult:
    def make(*findings: Finding, accepted: tuple[Finding, ...] = (), fail_on: str = "medium") -> CheckResult:
        return CheckResult(
            findings=findings,
            accepted=accepted,
            tally=Tally(5, 14, 37, (), 0, 0, 0),
            coverage=(),
            snapshot=SnapshotInfo("s", "2026-11-20T00:00:00Z"),
            today="2026-11-20",
            fail_on=fail_on,
        )

    return make


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one vendor that can read more than its policy allows."""
    root = tmp_path / "a project"
    for name, text in (
        ("policycheck.yaml", CONFIG),
        ("policies/sendgrid.yaml", POLICY),
        ("catalog/members.yaml", CATALOG),
        ("aws.json", export(VENDOR)),
        ("buckets.json", BUCKETS),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def clean(project: Path) -> Path:
    """The same project, where nothing is wrong."""
    (project / "aws.json").write_text(export(CLEAN))
    declared = (project / "policies/sendgrid.yaml").read_text()
    (project / "policies/sendgrid.yaml").write_text(declared.replace("lumen-exports/members/", "lumen-mail-templates/"))
    (project / "catalog/templates.yaml").write_text(
        'dataset: templates\nlocations: ["arn:aws:s3:::lumen-mail-templates/*"]\nfields: none\nwhy: "texts only"\n'
    )
    return project
