"""What a bare machine lacks is said in one sentence; the targets themselves are run by CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_OLD = '#!/bin/sh\ncase "$1" in -V) echo "Python 3.9.2";; *) exit 1;; esac\n'
_WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *venv*) exit 1;; *) exit 0;; esac\n'


def _make(checkout: Path, directory: Path, *args: str) -> subprocess.CompletedProcess[str]:
    directory.mkdir()
    shutil.copy(checkout / "Makefile", directory)
    clean = {"PATH": os.environ["PATH"], "HOME": str(directory)}
    return subprocess.run(["make", *args], cwd=directory, env=clean, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("", "needs Python 3.11 or newer, and '{python}' was not found"),
        (_OLD, "needs Python 3.11 or newer; '{python}' is Python 3.9.2"),
        (_WITHOUT_VENV, "cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv"),
    ],
    ids=["no python", "old python", "no venv module"],
)
@pytest.mark.parametrize("target", ["demo", "test"])
def test_what_is_missing_is_named(checkout: Path, tmp_path: Path, target: str, script: str, sentence: str) -> None:
    python = tmp_path / "bin with space" / "python3"
    python.parent.mkdir()
    if script:
        python.write_text(script)
        python.chmod(0o755)
    done = _make(checkout, tmp_path / "a checkout", target, f"PYTHON={python}")
    assert done.returncode != 0
    assert sentence.format(python=python) in done.stderr
    assert "Installing" not in done.stdout


def test_this_python_is_good_enough(checkout: Path, tmp_path: Path) -> None:
    done = _make(checkout, tmp_path / "a checkout", "python", f"PYTHON={sys.executable}")
    assert (done.returncode, done.stderr) == (0, "")


def test_help_names_the_targets(checkout: Path, tmp_path: Path) -> None:
    done = _make(checkout, tmp_path / "a checkout", "help")
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    assert listed == [
        "help",
        "demo",
        "demo-aws",
        "demo-saas",
        "test",
        "lint",
        "types",
        "bench",
        "docs",
        "site",
        "clean",
    ]
