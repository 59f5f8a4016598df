"""Which vendor a name speaks of (of a secret, a user, a key): a hint, which identifies nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from policycheck.library.profiles import profile, profile_ids, profile_name

#: Words that say that something is a key.
KEY_WORDS = frozenset(
    {"key", "keys", "apikey", "token", "tokens", "secret", "secrets", "password", "pat", "dsn", "auth", "credentials"}
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")

#: The words of a vendor's name, one after the other, and the vendor.
Names = Mapping[tuple[str, ...], str]
_NO_NAMES: Names = MappingProxyType({})


def words_of(name: str) -> tuple[str, ...]:
    """``prod/sendgridApiKey`` as ``prod sendgrid api key``."""
    return tuple(_OTHER.sub(" ", _HUMP.sub(" ", name).lower()).split())


def secret_vendor(name: str, own: Names = _NO_NAMES) -> str | None:
    """The vendor that a name speaks of: the first in it, the one with more words where several begin there. ``own``
    are the names that a project gives to its vendors; they win over those of profiles."""
    words, known = words_of(name), _names()
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            vendor = own.get(words[start:end]) or known.get(words[start:end])
            if vendor:
                return vendor
    return None


def names_of(vendors: Iterable[tuple[str, str]]) -> Names:
    """The names of vendors, each given by its id and its name; a profile may say which count instead."""
    found: dict[tuple[str, ...], str] = {}
    for vendor, called in vendors:
        chosen = profile_name(vendor)[1] if vendor in profile_ids() else False
        for name in () if chosen else (vendor, called):
            for words in filter(all, _spellings(name)):
                found.setdefault(words, vendor)
    return found


@lru_cache(maxsize=1)
def _names() -> Names:
    """The words of each name of a vendor; a profile may say which count, where its name is a word of everyday."""
    found: dict[tuple[str, ...], str] = {}
    for vendor in profile_ids():
        for name in _named(vendor):
            for words in _spellings(name):
                found.setdefault(words, vendor)
    return found


def _spellings(name: str) -> Iterator[tuple[str, ...]]:
    # SendGrid is written as one word and as two.
    yield from (words_of(name), words_of(name.lower()), ("".join(words_of(name)),))


def _named(vendor: str) -> tuple[str, ...]:
    name, chosen = profile_name(vendor)
    known = profile(vendor) if chosen else None
    return known.secret_names if known else (vendor, name)
