"""Writing a snapshot: facts stream into files beside the target, one bulk COPY per table, one atomic rename."""

from __future__ import annotations

import contextlib
import fcntl
import json.encoder
import os
import shutil
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING

from policycheck.model.facts import TABLES, Coverage, Fact, PolicyDocument
from policycheck.model.problems import SnapshotProblem
from policycheck.snapshots.engine import connect, guarded, problem, quoted, target
from policycheck.snapshots.layout import Meta, TableMeta, file_of, make_private, prefix_of, sha256_of, write_meta
from policycheck.snapshots.schema import ORDER, Row, columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WORK = ".writing-"
_LOCK = "lock"
_string = json.encoder.encode_basestring
_other = json.JSONEncoder(ensure_ascii=False).encode
_NAMES = {cls: table for table, cls in TABLES.items()}
# DuckDB reads in blocks of twice the longest line that it is told to expect.
_SHORT_LINE = 1 << 20
#: From this many bytes of facts on, sorting may need the disk.
_LARGE = 32 << 20


class Writer:
    """Collects the facts of one pull and commits them as one snapshot under ``directory``.

    A context manager: left without ``commit``, whatever the reason, it leaves nothing behind. ``taken_at`` is ISO 8601
    in UTC (``2026-11-20T08:15:00Z``). Raises SnapshotProblem when the directory cannot be written.
    """

    def __init__(self, directory: Path, taken_at: str, policies_revision: str, tool_version: str) -> None:
        self._directory = directory
        self._prefix = prefix_of(taken_at)
        self._meta = (taken_at, tool_version, policies_revision)
        self._sinks: dict[type[Row], _Sink] = {}
        self._documents: set[str] = set()
        self._gaps = False

    def __enter__(self) -> Writer:
        try:
            make_private(self._directory)
            _sweep(self._directory)
            self._work = self._directory / f"{_WORK}{os.urandom(8).hex()}"
            self._work.mkdir(mode=0o700)
            self._lock = _locked(self._work / _LOCK)
        except OSError as error:
            raise SnapshotProblem(
                f"no snapshot can be written to {self._directory} ({error.strerror})",
                "give `snapshots: {path: ...}` a directory that you may write",
            ) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        for sink in self._sinks.values():
            with contextlib.suppress(OSError):
                sink.file.close()
        shutil.rmtree(self._work, ignore_errors=True)
        os.close(self._lock)

    def add(self, fact: Fact) -> None:
        """Take one fact; a policy document whose hash is known already is dropped."""
        if isinstance(fact, PolicyDocument):
            if fact.hash in self._documents:
                return
            self._documents.add(fact.hash)
        try:
            (self._sinks.get(type(fact)) or self._opened(type(fact))).put(fact)
        except OSError as error:
            raise problem(error) from None

    def commit(self, coverage: Sequence[Coverage]) -> Path:
        """Write the tables and move the snapshot into place; answers its directory. Call once, as the last thing."""
        try:
            for row in coverage:
                (self._sinks.get(Coverage) or self._opened(Coverage)).put(row)
                self._gaps = self._gaps or row.status != "complete"
            return self._committed()
        except OSError as error:
            raise problem(error) from None

    def _opened(self, cls: type[Row]) -> _Sink:
        table = _NAMES[cls]
        sink = self._sinks[cls] = _Sink(table, self._work / f"{table}.ndjson")
        return sink

    def _committed(self) -> Path:
        done = self._work / "done"
        done.mkdir(mode=0o700)
        for sink in self._sinks.values():
            sink.file.close()
        large = sum(sink.path.stat().st_size for sink in self._sinks.values()) > _LARGE
        with guarded(), connect(self._work / "spill" if large else None) as con:
            tables = {table: self._table(con, table, done) for table in TABLES}
        return self._placed(done, tables)

    def _table(self, con: DuckDBPyConnection, table: str, done: Path) -> TableMeta:
        sink, path = self._sinks.get(TABLES[table]), done / file_of(table)
        select = _empty(table) if sink is None else _filled(sink, table)
        counted = con.execute(f"COPY ({select}) TO {target(path)} (FORMAT parquet, COMPRESSION zstd)").fetchone()
        rows = 0 if sink is None else sink.rows
        if counted is None or counted[0] != rows:
            raise SnapshotProblem(f"the table {table} was not written whole", "pull again")
        if sink is not None:
            sink.path.unlink()
        _sealed(path)
        return TableMeta(rows, sha256_of(path), tuple(column.name for column in columns(table)))

    def _placed(self, done: Path, tables: dict[str, TableMeta]) -> Path:
        """Rename to the first free number of this second; a concurrent run may take it first."""
        taken_at, tool_version, revision = self._meta
        number = 1
        while True:
            place = self._directory / f"{self._prefix}-{number:04}"
            if not place.exists():
                blind = self._gaps and not self._sinks.keys() - {Coverage}
                write_meta(done, Meta(place.name, taken_at, tool_version, revision, tables, blind=blind))
                _flushed(done)
                if _renamed(done, place):
                    _flushed(self._directory)
                    return place
            number += 1


class _Sink:
    """The facts of one table on their way, as lines of JSON. ``longest`` is the longest line in characters."""

    def __init__(self, table: str, path: Path) -> None:
        names = tuple(column.name for column in columns(table))
        self._values = attrgetter(*names)
        self._line = "{" + ",".join(f'"{name}":%s' for name in names) + "}\n"
        self.path = path
        self.rows = 0
        self.longest = 0
        # A lone surrogate is valid in Python and JSON but not in UTF-8, which is all that a table holds.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.file: IO[str] = os.fdopen(descriptor, "w", 1 << 18, "utf-8", "replace", "\n")
        self._write = self.file.write

    def put(self, row: Row) -> None:
        values = self._values(row)
        line = self._line % tuple([_string(value) if type(value) is str else _other(value) for value in values])
        if len(line) > self.longest:
            self.longest = len(line)
        self._write(line)
        self.rows += 1


def _filled(sink: _Sink, table: str) -> str:
    types = ", ".join(f"\"{column.name}\": '{column.type}'" for column in columns(table))
    order = f" ORDER BY {ORDER[table]}" if table in ORDER else ""
    # Up to four bytes a character.
    return (
        f"SELECT * FROM read_json({quoted(sink.path)}, columns={{{types}}}, format='newline_delimited', "
        f"hive_partitioning=false, maximum_object_size={max(_SHORT_LINE, 4 * sink.longest)}){order}"
    )


def _empty(table: str) -> str:
    return "SELECT " + ", ".join(f'NULL::{column.type} AS "{column.name}"' for column in columns(table)) + " LIMIT 0"


def _renamed(done: Path, place: Path) -> bool:
    try:
        done.rename(place)
    except OSError:
        if place.exists():
            return False
        raise
    return True


def _sealed(path: Path) -> None:
    path.chmod(0o600)
    _flushed(path)


def _flushed(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(path: Path) -> int:
    """Hold a lock for as long as this run lives, so that the next one can tell a killed run from a running one."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _sweep(directory: Path) -> None:
    for left in directory.glob(f"{_WORK}*"):
        with contextlib.suppress(OSError):
            os.close(_locked(left / _LOCK))
            shutil.rmtree(left, ignore_errors=True)
