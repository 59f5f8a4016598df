"""Learning: the same fields teach the same, what they teach is a file that loads, and it speaks for what was seen."""

from __future__ import annotations

import yaml

from benchmarks.labelled import LABELLED
from benchmarks.learn import TOLD, Example, blind_vendors, examples, learn, learned, mapped, written
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


def test_products_of_blind_parts_can_be_left_out() -> None:
    blind = blind_vendors()
    assert len(blind) > 120
    found = mapped(blind)
    vendors = {each.vendor for each in found}
    assert len(found) > 40_000
    assert {"stripe", "hubspot"} <= vendors
    assert vendors & blind == set()


def test_all_maps_teach() -> None:
    found = mapped()
    assert len(found) > 100_000
    assert blind_vendors() <= {each.vendor for each in found} | {"newrelic"}


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


def test_the_same_fields_teach_the_same() -> None:
    file = LABELLED / "held_out_2.csv"
    assert learned([file]) == learned([file])
