"""The files of a project at a git revision, laid out in a directory of their own.

Files are taken from git's objects, not from a checkout or an archive: attributes of the repository can hide files from
an archive, and hooks run at a checkout.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

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


def lay_out(root: Path, revision: str, directory: Path) -> None:
    """Write the YAML files and the baseline of a project at a commit; nothing where the project was not there yet.

    Raises UsageProblem when git cannot give them.
    """
    listed = _git(root, "ls-tree", "-r", "-z", "--full-name", revision, "--", ".")
    prefix = _git(root, "rev-parse", "--show-prefix")
    if listed is None or prefix is None:
        raise UsageProblem(f"git cannot list the files of {revision}", "run `git fsck`")
    base = prefix.decode().strip()
    for mode, object, name in _entries(listed):
        inside = name.removeprefix(base)
        if not _wanted(inside):
            continue
        content = _git(root, "cat-file", "blob", object)
        if content is None:
            raise UsageProblem(f"git cannot read {name} at {revision}", "a shallow clone lacks it: fetch more of it")
        target = directory / inside
        target.parent.mkdir(parents=True, exist_ok=True)
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
    return name.endswith((".yaml", ".yml", ".baseline")) and ".." not in Path(name).parts


def _git(root: Path, *words: str) -> bytes | None:
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(["git", *_SAFE, *words], cwd=root, env=environ, capture_output=True, timeout=TIMEOUT)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
