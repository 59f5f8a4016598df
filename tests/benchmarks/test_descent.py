"""Logistic regression: it finds odds that are known, tells what speaks for what, and is the same each time."""

from __future__ import annotations

import math

import pytest

from benchmarks.descent import BASE, one, several

RED, BLUE, BIG = ("colour", "red"), ("colour", "blue"), ("size", "big")


def test_odds_of_one_answer_are_found() -> None:
    rows = [(RED,)] * 100 + [(BLUE,)] * 100
    labels = [True] * 90 + [False] * 10 + [True] * 20 + [False] * 80
    found = one(rows, labels)
    assert found[BASE] + found[RED] == pytest.approx(math.log(9), abs=0.4)
    assert found[BASE] + found[BLUE] == pytest.approx(math.log(0.25), abs=0.4)
    assert found == one(rows, labels)


def test_each_answer_has_what_speaks_for_it() -> None:
    found = several([(RED,), (RED, BIG), (BLUE,), (BLUE, BIG)] * 10, ["a", "a", "b", "b"] * 10)
    assert {*found} == {"a", "b"}
    assert found["a"][RED] > 0.5 > abs(found["a"][BIG])
    assert found["b"][BLUE] > 0.5 > found["b"][RED]
