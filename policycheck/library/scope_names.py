"""Which scopes a system is known to have, for names that somebody wrote.

Of a profile only what is asked is parsed: a policy file names a few systems, and ``validate`` must stay quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

import yaml

from policycheck.library.profile_files import named_systems, profile_name, profile_texts
from policycheck.library.scope_data import ScopeData, scope_data

_DATE = re.compile(r"^date: (\S+)", re.MULTILINE)
_SCOPES = re.compile(r"^scopes:\n(?:[ #\n].*\n?)*", re.MULTILINE)
_ENDING = re.compile(r"(.*[^A-Za-z0-9])([A-Za-z0-9]+)\Z", re.DOTALL)


class ScopeNames:
    """The scopes of one system. ``name`` is the product, ``date`` the day of its profile."""

    __slots__ = ("_known", "data", "date", "name")

    def __init__(self, name: str, date: str, data: ScopeData) -> None:
        self.name = name
        self.date = date
        self.data = data
        with_others = (word for words in data.includes.values() for word in words)
        self._known = frozenset({*data.known, *data.unrestricted, *data.includes, *with_others})

    def has(self, scope: str) -> bool:
        """Whether a scope is a known one, in any of the forms in which it may be written."""
        return any(word in self._known or self._at_another_level(word) for word in self._forms(scope))

    def claims(self, scope: str) -> bool:
        """Whether the profile lists all scopes of this form, so that one that it does not list is none."""
        return any(fnmatchcase(word, pattern) for word in self._forms(scope) for pattern in self.data.complete)

    def nearest(self, scope: str, typing: bool = False) -> str | None:
        """The known scope that may have been meant; ``typing``: only one that is a slip of the finger away."""
        known = sorted(self._known)
        forms = [each.lower() for each in self._forms(scope)]
        slips = [word for word in known if any(_slip(each, word.lower()) for each in forms)]
        if slips or typing:
            return slips[0] if slips else None
        # difflib costs 3 ms to import, and most runs never misspell a word
        from difflib import get_close_matches

        return next(iter(get_close_matches(scope, known, 1)), None)

    def _forms(self, scope: str) -> Iterator[str]:
        """A scope as it is, and without what it is for and what makes it weaker."""
        what = scope.partition(self.data.joint)[0] if self.data.joint else scope
        yield what
        yield from (what.removeprefix(each) for each in self.data.weaker_prefixes if what.startswith(each))
        yield from (what.removesuffix(each) for each in self.data.weaker_suffixes if what.endswith(each))

    def _at_another_level(self, scope: str) -> bool:
        match = _ENDING.match(scope)
        levels = self.data.levels
        return match is not None and match[2] in levels and any(match[1] + level in self._known for level in levels)


@lru_cache(maxsize=64)
def scope_names(system: str) -> ScopeNames | None:
    """The scopes of a system, None where no profile lists any."""
    vendor = named_systems().get(system)
    text = profile_texts()[vendor] if vendor else ""
    part, date = _SCOPES.search(text), _DATE.search(text)
    if vendor is None or part is None:
        return None
    data = scope_data(yaml.load(part[0], yaml.CSafeLoader)["scopes"])
    return ScopeNames(profile_name(vendor)[0], date[1] if date else "", data) if data.known else None


def _slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter that is left out, added or another, or by two that changed places."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    return one[at + 1 :] == other[at + 1 :] or (one[at : at + 2], one[at + 2 :]) == (
        other[at : at + 2][::-1],
        other[at + 2 :],
    )
