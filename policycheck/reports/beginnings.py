"""What ``init`` found, wrote and left alone."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from policycheck.reports.clean import clean

#: Path, the project's directory, whether it is new, what it is.
File = tuple[Path, Path, bool, str]


def lines(found: Iterable[str], files: Iterable[File], exists: Iterable[str], dry_run: bool) -> Iterator[str]:
    """A line for each thing found, written, and there already."""
    wrote, added = ("would write", "would add to") if dry_run else ("wrote", "added to")
    yield from (f"found {clean(each)}\n" for each in found)
    for path, root, new, about in files:
        name = clean(_shown(path, root))
        yield f"{wrote if new else added} {name}" + (f": {clean(about)}" if about else "") + "\n"
    yield from (f"exists {clean(each)}\n" for each in exists)


def note(text: str) -> str:
    """A note of one line, or with lines that keep their indentation."""
    return "\n".join(map(clean, text.split("\n")))


def diff(files: Iterable[tuple[Path, Path, str | None, str]]) -> Iterator[str]:
    """A unified diff of all files."""
    for path, root, old, new in files:
        name = _shown(path, root)
        before = f"a/{name}" if old is not None else "/dev/null"
        changes = difflib.unified_diff((old or "").splitlines(), new.splitlines(), before, f"b/{name}", lineterm="")
        yield from (f"{clean(each)}\n" for each in changes)


def _shown(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
