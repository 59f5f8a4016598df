"""The kinds of connectors, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from policycheck.reports import plain
from policycheck.reports.page import Page

SCHEMA = "policycheck/connectors/v1"


class Kind(Protocol):
    """What a connector tells about its type; ``options`` maps the name of a key to what it is for."""

    @property
    def type(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def reads(self) -> str: ...
    @property
    def options(self) -> Mapping[str, str]: ...


def listing(kinds: Iterable[Kind], page: Page) -> Iterator[str]:
    """A paragraph for each type."""
    for number, kind in enumerate(kinds):
        yield from [""] if number else []
        yield from page.wrap(f"{kind.type}: {kind.summary}", "", "  ")
        yield from page.wrap(f"reads {kind.reads}", "  ", "    ")
        for name, help in kind.options.items():
            yield from page.wrap(f"{name}: {help}", "    ", "      ")


def document(kinds: Iterable[Kind]) -> plain.Plain:
    """The JSON form."""
    return {
        "schema": SCHEMA,
        "connectors": [
            {"type": kind.type, "summary": kind.summary, "reads": kind.reads, "options": dict(kind.options)}
            for kind in kinds
        ],
    }
