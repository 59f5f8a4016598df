"""Files that the program writes and reads beside those of the rooms: all or nothing, never half."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

#: Lines of larger files are not shown; no policy file may be that large.
MAX_SOURCE_BYTES = 1 << 20


@contextmanager
def atomic(path: Path, mode: int) -> Iterator[TextIO]:
    """A text stream whose content takes the file's place at the end, or leaves it untouched when the block raises.

    What is not a regular file (a pipe, /dev/stdout) is written directly. Raises OSError.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as stream:
            yield stream
        return
    path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            yield stream
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in a directory of the same kind."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with atomic(path, 0o600) as stream:
        stream.write(text)


def public_mode() -> int:
    """The mode that the user's umask gives to a new file."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


class SourceFiles:
    """Lines of the project's files, for showing; "" for whatever is not a readable text file inside the project."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._lines: dict[str, list[str]] = {}

    def __call__(self, path: str, line: int) -> str:
        """One line, counted from 1."""
        if path not in self._lines:
            self._lines[path] = self._read(path)
        lines = self._lines[path]
        return lines[line - 1] if 0 < line <= len(lines) else ""

    def _read(self, path: str) -> list[str]:
        try:
            file = (self._root / path).resolve()
            if not file.is_relative_to(self._root) or file.stat().st_size > MAX_SOURCE_BYTES:
                return []
            return file.read_text(encoding="utf-8-sig", errors="replace").split("\n")
        except (OSError, ValueError):
            return []
