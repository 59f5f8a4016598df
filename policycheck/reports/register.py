"""The register of vendors as CSV, as Markdown, or as JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import TextIO

from policycheck.model.register import Register, RegisterRow
from policycheck.reports import plain
from policycheck.reports.csv import cell
from policycheck.reports.markdown import code, prose
from policycheck.reports.words import count

SCHEMA = "policycheck/register/v1"

_NAMES = tuple(each.name for each in fields(RegisterRow))

#: Parts of an entry in Markdown: title, and the columns in it with what they are called.
_PARTS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "Purpose",
        {"role": "role", "use": "use", "kind": "kind", "subjects": "people concerned", "people": "people at most"},
    ),
    ("Data", {"declared": "allowed", "never": "never", "held": "has, or can read"}),
    ("Access", {"access": "ways in, and our credentials"}),
    (
        "Contract",
        {
            "dpa": "agreement",
            "ends": "ends",
            "clauses": "clauses",
            "regions": "regions",
            "transfer": "transfer",
            "subprocessors": "sub-processors",
            "retention_days": "retention, days",
            "delete_after_end_days": "deletes after the end, days",
            "breach_notice_hours": "notice of a breach, hours",
        },
    ),
    (
        "Responsible",
        {
            "owner": "owner",
            "security_contact": "security contact",
            "reviewed": "reviewed",
            "reviewed_by": "by",
            "review_due": "next review",
            "exceptions": "exceptions",
            "findings": "open findings",
            "accepted": "accepted findings (exceptions, comments, baseline)",
        },
    ),
)


#: What an auditor asks for even where there is none of it.
_ASKED = ("subprocessors", "regions", "transfer")


def write_csv(register: Register, stream: TextIO) -> None:
    """One row for each vendor; lists are parted by semicolons."""
    writer = csv.writer(stream)
    writer.writerow((*_NAMES, "as_of", "snapshot"))
    for row in register.rows:
        writer.writerow([*(cell(_text(getattr(row, name))) for name in _NAMES), register.today, register.taken_at])


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def markdown(register: Register) -> Iterator[str]:
    """A table of all vendors, then an entry for each."""
    yield "# Register of vendors\n"
    seen = f"what was seen at {register.taken_at}" if register.taken_at else "declared only: no snapshot was looked at"
    yield f"\nAs of {register.today}; {seen}.\n"
    if register.unseen:
        things = count(register.unseen, "thing")
        yield f"\n**{things} could not be seen**: vendors may have more than is told here. Each entry names its own.\n"
    yield "\n| vendor | role | categories held | agreement | next review | owner |\n|---|---|---|---|---|---|\n"
    for row in register.rows:
        cells = (
            row.name or row.vendor,
            row.role,
            str(len(row.held)) if register.taken_at else "",
            row.dpa,
            row.review_due,
            row.owner,
        )
        yield f"| {' | '.join(map(prose, cells))} |\n"
    for row in register.rows:
        yield from _entry(row)


def _entry(row: RegisterRow) -> Iterator[str]:
    yield f"\n## {prose(row.name or row.vendor)}\n"
    if row.policy:
        legal = f" ({prose(row.legal_name)})" if row.legal_name else ""
        yield f"\n{code(row.policy)}{legal}, stage {prose(row.stage)}\n"
    elif row.claimed:
        yield "\n**No policy declares this vendor.**\n"
    else:
        yield "\n**Nobody claims this party: no policy recognises it.**\n"
    for each in row.unseen:
        yield f"\n**Not seen:** {prose(each)}\n"
    for title, columns in _PARTS:
        told = [(words, getattr(row, name)) for name, words in columns.items()]
        if title == "Contract" and row.policy:
            empty = {name: "not stated" if name in row.unstated else "none" for name in _ASKED}
            told = [(w, getattr(row, n) or empty.get(n, getattr(row, n))) for n, w in columns.items()]
        told = [(words, value) for words, value in told if value not in (None, "", ())]
        if told:
            yield f"\n### {title}\n\n"
        for words, value in told:
            if isinstance(value, tuple):
                yield f"* {words}: {'; '.join(map(prose, value))}\n"
            else:
                yield f"* {words}: {prose(str(value))}\n"


def document(register: Register) -> plain.Plain:
    """The JSON form."""
    return {
        "schema": SCHEMA,
        "today": register.today,
        "snapshot": register.taken_at or None,
        "unseen": register.unseen,
        "vendors": [_plain(row) for row in register.rows],
    }


def _plain(row: RegisterRow) -> plain.Plain:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(row).items()}
