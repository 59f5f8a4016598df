"""What the live examples share: run the check in a project, and compare its findings with those of the files."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parent / "photo-sharing"
DATE = "2026-11-20"
#: Not a package that happens to lie in the current directory.
PROGRAM = (sys.executable, "-P", "-m", "policycheck")


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings by fingerprint: told by both runs, only by that of the files, only by the live one."""

    both: dict[str, dict[str, Any]]
    files: dict[str, dict[str, Any]]
    live: dict[str, dict[str, Any]]


def check(directory: Path, env: dict[str, str], *options: str) -> dict[str, Any]:
    """The result of ``policycheck check`` in a project; its text goes to this terminal with ``--output text``."""
    result = directory / ".policycheck-result.json"
    command = [*PROGRAM, "--project", str(directory), "check", *options, "--output", f"json={result}"]
    done = subprocess.run(command, env=env, check=False)
    if done.returncode != 1:
        raise SystemExit(f"policycheck exited {done.returncode}, but the example holds findings and 1 was expected.")
    told: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return told


def compare(files: dict[str, Any], live: dict[str, Any]) -> Compared:
    """The findings of two runs, those that were accepted too."""
    one, other = ({f["fingerprint"]: f for f in (*run["findings"], *run["accepted"])} for run in (files, live))
    return Compared(
        {key: value for key, value in one.items() if key in other},
        {key: value for key, value in one.items() if key not in other},
        {key: value for key, value in other.items() if key not in one},
    )
