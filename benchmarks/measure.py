"""Runs one process and tells what it cost, as the operating system counted it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Linux counts the resident set in KiB, macOS in bytes.
_RSS_PER_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024

_START = "import sys; sys.argv[0] = 'policycheck'; from policycheck.__main__ import start; start()"


class BenchmarkFailed(Exception):
    """A measured process did not do its job, so that its cost would mean nothing."""


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds (user and system), peak resident memory in MiB, and what the process said."""

    cpu: float
    peak: float
    code: int
    stdout: str
    stderr: str


def program() -> list[str]:
    """The command that starts policycheck: the console script beside this Python, else the sources of the checkout."""
    script = Path(sys.executable).parent / "policycheck"
    return [str(script)] if script.exists() else [sys.executable, "-c", _START]


def module(name: str) -> list[str]:
    """The command that runs one of the benchmarks' own modules."""
    return [sys.executable, "-m", f"benchmarks.{name}"]


def run(command: Sequence[str], cwd: Path, codes: Sequence[int] = (0,), env: Mapping[str, str] | None = None) -> Usage:
    """Run ``command`` in ``cwd``; raises BenchmarkFailed when its exit code is not one of ``codes``."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        environment = _environment(command[0] != sys.executable, env)
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=out, stderr=err)
        _, status, resources = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        cpu = resources.ru_utime + resources.ru_stime
        usage = Usage(cpu, resources.ru_maxrss / _RSS_PER_MIB, process.returncode, out.read(), err.read())
    if usage.code not in codes:
        tail = (usage.stderr or usage.stdout).strip()[-2000:]
        raise BenchmarkFailed(f"{' '.join(command[-3:])} exited {usage.code}, not one of {list(codes)}:\n{tail}")
    return usage


def least(
    times: int, command: Sequence[str], cwd: Path, codes: Sequence[int] = (0,), env: Mapping[str, str] | None = None
) -> Usage:
    """The cheapest of several runs: what the job costs when nothing else disturbs it."""
    return min((run(command, cwd, codes, env) for _ in range(times)), key=lambda usage: usage.cpu)


def _environment(installed: bool, env: Mapping[str, str] | None) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("POLICYCHECK_", "PYTHON"))}
    paths = {} if installed else {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "connectors")])}
    return {**kept, **paths, **(env or {})}
