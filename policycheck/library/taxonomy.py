"""The taxonomy of personal data: categories, forms, depths, origins, data uses.

Names are those of fideslang (https://github.com/ethyca/fideslang) with a few of our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass

#: In order; severity of a finding starts here.
SENSITIVITIES = ("low", "medium", "high", "critical")

#: What a field map says of a field that holds nothing personal; not a category.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of personal data. ``aliases`` are words that people use for it, in lower case; ``short`` is what it is
    called in a sentence: ``IP address``."""

    key: str
    label: str
    sensitivity: str
    aliases: tuple[str, ...] = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All names that fields may have. ``forms`` run from wide to narrow as far as they can be ordered, ``depths`` from
    narrow to wide; ``narrower`` has, for each form, every form known to tell less."""

    name: str
    version: str
    url: str
    base: str
    categories: dict[str, Category] = field(hash=False)
    forms: tuple[str, ...]
    depths: tuple[str, ...]
    origins: tuple[str, ...]
    uses: frozenset[str]
    subjects: frozenset[str]
    narrower: dict[str, frozenset[str]] = field(hash=False)
    same: dict[str, str] = field(hash=False)

    def covers(self, declared: str, observed: str) -> bool:
        """Whether ``declared`` is ``observed`` or one of its ancestors; names that fideslang has twice are one."""
        wide, narrow = self._one_name(declared), self._one_name(observed)
        return narrow == wide or narrow.startswith(wide + ".")

    def short(self, key: str) -> str:
        """What a category is called in a sentence; a key that is none, as it is."""
        return self.categories[key].short if key in self.categories else key

    def form_within(self, declared: tuple[str, ...], observed: str) -> bool:
        """Whether ``observed`` is one of the declared forms or known to tell less than one. No declared forms: any."""
        if not declared:
            return True
        return any(observed == form or observed in self.narrower.get(form, ()) for form in declared)

    def depth_within(self, declared: str, observed: str) -> bool:
        """Whether ``observed`` reaches no further back than ``declared``. ValueError for an unknown depth."""
        return self.depths.index(observed) <= self.depths.index(declared)

    def nearest(self, word: str) -> str | None:
        """The category that the writer of ``word`` may have meant: an alias, a last part, or a similar key."""
        words = self._words()
        wanted = _plain(word)
        if wanted in words:
            return words[wanted]
        # difflib costs 3 ms to import, and most runs never misspell a category
        from difflib import get_close_matches

        close = get_close_matches(wanted, words, n=1, cutoff=0.7)
        return words[close[0]] if close else None

    def _words(self) -> dict[str, str]:
        words: dict[str, str] = {}
        for key, category in self.categories.items():
            for word in (key, *category.aliases, key.rpartition(".")[2]):
                words.setdefault(word, key)
        return words

    def _one_name(self, key: str) -> str:
        for twice, once in self.same.items():
            if key == twice or key.startswith(twice + "."):
                return once + key[len(twice) :]
        return key


@lru_cache(maxsize=1)
def load_taxonomy() -> Taxonomy:
    """The shipped taxonomy, read once."""
    raw = read_data("taxonomy.yaml")
    short = raw["short"]
    categories = {
        key: Category(key, entry[1], entry[0], tuple(entry[2:]), short.get(key) or _words_of(key))
        for key, entry in raw["categories"].items()
    }
    return Taxonomy(
        name=raw["name"],
        version=raw["version"],
        url=raw["url"],
        base=raw["base"],
        categories=categories,
        forms=tuple(raw["forms"]),
        depths=tuple(raw["depths"]),
        origins=tuple(raw["origins"]),
        uses=frozenset(raw["uses"]),
        subjects=frozenset(raw["subjects"]),
        narrower=_closure(raw["forms"]),
        same=raw["same"],
    )


def _closure(steps: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Each form with every form that can be reached from it; the steps have no cycle."""

    def below(form: str) -> frozenset[str]:
        return frozenset(steps[form]).union(*(below(narrow) for narrow in steps[form]))

    return {form: below(form) for form in steps}


def _words_of(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ")


def _plain(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")
