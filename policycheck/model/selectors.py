"""Which selectors of an exception name what was found, and which only where it is."""

from __future__ import annotations

from collections.abc import Collection

#: Where something is: whatever is found there later has the same.
PLACES = frozenset({"account", "connector", "dataset", "snapshot", "system", "vendor"})

#: By rule: places that are themselves what is found. A host that nobody claims is a system, a policy whose paper is
#: incomplete a vendor.
_FOUND = {
    "PC108": {"system"},
    "PC501": {"vendor"},
    "PC502": {"vendor"},
    "PC505": {"vendor"},
    "PC601": {"account"},
    "PC602": {"system"},
    "PC603": {"snapshot"},
}


def names(rule: str, selectors: Collection[str]) -> bool:
    """Whether one of the selectors names what a rule finds, so that nothing else that comes later has it too."""
    return bool(set(selectors) - (PLACES - _FOUND.get(rule, set())))
