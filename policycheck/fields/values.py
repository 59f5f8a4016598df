"""What the declared type and the shape of values add to what a name says: a form, a depth, a doubt."""

from __future__ import annotations

import re

from policycheck.fields.names import Endings
from policycheck.fields.tokens import Name, Tokenizer
from policycheck.library.classification import Fit, Marker, RuleBook, ShapeRule, Term
from policycheck.model.shapes import SHAPES

_ARGUMENTS = re.compile(r"\([^)]*\)|<.*>|\[\]$")
_SILENT = frozenset({"", "empty", "text"})
_SHAPES = frozenset(SHAPES)


class Values:
    """The parts of a book that are about values, compiled."""

    def __init__(self, book: RuleBook, tokens: Tokenizer) -> None:
        self._types = book.types
        self._fits = {fit.category: fit for fit in book.fits}
        self._forms = Endings(((term, marker) for marker in book.forms for term in marker.words), tokens)
        self._depths = Endings(((term, marker) for marker in book.depths for term in marker.words), tokens)
        self._plural = book.plural_history
        self._shape_forms = book.shape_forms
        self._shape_rules = book.shapes

    def kinds(self, type: str, shape: str = "") -> frozenset[str]:
        """The words of ``SHAPES``, and ``object``, that a declared type and a shape amount to; without those that fit
        everything."""
        return frozenset({self._type(type), shape} - _SILENT)

    def _type(self, written: str) -> str:
        word = written.lower().strip()
        if word not in self._types:
            word = _ARGUMENTS.sub("", word).strip() if not word.startswith("array<") else word[6:-1]
        return self._types.get(word, word if word in _SHAPES else "")

    def unfit(self, category: str, kinds: frozenset[str]) -> str:
        """A kind of value that a category never has, "" when there is none."""
        return min(self._fit(category).never & kinds, default="")

    def fit(self, category: str, kinds: frozenset[str]) -> bool | None:
        """Whether values look like the category; None when neither it nor they tell."""
        shapes = self._fit(category).shapes
        return bool(shapes & kinds) if shapes and kinds else None

    def _fit(self, category: str) -> Fit:
        """Of the category itself, else of the nearest above it."""
        while category:
            if category in self._fits:
                return self._fits[category]
            category = category.rpartition(".")[0]
        return Fit("")

    def form(self, name: Name, category: str, kinds: frozenset[str]) -> str:
        """The form that the values show, else the one that the name tells, else ""."""
        for rule in self._shape_forms:
            if rule.shapes & kinds and _within(category, rule.of):
                return rule.form
        return self._marked(self._forms, name.words, category)

    def depth(self, name: Name, category: str) -> str:
        """``history`` where the name tells so, else ""."""
        marked = self._marked(self._depths, name.words, category)
        return marked or ("history" if name.plural and _within(category, self._plural) and self._plural else "")

    def _marked(self, markers: Endings[Marker], words: Term, category: str) -> str:
        for end in range(len(words), 0, -1):
            if words[end - 1] not in markers:
                continue
            for _, found in markers.at(words, end):
                for marker in found:
                    if _within(category, marker.of):
                        return marker.value
        return ""

    def shaped(self, kinds: frozenset[str], owner: frozenset[str], over: str = "") -> ShapeRule | None:
        """What the values alone tell, of a field that belongs to ``owner``; only what outweighs the rule ``over`` where
        one is named."""
        for rule in self._shape_rules:
            if rule.shapes & kinds and (not rule.of or rule.of & owner) and not rule.not_of & owner:
                return rule if not over or over in rule.over else None
        return None


def _within(category: str, limits: tuple[str, ...]) -> bool:
    return not limits or any(category == limit or category.startswith(limit + ".") for limit in limits)
