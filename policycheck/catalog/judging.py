"""Drafts to entries of a catalog: a category where that is sure, a ``review`` where a person has to look."""

from __future__ import annotations

from typing import Protocol

from policycheck.catalog.drafts import DraftField
from policycheck.library.taxonomy import NONE
from policycheck.model.dataclass import dataclass

#: From this confidence on, a judgement needs no second look.
SURE = 0.8


class Judged(Protocol):
    """What a classifier says of a name; ``fields.classify.Classified`` is one."""

    @property
    def category(self) -> str | None:
        """A key of the taxonomy, ``none``, or None where it could not be judged."""
        ...

    @property
    def form(self) -> str:
        """One of the taxonomy's forms."""
        ...

    @property
    def depth(self) -> str:
        """One of the taxonomy's depths."""
        ...

    @property
    def confidence(self) -> float:
        """From 0 to 1."""
        ...

    @property
    def rule(self) -> str:
        """The id of what decided."""
        ...

    @property
    def perhaps(self) -> str:
        """A category that is not sure enough, or empty."""
        ...


class Namer(Protocol):
    """Judges a name; ``fields.classify.Classifier`` is one."""

    def name(self, path: str, object: str = "", *, label: str = "", type: str = "", format: str = "") -> Judged:
        """What a field of this name holds."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a dataset as it is written. ``hint`` becomes a comment; empty texts and ``raw`` are left out."""

    name: str
    category: str = ""
    form: str = "raw"
    depth: str = "latest"
    review: str = ""
    hint: str = ""


def judged(field: DraftField, dataset: str, namer: Namer) -> Entry:
    """The entry of one field. What the source states is taken; what it only hints at makes a person look."""
    hints = ", ".join(field.hints)
    if field.stated:
        return Entry(field.path, field.stated, hint=f"stated by the source{f'; {hints}' if hints else ''}")
    found = namer.name(field.path, dataset, label=field.text, type=field.type, format=field.format)
    told = f"; the source says {hints}" if hints else ""
    if found.category is None:
        guess = f"perhaps {found.perhaps}" if found.perhaps else "nothing tells what it holds"
        return Entry(field.path, review=f"{guess}{told}")
    if found.category == NONE and field.personal:
        return Entry(field.path, review=f"its name says nothing about people{told}")
    review = "" if found.confidence >= SURE else f"{found.confidence:.2f} by rule {found.rule}{told}"
    form = found.form if found.category != NONE else "raw"
    depth = found.depth if found.category != NONE else "latest"
    return Entry(field.path, found.category, form or "raw", depth or "latest", review, "" if review else hints)
