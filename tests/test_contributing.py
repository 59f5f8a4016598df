"""CONTRIBUTING's walk through a new vendor, done as it is written: three files, and nothing else registers them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

_FILE = re.compile(r"^`([\w./-]+\.yaml)`\n\n```yaml\n(.*?)^```$", re.M | re.S)
_TREES = ("policycheck", "connectors", "policies", "tests/connectors/rest", "tests/servers")
_FILES = ("setup.cfg", "tests/conftest.py", "tests/connectors/lab.py")


def written(checkout: Path) -> dict[str, str]:
    """The files of the walk, by path."""
    return dict(_FILE.findall((checkout / "CONTRIBUTING.md").read_text("utf-8")))


@pytest.fixture
def copied(checkout: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the checkout with the three files of the walk."""
    for tree in _TREES:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(checkout / tree, tmp_path / tree, ignore=ignored)
    for name in _FILES:
        shutil.copy(checkout / name, tmp_path / name)
    for name, text in written(checkout).items():
        assert not (tmp_path / name).exists()
        (tmp_path / name).write_text(text, "utf-8")
    yield tmp_path
    # Megabytes of copies: pytest would keep those of three runs.
    shutil.rmtree(tmp_path)


def _run(copied: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # Coverage of the copy would be told under paths that are gone when it is reported.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTEST", "COV_"))}
    env = {**kept, "PYTHONPATH": f"{copied}{os.pathsep}{copied / 'connectors'}", "COLUMNS": "80", "NO_COLOR": "1"}
    return subprocess.run([sys.executable, *command], cwd=copied, env=env, capture_output=True, text=True, check=False)


def test_the_walk_has_a_profile_a_definition_and_a_data_file(checkout: Path) -> None:
    assert [Path(name).parts[0] for name in written(checkout)] == ["policies", "connectors", "tests"]
    assert {Path(name).name for name in written(checkout)} == {"parcelpost.yaml"}


def test_three_files_make_a_vendor(copied: Path, checkout: Path) -> None:
    valid = _run(copied, "-m", "policycheck", "validate", "--library")
    assert valid.returncode == 0, valid.stdout + valid.stderr
    shown = _run(copied, "-m", "policycheck", "connectors", "show", "parcelpost")
    assert shown.returncode == 0, shown.stderr
    assert "GET /keys" in shown.stdout
    assert "parcelpost" in _run(copied, "-m", "policycheck", "connectors", "list").stdout
    tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/connectors/rest/test_definitions.py")
    ran = _run(copied, *tests, "-k", "parcelpost or data_file")
    assert (ran.returncode, ran.stdout.split()[0]) == (0, "." * 9), ran.stdout
    # The tests saw these files, and no others.
    (data,) = (name for name in written(checkout) if name.startswith("tests"))
    (copied / data).unlink()
    assert _run(copied, *tests, "-k", "data_file").returncode == 1
    assert str(copied) in _run(copied, "-c", "import policycheck; print(policycheck.__file__)").stdout
