"""The kinds of connectors, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from policycheck.reports import plain
from policycheck.reports.page import Page

SCHEMA = "policycheck/connectors/v1"


class Option(Protocol):
    """One key of an entry, with a line of help."""

    @property
    def name(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def required(self) -> bool: ...


class Kind(Protocol):
    """What a connector tells about its type."""

    @property
    def type(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def reads(self) -> str: ...
    @property
    def options(self) -> Sequence[Option]: ...


def listing(kinds: Iterable[Kind], page: Page) -> Iterator[str]:
    """A paragraph for each type."""
    for number, kind in enumerate(kinds):
        yield from [""] if number else []
        yield from page.wrap(f"{kind.type}: {kind.summary}", "", "  ")
        yield from page.wrap(f"reads {kind.reads}", "  ", "    ")
        for option in kind.options:
            required = " (required)" if option.required else ""
            yield from page.wrap(f"{option.name}{required}: {option.help}", "    ", "      ")


def document(kinds: Iterable[Kind]) -> plain.Plain:
    """The JSON form."""
    return {
        "schema": SCHEMA,
        "connectors": [
            {"type": each.type, "summary": each.summary, "reads": each.reads, "options": _options(each.options)}
            for each in kinds
        ],
    }


def _options(options: Sequence[Option]) -> list[plain.Plain]:
    return [{"name": each.name, "help": each.help, "required": each.required} for each in options]
