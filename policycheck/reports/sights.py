"""What connectors saw, could not see and were told to leave out, in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policycheck.model.facts import LOOKED_AT, SERVICES, Coverage
from policycheck.reports.page import Page
from policycheck.reports.words import count

#: Accounts and places of one reason that are named.
_NAMED = 3


def lines(coverage: Sequence[Coverage], page: Page) -> Iterator[str]:
    """One line for each connector, then one for everything that it could not see."""
    for name in dict.fromkeys(each.connector for each in coverage):
        own = [each for each in coverage if each.connector == name]
        gaps = [each for each in own if each.status != "complete"]
        seen = sum(each.seen for each in own if each.resource not in LOOKED_AT)
        yield from page.wrap(f"{name}: {seen:,} seen, {count(len(gaps), 'gap')}", "", "  ")
        yield from _gaps(gaps, page)


def outside(coverage: Iterable[Coverage], page: Page) -> Iterator[str]:
    """What to know of what connectors saw, what their settings leave out, and what they cannot look at at all. The same
    every night, so it is told, and is no finding that would end each run with 3, unless a policy needs it."""
    rows = tuple(coverage)
    notes: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.note:
            notes.setdefault(row.connector, {})[row.note] = None
    for connector, told in notes.items():
        yield from page.wrap(f"{connector}: note: {_few(told, '; ')}", "", "  ")
    more = False
    for row in rows:
        if row.resource == SERVICES:
            lists = (
                ("`services` leaves out", "kind of resources", "kinds of resources", row.left_out),
                ("no connector looks at", "service", "services", row.beyond),
            )
            for what, one, several, pairs in lists:
                names = [name for name, _ in pairs]
                more = more or len(names) > _NAMED
                if names:
                    which = f"{count(len(names), one, several)}: {_few(names)}"
                    yield from page.wrap(f"{row.connector}: {what} {which}", "", "  ")
    if more:
        yield from page.wrap("`policycheck check --offline --output json` names all of these, under coverage", "", "  ")


def _gaps(gaps: Sequence[Coverage], page: Page) -> Iterator[str]:
    """Each reason once, however many kinds, accounts and places it holds for."""
    alike: dict[tuple[str, str, str], list[Coverage]] = {}
    for gap in gaps:
        alike.setdefault((gap.status, gap.reason, gap.help), []).append(gap)
    for (status, reason, help), same in alike.items():
        whose, what = _few(each.account for each in same), _few(each.resource for each in same)
        what = f"{what} of {whose}" if whose else what
        places = _few(each.where for each in same if each.where)
        told = f"{status}: {what}: {reason}" + (f" [{places}]" if places else "")
        yield from page.wrap(told, "  ", "    ")
        if help:
            yield from page.wrap(f"help: {help}", "    ", "    ")


def _few(words: Iterable[str], joint: str = ", ") -> str:
    """The first of these words, each once, and how many more there are."""
    known = [word for word in dict.fromkeys(words) if word]
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return joint.join(known[:_NAMED]) + more
