"""What fields hold, as a table or as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from itertools import islice
from typing import TextIO

from policycheck.model.dataclass import dataclass
from policycheck.reports.page import Page
from policycheck.reports.table import table
from policycheck.reports.words import count

_HEAD = ("PATH", "CATEGORY", "FORM", "CONFIDENCE", "WHY")

#: Rows that are aligned with each other; a list of millions is written in such pieces.
_ALIGNED = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """One field as its source names it, and what it was found to hold: see ``fields.classify.Classified``.

    ``unread``: its row is broken; it has its place among the answers all the same.
    """

    path: str
    category: str | None
    form: str
    depth: str
    confidence: float
    rule: str
    why: str
    perhaps: str
    unread: bool = False


@dataclass(slots=True)
class Tally:
    """How many fields were told what; ``bad`` parts of the source could not be read."""

    personal: int = 0
    none: int = 0
    open: int = 0
    bad: int = 0


class Answers:
    """Answers in the order of their source, counted as they pass; None stands for a part that could not be read.

    ``strangers`` fills on the way: vendors that the source names and of which no fields are known.
    """

    def __init__(self, answers: Iterator[Answer | None], strangers: Collection[str] = ()) -> None:
        self._answers = answers
        self.strangers = strangers
        self.tally = Tally()

    def __iter__(self) -> Iterator[Answer]:
        for answer in self._answers:
            if answer is None:
                self.tally.bad += 1
                continue
            if answer.unread:
                self.tally.bad += 1
            elif answer.category is None:
                self.tally.open += 1
            elif answer.category == "none":
                self.tally.none += 1
            else:
                self.tally.personal += 1
            yield answer


def write_json(answers: Answers, stream: TextIO) -> None:
    """One object a line: ``path``, ``category`` (``none``: nothing personal, null: could not be judged), ``form``,
    ``confidence``, ``rule``; then ``depth``, ``why`` and ``perhaps``, null where there is nothing to tell."""
    encode = json.JSONEncoder(check_circular=False).encode
    for answer in answers:
        personal = answer.category not in (None, "none")
        row = {
            "path": answer.path,
            "category": answer.category,
            "form": answer.form if personal else None,
            "confidence": answer.confidence,
            "rule": answer.rule or None,
            "depth": answer.depth if personal else None,
            "why": answer.why or None,
            "perhaps": answer.perhaps or None,
        }
        stream.write(encode(row) + "\n")


def write_text(answers: Answers, stream: TextIO, page: Page, fit: bool) -> None:
    """An aligned table."""
    rows = map(_row, answers)
    first = True
    while piece := list(islice(rows, _ALIGNED)):
        lines = table(_HEAD, piece, page, fit)
        stream.writelines(f"{line}\n" for line in (lines if first else lines[1:]))
        first = False


def _row(answer: Answer) -> tuple[str, ...]:
    if answer.unread:
        return answer.path, "-", "-", "-", answer.why
    if answer.category is None:
        perhaps = f"perhaps {answer.perhaps}: {answer.why}" if answer.perhaps else "no rule knows the name"
        return answer.path, "-", "-", f"{answer.confidence:.2f}" if answer.perhaps else "-", perhaps
    form = "-" if answer.category == "none" else answer.form
    return answer.path, answer.category, form, f"{answer.confidence:.2f}", answer.why or answer.rule


def summary(tally: Tally) -> str:
    """How many fields hold what."""
    fields = tally.personal + tally.none + tally.open
    told = f"{count(fields, 'field')}: {tally.personal:,} about people, {tally.none:,} not, {tally.open:,} not judged"
    return f"{told}; {count(tally.bad, 'part')} could not be read" if tally.bad else told
