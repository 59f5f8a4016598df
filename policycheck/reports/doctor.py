"""What a doctor found, as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from policycheck.reports.page import Page

_MARKS = {"ok": ("ok", "help"), "warning": ("gap", "warning"), "failed": ("failed", "error")}
_MARK = 6
_PAD = " " * (_MARK + 1)


class Looked(Protocol):
    """One check, as connectors tell it."""

    @property
    def subject(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def help(self) -> str: ...


def lines(connector: str, check: Looked, page: Page) -> Iterator[str]:
    """The lines of one check, wrapped behind its mark."""
    word, color = _MARKS[check.status]
    first, *rest = page.wrap(f"{connector}: {check.subject}: {check.text}", f"{word:<{_MARK}} ", _PAD)
    yield page.style(first[:_MARK], color) + first[_MARK:]
    yield from rest
    if check.help:
        yield from page.wrap(f"help: {check.help}", _PAD, f"{_PAD}      ")
