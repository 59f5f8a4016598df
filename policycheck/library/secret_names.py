"""Which vendor's key a secret of that name looks like: a hint from the profiles, which identifies nobody."""

from __future__ import annotations

import re
from functools import lru_cache

from policycheck.library.profiles import profile, profile_ids, profile_name

#: Words that say that something is a key.
KEY_WORDS = frozenset(
    {"key", "keys", "apikey", "token", "tokens", "secret", "secrets", "password", "pat", "dsn", "auth", "credentials"}
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def words_of(name: str) -> tuple[str, ...]:
    """``prod/sendgridApiKey`` as ``prod sendgrid api key``."""
    return tuple(_OTHER.sub(" ", _HUMP.sub(" ", name).lower()).split())


def secret_vendor(name: str) -> str | None:
    """The vendor that a name speaks of: the first in it, the one with more words where several begin there."""
    words, known = words_of(name), _names()
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            vendor = known.get(words[start:end])
            if vendor:
                return vendor
    return None


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, ...], str]:
    """The words of each name of a vendor; a profile may say which count, where its name is a word of everyday."""
    found: dict[tuple[str, ...], str] = {}
    for vendor in profile_ids():
        for name in _named(vendor):
            # SendGrid is written as one word and as two.
            for words in (words_of(name), words_of(name.lower()), ("".join(words_of(name)),)):
                found.setdefault(words, vendor)
    return found


def _named(vendor: str) -> tuple[str, ...]:
    name, chosen = profile_name(vendor)
    known = profile(vendor) if chosen else None
    return known.secret_names if known else (vendor, name)
