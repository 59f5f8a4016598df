"""Changes between two snapshots or two revisions, as text, one Markdown table, or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from policycheck.model.drift import OPEN, WIDER, Change, Drift
from policycheck.reports import plain
from policycheck.reports.markdown import code, prose
from policycheck.reports.page import Page
from policycheck.reports.words import count

SCHEMA = "policycheck/diff/v1"
MARKER = "<!-- policycheck:diff -->"

#: What a vendor's name is replaced by where a change touches all of them.
EVERYONE = "every vendor"

#: A comment on GitHub holds 65,536 characters.
MOST = 60_000

_STYLES = {WIDER: "high", OPEN: "medium"}


@dataclass(frozen=True, slots=True)
class _Counts:
    wider: int
    narrower: int
    open: int

    @classmethod
    def of(cls, drift: Drift) -> _Counts:
        """How many changes there are of each sense."""
        senses = [change.sense for change in drift.changes]
        wider, undecided = senses.count(WIDER), senses.count(OPEN)
        return cls(wider, len(senses) - wider - undecided, undecided)


def headline(drift: Drift) -> str:
    """The answer in one sentence."""
    words = ("gained", "lost") if drift.kind == "snapshots" else ("wider", "narrower")
    counts = _Counts.of(drift)
    told = [
        f"{counts.wider} {words[0]}" if counts.wider else "",
        f"{counts.narrower} {words[1]}" if counts.narrower else "",
    ]
    told.append(f"{counts.open} not decided" if counts.open else "")
    vendors = {change.vendor or EVERYONE for change in drift.changes}
    between = f"from {drift.old} to {drift.new}"
    if not drift.changes:
        return f"nothing changed {between}" + (", as far as it could be seen" if drift.unseen else "")
    return f"{', '.join(filter(None, told))} {between}, at {count(len(vendors), 'vendor')}"


def lines(drift: Drift, page: Page) -> Iterator[str]:
    """A paragraph for each vendor, who is newly recognised first."""
    for (first, vendor), changes in groupby(drift.changes, lambda change: (change.order[0] == 0, change.vendor)):
        title = "newly recognised" if first else ""
        yield page.style(": ".join(filter(None, (title, vendor or EVERYONE))), "strong")
        for change in changes:
            text = change.what + (f" ({change.why})" if change.why else "")
            for number, line in enumerate(page.wrap(text, f"  {change.sense} ", "    ")):
                yield page.style(line, _STYLES.get(change.sense, "low")) if not number else line
            if change.at:
                yield page.style(f"    --> {change.at}", "gutter")
        yield ""
    for sentence in drift.unseen:
        yield from page.wrap(f"not seen: {sentence}", "", "  ")


def markdown(drift: Drift, most: int = MOST) -> str:
    """One table that a reviewer can judge; at most ``most`` characters."""
    text = f"{MARKER}\n## policycheck diff: {prose(headline(drift))}\n"
    if drift.changes:
        text += "\n| vendor | | change | through | where |\n|---|---|---|---|---|\n"
    told = 0
    for change in drift.changes:
        row = f"| {' | '.join(_cells(change))} |\n"
        if len(text) + len(row) > most - 400:
            break
        text, told = text + row, told + 1
    if told < len(drift.changes):
        text += f"\n{count(len(drift.changes) - told, 'more change')}: `policycheck diff` lists them.\n"
    for number, sentence in enumerate(drift.unseen):
        line = f"\nNot seen: {prose(sentence)}\n"
        if len(text) + len(line) > most - 100:
            return f"{text}\n{len(drift.unseen) - number} more not seen.\n"
        text += line
    return text


def _cells(change: Change) -> Iterator[str]:
    first = "**newly recognised** " if change.order[0] == 0 else ""
    yield first + prose(change.vendor or EVERYONE)
    yield code(change.sense)
    yield prose(change.what)
    yield prose(change.why)
    yield code(f"{change.at.path}:{change.at.line}") if change.at else ""


def document(drift: Drift) -> plain.Plain:
    """The JSON form."""
    return {
        "schema": SCHEMA,
        "kind": drift.kind,
        "old": drift.old,
        "new": drift.new,
        "widened": drift.widened,
        "undecided": drift.undecided,
        "changes": [
            {
                "vendor": each.vendor or None,
                "area": each.area,
                "sense": {"+": "wider", "-": "narrower", "?": "undecided"}[each.sense],
                "what": each.what,
                "why": each.why,
                "location": plain.location(each.at) if each.at else None,
            }
            for each in drift.changes
        ],
        "unseen": list(drift.unseen),
    }
