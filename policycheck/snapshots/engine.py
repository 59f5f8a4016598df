"""DuckDB, imported on use: private in-memory databases that read and write local files only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policycheck.model.problems import SnapshotProblem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "384MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}


def connect(spill: Path | None) -> DuckDBPyConnection:
    """A connection that loads no extension and reaches no network.

    With ``spill``, a database of its own that may put what does not fit its memory there; else one that all users in
    this process share and that spills nothing, since starting a database takes longer than most of what it is for.
    """
    return _started(str(spill)) if spill else _shared(os.getpid()).cursor()


@cache
def _shared(process: int) -> DuckDBPyConnection:
    """The database of one process: its threads do not survive a fork, so a child starts its own."""
    return _started("")


def _started(spill: str) -> DuckDBPyConnection:
    con: DuckDBPyConnection = _driver().connect(":memory:", config={**_SETTINGS, "temp_directory": spill})
    return con


@contextmanager
def guarded() -> Iterator[None]:
    """Turn DuckDB's errors into SnapshotProblem.

    Its messages quote the data that it could not read, so only the class of an error is passed on.
    """
    try:
        yield
    except _driver().Error as error:
        raise problem(error) from None


def _driver() -> Any:
    """The compiled part of DuckDB: what the package ``duckdb`` puts around it takes 0.1 s to import and is unused here.

    Releases before 1.4 have no such module; they are imported whole.
    """
    try:
        return import_module("_duckdb")
    except ImportError:
        return import_module("duckdb")


def problem(error: Exception) -> SnapshotProblem:
    """An error of DuckDB or of the file system as a problem that quotes nothing."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return SnapshotProblem(
        f"the snapshot could not be processed ({reason})", "see that the disk has room and the directory is yours"
    )


def quoted(path: Path) -> str:
    """A path as an SQL string that names this one file: DuckDB expands ``*``, ``?`` and ``[`` in names."""
    literal = "".join(f"[{char}]" if char in "*?[" else char for char in str(path))
    return "'" + literal.replace("'", "''") + "'"


def target(path: Path) -> str:
    """A path as an SQL string to write to, where nothing is expanded."""
    return "'" + str(path).replace("'", "''") + "'"
