"""Logistic regression on features that are there or not, by gradient steps that shrink for what is seen often
(AdaGrad), with weights held small by their square. Standard library only, and the same answer every time."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

_EPOCHS = 12
_EPOCHS_SOFT = 6
_STEP = 0.5
_SMALL = 0.02
_MOST = 30.0

Feature = tuple[str, str]
#: In every row: how usual the answer is.
BASE: Feature = ("", "")


class Rows:
    """Rows of features as numbers, with how much each weight shrinks at a step; ``BASE`` is the first of each."""

    def __init__(self, rows: Sequence[Sequence[Feature]]) -> None:
        times = Counter({BASE: len(rows)})
        times.update(each for row in rows for each in row)
        number = {each: at for at, each in enumerate(times)}
        self.features = [*times]
        self.shrink = [1 / count if count else 0.0 for count in times.values()]
        self.rows = [(0, *(number[each] for each in row)) for row in rows]

    def order(self, epochs: int) -> list[int]:
        """The numbers of all rows, as often as they are learned from, mixed anew each time."""
        chance, numbers, found = random.Random(7), [*range(len(self.rows))], []
        for _ in range(epochs):
            chance.shuffle(numbers)
            found += numbers
        return found


@dataclass(slots=True)
class _Line:
    """What weighs for one answer, so far."""

    rows: Rows
    weights: list[float] = field(default_factory=list)
    squares: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.weights = [0.0] * len(self.rows.features)
        self.squares = [1e-6] * len(self.rows.features)

    def total(self, row: Sequence[int]) -> float:
        weights = self.weights
        return max(-_MOST, min(_MOST, sum([weights[each] for each in row])))

    def step(self, row: Sequence[int], error: float) -> None:
        """One step against an error, shorter for what is seen often."""
        weights, squares, shrink = self.weights, self.squares, self.rows.shrink
        for each in row:
            slope = error + weights[each] * shrink[each]
            squares[each] += slope * slope
            weights[each] -= _STEP * slope / math.sqrt(squares[each])

    def found(self) -> dict[Feature, float]:
        return dict(zip(self.rows.features, self.weights, strict=True))


def sigmoid(total: float) -> float:
    """Log odds as a share."""
    return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, total))))


def one(rows: Sequence[Sequence[Feature]], labels: Sequence[bool]) -> dict[Feature, float]:
    """What each feature weighs, in log odds, for a label being true."""
    numbered = Rows(rows)
    line = _Line(numbered)
    for at in numbered.order(_EPOCHS):
        row = numbered.rows[at]
        line.step(row, sigmoid(line.total(row)) - labels[at])
    return line.found()


def several(rows: Sequence[Sequence[Feature]], labels: Sequence[str]) -> dict[str, dict[Feature, float]]:
    """What each feature weighs for each label among all; few rows tell of each, so none goes far."""
    numbered = Rows(rows)
    lines = {label: _Line(numbered) for label in sorted(set(labels))}
    for at in numbered.order(_EPOCHS_SOFT):
        row = numbered.rows[at]
        odds = {label: math.exp(line.total(row)) for label, line in lines.items()}
        whole = sum(odds.values())
        for label, line in lines.items():
            error = odds[label] / whole - (label == labels[at])
            if abs(error) > _SMALL:
                line.step(row, error)
    return {label: line.found() for label, line in lines.items()}
