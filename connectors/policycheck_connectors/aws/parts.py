"""What a pull has seen so far, kept on disk part by part, so that an interrupted one goes on where it stood.

A part is the work of one family in one account and Region: one file, written whole or not at all. A state belongs to
the settings and the version that wrote it, and to the moment at which its pull began; others are never mixed in.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import finalize

from policycheck.model.facts import TABLES, Coverage, Fact

_FORMAT = 2
_STATE = "state.json"
_LOCK = "lock"
_LOCK_SIZE = 1 << 10
#: How moments are written.
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_NAMES = {table.__name__: table for table in TABLES.values()}


class Parts:
    """The parts of one connector's pull in one directory. Thread-safe: every part is a file of its own.

    Keeping is a help, never a need: what cannot be written or read is asked again.
    """

    def __init__(self, directory: Path, settings: str) -> None:
        self._directory = directory
        self._digest = sha256(f"{_FORMAT}\n{settings}".encode()).hexdigest()
        self._runs: list[str] = []
        #: Lets others use the directory, as the end of the process does.
        self.release: Callable[[], object] = _nothing

    def claim(self, now: str) -> str:
        """Make the directory this process's alone; answers why that cannot be, empty when it is.

        Others are told who has it since when: the process, and ``now``.
        """
        try:
            self._directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._directory.mkdir(exist_ok=True, mode=0o700)
            lock = os.open(self._directory / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            return f"{self._directory} cannot be written ({error.strerror})"
        self.release = finalize(self, os.close, lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(lock, 0)
            os.pwrite(lock, json.dumps({"process": os.getpid(), "since": now}).encode(), 0)
        except OSError as error:
            why = (
                _holder(lock)
                if isinstance(error, BlockingIOError)
                else f"{self._directory} cannot be locked ({error.strerror})"
            )
            self.release()
            return why
        return ""

    def begin(self, now: str, oldest: str, stored: str = "") -> str:
        """Go on with a pull of the same settings that began at ``oldest`` or later, else start anew at ``now``.

        ``stored`` is the moment of the newest snapshot: parts that are all in it are done with, unless that pull was
        cut short. Answers when the pull began. Moments are ISO 8601 in UTC.
        """
        state = self._state()
        runs = [str(run) for run in state.get("runs", ())]
        done = stored in runs and not state.get("cut_short")
        if state.get("settings") == self._digest and not done and runs and oldest <= runs[0] <= now:
            self._runs = [*runs, now]
        else:
            self.drop()
            self._runs = [now]
        self._note(cut_short=False)
        return self._runs[0]

    def times(self, kept: int, parts: int) -> str:
        """What to know of when the parts of a pull were taken, of which some were kept; empty for one time."""
        *before, now = self._runs or [""]
        if not kept or not before:
            return ""
        first = before[0] if len(before) == 1 else f"{before[0]} and later"
        rest = f", the rest at {now}" if kept < parts else ""
        return f"not of one time: {kept} of {parts} parts are kept from the pull that began at {first}{rest}"

    def cut_short(self) -> None:
        """Keep the parts although the snapshot is stored, for the next pull to go on with."""
        self._note(cut_short=True)

    def load(self, name: str) -> tuple[list[Fact], list[Coverage]] | None:
        """The facts and coverage of a finished part; None when there is none that is whole."""
        try:
            lines = (self._directory / _file(name)).read_text("utf-8").splitlines()
            if not lines or lines[-1] != "end":
                return None
            rows = [_row(json.loads(line)) for line in lines[:-1]]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        facts: list[Fact] = [row for row in rows if not isinstance(row, Coverage)]
        return facts, [row for row in rows if isinstance(row, Coverage)]

    def save(self, name: str, facts: Iterable[Fact], coverage: Iterable[Coverage]) -> None:
        """Keep a part that was seen whole; one with gaps is asked again next time."""
        lines = [json.dumps([type(row).__name__, asdict(row)]) for row in (*facts, *coverage)]
        self._write(_file(name), "\n".join([*lines, "end"]))

    def drop(self) -> None:
        """Forget everything."""
        for path in self._directory.glob("*"):
            if path.name != _LOCK:
                path.unlink(missing_ok=True)

    def _note(self, *, cut_short: bool) -> None:
        self._write(_STATE, json.dumps({"settings": self._digest, "runs": self._runs, "cut_short": cut_short}))

    def _state(self) -> dict[str, Any]:
        try:
            state = json.loads((self._directory / _STATE).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) and isinstance(state.get("runs"), list) else {}

    def _write(self, name: str, text: str) -> None:
        path = self._directory / name
        fresh = path.with_suffix(".new")
        with suppress(OSError):
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            fresh.replace(path)


def _holder(lock: int) -> str:
    """Who has a lock, as far as that wrote it down."""
    told = ""
    with suppress(OSError, ValueError, KeyError, TypeError):
        held = json.loads(os.pread(lock, _LOCK_SIZE, 0))
        told = f" (process {int(held['process'])}, since {datetime.strptime(held['since'], MOMENT):{MOMENT}})"
    return f"another pull of it is at work{told}: wait for that one and judge it with --offline, or go on with both"


def _nothing() -> None:
    pass


def _file(name: str) -> str:
    return f"{sha256(name.encode()).hexdigest()[:32]}.part"


def _row(value: Any) -> Fact | Coverage:
    kind, values = value
    table = _NAMES[kind]
    names = {field.name for field in fields(table)}
    if set(values) != names:
        raise ValueError("written by another version")
    made: Fact | Coverage = table(**{name: _tuples(item) for name, item in values.items()})
    return made


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
