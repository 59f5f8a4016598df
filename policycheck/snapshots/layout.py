"""What a snapshot looks like on disk: one directory of Parquet tables beside a ``meta.json`` that seals them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from dataclasses import asdict, field
from pathlib import Path

from policycheck.model.dataclass import dataclass
from policycheck.model.problems import SnapshotProblem

#: Number of the format; it changes when an older program could misread what a newer one wrote.
FORMAT = 4
_READABLE = (1, 2, 3, FORMAT)
META = "meta.json"
#: A file beside it: a check has told everything that it found in this snapshot, or found nothing new in it. It holds
#: what was told; one of an older form is empty.
JUDGED = "judged"
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)T\d{6}Z-\d{4}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MAX_META = 1 << 20
_PULL_AGAIN = "pull again; a snapshot is never mended"


@dataclass(frozen=True, slots=True)
class TableMeta:
    """One table as written: its rows, the SHA-256 hex of its file, its columns in order."""

    rows: int
    sha256: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meta:
    """The seal of a snapshot. ``taken_at`` is ISO 8601 in UTC; ``tables`` is keyed by table name.

    ``blind``: its pull saw nothing, as everything was refused or failed. It is kept for its coverage, and never stands
    for what was seen before it.
    """

    id: str
    taken_at: str
    tool_version: str
    policies_revision: str
    tables: dict[str, TableMeta] = field(hash=False)
    format: int = FORMAT
    blind: bool = False


def file_of(table: str) -> str:
    """The file name of a table."""
    return f"{table}.parquet"


def prefix_of(taken_at: str) -> str:
    """The sortable first part of a snapshot's name; ValueError when ``taken_at`` is not like 2026-11-20T08:15:00Z."""
    if not _MOMENT.fullmatch(taken_at):
        raise ValueError("taken_at must be a moment in UTC such as 2026-11-20T08:15:00Z")
    return taken_at.replace(":", "")


def day_of(name: str) -> str | None:
    """The day (YYYY-MM-DD) in a snapshot's name, None for a name that no snapshot has."""
    match = _NAME.fullmatch(name)
    return match.group(1) if match else None


def snapshots_in(directory: Path) -> tuple[Path, ...]:
    """All finished snapshots of a directory, oldest first; () when there is no such directory."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        names = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir(follow_symlinks=False))
        return tuple(directory / name for name in names if day_of(name) and (directory / name / META).is_file())
    return ()


def make_private(directory: Path) -> None:
    """Make a directory, and those above it that are not there, for nobody but us; one that is there stays as it is."""
    missing = [each for each in (directory, *directory.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)


def is_judged(directory: Path) -> bool:
    """Whether a check has judged a snapshot."""
    return (directory / JUDGED).is_file()


def sha256_of(path: Path) -> str:
    """SHA-256 hex of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_meta(directory: Path, meta: Meta) -> None:
    """Write and flush the seal of a snapshot (mode 0600)."""
    body = asdict(meta)
    text = json.dumps({**body, "checksum": _checksum(body)}, indent=1)
    path = directory / META
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_meta(directory: Path) -> Meta:
    """The seal of a snapshot; SnapshotProblem when it is missing, altered or of another format."""
    path = directory / META
    try:
        raw = path.read_bytes()[: _MAX_META + 1]
    except OSError as error:
        raise SnapshotProblem(
            f"{directory} is not a snapshot: {META} cannot be read ({error.strerror})",
            "name a directory that `policycheck pull` wrote",
        ) from None
    try:
        return _parsed(json.loads(raw))
    except _UnknownFormatError:
        raise SnapshotProblem(
            f"{directory} has a snapshot format that this version does not know",
            "use the version of policycheck that wrote it, or pull again",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SnapshotProblem(f"{path} is truncated or was altered", _PULL_AGAIN) from None


def altered(directory: Path, table: str, what: str) -> SnapshotProblem:
    """The problem of a table that is not what was written."""
    return SnapshotProblem(f"{directory / file_of(table)} {what}", _PULL_AGAIN)


class _UnknownFormatError(Exception):
    pass


def _parsed(data: dict[str, object]) -> Meta:
    written = data["format"]
    if written not in _READABLE:
        raise _UnknownFormatError
    checksum = data.pop("checksum")
    if checksum != _checksum(data):
        raise ValueError("checksum")
    tables = data["tables"]
    if not isinstance(tables, dict):
        raise TypeError("tables")
    read = {
        name: TableMeta(int(table["rows"]), str(table["sha256"]), tuple(map(str, table["columns"])))
        for name, table in tables.items()
    }
    name, taken_at, version, revision = (
        str(data[key]) for key in ("id", "taken_at", "tool_version", "policies_revision")
    )
    return Meta(name, taken_at, version, revision, read, _READABLE[_READABLE.index(written)], bool(data.get("blind")))


def _checksum(body: dict[str, object]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
