"""Files to text: found under the project, and read only when they are what they should be."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

#: The largest file that is read, in bytes.
LARGEST = 1024 * 1024

_SUFFIXES = (".yaml", ".yml")

#: What people take for YAML (it is), and a reader of YAML files still passes over.
_OTHERS = (".json",)


class Unreadable(Exception):
    """A file or directory that cannot be used; ``place`` is its shown path where the reader does not know it."""

    def __init__(self, message: str, help: str, place: str = "", severity: str = "error") -> None:
        super().__init__(message)
        self.severity = severity
        self.place = place
        self.message = message
        self.help = help
        self.text = ""
        self.line = 1
        self.column = 1

    def within(self, text: str, line: int, column: int) -> Unreadable:
        """This fault, with the text as far as it can be read and the place in it (1-based)."""
        self.text, self.line, self.column = text, line, column
        return self


class Found(NamedTuple):
    """A file to read: ``path`` on disk, ``shown`` relative to the project with ``/``; whether it may be a link."""

    path: str
    shown: str
    link: bool = True


def shown(path: str, root: str | None) -> str:
    """The path as messages show it: relative to the project where it lies inside, with ``/``."""
    inside = os.path.relpath(path, root) if root is not None and within(path, root) else path
    return _readable(inside).replace(os.sep, "/")


def _readable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def within(path: str, root: str) -> bool:
    """Whether an absolute path lies at or under an absolute directory; both free of ``..``."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def walk(directory: str, root: str) -> Iterator[Found | Unreadable]:
    """All YAML files under a directory, sorted, without hidden names. What cannot be entered is given as a fault, and
    what may have been meant to be read as a warning."""
    here = shown(directory, root)
    prefix = "" if here == "." else f"{here}/"
    try:
        with os.scandir(directory) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield Unreadable(*_denied(error, "directory"), place=here)
        return
    for entry in entries:
        place = prefix + _readable(entry.name)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path, root)
        elif entry.is_symlink() and entry.is_dir():
            yield Unreadable("this is a link to a directory", "put the files themselves into the project", place=place)
        elif entry.name.lower().endswith(_SUFFIXES):
            yield Found(entry.path, place, entry.is_symlink())
        elif entry.name.lower().endswith(_OTHERS):
            message = "this file is not read: policies and catalog files are .yaml files"
            yield Unreadable(message, "rename it, or move it elsewhere", place, "warning")


def read_text(found: Found, root: str | None) -> str:
    """The text of a file, without a byte order mark. Unreadable when it is not what it should be."""
    if found.link:
        _stays(found.path, root)
    data = _bytes(found.path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("the file is in UTF-16, not UTF-8", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        fault = Unreadable("a byte here is not UTF-8", "save the file as UTF-8")
        raise fault.within(data.decode("utf-8-sig", "replace"), line, column) from None


def _stays(path: str, root: str | None) -> None:
    """Refuse a path in the project that leads out of it."""
    if root is None or not within(path, root):
        return
    if not within(os.path.realpath(path), os.path.realpath(root)):
        raise Unreadable("the file is a link that leaves the project", "put the file itself into the project")


def _bytes(path: str) -> bytes:
    try:
        # a pipe under the name of a policy must not block the run
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Unreadable(*_denied(error)) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("this is not a file", "put a YAML file here")
        if status.st_size > LARGEST:
            raise Unreadable(f"the file is larger than 1 MiB ({status.st_size:,} bytes)", "split it")
        return os.read(handle, LARGEST + 1)
    except OSError as error:
        raise Unreadable(*_denied(error)) from None
    finally:
        os.close(handle)


def _denied(error: OSError, what: str = "file") -> tuple[str, str]:
    reason = (error.strerror or "unknown reason").lower()
    return f"the {what} cannot be read: {reason}", "check that it exists and that its permissions allow reading"
