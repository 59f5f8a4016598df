"""What a user installs is what is in the tree: nothing missing, nothing more."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import policycheck

_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")

#: Where each directory of the checkout goes inside the wheel.
_INSTALLED_AS = {
    "policycheck": "policycheck",
    "policies": "policycheck/policies",
    "connectors/policycheck_connectors": "policycheck_connectors",
}


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from a copy of the tree, so that no leftover ``build`` directory can slip into it."""
    source = tmp_path_factory.mktemp("source")
    for name in ("policycheck", "connectors", "policies"):
        shutil.copytree(checkout / name, source / name, ignore=_IGNORED)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(checkout / name, source / name)
    built = tmp_path_factory.mktemp("wheel")
    code = f"from setuptools import build_meta; print(build_meta.build_wheel({str(built)!r}))"
    # The copy is not what coverage measures: its lines would count as a second program, never run.
    environ = {**os.environ, "COVERAGE_PROCESS_CONFIG": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=source, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (path,) = built.glob("*.whl")
    return path


def _tree(checkout: Path) -> set[str]:
    files = set()
    for directory, installed in _INSTALLED_AS.items():
        top = checkout / directory
        for path in top.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
                files.add(f"{installed}/{path.relative_to(top).as_posix()}")
    return files


def test_wheel_holds_every_file_of_the_tree_and_no_other(wheel: Path, checkout: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    tree = _tree(checkout)
    assert sorted(packed - tree) == []
    assert sorted(tree - packed) == [], "list the pattern in [options.package_data] of setup.cfg"


def test_wheel_says_what_it_is(wheel: Path, checkout: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
        (licence,) = (archive.read(name).decode() for name in names if name.endswith("/LICENSE"))
    head = metadata.split("\n\n", 1)[0].splitlines()
    assert "Name: policycheck" in head
    assert f"Version: {policycheck.__version__}" in head
    assert "Requires-Python: >=3.11" in head
    assert licence == (checkout / "LICENSE").read_text("utf-8")


def test_installed_console_script_works(wheel: Path, tmp_path: Path) -> None:
    """In a new virtual environment whose path has a space; the dependencies come from the one that runs this test."""
    home = tmp_path / "new environment"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (site,) = home.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COVERAGE"))}
    script = [str(home / "bin" / "policycheck"), "--version"]
    shown = subprocess.run(script, capture_output=True, text=True, env=clean, cwd=tmp_path, check=False)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert policycheck.__version__ in shown.stdout
    where = "import policycheck, policycheck_connectors; print(policycheck.__file__, policycheck_connectors.__file__)"
    imported = subprocess.run(
        [str(python), "-c", where], capture_output=True, text=True, env=clean, cwd=tmp_path, check=True
    )
    assert imported.stdout.count(str(site)) == 2


def test_pyproject_holds_the_build_system_and_tool_tables_only(checkout: Path) -> None:
    tables = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    assert set(tables) == {"build-system", "tool"}
    assert set(tables["tool"]) == {"ruff"}


def test_python_versions_agree(checkout: Path) -> None:
    parser = configparser.ConfigParser()
    parser.read(checkout / "setup.cfg", encoding="utf-8")
    classifiers = parser["metadata"]["classifiers"].split("\n")
    listed = [line.rsplit(" ", 1)[1] for line in classifiers if line.startswith("Programming Language :: Python :: 3.")]
    workflow = (checkout / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert parser["options"]["python_requires"] == f">={listed[0]}"
    assert "python: [" + ", ".join(f'"{version}"' for version in listed) + "]" in workflow
