"""Changes between two snapshots or two revisions, as text, one Markdown table, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from policycheck.model.drift import CHANGED, MILDER, NARROWER, OPEN, SENSES, UNSEEN, WIDER, Change, Drift
from policycheck.reports import plain
from policycheck.reports.markdown import code, prose
from policycheck.reports.page import Page
from policycheck.reports.words import count

SCHEMA = "policycheck/diff/v1"
MARKER = "<!-- policycheck:diff -->"

#: What a vendor's name is replaced by where a change touches all of them, or nobody who is known.
EVERYONE, NOBODY = "every vendor", "no vendor"

#: A comment on GitHub holds 65,536 characters.
MOST = 60_000

#: Room that is kept for what follows the table, in characters.
_FOOT = 500

_WORDS = {
    WIDER: "wider", MILDER: "judged less severely", OPEN: "not decided", CHANGED: "changed", UNSEEN: "not seen",
    NARROWER: "narrower",
}  # fmt: skip
_OF_SNAPSHOTS = {**_WORDS, WIDER: "gained", NARROWER: "lost"}
_CODES = {**_WORDS, MILDER: "judged-less", OPEN: "undecided", UNSEEN: "not-seen"}

_STYLES = {WIDER: "high", MILDER: "high", OPEN: "medium", UNSEEN: "medium"}


def _words(drift: Drift) -> dict[str, str]:
    return _OF_SNAPSHOTS if drift.kind == "snapshots" else _WORDS


def _counts(drift: Drift, changes: Iterable[Change]) -> str:
    """``1 wider, 900 narrower``."""
    senses, words = [change.sense for change in changes], _words(drift)
    return ", ".join(f"{senses.count(sense):,} {words[sense]}" for sense in SENSES if sense in senses)


def _who(drift: Drift, vendor: str) -> str:
    return vendor or (NOBODY if drift.kind == "snapshots" else EVERYONE)


def headline(drift: Drift) -> str:
    """The answer in one sentence."""
    between = f"from {drift.old} to {drift.new}"
    if not drift.changes:
        return f"nothing changed {between}" + (", as far as it could be seen" if drift.unseen else "")
    return f"{_counts(drift, drift.changes)} {between}, {_where(drift)}"


def _where(drift: Drift) -> str:
    vendors = {change.vendor for change in drift.changes}
    named = f"at {count(len(vendors - {''}), 'vendor')}" if vendors - {""} else ""
    rest = "with parties that no vendor claims" if drift.kind == "snapshots" else "for every vendor"
    return " and ".join(filter(None, (named, rest if "" in vendors else "")))


def lines(drift: Drift, page: Page) -> Iterator[str]:
    """A paragraph for each vendor and what became of it: who is newly recognised, what is wider, and on to the rest."""
    for (first, sense, vendor), changes in groupby(drift.changes, lambda each: (each.first, each.sense, each.vendor)):
        title = f"{_words(drift)[sense]}: {_who(drift, vendor)}"
        yield page.style((f"newly recognised: {vendor}" if vendor else "newly ours") if first else title, "strong")
        for change in changes:
            text = change.what + (f" ({change.why})" if change.why else "")
            for number, line in enumerate(page.wrap(text, f"  {change.sense} ", "    ")):
                yield page.style(line, _STYLES.get(change.sense, "low")) if not number else line
            if change.at:
                yield page.style(f"    --> {change.at}", "gutter")
        yield ""
    for sentence in drift.unseen:
        yield from page.wrap(f"{_missed(drift)}: {sentence}", "", "  ")


def _missed(drift: Drift) -> str:
    return "not seen" if drift.kind == "snapshots" else "not compared"


def markdown(drift: Drift, base: str = "", most: int = MOST) -> str:
    """One table that a reviewer can judge; at most ``most`` characters, of which what is narrower is cut first.

    ``base`` is the way from the root of the repository to the project.
    """
    text = f"{MARKER}\n## policycheck diff: {prose(headline(drift))}\n"
    for number, sentence in enumerate(drift.unseen):
        line = f"\n{_missed(drift).capitalize()}: {prose(sentence)}\n"
        if len(text) + len(line) > most // 2:
            text += f"\n{len(drift.unseen) - number:,} more {_missed(drift)}.\n"
            break
        text += line
    if drift.changes:
        text += "\n| vendor | | change | through | where |\n|---|---|---|---|---|\n"
    told = 0
    for change in drift.changes:
        row = f"| {' | '.join(_cells(drift, change, base))} |\n"
        if len(text) + len(row) > most - _FOOT:
            break
        text, told = text + row, told + 1
    cut = drift.changes[told:]
    if cut:
        text += f"\n{count(len(cut), 'more change')} ({_counts(drift, cut)}): `policycheck diff` lists them.\n"
    return text + _legend(drift)


def _cells(drift: Drift, change: Change, base: str) -> Iterator[str]:
    if change.first:
        yield f"**newly recognised** {prose(change.vendor)}" if change.vendor else "**newly ours**"
    else:
        yield prose(_who(drift, change.vendor))
    yield code(change.sense)
    yield prose(change.what)
    yield prose(change.why)
    yield code(f"{base}{change.at.path}:{change.at.line}") if change.at else ""


def _legend(drift: Drift) -> str:
    """What the signs mean that do not speak for themselves."""
    there = {change.sense for change in drift.changes}
    signs = [f"{code(sense)} {_words(drift)[sense]}" for sense in (MILDER, OPEN, CHANGED, UNSEEN) if sense in there]
    return f"\n{', '.join(signs)}\n" if signs else ""


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
                "sense": _CODES[each.sense],
                "what": each.what,
                "why": each.why,
                "location": plain.location(each.at) if each.at else None,
            }
            for each in drift.changes
        ],
        "unseen": list(drift.unseen),
    }
