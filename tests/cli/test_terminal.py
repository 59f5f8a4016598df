from __future__ import annotations

import io
import os
import pty
import sys
from pathlib import Path

import pytest

from policycheck.cli.terminal import Progress, colored, fitted, page, patient, prepare, width


class Tty(io.StringIO):
    """A terminal of 72 columns."""

    columns = 72

    def __init__(self) -> None:
        super().__init__()
        import fcntl
        import struct
        import termios

        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, self.columns, 0, 0))

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._slave


class Unsized(Tty):
    """A terminal that does not tell its size, as some CI systems give."""

    columns = 0


@pytest.mark.parametrize(
    ("stream", "environ", "columns"),
    [
        (io.StringIO, {}, 100),
        (io.StringIO, {"COLUMNS": "80"}, 80),
        (io.StringIO, {"COLUMNS": "20"}, 60),
        (io.StringIO, {"COLUMNS": "999"}, 200),
        (io.StringIO, {"COLUMNS": "0"}, 100),
        (io.StringIO, {"COLUMNS": "wide"}, 100),
        (Tty, {}, 72),
        (Unsized, {}, 100),
        (Tty, {"COLUMNS": "90"}, 90),
    ],
)
def test_width(stream: type[io.StringIO], environ: dict[str, str], columns: int) -> None:
    assert width(stream(), environ) == columns


@pytest.mark.parametrize(
    ("stream", "option", "environ", "on"),
    [
        (io.StringIO, "auto", {}, False),
        (Tty, "auto", {}, True),
        (Tty, "auto", {"TERM": "dumb"}, False),
        (Tty, "auto", {"NO_COLOR": "1"}, False),
        (Tty, "auto", {"NO_COLOR": ""}, True),
        (io.StringIO, "auto", {"FORCE_COLOR": "1"}, True),
        (io.StringIO, "auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (io.StringIO, "always", {"NO_COLOR": "1"}, True),
        (Tty, "never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(stream: type[io.StringIO], option: str, environ: dict[str, str], on: bool) -> None:
    assert colored(stream(), option, environ) is on
    assert page(stream(), option, environ).color is on


def test_a_reader_that_has_gone_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w")
    with patient(stream):
        stream.write("x" * 100_000)
    with patient(stream):
        stream.write("still nobody")
    stream.close()


def test_progress_is_one_line_of_a_terminal() -> None:
    stream = Tty()
    progress = Progress(stream, {})
    progress("iam-export", 1204)
    progress.waiting(29, ("hubspot", "entra", "okta", "slack", "github"))
    progress.clear()
    assert stream.getvalue() == (
        "\r\x1b[Kpulling iam-export: 1,204"
        "\r\x1b[K29 of 34 connectors done, waiting for hubspot, entra, okta and 2 more"
        "\r\x1b[K"
    )


@pytest.mark.parametrize(("stream", "environ"), [(io.StringIO, {}), (Tty, {"TERM": "dumb"})])
def test_progress_is_silent_elsewhere(stream: type[io.StringIO], environ: dict[str, str]) -> None:
    silent = stream()
    Progress(silent, environ)("iam-export", 1)
    assert silent.getvalue() == ""


def test_a_narrow_encoding_gets_escapes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        prepare()
        stream.write("写 ü")
    assert (tmp_path / "out").read_text() == "\\u5199 \\xfc"


@pytest.mark.parametrize(("columns", "expected"), [("80", True), ("", False), ("0", False), ("wide", False)])
def test_rows_are_fitted_where_somebody_reads_them_in_columns(columns: str, expected: bool) -> None:
    assert fitted(io.StringIO(), {"COLUMNS": columns}) is expected
