"""The files of a project at a git revision, laid out in a directory of their own.

Files are taken from git's objects, not from a checkout or an archive: attributes of the repository can hide files from
an archive, and hooks run at a checkout.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from policycheck.model.problems import UsageProblem

#: Seconds that git may take for one answer.
TIMEOUT = 60

#: Kinds of entries of a tree: files, and links that lead to a text.
FILES, LINK = ("100644", "100755"), "120000"

_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


def commit(root: Path, name: str) -> str | None:
    """The commit that a revision names; None when the project is in no repository or has no such revision."""
    if name.startswith("-"):
        return None
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return done.decode().strip() if done is not None else None


def absence(root: Path, name: str) -> tuple[str, str] | None:
    """Why a name is no revision here, and what to do; None when it is simply none."""
    shallow = _git(root, "rev-parse", "--is-shallow-repository")
    if shallow is None:
        return "the project is in no git repository", "`git init` begins one; snapshots can be compared without"
    first, dots, last = name.partition("..")
    if dots:
        old, new = first or "HEAD", last.lstrip(".") or "HEAD"
        since = f"$(git merge-base {old} {new})" if last.startswith(".") else old
        return "a range is no revision", f"name its two ends: `policycheck diff {since} {new}`"
    if shallow.strip() == b"true":
        help = (
            "fetch the history: `git fetch --unshallow`; `fetch-depth: 0` in GitHub Actions, `GIT_DEPTH: 0` in GitLab"
        )
        return "this clone is shallow, so that it may be missing here only", help
    return None


def lay_out(root: Path, revision: str, directory: Path) -> None:
    """Write the YAML files and the baseline of a project at a commit; nothing where the project was not there yet.

    Directories are made for all its files, as one that holds other files alone is there too. Raises UsageProblem when
    git cannot give them.
    """
    files = _files(root, revision)
    for inside in files:
        (directory / inside).parent.mkdir(parents=True, exist_ok=True)
    _write(root, revision, directory, {name: kept for name, kept in files.items() if _wanted(name)})


def add(root: Path, revision: str, directory: Path, patterns: Iterable[str]) -> None:
    """Write more files of a project at a commit, such as a baseline of another name; nothing where there are none.

    Raises UsageProblem when git cannot give them.
    """
    wanted = [PurePosixPath(os.path.normpath(each)).as_posix() for each in patterns]
    files = _files(root, revision) if wanted else {}
    found = {name: kept for name, kept in files.items() if any(fnmatchcase(name, each) for each in wanted)}
    _write(root, revision, directory, {n: k for n, k in found.items() if not os.path.lexists(directory / n)})


def _files(root: Path, revision: str) -> dict[str, tuple[str, str]]:
    """(mode, object) of every file of the project, by its path in it."""
    listed = _git(root, "ls-tree", "-r", "-z", "--full-name", revision, "--", ".")
    prefix = _git(root, "rev-parse", "--show-prefix")
    if listed is None or prefix is None:
        raise UsageProblem(f"git cannot list the files of {revision}", "run `git fsck`")
    base = prefix.decode().strip()
    found = ((name.removeprefix(base), mode, object) for mode, object, name in _entries(listed))
    return {name: (mode, object) for name, mode, object in found if ".." not in Path(name).parts}


def _write(root: Path, revision: str, directory: Path, files: dict[str, tuple[str, str]]) -> None:
    for name, (mode, object) in files.items():
        content = _git(root, "cat-file", "blob", object)
        if content is None:
            raise UsageProblem(f"git cannot read {name} at {revision}", "a shallow clone lacks it: fetch more of it")
        target = directory / name
        if mode == LINK:
            target.symlink_to(os.fsdecode(content))
        else:
            target.write_bytes(content)


def _entries(listed: bytes) -> Iterator[tuple[str, str, str]]:
    for line in listed.split(b"\0"):
        if line:
            head, _, name = line.partition(b"\t")
            mode, _, object = head.decode().split()
            if mode in (*FILES, LINK):
                yield mode, object, os.fsdecode(name)


def _wanted(name: str) -> bool:
    """Whether a file may be part of a project; exports and samples are not."""
    return name.endswith((".yaml", ".yml", ".baseline"))


def _git(root: Path, *words: str) -> bytes | None:
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(["git", *_SAFE, *words], cwd=root, env=environ, capture_output=True, timeout=TIMEOUT)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
