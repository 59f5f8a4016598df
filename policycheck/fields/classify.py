"""Classification of a vendor's field definitions.

First to know wins: the reviewed export, the vendor's profile, the project's own catalog. Nobody: the field stays
unclassified, which is a finding, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from policycheck.library.profiles import Profile
from policycheck.library.taxonomy import NONE, Taxonomy
from policycheck.model.declared import Dataset
from policycheck.model.facts import VendorField

# IPv4 and IPs are words of their own
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?!Pv\d|[A-Z]s(?![a-z]))")
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Classified:
    """``category`` is a taxonomy key, ``none`` (nothing personal), or None (could not be judged).

    ``decided_by``: ``export``, ``profile VENDOR: KEY``, ``catalog DATASET.FIELD``, or empty.
    """

    category: str | None
    form: str
    depth: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class _Known:
    category: str
    depth: str
    place: str


class Classifier:
    """Classifies the fields of one project. ``datasets`` is its catalog; equal names there must agree to count."""

    def __init__(self, taxonomy: Taxonomy, datasets: tuple[Dataset, ...] = ()) -> None:
        self._taxonomy = taxonomy
        self._catalog = _unambiguous(datasets)
        self._keys: dict[str, dict[str, str]] = {}

    def classify(self, field: VendorField, profile: Profile | None) -> Classified:
        """What the field holds. An unstated form is raw, whatever our own data of that name looks like; an unstated
        depth is that of the catalog's field, else the latest value."""
        if self._is_category(field.category):
            return _classified(field, field.category, "export")
        key = self._profile_key(field, profile) if profile else None
        if profile and key:
            return _classified(field, profile.keys[key], f"profile {profile.vendor}: {key}")
        known = next((self._catalog[name] for name in _names(field) if name in self._catalog), None)
        if known:
            return _classified(field, known.category, f"catalog {known.place}", known.depth)
        return _classified(field, None, "")

    def _is_category(self, word: str | None) -> bool:
        return word == NONE or word in self._taxonomy.categories

    def _profile_key(self, field: VendorField, profile: Profile) -> str | None:
        """The key of the profile's map for this field: ``object.path`` before the names of the field alone."""
        if profile.vendor not in self._keys:
            self._keys[profile.vendor] = {normal(key): key for key in profile.keys}
        known = self._keys[profile.vendor]
        names = (normal(f"{field.object}.{field.path}"), *_names(field))
        return next((known[name] for name in names if name in known), None)


def normal(name: str) -> str:
    """A name with letter case and separators evened out: ``lastLoginIp``, ``LAST-LOGIN IP`` -> ``last_login_ip``."""
    return _OTHER.sub("_", _HUMP.sub("_", name).lower()).strip("_")


def _names(field: VendorField) -> tuple[str, ...]:
    """What a field may be known as: its path, the path without a namespace (Amplitude's ``gp:plan``), its label."""
    return (normal(field.path), normal(field.path.rpartition(":")[2]), normal(field.label))


def _classified(field: VendorField, category: str | None, decided_by: str, depth: str = "latest") -> Classified:
    return Classified(category, field.form or "raw", field.depth or depth, decided_by)


def _unambiguous(datasets: Iterable[Dataset]) -> dict[str, _Known]:
    """The catalog's fields by normal name, without those that two datasets read differently."""
    known: dict[str, _Known] = {}
    doubtful: set[str] = set()
    for dataset in datasets:
        told = [(field.name, field.category, field.depth) for field in dataset.fields]
        for name, category, depth in (*told, *((name, NONE, "latest") for name in dataset.plain)):
            new = _Known(category or "", depth, f"{dataset.name}.{name}")
            old = known.setdefault(normal(name), new)
            if (old.category, old.depth) != (new.category, new.depth) or not category:
                doubtful.add(normal(name))
    return {name: entry for name, entry in known.items() if name and name not in doubtful}
