"""What a doctor found, as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from policycheck.reports.clean import clean
from policycheck.reports.page import Page

_MARKS = {"ok": ("ok", "green"), "warning": ("gap", "yellow"), "failed": ("failed", "red")}


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
    """The lines of one check."""
    word, color = _MARKS[check.status]
    yield f"{page.style(f'{word:<6}', color)} {clean(connector)}: {clean(check.subject)}: {clean(check.text)}"
    if check.help:
        yield f"       help: {clean(check.help)}"
