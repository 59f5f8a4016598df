"""Field maps: the exact names of a product's fields and what each holds, one file each under ``policies/fields/``.

The file's name is the vendor. A map may be of a product that has a profile; then what the profile says wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from policycheck.library.data import data_root, read_texts
from policycheck.library.profiles import Profile, build, profile, profile_ids, profile_name, profile_of_system
from policycheck.library.taxonomy import NONE
from policycheck.model.dataclass import dataclass

_OTHER = re.compile(r"[^a-z0-9]+")
_COMPANY = re.compile(r",? (?:inc|llc|ltd|gmbh|corp)\.?$")


def map_ids() -> tuple[str, ...]:
    """The vendors that have a field map of their own, sorted: one file each."""
    return tuple(sorted(_files()))


@lru_cache(maxsize=1)
def product_ids() -> tuple[str, ...]:
    """The vendors of which fields are known, by a profile or a field map, sorted."""
    return tuple(sorted({*_files(), *profile_ids()}))


@lru_cache(maxsize=512)
def known_fields(vendor: str) -> Profile | None:
    """The profile of a vendor, by its id or its name, with its field map in it; a profile of nothing else where it has
    only a map. None when it has neither."""
    vendor = product_id(vendor)
    known = profile(vendor)
    if vendor not in _files():
        return known
    mapped = _mapped(vendor)
    return _joined(known, mapped) if known else mapped


def fields_of(system: str, vendor: str) -> Profile | None:
    """What is known of the fields in a system: of the product that a profile says it is, else of its vendor."""
    known = profile_of_system(system)
    return known_fields(known.vendor if known else vendor)


def product_id(name: str) -> str:
    """The vendor that a person means: by its id, its name, or another name that people use (``policies/names.yaml``),
    which may differ in letter case and separators; "" when fields of no such vendor are known."""
    if name in product_ids():
        return name
    plain = plain_name(name)
    return _spelled().get(plain) or _also().get(plain, "")


def plain_name(name: str) -> str:
    """A name as names are compared: letters and digits, in lower case, without the form of a company."""
    return _OTHER.sub("", _COMPANY.sub("", name.lower()))


def _mapped(vendor: str) -> Profile:
    raw: Any = read_texts("fields", f"{vendor}.yaml")
    found = build(vendor, {"kinds": [], **raw})
    told = tuple(f"{entry} (written {raw['date']})" for entry in raw["sources"].values())
    return replace(found, sources=told, mapped=frozenset(found.keys))


@lru_cache(maxsize=1)
def _files() -> frozenset[str]:
    return frozenset(path.stem for path in (data_root() / "fields").glob("*.yaml"))


@lru_cache(maxsize=1)
def _spelled() -> dict[str, str]:
    names = {plain_name(profile_name(vendor)[0]): vendor for vendor in profile_ids()}
    return names | {plain_name(vendor): vendor for vendor in product_ids()}


@lru_cache(maxsize=1)
def _also() -> dict[str, str]:
    raw: dict[str, list[str]] = read_texts("names.yaml")["also"]
    return {plain_name(name): vendor for vendor, names in raw.items() for name in names}


def _joined(known: Profile, mapped: Profile) -> Profile:
    return replace(
        known,
        keys={**mapped.keys, **known.keys},
        forms={**{key: form for key, form in mapped.forms.items() if key not in known.keys}, **known.forms},
        depths={**{key: depth for key, depth in mapped.depths.items() if key not in known.keys}, **known.depths},
        sources=tuple(dict.fromkeys((*known.sources, *mapped.sources))),
        mapped=mapped.mapped - known.keys.keys(),
        wrappers=tuple(dict.fromkeys((*known.wrappers, *mapped.wrappers))),
    )


@dataclass(frozen=True, slots=True)
class Product:
    """A product of which fields are known: how many names, how many of them hold something about people, and where
    they were read."""

    vendor: str
    name: str
    fields: int
    personal: int
    sources: tuple[str, ...] = ()


def product(known: Profile) -> Product:
    """A product in numbers."""
    personal = sum(category != NONE for category in known.keys.values())
    return Product(known.vendor, known.name, len(known.keys), personal, known.sources)


def products() -> Iterator[Product]:
    """Every product of which fields are known, by its id."""
    every = (known_fields(vendor) for vendor in product_ids())
    return (product(known) for known in every if known is not None and known.keys)
