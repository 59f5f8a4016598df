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
