"""Learn what words weigh from the labelled fields, and write ``policies/weights.yaml``: ``python -m benchmarks.learn``.

Logistic regression for whether a field is about a person, counts for the category of those that are. Standard library
only, and the same answer every time.
"""

from __future__ import annotations

import csv
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.labelled import LABELLED, PARTS
from benchmarks.measure import ROOT
from policycheck.fields.judge import Judge
from policycheck.fields.weighing import features
from policycheck.library.classification import load_rules
from policycheck.library.taxonomy import NONE
from policycheck.library.weights import Weights, weights
from policycheck.model.shapes import shape_of

#: What is taken from the base, since only names that no rule decided are weighed: fewer of them are personal.
SHIFT = -0.6

_EPOCHS = 25
_STEP = 0.5
_KEPT = 0.2
#: What can be told by the company that words keep; of the other categories rules and values are sure, or nobody is.
_SOFT = frozenset(
    (
        "user.account",
        "user.account.settings",
        "user.account.tier",
        "user.authorization.credentials",
        "user.behavior",
        "user.behavior.browsing_history",
        "user.behavior.media_consumption",
        "user.behavior.purchase_history",
        "user.contact.organization",
        "user.content.private",
        "user.content.public",
        "user.demographic",
        "user.demographic.profile",
        "user.device",
        "user.financial",
        "user.health_and_medical",
        "user.location.imprecise",
        "user.name",
        "user.privacy_preferences",
        "user.sensor",
        "user.social",
        "user.telemetry",
        "user.unique_id",
        "user.unique_id.pseudonymous",
        "user.workplace",
    )
)
_TELLING_TIMES = 2
_TELLING = 0.7
_PLACES = ("end", "name", "before", "among")

Feature = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled field."""

    vendor: str
    category: str
    seen: tuple[Feature, ...]


def examples(files: Iterable[Path]) -> list[Example]:
    """All fields of some files."""
    judge = Judge(load_rules())
    return [_example(judge, row) for file in files for row in _rows(file)]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(stream)]


def _example(judge: Judge, row: dict[str, str]) -> Example:
    name, kinds = judge.read(row["key_path"], row["type"], shape_of(row["sample_value"]) if row["sample_value"] else "")
    return Example(row["vendor"], row["category"], tuple(features(judge.names, name, kinds)) if name.words else ())


def learn(fields: Sequence[Example]) -> dict[str, object]:
    """What ``policies/weights.yaml`` has."""
    found = _personal(fields)
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (place, word), weight in sorted(found.items()):
        if place and abs(weight) >= _KEPT:
            places[place].append((word, round(weight * 10)))
    start, categories = _categories([field for field in fields if field.category in _SOFT])
    return {
        "base": str(round((found["", ""] + SHIFT) * 10)),
        "personal": {place: _text(words) for place, words in places.items()},
        "start": _text(start),
        "categories": categories,
    }


def _personal(fields: Sequence[Example]) -> dict[Feature, float]:
    """Weights by gradient steps that shrink for what is seen often (AdaGrad), held small by their square."""
    found: dict[Feature, float] = defaultdict(float)
    squares: dict[Feature, float] = defaultdict(lambda: 1e-6)
    every = [(("", ""), *field.seen) for field in fields]
    times = Counter(each for seen in every for each in seen)
    order, chance = [*range(len(fields))], random.Random(7)
    for _ in range(_EPOCHS):
        chance.shuffle(order)
        for at in order:
            total = sum(found[each] for each in every[at])
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - (fields[at].category != NONE)
            for each in every[at]:
                slope = error + found[each] / times[each]
                squares[each] += slope * slope
                found[each] -= _STEP * slope / math.sqrt(squares[each])
    return found


def _categories(fields: Sequence[Example]) -> tuple[list[tuple[str, int]], dict[str, dict[str, str]]]:
    """For each category how usual it is, and the words that are seen with it more often than with others."""
    usual = Counter(field.category for field in fields)
    seen = Counter(each for field in fields for each in field.seen if each[0] in _PLACES)
    both = Counter((field.category, each) for field in fields for each in field.seen if each[0] in _PLACES)
    found: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for (category, (place, word)), times in sorted(both.items()):
        share = usual[category] / len(fields)
        weight = math.log((times + share) / (share * (seen[place, word] + 1)))
        if times >= _TELLING_TIMES and weight >= _TELLING:
            found[category][place].append((word, round(weight * (10 if place in ("end", "name") else 5))))
    start = [(category, round(10 * math.log(usual[category] / len(fields)))) for category in sorted(found)]
    return start, {key: {place: _text(words) for place, words in found[key].items()} for key in sorted(found)}


def _text(words: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{word} {weight}" for word, weight in words)


def written(found: dict[str, object], told: str) -> str:
    """The file as text, a line for each list."""
    lines = [f"# {line}" for line in told.splitlines()]
    for key, value in found.items():
        lines += _lines(key, value, "")
    return "\n".join(lines) + "\n"


def _lines(key: str, value: object, indent: str) -> list[str]:
    if isinstance(value, dict):
        return [f"{indent}{key}:", *(line for k, v in value.items() for line in _lines(k, v, f"{indent}  "))]
    return [f'{indent}{key}: "{value}"' if isinstance(value, str) else f"{indent}{key}: {value}"]


TOLD = """What words weigh, in tenths of log odds, where no rule of classification.yaml decides:
docs/classification.md says how it is used. Written by `python -m benchmarks.learn` from the labelled fields under
tests/fields/labelled that are not blind: do not edit, override."""


def learned(files: Iterable[Path]) -> Weights:
    """The weights that some files teach, without writing them."""
    return weights(learn(examples(files)))


def main() -> None:
    """Write the file."""
    found = learn(examples(LABELLED / f"{part}.csv" for part in PARTS))
    (ROOT / "policies" / "weights.yaml").write_text(written(found, TOLD), "utf-8")


if __name__ == "__main__":
    main()
