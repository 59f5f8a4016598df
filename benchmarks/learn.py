"""Learn what words weigh from the labelled fields, and write ``policies/weights.yaml``: ``python -m benchmarks.learn``.

First what words weigh, from all fields; then, from fields that no rule was mended with, how far that can be trusted
where rules say nothing or ``none``, for each such rule. ``benchmarks.crossed`` tells what it is worth on vendors that
it did not learn from.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.descent import BASE, Feature, one, scaled, several
from benchmarks.labelled import LABELLED, PARTS, UNMENDED
from benchmarks.measure import ROOT
from policycheck.fields.judge import Judge, Judged
from policycheck.fields.weighing import features, said
from policycheck.library.classification import load_rules
from policycheck.library.taxonomy import NONE
from policycheck.library.weights import Weights, weights
from policycheck.model.shapes import shape_of

#: What is taken from the base: a false alarm costs more than a field that nobody knows.
SHIFT = -0.8

#: Parts of the unmended fields; each is judged by what all the others teach.
_INNER = 3
_KEPT = 0.25
#: A rule that says ``none`` is doubted only where so many fields tell how often it is wrong.
_TOLD = 12
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
_PLACES = ("end", "name", "before", "of", "among", "value", "pair")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled field. ``said`` is what the rules made of it, as `weighing.said` has it; "" where they say that it
    is about a person. ``unmended``: no rule was written with it at hand."""

    vendor: str
    category: str
    seen: tuple[Feature, ...]
    said: str = ""
    unmended: bool = False

    @property
    def personal(self) -> bool:
        """Whether it is about a person."""
        return self.category != NONE


def examples(files: Iterable[Path]) -> list[Example]:
    """All fields of some files."""
    judge = Judge(load_rules())
    return [example(judge, row, file.stem in UNMENDED) for file in files for row in rows_of(file)]


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a file of labelled fields."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(stream)]


def example(judge: Judge, row: dict[str, str], unmended: bool = False) -> Example:
    """A row as what there is to learn from; ``judge`` has no weights."""
    shape = shape_of(row["sample_value"]) if row["sample_value"] else ""
    name, kinds = judge.read(row["key_path"], row["type"], shape)
    if not name.words:
        return Example(row["vendor"], row["category"], ())
    key = _said(judge.judge(row["key_path"], type=row["type"], shape=shape))
    return Example(row["vendor"], row["category"], (*features(judge.names, name, kinds),), key, unmended)


def _said(judged: Judged) -> str:
    return "" if judged.category not in (None, NONE) else said(judged.category, judged.perhaps, judged.rule)


def learn(fields: Sequence[Example]) -> dict[str, object]:
    """What ``policies/weights.yaml`` has."""
    found = _personal(fields)
    scale, added = _trust(fields)
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (place, word), weight in sorted(found.items()):
        if place and abs(weight) >= _KEPT:
            places[place].append((word, round(scale * weight * 10)))
    start, categories = _categories([field for field in fields if field.category in _SOFT])
    return {
        "base": str(round((scale * found[BASE] + SHIFT) * 10)),
        "personal": {place: _text(words) for place, words in places.items()},
        "said": _text((key, round(weight * 10)) for key, weight in added.items()),
        "start": _text(start),
        "categories": categories,
    }


def _personal(fields: Sequence[Example]) -> dict[Feature, float]:
    return one([field.seen for field in fields], [field.personal for field in fields])


def _trust(fields: Sequence[Example]) -> tuple[float, dict[str, float]]:
    """The scale of what words weigh, and what is added for each thing that rules say; judged crossed, by fields that
    no rule was mended with, of vendors that the words were not learned from."""
    vendors = {vendor: at % _INNER for at, vendor in enumerate(sorted({f.vendor for f in fields if f.unmended}))}
    judged: list[tuple[float, Example]] = []
    for at in range(_INNER):
        out = [field for field in fields if field.unmended and field.said and vendors[field.vendor] == at]
        found = _personal([field for field in fields if vendors.get(field.vendor) != at])
        judged += ((found[BASE] + sum(found.get(each, 0.0) for each in field.seen), field) for field in out)
    times = Counter(field.said for _, field in judged)
    judged = [(total, field) for total, field in judged if times[field.said] >= _TOLD]
    if not judged:
        return 1.0, {"nothing": 0.0}
    return scaled(
        [total for total, _ in judged], [field.said for _, field in judged], [field.personal for _, field in judged]
    )


def _categories(fields: Sequence[Example]) -> tuple[list[tuple[str, int]], dict[str, dict[str, str]]]:
    """What speaks for each category of those that are about a person, and how usual each is."""
    found = several(
        [[each for each in field.seen if each[0] in _PLACES] for field in fields], [field.category for field in fields]
    )
    kept: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for category, row in sorted(found.items()):
        for (place, word), weight in sorted(row.items()):
            if place and weight >= _TELLING:
                kept[category][place].append((word, round(weight * 10)))
    start = [(category, round(found[category][BASE] * 10)) for category in sorted(kept)]
    return start, {key: {place: _text(words) for place, words in kept[key].items()} for key in sorted(kept)}


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
