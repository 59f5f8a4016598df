"""What words weigh where no rule decides: small weights, so that each answer can be worked out by hand."""

from __future__ import annotations

import pytest

from policycheck.fields.judge import Judge, Judged
from policycheck.fields.weighing import SAY
from policycheck.library.classification import load_rules, rule_book
from policycheck.library.taxonomy import NONE, load_taxonomy
from policycheck.library.weights import load_weights, weights

BOOK = rule_book(
    {
        "version": "1",
        "owners": {"person": "user, member", "thing": "campaign"},
        "types": {"integer": "int"},
        "fits": {"user.behavior": {"never": "boolean"}},
        "rules": [
            {"id": "email", "names": "email", "category": "user.contact.email", "confidence": "0.97"},
            {"id": "mail", "names": "mail", "category": "user.contact.email", "confidence": "0.7"},
            {"id": "maybe", "names": "nick", "category": "user.name", "confidence": "0.4"},
            {"id": "state", "names": "state", "category": "none", "confidence": "0.6"},
            {"id": "id", "names": "id", "category": "none", "confidence": "0.96"},
            {"id": "flag", "names": "rested", "category": "none", "confidence": "0.6"},
            {"id": "walk", "names": "walk", "category": "user.behavior", "confidence": "0.7"},
            {"id": "run", "names": "run", "category": "user.behavior", "confidence": "0.9"},
        ],
    }
)
WEIGHTS = weights(
    {
        "base": "-10",
        "personal": {
            "name": "mood 9, streak 15, state 9, mail -9, nick 9, id 90, colour -3, rested 8, walk -4, run -4",
            "end": "streak 5",
            "before": "game 4, campaign -60, crew 4",
            "of": "person 12",
            "among": "person 3",
            "value": "integer 2, unknown 1",
            "pair": "user+rested 6",
            "part": "sky+rested -20",
            "whose": "person+rested 3",
            "kind": "boolean+rested -4",
        },
        "start": "user.behavior -10, user.demographic.profile -12",
        "categories": {
            "user.behavior": {"name": "streak 30", "before": "game 8"},
            "user.demographic.profile": {"name": "mood 30, state 9, rested 30"},
        },
    }
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """By the small book and weights."""
    return Judge(BOOK, WEIGHTS)


@pytest.mark.parametrize(
    ("path", "type", "expected"),
    [
        # -10 + 15 + 5 + 12 + 3 + 1: 2.6 to 1 as log odds, and a category that a word speaks for.
        ("user.streak", "", ("user.behavior", 0.75, "learned", "`streak`, `person`: as in")),
        ("user.streak", "int", ("user.behavior", 0.75, "learned", "`streak`, `person`: as in")),
        ("user.mood", "", ("user.demographic.profile", 0.75, "learned", "`person`, `mood`: as in")),
        # A rule that says `none` is overruled where the words speak for a person: -10 + 8 + 12 + 3 + 1 + 6 + 3.
        ("user.rested", "", ("user.demographic.profile", 0.75, "learned", "`person`, `rested`: as in")),
        ("user.sky_rested", "", (NONE, 0.6, "flag", "")),
        ("campaign.rested", "", (NONE, 0.6, "flag", "")),
        ("user.rested", "boolean", ("user.demographic.profile", 0.75, "learned", "`person`, `rested`: as in")),
        ("user.state", "", ("user.demographic.profile", 0.75, "learned", "`person`, `state`: as in")),
        ("state", "", (NONE, 0.6, "state", "")),
        # ... unless no word tells what it holds.
        ("user.id", "", (NONE, 0.96, "id", "")),
        ("campaign.mail", "", ("user.contact.email", 0.7, "mail", "")),
        # A rule that is not sure is doubted where they say the opposite: -10 - 4 - 60 + 1, and -10 - 4 + 4 + 1.
        ("campaign.walk", "", (None, 0.7, "walk", "")),
        ("crew.walk", "", ("user.behavior", 0.63, "walk", "")),
        ("campaign.run", "", ("user.behavior", 0.9, "run", "")),
        # A doubtful rule that the words speak for is right.
        ("user.nick", "", ("user.name", 0.75, "learned", "`person`, `nick`: as in")),
        # Words that nobody knows stay so, whoever has them; so does one that speaks for no category.
        ("user.flurb", "", (None, 0.0, "", "")),
        ("streak.flurb", "", (None, 0.0, "", "")),
        ("user.colour", "", (None, 0.0, "", "")),
        # What a category never is.
        ("user.streak", "boolean", (None, 0.0, "", "")),
        ("colour", "", (None, 0.0, "", "")),
    ],
)
def test_words_decide_where_rules_do_not(
    judge: Judge, path: str, type: str, expected: tuple[str | None, float, str, str]
) -> None:
    found = judge.judge(path, type=type)
    category, confidence, rule, why = expected
    assert (found.category, found.confidence, found.rule) == (category, confidence, rule)
    assert found.why.startswith(why)


def test_without_weights_rules_decide_alone() -> None:
    assert Judge(BOOK).judge("user.streak") == Judged(None)


def test_the_shipped_weights_are_of_the_taxonomy_and_of_words_that_names_can_have() -> None:
    found, taxonomy = load_weights(), load_taxonomy()
    assert {*found.categories} == {*found.start} <= {*taxonomy.categories}
    assert {*found.personal} == {"end", "name", "before", "of", "among", "value", "pair", "part", "whose", "kind"}
    owners = {*load_rules().owners, "nobody"}
    assert {*found.personal["of"], *found.personal["among"]} <= owners
    assert found.base < SAY


def test_the_shipped_weights_do_not_touch_names_that_tell_nothing() -> None:
    judge = Judge(load_rules(), load_weights())
    said = {path: judge.judge(path).category for path in ("flurb", "user.flurb", "cf_17", "campaign.flurb", "x")}
    assert {path: category for path, category in said.items() if category not in (None, NONE)} == {}
