"""What words weigh that fields of real vendors taught: ``policies/weights.yaml``, read after the rules.

The file is written by ``benchmarks.learn`` from ``tests/fields/labelled`` and ``policies/fields``, and can be read: a
word, what it weighs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from policycheck.library.data import read_texts
from policycheck.model.dataclass import dataclass

FILE = "weights.yaml"

#: Word -> tenths of log odds.
Weighed: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Weights:
    """``personal`` tells, for each place of a word, what it says for or against a field that is about a person;
    ``base`` how usual one is. ``categories``: for each category, what speaks for it; ``start`` how usual it is. All in
    tenths of log odds."""

    base: int
    personal: Mapping[str, Weighed]
    start: Weighed
    categories: Mapping[str, Mapping[str, Weighed]]


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The shipped weights, read once."""
    return weights(read_texts(FILE))


def weights(raw: Mapping[str, Any]) -> Weights:
    """The weights of a parsed file."""
    return Weights(
        int(raw["base"]),
        {place: _weighed(words) for place, words in raw["personal"].items()},
        _weighed(raw["start"]),
        {category: {p: _weighed(words) for p, words in row.items()} for category, row in raw["categories"].items()},
    )


def _weighed(text: str) -> Weighed:
    """``email 12, phone -3`` -> {email: 12, phone: -3}."""
    words = text.replace(",", "").split()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True))
