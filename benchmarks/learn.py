"""Learn what words weigh from the labelled fields, and write ``policies/weights.yaml``: ``python -m benchmarks.learn``.

Logistic regression for whether a field is about a person, and for the category of those that are. Standard library
only, and the same answer every time. ``benchmarks.crossed`` tells what that is worth on vendors it did not learn from.
"""

from __future__ import annotations

import csv
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.labelled import LABELLED, PARTS
from benchmarks.measure import ROOT
from policycheck.fields.judge import Judge, Judged
from policycheck.fields.weighing import doubt, features
from policycheck.library.classification import load_rules
from policycheck.library.taxonomy import NONE
from policycheck.library.weights import Weights, weights
from policycheck.model.shapes import shape_of

#: What is taken from the base: a false alarm costs more than a field that nobody knows.
SHIFT = -0.6

_EPOCHS = 25
_STEP = 0.5
_EPOCHS_SOFT = 10
_SMALL = 0.02
_MOST = 30.0
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
_TELLING = 0.3
_PLACES = ("end", "name", "before", "of", "among", "value", "doubt")
#: What a rule said, where one did: such fields are not weighed, so what this weighs is not kept.
_DECIDED = "decided"

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
    return [example(judge, row) for file in files for row in rows_of(file)]


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a file of labelled fields."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(stream)]


def example(judge: Judge, row: dict[str, str]) -> Example:
    """A row as what there is to learn from; ``judge`` has no weights."""
    shape = shape_of(row["sample_value"]) if row["sample_value"] else ""
    name, kinds = judge.read(row["key_path"], row["type"], shape)
    if not name.words:
        return Example(row["vendor"], row["category"], ())
    said = _said(judge.judge(row["key_path"], type=row["type"], shape=shape))
    return Example(row["vendor"], row["category"], (*features(judge.names, name, kinds), *said))


def _said(judged: Judged) -> tuple[Feature, ...]:
    """What the rules made of a field: without it, words would be weighed by fields that rules decide anyway."""
    if judged.category is None:
        return (doubt(judged.perhaps),)
    return (_DECIDED, judged.rule), (_DECIDED, judged.category)


def learn(fields: Sequence[Example]) -> dict[str, object]:
    """What ``policies/weights.yaml`` has."""
    found = _personal(fields)
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (place, word), weight in sorted(found.items()):
        if place not in ("", _DECIDED) and abs(weight) >= _KEPT:
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
            _step(found, squares, every[at], times, error)
    return found


def _categories(fields: Sequence[Example]) -> tuple[list[tuple[str, int]], dict[str, dict[str, str]]]:
    """What speaks for each category of those that are about a person, and how usual each is."""
    every = [(("", ""), *(each for each in field.seen if each[0] in _PLACES)) for field in fields]
    found = _softly(every, [field.category for field in fields])
    kept: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for category, row in sorted(found.items()):
        for (place, word), weight in sorted(row.items()):
            if place and weight >= _TELLING:
                kept[category][place].append((word, round(weight * 10)))
    start = [(category, round(found[category]["", ""] * 10)) for category in sorted(kept)]
    return start, {key: {place: _text(words) for place, words in kept[key].items()} for key in sorted(kept)}


def _softly(every: Sequence[Sequence[Feature]], labels: Sequence[str]) -> dict[str, dict[Feature, float]]:
    """Weights for one category among all, by gradient steps as above; each word is told of by few, so none goes far."""
    found: dict[str, dict[Feature, float]] = {key: defaultdict(float) for key in sorted(set(labels))}
    squares: dict[str, dict[Feature, float]] = {key: defaultdict(lambda: 1e-6) for key in found}
    times = Counter(each for seen in every for each in seen)
    order, chance = [*range(len(every))], random.Random(7)
    for _ in range(_EPOCHS_SOFT):
        chance.shuffle(order)
        for at in order:
            totals = {key: _odds(row, every[at]) for key, row in found.items()}
            whole = sum(totals.values())
            for key, total in totals.items():
                error = total / whole - (key == labels[at])
                if abs(error) > _SMALL:
                    _step(found[key], squares[key], every[at], times, error)
    return found


def _odds(row: Mapping[Feature, float], seen: Sequence[Feature]) -> float:
    return math.exp(min(_MOST, sum(row.get(each, 0.0) for each in seen)))


def _step(
    found: dict[Feature, float],
    squares: dict[Feature, float],
    seen: Sequence[Feature],
    times: Mapping[Feature, int],
    error: float,
) -> None:
    """One step against an error, shorter for what is seen often."""
    for each in seen:
        slope = error + found[each] / times[each]
        squares[each] += slope * slope
        found[each] -= _STEP * slope / math.sqrt(squares[each])


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
