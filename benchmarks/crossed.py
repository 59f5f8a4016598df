"""What the weights are worth on vendors that they were not learned from: ``python -m benchmarks.crossed``.

Each vendor of the labelled parts is judged with words that were weighed without it. The rules stay as they are, and
they were written while looking at these vendors, so the figures are better than those of a vendor that nobody has seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.labelled import LABELLED, PARTS, Labelled, judged, scores
from benchmarks.learn import examples, learn
from policycheck.fields.classify import Classified
from policycheck.fields.judge import Judge
from policycheck.library.classification import load_rules
from policycheck.library.weights import weights
from policycheck.model.shapes import shape_of

_FOLDS = 4


def crossed(files: Sequence[Path]) -> list[Labelled]:
    """Every field of some files, judged by what the vendors of the other folds teach."""
    fields = examples(files)
    fold = {vendor: at % _FOLDS for at, vendor in enumerate(_mixed({field.vendor for field in fields}))}
    taught = [weights(learn([field for field in fields if fold[field.vendor] != at])) for at in range(_FOLDS)]
    judges = [Judge(load_rules(), each) for each in taught]

    def classify(row: dict[str, str]) -> Classified:
        return _classified(judges[fold[row["vendor"]]], row)

    return [each for file in files for each in judged(file, classify)]


def _mixed(vendors: set[str]) -> list[str]:
    found = sorted(vendors)
    random.Random(3).shuffle(found)
    return found


def _classified(judge: Judge, row: dict[str, str]) -> Classified:
    shape = shape_of(row["sample_value"]) if row["sample_value"] else ""
    found = judge.judge(row["key_path"], type=row["type"], shape=shape)
    return Classified(found.category, found.form or "raw", "latest", "", found.confidence, found.rule)


def told(fields: list[Labelled]) -> Iterator[str]:
    """A line for each measure: precision, recall, how many."""
    for measure, precision, recall, count in scores(fields):
        yield f"{measure:28} {precision:.3f} {'' if recall is None else f'{recall:.3f}':6} {count}"


if __name__ == "__main__":
    print(*told(crossed([LABELLED / f"{part}.csv" for part in PARTS])), sep="\n")
