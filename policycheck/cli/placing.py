"""Writing several files at once: all of them or none, and never over what is there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from policycheck.cli.files import public_mode
from policycheck.model.dataclass import dataclass
from policycheck.model.problems import UsageProblem


@dataclass(frozen=True, slots=True)
class Planned:
    """One file to be. ``old`` is what is there, None for a new file; ``about`` says what it is in a few words."""

    path: Path
    new: str
    old: str | None = None
    about: str = ""


class _Placing:
    """What was done so far, so that it can be undone; ``at`` is the file that is being written."""

    def __init__(self) -> None:
        self.at = Path()
        self._made: list[Path] = []
        self._staged: list[tuple[Path, Planned]] = []
        self._placed: list[Planned] = []

    def stage(self, file: Planned) -> None:
        """Write the text beside its place."""
        self.at = file.path
        self._directory(file.path.parent)
        handle, name = tempfile.mkstemp(dir=file.path.parent, prefix=".policycheck-")
        self._staged.append((Path(name), file))
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(file.new)
        mode = file.path.stat().st_mode & 0o777 if file.old is not None else public_mode()
        Path(name).chmod(mode)

    def place(self) -> None:
        """Give each file its name; FileExistsError for a new one that somebody made meanwhile."""
        for name, file in self._staged:
            self.at = file.path
            if file.old is None:
                # Whoever makes a file of this name first has it.
                os.close(os.open(file.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            self._placed.append(file)
            name.replace(file.path)

    def undo(self) -> None:
        """Leave everything as it was."""
        for file in reversed(self._placed):
            with suppress(OSError):
                if file.old is None:
                    file.path.unlink()
                else:
                    file.path.write_text(file.old, "utf-8", newline="")
        for name, _ in self._staged:
            name.unlink(missing_ok=True)
        for directory in reversed(self._made):
            with suppress(OSError):
                directory.rmdir()

    def _directory(self, path: Path) -> None:
        if not path.is_dir():
            self._directory(path.parent)
            path.mkdir()
            self._made.append(path)


def place(files: Iterable[Planned]) -> None:
    """Write them; raises UsageProblem, with nothing written, when one cannot be."""
    placing = _Placing()
    try:
        for file in files:
            placing.stage(file)
        placing.place()
    except BaseException as error:
        placing.undo()
        if isinstance(error, OSError):
            what = "a file of this name appeared meanwhile" if isinstance(error, FileExistsError) else error.strerror
            raise UsageProblem(
                f"nothing was written: {placing.at} cannot be ({what})",
                "make the directory writable, or name another one",
            ) from None
        raise
