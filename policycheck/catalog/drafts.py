"""What a source tells of our data, before anybody has judged it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from policycheck.library.taxonomy import NONE, load_taxonomy
from policycheck.model.dataclass import dataclass

#: Of a location that a source does not tell; ``validate`` asks for it.
UNKNOWN = "unknown:"

#: More fields than this in one source are not believed.
MAX_FIELDS = 200_000
#: Deeper parts of a field are not entered.
MAX_DEPTH = 16

_NOT_SLUG = re.compile(r"[^a-z0-9._-]+")
#: What sources call a field that is about people; their own words, which say no category.
_PERSONAL = re.compile(r"\b(?:pii|phi|gdpr|personal|personally|sensitive|restricted|confidential|private)\b", re.I)


@dataclass(frozen=True, slots=True)
class DraftField:
    """One field as a source names it.

    ``path`` is dotted. ``stated`` is a category of the taxonomy, or ``none``, that the source itself gives. ``hints``
    are the source's tags and classifications, ``text`` its description or label.
    """

    path: str
    type: str = ""
    format: str = ""
    text: str = ""
    hints: tuple[str, ...] = ()
    stated: str = ""

    @property
    def personal(self) -> bool:
        """Whether the source marks the field as one about people."""
        return any(_PERSONAL.search(hint) for hint in self.hints)


@dataclass(frozen=True, slots=True)
class Draft:
    """One dataset as a source tells it. ``qualified`` is its name there with what it lies in (``public.members``)."""

    name: str
    qualified: str
    locations: tuple[str, ...]
    fields: tuple[DraftField, ...]
    text: str = ""

    @property
    def located(self) -> tuple[str, ...]:
        """The locations that are known."""
        return tuple(where for where in self.locations if not where.startswith(UNKNOWN))


@dataclass(frozen=True, slots=True)
class Drafts:
    """Everything that one source tells. ``missing`` are sentences on what could not be read; they quote no value."""

    format: str
    drafts: tuple[Draft, ...]
    missing: tuple[str, ...] = ()


class NotASourceError(Exception):
    """A source that cannot be read as a whole: ``message`` says why, ``help`` how to mend it."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def slug(name: str) -> str:
    """A name that a dataset may have."""
    return _NOT_SLUG.sub("-", name.lower()).strip("-._") or "dataset"


def leaves(fields: Iterable[DraftField]) -> tuple[DraftField, ...]:
    """The fields without those that are only the containers of others, each path once."""
    kept = {field.path: field for field in fields}
    inner = {path[:end] for path in kept for end in _ends(path)}
    return tuple(field for path, field in kept.items() if path not in inner)


def stated_category(words: Iterable[object]) -> str:
    """The first of some words of a source that is a category of the taxonomy, or ``none``."""
    known = load_taxonomy().categories
    return next((word for word in words if isinstance(word, str) and (word in known or word == NONE)), "")


def told_apart(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Drafts with names of their own: those that share one are called by what they lie in as well."""
    found = tuple(drafts)
    counts = Counter(slug(draft.name) for draft in found)
    named = [
        replace(draft, name=slug(draft.name if counts[slug(draft.name)] == 1 else draft.qualified)) for draft in found
    ]
    return tuple(named)


def _ends(path: str) -> list[int]:
    """Where the paths of the containers of a field end; an array is the container of its items."""
    ends = [at for at, letter in enumerate(path) if letter == "."]
    return [*ends, *(at - 2 for at in (*ends, len(path)) if path[:at].endswith("[]"))]
