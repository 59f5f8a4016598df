"""Standard output and standard error: their width, their colour, and a reader that has gone away."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from policycheck.reports.page import Page

#: Width of text that does not go to a terminal, unless COLUMNS says otherwise.
PLAIN_WIDTH = 100

#: Connectors that are named while others are done.
SHOWN_LATE = 3


def page(stream: TextIO, color: str, environ: Mapping[str, str]) -> Page:
    """The page for a stream; ``color`` is the value of ``--color``."""
    from policycheck.reports.page import Page

    return Page(width(stream, environ), colored(stream, color, environ))


def width(stream: TextIO, environ: Mapping[str, str]) -> int:
    """Columns to set text in: COLUMNS, else those of the terminal, within the limits of a page."""
    from policycheck.reports.page import MAX_WIDTH, MIN_WIDTH

    columns = environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        wanted = int(columns)
    elif stream.isatty():
        wanted = os.get_terminal_size(stream.fileno()).columns or PLAIN_WIDTH
    else:
        wanted = PLAIN_WIDTH
    return max(MIN_WIDTH, min(wanted, MAX_WIDTH))


def fitted(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether somebody reads the stream in columns, so that long lines are brought to their number: a terminal, or
    COLUMNS says how many. Elsewhere a row and a sentence stay on one line each, where they can be searched."""
    columns = environ.get("COLUMNS", "")
    return stream.isatty() or (columns.isdecimal() and bool(int(columns)))


def colored(stream: TextIO, color: str, environ: Mapping[str, str]) -> bool:
    """``--color`` wins over NO_COLOR, that over FORCE_COLOR, that over whether the stream is a terminal."""
    if color != "auto":
        return color == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


@contextmanager
def patient(stream: TextIO) -> Iterator[TextIO]:
    """Write to a stream and flush it. When its reader has gone away, the rest goes nowhere and nothing is said.

    Raises UsageProblem when standard output cannot be written for another reason, such as a full disk.
    """
    try:
        yield stream
        stream.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            from policycheck.model.problems import UsageProblem

            message = f"standard output cannot be written ({error.strerror})"
            raise UsageProblem(message, "the result is not complete there") from None


def unread(stream: TextIO) -> bool:
    """Whether a stream is a pipe whose reader has gone away, so that what still was in the pipe was not read."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), 0)
        return any(what & (select.POLLERR | select.POLLHUP) for _, what in poll.poll(0))
    except (AttributeError, OSError, ValueError):
        return False


def prepare() -> None:
    """Make both streams such that a report is never cut off: by a closed one, or by a character that its encoding
    does not have, which is written as an escape."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class Progress:
    """Connector names and counts on one line of a terminal; silent elsewhere."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str]) -> None:
        self._stream = stream
        self._shown = stream.isatty() and environ.get("TERM") != "dumb"

    def __call__(self, connector: str, seen: int) -> None:
        """Show how many facts a connector has yielded."""
        from policycheck.reports.clean import clean

        self._write(f"pulling {clean(connector)}: {seen:,}")

    def waiting(self, done: int, late: tuple[str, ...]) -> None:
        """Show how many connectors are done, and for which others somebody waits."""
        from policycheck.reports.clean import clean

        names = ", ".join(late[:SHOWN_LATE]) + (f" and {len(late) - SHOWN_LATE} more" if len(late) > SHOWN_LATE else "")
        self._write(f"{done} of {done + len(late)} connectors done, waiting for {clean(names)}")

    def tell(self, line: str) -> None:
        """Show a line of a connector's own."""
        from policycheck.reports.clean import clean

        self._write(f"pulling {clean(line)}")

    def clear(self) -> None:
        """Leave no trace on the line."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            with patient(self._stream) as stream:
                stream.write(f"\r\x1b[K{text}")
