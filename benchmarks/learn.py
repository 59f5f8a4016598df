"""Learn what words weigh, and write ``policies/weights.yaml``: ``python -m benchmarks.learn``.

They are learned from the labelled fields that are not blind, and from all field maps. `blind_weights`, by which the
blind parts are scored, leaves out the maps of their products. ``benchmarks.crossed`` tells what the labelled fields
alone are worth on vendors that were not learned from.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.descent import BASE, Feature, one, several
from benchmarks.labelled import BLIND, LABELLED, PARTS
from benchmarks.measure import ROOT
from policycheck.fields.judge import Judge
from policycheck.fields.weighing import features
from policycheck.library.classification import load_rules
from policycheck.library.field_maps import known_fields, product_id, product_ids
from policycheck.library.taxonomy import NONE
from policycheck.library.weights import Weights, weights
from policycheck.model.shapes import shape_of

_KEPT = 0.35
#: What fewer fields have is not kept.
_SEEN = 4
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
_TELLING = 0.6
_PLACES = ("end", "name", "before", "of", "among", "value", "pair")


@dataclass(frozen=True, slots=True)
class Example:
    """One field and what it holds, of a file of labelled fields or of a map."""

    vendor: str
    category: str
    seen: tuple[Feature, ...]

    @property
    def personal(self) -> bool:
        """Whether it is about a person."""
        return self.category != NONE


def examples(files: Iterable[Path]) -> list[Example]:
    """All fields of some files."""
    judge = Judge(load_rules())
    return [example(judge, row) for file in files for row in rows_of(file)]


def mapped(but: Collection[str] = ()) -> list[Example]:
    """The fields of the maps that no labelled file has, ``but`` those of some vendors."""
    judge = Judge(load_rules())
    told = {(product_id(row["vendor"]), row["key_path"]) for part in PARTS for row in rows_of(LABELLED / f"{part}.csv")}
    found = []
    for vendor in product_ids():
        known = known_fields(vendor)
        for path, category in known.keys.items() if known and vendor not in but else ():
            if (vendor, path) not in told:
                row = {"vendor": vendor, "key_path": path, "category": category, "type": "", "sample_value": ""}
                found.append(example(judge, row))
    return found


def blind_vendors() -> frozenset[str]:
    """The products of the blind parts."""
    return frozenset(product_id(row["vendor"]) for part in BLIND for row in rows_of(LABELLED / f"{part}.csv"))


def blind_weights() -> Weights:
    """What all teaches but the products of the blind parts."""
    return weights(learn([*_labelled(), *mapped(blind_vendors())]))


def _labelled() -> list[Example]:
    return examples(LABELLED / f"{part}.csv" for part in PARTS)


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a file of labelled fields."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(stream)]


def example(judge: Judge, row: dict[str, str]) -> Example:
    """A row as what there is to learn from."""
    shape = shape_of(row["sample_value"]) if row["sample_value"] else ""
    name, kinds = judge.read(row["key_path"], row["type"], shape)
    seen = (*features(judge.names, name, kinds),) if name.words else ()
    return Example(row["vendor"], row["category"], seen)


def learn(fields: Sequence[Example]) -> dict[str, object]:
    """What ``policies/weights.yaml`` has."""
    found = one([field.seen for field in fields], [field.personal for field in fields])
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    times = Counter(each for field in fields for each in field.seen)
    for (place, word), weight in sorted(found.items()):
        if place and abs(weight) >= _KEPT and times[place, word] >= _SEEN:
            places[place].append((word, round(weight * 10)))
    start, categories = _categories([field for field in fields if field.category in _SOFT])
    return {
        "base": str(round(found[BASE] * 10)),
        "personal": {place: _text(words) for place, words in places.items()},
        "start": _text(start),
        "categories": categories,
    }


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


TOLD = """What words weigh, in tenths of log odds, beside the rules of classification.yaml: docs/classification.md says
how it is used. Written by `python -m benchmarks.learn` from the labelled fields under tests/fields/labelled and the
field maps under policies/fields: do not edit, override."""


def learned(files: Iterable[Path]) -> Weights:
    """The weights that some files teach, without writing them."""
    return weights(learn(examples(files)))


def main() -> None:
    """Write the file."""
    found = learn([*_labelled(), *mapped()])
    (ROOT / "policies" / "weights.yaml").write_text(written(found, TOLD), "utf-8")


if __name__ == "__main__":
    main()
