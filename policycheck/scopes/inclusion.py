"""Which scope comes with which, by what a vendor's profile says of its scope language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from policycheck.library.profiles import ScopeData

#: A scope that ends in a level: ``contacts:write``, ``okta.users.manage``, ``Mail/Read``.
_ENDING = re.compile(r"(.*[^A-Za-z0-9])([A-Za-z0-9]+)\Z", re.DOTALL)


def includes(data: ScopeData, wide: str, narrow: str) -> bool:
    """Whether whoever has ``wide`` has ``narrow``: it is the same, or comes with it in any number of steps.

    Letter case counts. What the profile does not say is no inclusion, however alike two names look.
    """
    if wide == narrow or wide in data.unrestricted:
        return True
    if data.joint and (data.joint in wide or data.joint in narrow):
        return _pair(data, wide, narrow)
    for prefix in data.weaker_prefixes:
        if narrow.startswith(prefix):
            return includes(data, wide.removeprefix(prefix), narrow.removeprefix(prefix))
    for suffix in data.weaker_suffixes:
        if narrow.endswith(suffix) and includes(data, wide.removesuffix(suffix), narrow.removesuffix(suffix)):
            return True
    return _within(data, wide, narrow)


def _pair(data: ScopeData, wide: str, narrow: str) -> bool:
    """A permission for a resource: both have to be covered."""
    (what, _, where), (asked, _, place) = wide.partition(data.joint), narrow.partition(data.joint)
    covered = not where or where == place or (bool(place) and fnmatchcase(place, where.replace("[", "[[]")))
    return covered and includes(data, what, asked)


def _within(data: ScopeData, wide: str, narrow: str) -> bool:
    seen, todo = {wide}, [wide]
    while todo:
        for pattern in _with(data, todo.pop()):
            if fnmatchcase(narrow, pattern):
                return True
            found = {each for each in (pattern, *data.includes) if fnmatchcase(each, pattern)} - seen
            seen |= found
            todo += found
    return False


def _with(data: ScopeData, scope: str) -> Iterator[str]:
    """What comes with a scope in one step: the lower levels of the same name, and what it includes."""
    yield from data.includes.get(scope, ())
    match = _ENDING.match(scope)
    if match is not None and match[2] in data.levels:
        yield from (match[1] + level for level in data.levels[: data.levels.index(match[2])])
