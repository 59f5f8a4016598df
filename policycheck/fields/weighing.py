"""What the words of a name weigh, together, where no rule decides: learned from labelled fields of real vendors.

The answer names the words that decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

from policycheck.fields.names import Names
from policycheck.fields.tokens import Name
from policycheck.library.weights import Weights

#: The id of what decided, where the weights did.
LEARNED = "learned"

# Weights are in tenths of log odds.
_TENTHS = 10
# Words tell less than a rule does: they are never surer than this.
_SUREST = 0.75
_TOLD_WORDS = 3
_TOLD_PLACES = ("end", "name", "before", "of")
_UNKNOWN_TYPE = "unknown"


@dataclass(frozen=True, slots=True)
class Weighed:
    """``category`` ("" where it is about a person, and no word says what) with the ``confidence`` of it, and a few
    words that show ``why``."""

    category: str
    confidence: float
    why: str


class Scales:
    """Weighs names by the words and owners that ``names`` knows."""

    def __init__(self, weights: Weights, names: Names) -> None:
        self._weights = weights
        self._names = names

    def weigh(self, name: Name, kinds: frozenset[str], perhaps: str = "") -> Weighed | None:
        """What a name that no rule decided holds, ``perhaps`` what one that is not sure enough said; None where the
        words do not speak for a person, and where no word of the last part is known: whose it is alone says nothing."""
        personal = self._weights.personal
        if personal["name"].keys().isdisjoint(self._names.telling(name)):
            return None
        seen = [*features(self._names, name, kinds), doubt(perhaps)]
        total = self._weights.base + sum(personal[place].get(word, 0) for place, word in seen if place in personal)
        if total <= 0:
            return None
        sure = 1 / (1 + exp(-total / _TENTHS))
        return Weighed(self._category(seen), round(min(sure, _SUREST), 2), self._why(seen))

    def _category(self, seen: list[tuple[str, str]]) -> str:
        """For which most speaks; "" where nothing does."""
        best, most = "", 0
        for category, places in self._weights.categories.items():
            found = sum(places[place].get(word, 0) for place, word in seen if place in places)
            if found and (not best or found + self._weights.start[category] > most):
                best, most = category, found + self._weights.start[category]
        return best

    def _why(self, seen: list[tuple[str, str]]) -> str:
        """The words that weigh most."""
        found: Counter[str] = Counter()
        for place, word in seen:
            if place in _TOLD_PLACES:
                found[word] += self._weights.personal[place].get(word, 0)
        heavy = [f"`{word}`" for word, weight in found.most_common(_TOLD_WORDS) if weight > 0]
        return f"{', '.join(heavy) or 'its words'}: as in fields that people labelled"


def doubt(perhaps: str) -> tuple[str, str]:
    """What is weighed of a rule that is not sure enough: the category it spoke of."""
    return "doubt", perhaps or "nothing"


def features(names: Names, name: Name, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What is weighed: the last word, the words of the last part and those before it, whose it is, which kinds of owner
    stand anywhere before, the kind of value."""
    words = name.words
    yield "end", words[-1]
    yield from (("name", word) for word in dict.fromkeys(words[name.leaf :]))
    yield from (("before", word) for word in dict.fromkeys(words[: name.leaf]))
    nearest, every = names.owners_of(name)
    yield from (("of", kind) for kind in nearest)
    yield from (("among", kind) for kind in every)
    yield from (("value", kind) for kind in kinds or (_UNKNOWN_TYPE,))
