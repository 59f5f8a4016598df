"""A policy in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.model.dataclass import dataclass
from policycheck.model.verdict import Witness
from policycheck.reports import plain
from policycheck.reports.clean import clean
from policycheck.reports.page import Page
from policycheck.reports.text import witness_text

SCHEMA = "policycheck/iam-explain/v1"
#: Actions of one group that are written out.
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Actions of one access level, or good for one thing; may be empty."""

    name: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement. ``unknown`` are actions and patterns that the catalogue does not know."""

    number: int
    sid: str
    sentence: str
    groups: tuple[Group, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A dataset of the catalog that can be read, by the request; None when that was not decided."""

    dataset: str
    categories: tuple[str, ...]
    request: Witness | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A policy. ``problems`` are why AWS would not take it; ``reads`` is None where no catalog was held against it;
    ``date`` is that of the action catalogue."""

    statements: tuple[Explained, ...]
    problems: tuple[str, ...]
    reads: tuple[Read, ...] | None
    date: str


def render(found: Explanation, page: Page) -> Iterator[str]:
    """Statement by statement, then datasets, then what AWS would refuse, then the catalogue's date."""
    for each in found.statements:
        yield from _statement(each, page)
        yield ""
    if found.reads is not None:
        for read in found.reads:
            yield from page.wrap(_read(read), "", "  ")
        yield from [""] if found.reads else ["It reads no dataset of the project's catalog.", ""]
    if found.problems:
        yield page.style("AWS would not take this policy:", "error")
        for problem in found.problems:
            yield from page.wrap(problem, "  ", "    ")
        yield ""
    told = f"Access levels are those of the catalogue of {found.date}; AWS may know newer actions."
    yield from page.wrap(told, "", "  ")


def _statement(each: Explained, page: Page) -> Iterator[str]:
    named = f" ({clean(each.sid)})" if each.sid else ""
    yield from page.wrap(each.sentence, f"{each.number}.{named} ", "   ")
    for group in each.groups:
        if group.actions:
            yield from page.wrap(f"{group.name}: {_some(group.actions)}", "   ", "     ")
    if each.unknown:
        yield from page.wrap(f"unknown to the catalogue: {', '.join(each.unknown)}", "   ", "     ")


def _some(actions: Sequence[str]) -> str:
    shown = ", ".join(actions[:SHOWN])
    more = len(actions) - SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _read(read: Read) -> str:
    if read.request is None:
        return f"Whether it reads dataset {read.dataset} was not decided: {read.reason}"
    holds = f", which holds {', '.join(read.categories)}" if read.categories else ""
    return f"It reads dataset {read.dataset}{holds}: {witness_text(read.request)}"


def document(found: Explanation) -> plain.Plain:
    """The JSON form; all actions of a group are written out."""
    return {
        "schema": SCHEMA,
        "catalogue": {"date": found.date},
        "problems": list(found.problems),
        "reads": None if found.reads is None else [_dataset(read) for read in found.reads],
        "statements": [_plain(each) for each in found.statements],
    }


def _plain(each: Explained) -> plain.Plain:
    return {
        "statement": each.number,
        "sid": each.sid,
        "sentence": each.sentence,
        "actions": {group.name: list(group.actions) for group in each.groups if group.actions},
        "unknown": list(each.unknown),
    }


def _dataset(read: Read) -> plain.Plain:
    request = read.request
    return {
        "dataset": read.dataset,
        "categories": list(read.categories),
        "action": request.action if request else None,
        "resource": request.resource if request else None,
        "reason": read.reason,
    }
