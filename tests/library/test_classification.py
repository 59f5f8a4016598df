"""The shipped rules are right, and what is wrong in rules is told with its place."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.library.classification import FILE, load_rules, rule_book
from policycheck.library.classification_check import problems
from policycheck.library.data import read_data

RIGHT: dict[str, Any] = {
    "version": "1",
    "owners": {"person": "user, customer"},
    "rules": [{"id": "a", "names": "email, e mail", "category": "user.contact.email", "of": "person, nobody"}],
}


def test_the_shipped_rules_are_right() -> None:
    assert problems(read_data(FILE)) == ()


def test_every_shipped_rule_can_decide() -> None:
    assert [rule.id for rule in load_rules().rules if not rule.names] == []


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"rulez": []}, ("rulez",), "unknown key `rulez`"),
        ({"rules": [{"id": "a", "names": "x"}]}, ("rules", 0), "a rule needs `category`"),
        (
            {"rules": [{"id": "a", "names": "x", "category": "user.contact.emial"}]},
            ("rules", 0, "category"), "unknown category `user.contact.emial`",
        ),
        (
            {"rules": [{"id": "a", "names": "x", "category": "none"}] * 2},
            ("rules", 1, "id"), "the id `a` is taken",
        ),
        (
            {"rules": [{"id": "a", "names": "x", "category": "none", "confidence": 2}]},
            ("rules", 0, "confidence"), "`confidence` lies between 0 and 1",
        ),
        (
            {"rules": [{"id": "a", "names": "x", "category": "none", "of": "persons"}]},
            ("rules", 0, "of"), "unknown kind of owner `persons`",
        ),
        (
            {"rules": [{"id": "a", "names": "x", "category": "none", "within": "@thing"}]},
            ("rules", 0, "within"), "unknown kind of owner `thing`",
        ),
        (
            {"rules": [{"id": "a", "names": "x", "category": "none", "types": "varchar"}]},
            ("rules", 0, "types"), "unknown kind of value `varchar`",
        ),
        ({"forms": [{"form": "hash", "words": "md5"}]}, ("forms", 0, "form"), "unknown form `hash`"),
        ({"fits": {"user.x": {}}}, ("fits", "user.x"), "unknown category `user.x`"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(change: dict[str, Any], path: tuple[str | int, ...], message: str) -> None:
    (found,) = problems({**RIGHT, **change})
    assert (found.path, found.message) == (path, message)
    assert found.help


def test_what_is_no_file_of_rules() -> None:
    assert [each.message for each in problems([])] == ["a file of rules is a mapping"]
    assert [each.message for each in problems({})] == ["the file has no `version`"]


def test_a_right_file() -> None:
    assert problems(RIGHT) == ()
    (rule,) = rule_book(RIGHT).rules
    assert (rule.names, rule.of) == ((("email",), ("e", "mail")), frozenset({"person", "nobody"}))
