"""What is known of products' fields, as a table or as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from policycheck.library.field_maps import Product, product
from policycheck.library.profiles import Profile
from policycheck.library.taxonomy import NONE
from policycheck.reports.page import Page
from policycheck.reports.table import table
from policycheck.reports.words import count

_PRODUCTS = ("VENDOR", "PRODUCT", "FIELDS", "ABOUT PEOPLE")
_FIELDS = ("FIELD", "CATEGORY", "FORM", "DEPTH")


def products_text(products: Iterable[Product], stream: TextIO, page: Page, fit: bool) -> None:
    """A line for each product."""
    rows = [(each.vendor, each.name, f"{each.fields:,}", f"{each.personal:,}") for each in products]
    stream.writelines(f"{line}\n" for line in table(_PRODUCTS, rows, page, fit))


def products_json(products: Iterable[Product], stream: TextIO) -> None:
    """One object a line: ``vendor``, ``name``, ``fields`` and ``personal`` (how many), ``sources`` (texts)."""
    stream.writelines(json.dumps(asdict(each)) + "\n" for each in products)


def products_summary(products: Sequence[Product]) -> str:
    """How many there are."""
    fields = sum(each.fields for each in products)
    return f"{count(len(products), 'product')}, {count(fields, 'field')} known by name"


def fields_text(known: Profile, stream: TextIO, page: Page, fit: bool) -> None:
    """A line for each field, in the order of its source."""
    rows = [(row["path"], row["category"], row["form"] or "-", _depth(row["depth"])) for row in _rows(known)]
    stream.writelines(f"{line}\n" for line in table(_FIELDS, rows, page, fit))


def _depth(depth: str | None) -> str:
    """The latest value is what most fields hold."""
    return "-" if depth in (None, "latest") else depth


def fields_json(known: Profile, stream: TextIO) -> None:
    """One object a line: ``path``, ``category``, ``form``, ``depth``, which are null where nothing is personal, and
    ``by``: whether the ``profile`` or the ``field map`` says so."""
    stream.writelines(json.dumps(row) + "\n" for row in _rows(known))


def _rows(known: Profile) -> Iterable[dict[str, Any]]:
    for key, category in known.keys.items():
        personal = category != NONE
        yield {
            "path": key,
            "category": category,
            "form": known.forms.get(key, "raw") if personal else None,
            "depth": known.depths.get(key, "latest") if personal else None,
            "by": "field map" if key in known.mapped else "profile",
        }


def summary(known: Profile) -> str:
    """How many fields hold what, and where that was read."""
    numbers = product(known)
    told = f"{known.name}: {count(numbers.fields, 'field')}, {numbers.personal:,} about people"
    rest = "fields that are not here are left to the generic rules; those that are, were taken from"
    return "\n".join((told, rest, *(f"  {source}" for source in known.sources)))
