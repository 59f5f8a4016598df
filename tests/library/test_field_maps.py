"""The names of products' fields: what is read of them, and that they say what the labelled fields say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from policycheck.library.data import data_root, read_data
from policycheck.library.field_maps import (
    fields_of,
    known_fields,
    map_ids,
    product_id,
    product_ids,
    products,
)
from policycheck.library.profiles import profile, profile_ids
from policycheck.library.taxonomy import NONE

LABELLED = Path(__file__).parents[1] / "fields" / "labelled"
#: Nobody who writes maps has seen these.
BLIND = tuple(f"held_out_{part}.csv" for part in (7, 8, 9, 10, 11))


def labels() -> list[dict[str, str]]:
    """The labelled fields that are in the maps."""
    found = []
    for file in sorted(LABELLED.glob("*.csv")):
        if file.name not in BLIND:
            with file.open(encoding="utf-8", newline="") as stream:
                found += [row for row in csv.DictReader(stream) if not row["note"].startswith("custom")]
    return found


def test_every_file_is_a_product() -> None:
    assert set(map_ids()) == {path.stem for path in (data_root() / "fields").iterdir()}
    assert set(product_ids()) == {*map_ids(), *profile_ids()}
    assert len(map_ids()) >= 620


def test_a_vendor_without_a_profile_has_a_map() -> None:
    known = known_fields("freshdesk")
    assert known is not None
    assert profile("freshdesk") is None
    assert (known.vendor, known.name, known.kinds, known.builtin) == ("freshdesk", "Freshdesk", (), ())
    assert known.keys["contact.mobile"] == "user.contact.phone_number"
    told = "developers.freshdesk.com/api (from knowledge of the published reference) (written 2026-11-22)"
    assert told in known.sources
    assert known.mapped == known.keys.keys()


def test_a_profile_wins_over_the_map_of_the_same_product() -> None:
    own, known = profile("sendgrid"), known_fields("sendgrid")
    assert own is not None
    assert known is not None
    assert own.keys.items() <= known.keys.items()
    assert own.forms.items() <= known.forms.items()
    more = set(known.keys) - set(own.keys)
    assert more == set(_keys("sendgrid")) - set(own.keys)
    assert more
    assert (known.hosts, known.kinds, known.builtin) == (own.hosts, own.kinds, own.builtin)
    assert not any(known.forms.get(key) for key in own.keys if key not in own.forms)


def _keys(vendor: str) -> list[str]:
    return [key for group in read_data("fields", f"{vendor}.yaml")["keys"].values() for key in group]


@pytest.mark.parametrize(
    ("name", "vendor"),
    [
        ("freshdesk", "freshdesk"),
        ("Re:amaze", "re-amaze"),
        ("Google Analytics", "google-analytics"),
        ("Customer.io", "customerio"),
        ("NEW RELIC", "newrelic"),
        ("Twilio SendGrid", "sendgrid"),
        ("GA4", "google-analytics"),
        ("Stripe, Inc.", "stripe"),
        ("Stripe Inc", "stripe"),
        ("Inc.", ""),
        ("azure-ad", "microsoft-entra"),
        ("nobody-at-all", ""),
        ("", ""),
    ],
)
def test_a_product_is_known_by_its_id_and_by_its_name(name: str, vendor: str) -> None:
    assert product_id(name) == vendor


@pytest.mark.parametrize(
    ("system", "vendor", "found"),
    [("sendgrid", "mail", "sendgrid"), ("freshdesk", "freshdesk", "freshdesk"), ("x", "freshdesk", "freshdesk")],
)
def test_the_system_of_a_profile_names_the_product(system: str, vendor: str, found: str) -> None:
    known = fields_of(system, vendor)
    assert known is not None
    assert known.vendor == found


def test_nothing_is_known_of_a_stranger() -> None:
    assert known_fields("nobody-at-all") is None
    assert fields_of("nowhere", "") is None


def test_products_are_counted() -> None:
    found = {each.vendor: each for each in products()}
    known = known_fields("freshdesk")
    assert known is not None
    one = found["freshdesk"]
    assert (one.name, one.fields) == ("Freshdesk", len(known.keys))
    assert one.personal == sum(category != NONE for category in known.keys.values())
    assert set(found) <= set(product_ids())


def test_the_maps_say_what_the_labelled_fields_say() -> None:
    """Where one of the two is mended, so is the other."""
    aliases = {"Google Analytics 4": "google-analytics", "Mandrill": "mailchimp-transactional"}
    aliases |= {"Salesforce Sales Cloud": "salesforce", "MaxMind minFraud": "maxmind"}
    said = {vendor: read_data("fields", f"{vendor}.yaml")["keys"] for vendor in map_ids()}
    wrong = []
    for row in labels():
        vendor = aliases.get(row["vendor"]) or product_id(row["vendor"])
        facts = [group[row["key_path"]] for group in said[vendor].values() if row["key_path"] in group]
        categories = [fact if isinstance(fact, str) else fact["category"] for fact in facts]
        if categories != [row["category"]]:
            wrong.append((row["vendor"], row["key_path"], row["category"], categories))
    assert wrong == []
