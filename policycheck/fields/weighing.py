"""What the words of a name weigh, together: learned from fields of real vendors that people labelled or mapped.

The answer names the words that decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import exp

from policycheck.fields.names import Names
from policycheck.fields.tokens import Name
from policycheck.library.weights import Weights
from policycheck.model.dataclass import dataclass

#: The id of what decided, where the weights did.
LEARNED = "learned"

# Weights are in tenths of log odds.
_TENTHS = 10
#: From here on words say that a field is about a person, whatever the rules say: three of five such fields are.
SAY = 4
#: Up to here they doubt a rule that says so: one of four such fields is.
DOUBT = -10
# Where a wrong doubt would cost most.
_UNDOUBTED = frozenset(("user.authorization.credentials", "user.health_and_medical"))
# Words tell less than a rule does: they are never surer than this.
_SUREST = 0.75
_TOLD_WORDS = 3
_TOLD_PLACES = ("end", "name", "before", "of")
_UNKNOWN_TYPE = "unknown"
_JOINED = "+"


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

    def weigh(self, name: Name, kinds: frozenset[str]) -> Weighed | None:
        """What the words say that a name holds; None where they do not speak for a person, and where no word of the
        last part is known: whose it is alone says nothing."""
        if self._weights.personal["name"].keys().isdisjoint(self._names.telling(name)):
            return None
        seen = [*features(self._names, name, kinds)]
        total = self._total(seen)
        if total < SAY:
            return None
        sure = 1 / (1 + exp(-total / _TENTHS))
        return Weighed(self._category(seen), round(min(sure, _SUREST), 2), self._why(seen))

    def doubts(self, name: Name, kinds: frozenset[str], category: str) -> bool:
        """Whether the words speak against a person so much that a rule which says ``category`` is not sure enough;
        only of categories that words can tell."""
        known = category in self._weights.categories and category not in _UNDOUBTED
        return known and self._total([*features(self._names, name, kinds)]) <= DOUBT

    def _total(self, seen: list[tuple[str, str]]) -> int:
        personal = self._weights.personal
        return self._weights.base + sum(personal[place].get(word, 0) for place, word in seen if place in personal)

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


def features(names: Names, name: Name, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What is weighed: the last word, the words of the last part and those before it, whose it is, which kinds of owner
    stand anywhere before, the kind of value; then the last two words, the last part as a whole, and the last word with
    whose it is and with the kind of value."""
    words = name.words
    yield "end", words[-1]
    yield from (("name", word) for word in dict.fromkeys(words[name.leaf :]))
    yield from (("before", word) for word in dict.fromkeys(words[: name.leaf]))
    nearest, every = names.owners_of(name)
    values = kinds or (_UNKNOWN_TYPE,)
    yield from (("of", kind) for kind in nearest)
    yield from (("among", kind) for kind in every)
    yield from (("value", kind) for kind in values)
    yield "pair", _JOINED.join(words[-2:])
    yield "part", _JOINED.join(words[name.leaf :])
    yield from (("whose", f"{kind}{_JOINED}{words[-1]}") for kind in nearest)
    yield from (("kind", f"{kind}{_JOINED}{words[-1]}") for kind in values)
