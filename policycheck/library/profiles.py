"""Vendor profiles: what is publicly known of a product.

Hints only: nothing here identifies a vendor or allows a field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from policycheck.library.data import read_data


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A field that the product has by itself. ``category`` is a taxonomy key or ``none``; ``note`` names the switch
    that turns its collection off, where there is one."""

    object: str
    path: str
    category: str
    origin: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class ScopeData:
    """The scope language of a system. ``null_means`` is what a credential without a scope list can do:
    ``unrestricted`` or ``unknown``; ``unrestricted`` are scopes that allow everything; ``known`` may be a part only."""

    null_means: str = "unknown"
    unrestricted: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """One product. ``keys`` maps ``object.path`` or ``path``, in the product's own names, to a category or ``none``."""

    vendor: str
    name: str
    kinds: tuple[str, ...]
    systems: tuple[str, ...]
    hosts: tuple[str, ...]
    aws_accounts: tuple[str, ...]
    issuers: tuple[str, ...]
    keys: dict[str, str] = field(hash=False)
    builtin: tuple[ProfileField, ...]
    scopes: ScopeData
    source: str
    date: str


def profile_ids() -> tuple[str, ...]:
    """The vendors that have a profile, sorted."""
    return tuple(sorted(_index()["vendors"]))


@lru_cache(maxsize=512)
def profile(vendor: str) -> Profile | None:
    """The profile of a vendor, None when there is none."""
    file = _index()["vendors"].get(vendor)
    return _profile(vendor, read_data("vendors", file)) if file else None


def profile_of_system(system: str) -> Profile | None:
    """The profile of the vendor whose system this is, None when unknown."""
    vendor = _index()["systems"].get(system)
    return profile(vendor) if vendor else None


def system_vendors() -> dict[str, str]:
    """System -> vendor, for every system that a profile names."""
    return dict(_index()["systems"])


@lru_cache(maxsize=1)
def account_vendors() -> dict[str, str]:
    """AWS account id -> vendor, as vendors publish them: names a stranger, identifies nobody."""
    found = (profile(vendor) for vendor in profile_ids())
    return {account: known.vendor for known in found if known for account in known.aws_accounts}


@lru_cache(maxsize=1)
def _index() -> dict[str, dict[str, str]]:
    index: dict[str, dict[str, str]] = read_data("vendors", "_index.yaml")
    return index


def _profile(vendor: str, raw: Any) -> Profile:
    hints, scopes, sources = raw.get("hints", {}), raw.get("scopes", {}), raw["sources"]
    return Profile(
        vendor=vendor,
        name=raw["name"],
        kinds=tuple(raw["kinds"]),
        systems=tuple(raw["systems"]),
        hosts=tuple(hints.get("hosts", ())),
        aws_accounts=tuple(hints.get("aws_accounts", ())),
        issuers=tuple(hints.get("issuers", ())),
        keys={key: category for keys in raw.get("keys", {}).values() for key, category in keys.items()},
        builtin=tuple(_builtin(row, sources) for row in raw.get("builtin", ())),
        scopes=ScopeData(
            scopes.get("null_means", "unknown"), tuple(scopes.get("unrestricted", ())), tuple(scopes.get("known", ()))
        ),
        source="; ".join(sources.values()),
        date=str(raw["date"]),
    )


def _builtin(row: Any, sources: dict[str, str]) -> ProfileField:
    return ProfileField(
        row["object"], row["path"], row["category"], row["origin"], row.get("note", ""), sources[row["source"]]
    )
