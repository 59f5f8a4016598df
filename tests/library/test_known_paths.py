"""The paths that products agree on: each is found, nothing else is, and the file is what maps and rules make of it."""

from __future__ import annotations

import pytest

from benchmarks.paths import lines
from policycheck.fields.classify import Classified, Classifier
from policycheck.library.data import data_root
from policycheck.library.field_maps import known_fields
from policycheck.library.known_paths import FILE, known_path
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Override
from policycheck.model.places import Location


def _rows() -> list[list[str]]:
    text = data_root().joinpath(FILE).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()]


def test_the_file_is_what_maps_and_rules_make_of_it() -> None:
    assert data_root().joinpath(FILE).read_text("utf-8") == "".join(lines()), "run `python -m benchmarks.paths`"


def test_every_path_is_found() -> None:
    rows = _rows()
    chosen = [*rows[:3], *rows[:: len(rows) // 200], *rows[-3:]]
    assert [known_path(tuple(path.split("."))) for path, _, _ in chosen] == [(c, vendor) for _, c, vendor in chosen]


@pytest.mark.parametrize("path", ["", "email", "a.a", "zzz.zzz", "user.flurb", "a2p_send_sms_request"])
def test_other_paths_are_not(path: str) -> None:
    assert known_path(tuple(path.split("."))) is None


def _name(path: str, object: str = "", **more: object) -> Classified:
    return Classifier(load_taxonomy(), unnamed=True, **more).name(path, object)  # type: ignore[arg-type]


def test_a_field_of_no_vendor_is_known_by_its_whole_path() -> None:
    path, category, vendor = next(row for row in _rows() if row[1] == "user.unique_id" and row[0].count(".") > 1)
    said = _name(path)
    assert (said.category, said.rule, said.confidence) == (category, f"profile:{vendor}:{path}", 0.8)
    assert said.why == f"`{path}` in the field map of {vendor}"
    first, _, rest = path.partition(".")
    assert _name(rest, first).category == category
    assert Classifier(load_taxonomy()).name(path).rule != said.rule
    known = known_fields("freshdesk")
    assert known is not None
    assert not Classifier(load_taxonomy(), unnamed=True).name(path, profile=known).rule.startswith(f"profile:{vendor}")


def test_what_people_decided_wins() -> None:
    path = next(row for row in _rows() if row[1] == "user.unique_id")[0]
    mine = Override(path, "user.name", Location("o.yaml", 1))
    assert _name(path, overrides=(mine,)).category == "user.name"


def test_an_address_is_not_said_to_be_nothing_for_another_products_sake() -> None:
    plain = Classifier(load_taxonomy())
    none = [path for path, category, _ in _rows() if category == "none"]
    path = next(path for path in none if plain.name(path).category == "user.contact.email")
    assert _name(path).category == "user.contact.email"
