"""Finding and opening the files of an export: gzip or plain, inside the project, and only if they are regular files."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import zlib
from collections import deque
from collections.abc import Iterator
from fnmatch import fnmatchcase
from io import BufferedReader
from pathlib import Path, PurePosixPath
from types import TracebackType

from policycheck.model.dataclass import dataclass

#: A gzip file may unpack to this many times its size; more is taken for a bomb.
MAX_RATIO = 200
_MIN_BOUND = 256 << 20
#: A single value, or anything between two values, may not be longer than this.
MAX_TOKEN = 64 << 20
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 16
_HELP = {
    errno.EACCES: "let the user who runs policycheck read it",
    errno.EPERM: "let the user who runs policycheck read it",
}


class FileProblem(Exception):
    """Why a file, or the rest of it, could not be read: a reason without values of the file, and help."""

    def __init__(self, reason: str, help: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.help = help


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a pattern found. ``name`` is its path relative to the project; ``problem`` is why it is refused."""

    name: str
    path: Path
    problem: FileProblem | None = None


def find(root: Path, patterns: tuple[str, ...]) -> Iterator[Found]:
    """Every file that a pattern names, once and in order of name per pattern, with what stands in the way.

    A pattern has ``*``, ``?``, ``[]`` within a name and ``**`` for any directories; names that begin with a dot need
    a pattern that does. A pattern that finds nothing, and a directory that cannot be listed, are problems too.
    """
    seen: set[Path] = set()
    for pattern in patterns:
        empty = True
        for found in _matches(root, PurePosixPath(pattern).parts, root):
            empty = False
            if found.path not in seen:
                seen.add(found.path)
                yield found
        if empty:
            yield Found(pattern, root, FileProblem("no file matches", "export the file, or correct `paths`"))


def _matches(directory: Path, parts: tuple[str, ...], root: Path) -> Iterator[Found]:
    """The files below ``directory`` that the parts of a pattern name, and what could not be looked into."""
    if not parts:
        return
    head, rest = parts[0], parts[1:]
    try:
        if head == "**":
            yield from _matches(directory, rest or ("*",), root)
            for entry in _entries(directory, "*"):
                if entry.is_dir() and not entry.is_symlink():
                    yield from _matches(entry, parts, root)
        elif any(char in head for char in "*?["):
            for entry in _entries(directory, head):
                yield from _matched(entry, rest, root)
        else:
            (directory / head).lstat()
            yield from _matched(directory / head, rest, root)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        yield Found(_name(directory, root), directory, of_os(error))


def _matched(entry: Path, rest: tuple[str, ...], root: Path) -> Iterator[Found]:
    if not rest:
        yield _checked(entry, root)
    elif entry.is_dir():
        yield from _matches(entry, rest, root)


def _entries(directory: Path, pattern: str) -> list[Path]:
    """What a directory holds, by name; hidden entries only for a pattern that asks for them."""
    hidden = pattern.startswith(".")
    entries = (entry for entry in directory.iterdir() if hidden or not entry.name.startswith("."))
    return sorted(entry for entry in entries if fnmatchcase(entry.name, pattern))


def _checked(path: Path, root: Path) -> Found:
    try:
        inside = path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:
        # A link to itself is a RuntimeError up to Python 3.12.
        if isinstance(error, OSError) and error.errno not in (errno.ENOENT, errno.ELOOP):
            raise
        return Found(_name(path, root), path, FileProblem("is a symbolic link to nothing", "mend the link"))
    if not inside:
        problem = FileProblem("is a symbolic link that leaves the project", "copy the file into the project")
        return Found(_name(path, root), path, problem)
    return Found(_name(path, root), path)


def _name(path: Path, root: Path) -> str:
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")


def of_os(error: OSError) -> FileProblem:
    """An error of the system as a problem: ``permission denied``."""
    reason = (error.strerror or type(error).__name__).lower()
    return FileProblem(reason, _HELP.get(error.errno or 0, ""))


def opened(path: Path) -> BufferedReader:
    """Open a file for reading; every reader of this package goes through here."""
    return path.open("rb")


class Source:
    """A file read as a stream of bytes, unpacked when it is gzip and without a byte order mark.

    A context manager. ``count`` is the number of bytes answered, ``idle`` those since the consumer last set it to 0.
    Raises FileProblem: at entry for what is no readable text file, in ``read`` for a cut or damaged gzip file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ahead: deque[bytes] = deque()
        self._fault: FileProblem | None = None
        self._unpacked = 0
        self.count = 0
        self.idle = 0

    def __enter__(self) -> Source:
        try:
            mode = self._path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise FileProblem("is a directory", "name its files, for example with `/*.json`")
            if not stat.S_ISREG(mode):
                raise FileProblem("is not a regular file")
            self._file = opened(self._path)
        except OSError as error:
            raise of_os(error) from None
        try:
            self._start()
        except FileProblem:
            self._file.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def read(self, size: int = _CHUNK) -> bytes:
        """The next bytes, a block of some 64 KiB whatever the ``size``; empty at the end, and for a size of 0."""
        if size == 0:
            return b""
        if not self._ahead and self._fault:
            raise self._fault
        data = self._ahead.popleft() if self._ahead else self._next()
        self.count += len(data)
        self.idle += len(data)
        if self.idle > MAX_TOKEN:
            raise FileProblem("has a single value of more than 64 MiB")
        return data

    def peek(self) -> bytes:
        """The first bytes, of a source of which nothing was read; ``read`` still begins at the start."""
        return self._ahead[0]

    def whole(self, limit: int) -> bytes | None:
        """All of an unharmed file of some ``limit`` bytes at most, else None; ``read`` still begins at the start."""
        size = sum(map(len, self._ahead))
        try:
            while size <= limit:
                data = self._next()
                if not data:
                    return b"".join(self._ahead)
                self._ahead.append(data)
                size += len(data)
        except FileProblem as problem:
            self._fault = problem
        return None

    def rest(self, limit: int) -> bytes:
        """Everything that is left; FileProblem when that is more than some ``limit`` bytes."""
        parts: list[bytes] = []
        size = 0
        while data := self.read():
            self.idle = 0
            parts.append(data)
            size += len(data)
            if size > limit:
                raise FileProblem(f"is larger than {limit >> 20} MiB", "split it")
        return b"".join(parts)

    def _start(self) -> None:
        self._bound = max(_MIN_BOUND, MAX_RATIO * os.fstat(self._file.fileno()).st_size)
        self._stream: BufferedReader | gzip.GzipFile = self._file
        first = self._next()
        if first.startswith(_GZIP):
            self._file.seek(0)
            self._unpacked = 0
            self._stream = gzip.GzipFile(fileobj=self._file)
            first = self._next()
        if not first:
            raise FileProblem("is empty", "export it again")
        if first.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in first:
            raise FileProblem("is not UTF-8 text", "save the export as UTF-8, plain or gzip")
        self._ahead.append(first.removeprefix(_BOM))

    def _next(self) -> bytes:
        try:
            data = self._stream.read1(_CHUNK)
        except EOFError:
            raise FileProblem(f"is cut off after {self._unpacked} unpacked bytes", "copy or export it again") from None
        except (gzip.BadGzipFile, zlib.error):
            raise FileProblem("is a damaged gzip file", "copy or export it again") from None
        except OSError as error:
            raise of_os(error) from None
        self._unpacked += len(data)
        if self._unpacked > self._bound:
            raise FileProblem("unpacks to far more than an export does", "unpack it yourself if you trust it")
        return data
