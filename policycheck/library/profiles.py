"""Vendor profiles: what is publicly known of a product, one file each under ``policies/vendors/``.

The file's name is the vendor; nothing else registers it. Hints only: nothing here identifies a vendor or allows
a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import lru_cache
from typing import Any

from policycheck.library.data import read_data, source_line
from policycheck.library.profile_files import profile_name as profile_name
from policycheck.library.profile_files import profile_texts as profile_texts
from policycheck.library.scope_data import ScopeData as ScopeData
from policycheck.library.scope_data import scope_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A field that the product has by itself. ``category`` is a taxonomy key; ``switch`` tells how its collection is
    turned off, empty where that is not known; ``source`` is where the fact was read, and when. ``by_default``: it is
    filled unless the switch is used, not only after it was."""

    object: str
    path: str
    category: str
    origin: str
    form: str
    depth: str
    switch: str
    source: str
    by_default: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """One product. ``keys`` maps ``object.path`` or ``path``, in the product's own names, to a category or ``none``;
    ``forms`` and ``depths`` have those keys whose values are not raw, or not the latest only. ``wrappers`` are parts of
    paths that only wrap an object, such as ``data``. ``secret_names`` are the names of secrets that speak of the
    product where its own name does not, as it is an everyday word. ``told`` has kind, value and source of each entry
    under ``recognise``. ``mapped`` are the keys that only a field map has."""

    vendor: str
    name: str
    kinds: tuple[str, ...]
    systems: tuple[str, ...]
    hosts: tuple[str, ...]
    aws_accounts: tuple[str, ...]
    issuers: tuple[str, ...]
    keys: dict[str, str] = field(hash=False)
    forms: dict[str, str] = field(hash=False)
    depths: dict[str, str] = field(hash=False)
    builtin: tuple[ProfileField, ...]
    scopes: ScopeData
    sources: tuple[str, ...]
    date: str
    wrappers: tuple[str, ...] = ()
    secret_names: tuple[str, ...] = ()
    oauth_apps: tuple[str, ...] = ()
    told: tuple[tuple[str, str, str], ...] = ()
    mapped: frozenset[str] = frozenset()

    def published(self, seen: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """Where the vendor publishes the ``recognise`` entries in ``seen`` (pairs of kind and value), a line each."""
        wanted = set(seen)
        return tuple(f"{value}: {source}" for kind, value, source in self.told if (kind, value) in wanted)


def profile_ids() -> tuple[str, ...]:
    """The vendors that have a profile, sorted: one file each."""
    return tuple(profile_texts())


@lru_cache(maxsize=512)
def profile(vendor: str) -> Profile | None:
    """The profile of a vendor, None when there is none."""
    return build(vendor, read_data("vendors", f"{vendor}.yaml")) if vendor in profile_texts() else None


def profile_of_system(system: str) -> Profile | None:
    """The profile of the vendor whose system this is, None when unknown."""
    vendor = system_vendors().get(system)
    return profile(vendor) if vendor else None


def system_vendors() -> dict[str, str]:
    """System -> vendor, for every system that a profile names; a profile that names none has one, called like it."""
    named = {known.vendor: known.systems for known in _mentioning("systems")}
    return {system: vendor for vendor in profile_texts() for system in named.get(vendor, (vendor,))}


@lru_cache(maxsize=1)
def account_vendors() -> dict[str, str]:
    """AWS account id -> vendor, as vendors publish them: names a stranger, identifies nobody."""
    return {account: known.vendor for known in _mentioning("aws_accounts") for account in known.aws_accounts}


@lru_cache(maxsize=1)
def issuer_vendors() -> dict[str, str]:
    """OIDC issuer (host and path) -> vendor, as vendors publish them: names a stranger, identifies nobody."""
    known = _mentioning("issuers:")
    return {name.removeprefix("https://").rstrip("/").lower(): each.vendor for each in known for name in each.issuers}


@lru_cache(maxsize=1)
def app_vendors() -> dict[str, str]:
    """Id of an app in another system -> vendor, as vendors publish them: names a stranger, identifies nobody."""
    return {app: known.vendor for known in _mentioning("oauth_apps:") for app in known.oauth_apps}


def app_vendor(*names: str) -> tuple[str, str]:
    """The vendor that publishes an app under one of its names, and that name; ("", "") when none does.

    An installation at GitHub has an id of its own: there, the app is known by its slug, which is its name.
    """
    return next(((app_vendors()[name], name) for name in names if name in app_vendors()), ("", ""))


def host_vendor(host: str) -> str | None:
    """The vendor whose profile has this host or a domain above it, None when none has. Names, identifies nobody."""
    labels = host.lower().rstrip(".").split(".")
    for start in range(len(labels) - 1):
        name = ".".join(labels[start:])
        for known in _mentioning(name):
            if name in known.hosts:
                return known.vendor
    return None


def _mentioning(word: str) -> Iterator[Profile]:
    """The profiles whose files hold a word: the others are not worth parsing."""
    for vendor, text in profile_texts().items():
        found = profile(vendor) if word in text else None
        if found:
            yield found


def build(vendor: str, raw: Any) -> Profile:
    """The profile in the content of a file, which `validate --library` has found right."""
    sources = {id: source_line(entry, str(raw["date"])) for id, entry in raw["sources"].items()}
    builtin = tuple(_builtin(raw, sources))
    keys = [(key, _fact(value)) for group in raw.get("keys", {}).values() for key, value in group.items()]
    keys += [(f"{each.object}.{each.path}", (each.category, each.form, each.depth)) for each in builtin]
    return Profile(
        vendor=vendor,
        name=raw["name"],
        kinds=tuple(raw["kinds"]),
        systems=tuple(raw.get("systems", (vendor,))),
        hosts=_recognised(raw, "hosts"),
        aws_accounts=_recognised(raw, "aws_accounts"),
        issuers=_recognised(raw, "issuers"),
        keys={key: category for key, (category, _, _) in keys},
        forms={key: form for key, (_, form, _) in keys if form != "raw"},
        depths={key: depth for key, (_, _, depth) in keys if depth != "latest"},
        builtin=builtin,
        scopes=scope_data(raw["scopes"], sources[raw["scopes"]["source"]]) if "scopes" in raw else ScopeData(),
        sources=tuple(sources.values()),
        date=str(raw["date"]),
        wrappers=tuple(raw.get("wrappers", ())),
        secret_names=tuple(raw.get("secret_names", ())),
        oauth_apps=_recognised(raw, "oauth_apps"),
        told=tuple(_told(raw, sources)),
    )


def _recognised(raw: Any, what: str) -> tuple[str, ...]:
    return tuple(item for items in raw.get("recognise", {}).get(what, {}).values() for item in items)


def _told(raw: Any, sources: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for kind, groups in raw.get("recognise", {}).items():
        yield from ((kind, value, sources[source]) for source, values in groups.items() for value in values)


def _fact(value: Any) -> tuple[str, str, str]:
    """Category, form and depth; a category alone stands for its latest raw value."""
    if isinstance(value, str):
        return value, "raw", "latest"
    return value["category"], value.get("form", "raw"), value.get("depth", "latest")


def _builtin(raw: Any, sources: dict[str, str]) -> Iterator[ProfileField]:
    switches = raw.get("switches", {})
    for source, group in raw.get("builtin", {}).items():
        for key, value in group.items():
            more = {} if isinstance(value, str) else value
            thing, _, path = key.partition(".")
            category, form, depth = _fact(value)
            switch = switches[more["switch"]] if "switch" in more else {"how": ""}
            on = switch.get("initially") != "disabled"
            yield ProfileField(
                thing, path, category, more.get("origin", "sent"), form, depth, switch["how"], sources[source], on
            )
