"""The scope language of a system, as its profile tells it; apart from profiles, which cost more to import."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ScopeData:
    """The scope language of a system. ``known`` may be a part only; ``complete`` are patterns of scopes, of which it
    has all.

    ``null_means`` is what a credential without a scope list can do: ``unrestricted``, ``nothing`` or ``unknown``.
    ``unrestricted`` are scopes that allow everything. ``includes`` has, for a scope, those that come with it, directly;
    ``*`` stands for any text in the latter. ``levels`` run from narrow to wide: of two scopes that differ in such a
    last part only, the wider includes the narrower. What begins with one of ``weaker_prefixes`` or ends with one of
    ``weaker_suffixes`` comes with the same without it. ``joint`` stands between a permission and what it
    is for; a permission alone is for all, ``*`` in what it is for is any text. ``reaches`` tells which personal data
    a scope opens; ``*`` as above.
    """

    null_means: str = "unknown"
    unrestricted: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    includes: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    levels: tuple[str, ...] = ()
    weaker_prefixes: tuple[str, ...] = ()
    weaker_suffixes: tuple[str, ...] = ()
    joint: str = ""
    reaches: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    source: str = ""
    complete: tuple[str, ...] = ()


def scope_data(raw: Any, source: str = "") -> ScopeData:
    """What stands under ``scopes`` of a profile; ``source`` is where it was read."""
    return ScopeData(
        null_means=raw.get("null_means", "unknown"),
        unrestricted=tuple(raw.get("unrestricted", ())),
        known=tuple(raw.get("known", ())),
        includes={scope: tuple(items) for scope, items in raw.get("includes", {}).items()},
        levels=tuple(raw.get("levels", ())),
        weaker_prefixes=tuple(raw.get("weaker_prefixes", ())),
        weaker_suffixes=tuple(raw.get("weaker_suffixes", ())),
        joint=raw.get("joint", ""),
        reaches={scope: tuple(items) for scope, items in raw.get("reaches", {}).items()},
        source=source,
        complete=tuple(raw.get("complete", ())),
    )
