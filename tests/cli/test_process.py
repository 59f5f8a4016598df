"""What only a process of its own shows: signals, pipes, closed streams, imports, a crash."""

from __future__ import annotations

import gc
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policycheck.__main__ import start
from policycheck.cli.exits import ExitCode
from tests.cli.sample import TODAY, snapshots, started


def test_ctrl_c_leaves_nothing_half_written(project: Path) -> None:
    """Interrupted while git, which a pull asks for the revision, takes its time."""
    tools = project / "bin"
    tools.mkdir()
    (tools / "git").write_text(f"#!/bin/sh\ntouch '{project}/called'\nsleep 30\n")
    (tools / "git").chmod(0o755)
    process = started(
        project,
        *("check", "--output", "json=out.json"),
        env={"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
    )
    deadline = time.monotonic() + 60
    while not (project / "called").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"\ninterrupted\n")
    assert snapshots(project) == []
    assert not (project / "out.json").exists()


@pytest.mark.parametrize("module", ["click", "policycheck.cli.check", "policycheck.checks.check"])
def test_ctrl_c_while_modules_are_being_imported(project: Path, module: str) -> None:
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == '{module}': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from policycheck.__main__ import start; start()"
    )
    environ = {**os.environ, **TODAY, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code, "check"], cwd=project, env=environ, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"\ninterrupted\n")


def test_ctrl_c_with_nobody_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    def refuse(handle: int, text: bytes) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("policycheck.cli.main.main", interrupted)
    monkeypatch.setattr(os, "write", refuse)
    thresholds = gc.get_threshold()
    try:
        with pytest.raises(SystemExit) as end:
            start()
    finally:
        gc.set_threshold(*thresholds)
    assert end.value.code == ExitCode.INTERRUPTED


@pytest.mark.parametrize("command", ["check", "show grants", "rules", "explain PC101", "who user"])
def test_a_reader_that_stops_early_changes_nothing(project: Path, command: str) -> None:
    """What ``policycheck check | head -1`` does once ``head`` is gone: no traceback, and the exit code stays true."""
    reading, writing = os.pipe()
    os.close(reading)
    process = started(project, *command.split(), stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (1 if command == "check" else 0)
    assert b"Traceback" not in err
    assert b"Broken" not in err


@pytest.mark.parametrize(
    ("redirect", "code", "err"),
    [
        (">&-", 1, "judged as of 2026-11-20, as POLICYCHECK_TODAY says"),
        ("2>&-", 1, ""),
        (">&- 2>&-", 1, ""),
        ("2>/dev/full", 1, ""),
        (
            ">/dev/full",
            2,
            "error: standard output cannot be written (No space left on device)\nhelp: the result is not complete",
        ),
    ],
)
def test_streams_that_are_closed_or_full(project: Path, redirect: str, code: int, err: str) -> None:
    script = f"'{sys.executable}' -c 'from policycheck.cli.main import main; main()' check {redirect}"
    environ = {**os.environ, **TODAY, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["sh", "-c", script], cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr.startswith(err)
    assert bool(done.stderr) is bool(err)


def test_standard_output_by_its_name(project: Path) -> None:
    process = started(project, "check", "--output", "json=/dev/stdout")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert json.loads(out)["exit_code"] == 1


HEAVY = {"botocore", "boto3", "duckdb", "ijson", "jinja2", "requests", "rich", "urllib3", "http.client", "jsonschema"}


def test_validate_imports_nothing_that_it_does_not_need(project: Path) -> None:
    code = (
        "import sys; from policycheck.cli.main import run; code = run(['validate']);"
        "print('modules:', *sys.modules); sys.exit(code)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=environ, capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.partition("modules: ")[2].split())
    heavy = {
        "botocore",
        "boto3",
        "duckdb",
        "ijson",
        "jinja2",
        "requests",
        "rich",
        "urllib3",
        "http.client",
        "jsonschema",
    }
    assert modules & heavy == set()
    rooms = ("analysis", "aws", "checks", "snapshots", "fields", "scopes")
    assert {name for name in modules if name.startswith(tuple(f"policycheck.{room}" for room in rooms))} == set()
    assert {name for name in modules if name.startswith("policycheck_connectors.files.")} == set()
    costly = {
        "difflib",
        "email.message",
        "importlib.metadata",
        "policycheck.model.facts",
        "policycheck_connectors.interface",
        "policycheck.library.shards",
    }
    assert modules & costly == set()
    assert "policycheck.declared.project" in modules


def test_a_defect_leaves_a_private_log(project: Path) -> None:
    code = (
        "import policycheck.checks.check as room\n"
        "def check(*args, **kwargs): raise RuntimeError('SG.secret')\n"
        "room.check = check\n"
        "from policycheck.cli.main import main; main()"
    )
    environ = {**os.environ, **TODAY, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, "check", "--vendor", "SG.secret"]
    done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    log = project / ".policycheck" / "crash.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert log.read_text() in done.stderr
    assert "SG.secret" not in done.stderr
    assert "command: policycheck check --vendor ...\n" in done.stderr
