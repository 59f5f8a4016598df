"""Logistic regression: it finds odds that are known, tells what speaks for what, and is the same each time."""

from __future__ import annotations

import math

import pytest

from benchmarks.descent import BASE, one, scaled, several

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


def test_totals_are_scaled_and_each_key_adds_what_it_is_worth() -> None:
    # Totals say 4 where the odds are 2 in log odds, and ``late`` is a false alarm more often than ``early``.
    keys, totals, labels = [], [], []
    for key, shift in (("early", 0.5), ("late", -0.5)):
        for total in (-4.0, 0.0, 4.0):
            share = round(1000 / (1 + math.exp(-(total / 2 + shift))))
            keys += [key] * 1000
            totals += [total] * 1000
            labels += [True] * share + [False] * (1000 - share)
    scale, added = scaled(totals, keys, labels)
    assert scale == pytest.approx(0.5, abs=0.02)
    assert added == {"early": pytest.approx(0.5, abs=0.05), "late": pytest.approx(-0.5, abs=0.05)}


def test_nothing_to_scale_leaves_totals_as_they_are() -> None:
    assert scaled([], [], []) == (1.0, {})
