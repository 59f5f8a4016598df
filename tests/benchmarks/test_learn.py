"""Learning: the same fields teach the same, what they teach is a file that loads, and it speaks for what was seen."""

from __future__ import annotations

import yaml

from benchmarks.labelled import LABELLED
from benchmarks.learn import TOLD, Example, examples, learn, learned, written
from policycheck.library.weights import weights


def _fields() -> list[Example]:
    good = [Example("a", "user.behavior", (("end", "streak"), ("name", "streak"))) for _ in range(8)]
    other = [Example("d", "user.workplace", (("end", "desk"), ("name", "desk"))) for _ in range(8)]
    third = [Example("e", "user.financial", (("end", "debt"), ("name", "debt"))) for _ in range(8)]
    bad = [Example("b", "none", (("end", "colour"), ("name", "colour"))) for _ in range(8)]
    return [*good, *other, *third, *bad, Example("c", "user.contact.email", (("end", "mail"), ("name", "mail")))]


def test_what_is_learned_is_what_was_seen() -> None:
    found = weights(learn(_fields()))
    assert found.personal["name"]["streak"] > 0 > found.personal["name"]["colour"]
    assert {*found.categories} == {"user.behavior", "user.financial", "user.workplace"}


def test_how_far_rules_can_be_doubted_is_learned_from_fields_they_were_not_mended_with() -> None:
    seen = (("end", "streak"), ("name", "streak"))
    doubted = [Example(f"v{at}", "user.behavior", seen, "often-wrong", True) for at in range(30)]
    trusted = [Example(f"v{at}", "none", seen, "right", True) for at in range(30)]
    few = [Example(f"v{at}", "user.behavior", seen, "seldom", True) for at in range(5)]
    mended = [Example("w", "user.behavior", seen, "mended") for _ in range(30)]
    found = weights(learn([*_fields(), *doubted, *trusted, *few, *mended]))
    assert {*found.said} == {"often-wrong", "right"}
    assert found.said["often-wrong"] > 0 > found.said["right"]


def test_the_file_says_what_was_learned() -> None:
    found = learn(_fields())
    text = written(found, TOLD)
    assert weights(yaml.load(text, yaml.BaseLoader)) == weights(found)
    assert text.startswith("# What words weigh")


def test_fields_of_files_are_read_as_names_are() -> None:
    fields = examples([LABELLED / "held_out.csv"])
    assert len(fields) > 500
    places = {"end", "name", "before", "of", "among", "value", "pair", "part", "whose", "kind"}
    assert {place for each in fields for place, _ in each.seen} == places
    assert {each.unmended for each in fields} == {False}
    assert {"", "nothing", "record-id"} <= {each.said for each in fields}


def test_the_same_fields_teach_the_same() -> None:
    file = LABELLED / "held_out_2.csv"
    assert learned([file]) == learned([file])
