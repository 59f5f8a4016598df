"""The labelled fields are whole: without that, a score over them says nothing."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from policycheck.library.data import data_root

HERE = Path(__file__).parent / "labelled"
TAXONOMY = yaml.safe_load((data_root() / "taxonomy.yaml").read_text(encoding="utf-8"))
COLUMNS = ["vendor", "object", "key_path", "type", "sample_value", "category", "form", "source", "note"]
TYPES = {"", "string", "integer", "number", "boolean", "array", "object"}
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
FILES = (
    *("development.csv", "held_out.csv", "held_out_2.csv", "held_out_3.csv", "development_2.csv"),
    *("held_out_4.csv", "held_out_5.csv", "development_3.csv", "development_4.csv", "held_out_6.csv"),
    *("development_5.csv", "held_out_7.csv", "held_out_8.csv", "held_out_9.csv"),
    *("held_out_10.csv", "held_out_11.csv"),
)
#: Of persons' objects alone, as the README says: more is personal, and less of it in other languages.
OF_PERSONS = ("held_out_4.csv", "development_3.csv", "development_4.csv", *FILES[-7:])
LEAST = {
    "user.device.ip_address": 14,
    "user.contact.phone_number": 14,
    "user.contact.email": 18,
    "user.account.username": 10,
    "user.behavior": 18,
}
DOCUMENTATION = ("192.0.2.", "198.51.100.", "203.0.113.")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file, as text."""
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        found = list(reader)
    assert reader.fieldnames == COLUMNS
    return found


def vendors(name: str) -> set[str]:
    """The vendors of one file."""
    return {row["vendor"] for row in rows(name)}


def plain(name: str) -> str:
    """A vendor's name as a profile's file has it, without dashes."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@pytest.fixture(params=FILES)
def labelled(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    """Each file in its turn."""
    return rows(request.param)


def test_every_label_is_a_word_of_the_taxonomy(labelled: list[dict[str, str]]) -> None:
    known = {key for key in TAXONOMY["categories"] if key == "user" or key.startswith("user.")} - set(TAXONOMY["same"])
    assert {row["category"] for row in labelled} - known == {"none"}
    assert {row["form"] for row in labelled} - set(TAXONOMY["forms"]) == {""}
    assert {row["type"] for row in labelled} <= TYPES


def test_only_personal_fields_have_a_form(labelled: list[dict[str, str]]) -> None:
    assert [row for row in labelled if (row["category"] == "none") != (row["form"] == "")] == []


def test_no_row_is_incomplete_or_twice(labelled: list[dict[str, str]]) -> None:
    assert [row for row in labelled if None in row or None in row.values()] == []
    wanted = ("vendor", "object", "key_path", "source")
    assert [row for row in labelled if not all(row[key].strip() for key in wanted)] == []
    times = Counter((row["vendor"], row["key_path"]) for row in labelled)
    assert {key for key, count in times.items() if count > 1} == set()


@pytest.mark.parametrize("labelled", [name for name in FILES if name not in OF_PERSONS], indirect=True)
def test_the_mix_is_that_of_real_schemas(labelled: list[dict[str, str]]) -> None:
    personal = sum(row["category"] != "none" for row in labelled) / len(labelled)
    foreign = [row["note"][7:9] for row in labelled if re.match(r"custom [a-z]{2}\b", row["note"])]
    assert 0.45 <= personal <= 0.55
    assert set(foreign) == {"de", "es", "fr", "pt"}
    assert len(foreign) / len(labelled) <= 0.05


def test_the_files_are_large_enough_and_share_no_vendor() -> None:
    development, held_out = rows("development.csv"), rows("held_out.csv")
    assert len(vendors("development.csv")) >= 17
    assert len(vendors("held_out.csv")) >= 9
    assert len(vendors("development.csv") | vendors("held_out.csv")) >= 25
    assert vendors("development.csv") & vendors("held_out.csv") == set()
    assert len(development) + len(held_out) >= 600
    assert 0.28 <= len(held_out) / (len(development) + len(held_out)) <= 0.38


@pytest.mark.parametrize(
    ("name", "fields", "products"),
    [
        ("held_out_2.csv", 220, 9),
        ("held_out_3.csv", 500, 20),
        ("development_2.csv", 6000, 100),
    ],
)
def test_a_later_part_has_vendors_of_its_own_and_enough_of_each_kind(name: str, fields: int, products: int) -> None:
    found = rows(name)
    assert len(found) >= fields
    assert len(vendors(name)) >= products
    earlier = FILES[: FILES.index(name)]
    assert vendors(name) & {vendor for other in earlier for vendor in vendors(other)} == set()
    counts = Counter(row["category"] for row in found)
    assert {key: counts[key] for key, least in LEAST.items() if counts[key] < least} == {}


@pytest.mark.parametrize(
    ("name", "fields", "products"),
    [
        ("held_out_4.csv", 500, 20),
        ("held_out_6.csv", 600, 25),
        ("held_out_7.csv", 900, 25),
        ("held_out_8.csv", 1000, 25),
        ("held_out_9.csv", 700, 25),
        ("held_out_10.csv", 860, 26),
        ("held_out_11.csv", 860, 26),
    ],
)
def test_a_held_out_part_of_persons_has_vendors_of_its_own(name: str, fields: int, products: int) -> None:
    """Two thirds are personal and its addresses are few, as the README says."""
    others = {vendor for other in FILES if other != name for vendor in vendors(other)}
    assert vendors(name) & others == set()
    assert len(vendors(name)) >= products
    assert len(rows(name)) >= fields


def test_the_third_held_out_part_has_no_vendor_with_a_profile() -> None:
    known = {plain(path.stem) for path in (data_root() / "vendors").glob("*.yaml")}
    assert {plain(vendor) for vendor in vendors("held_out_3.csv")} & known == set()


def test_every_source_is_stated_and_used() -> None:
    text = (HERE / "README.md").read_text(encoding="utf-8").split("## Sources")[1]
    stated = re.findall(r"^\| ([a-z0-9-]+) \|", text, re.MULTILINE)
    used = {row["source"] for name in FILES for row in rows(name)}
    assert sorted(used | {"id"}) == sorted(stated)


def test_values_are_of_nobody(labelled: list[dict[str, str]]) -> None:
    values = [row["sample_value"] for row in labelled]
    addresses = [ip for value in values if not value[:1].isalpha() for ip in IPV4.findall(value)]
    assert addresses
    assert [ip for ip in addresses if not ip.startswith(DOCUMENTATION)] == []
    mailboxes = [value for value in values if re.search(r"\w(?<!type)@(?!N\d\d$)\w", value)]  # ids of Flickr, Open edX
    assert mailboxes
    assert [value for value in mailboxes if not re.search(r"@[a-z0-9.-]+\.example\b", value)] == []
