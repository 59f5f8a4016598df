"""What a new edition of the catalogue would lose, and how much of that is too much.

A source that is read from web pages breaks in two ways: a column is no longer found, so that an attribute is gone for
all, or pages are no longer found. Both look like a smaller AWS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from policycheck.library.editions import Edition
from policycheck.library.shards import LEVELS, CatalogueAction, Service

#: An attribute may vanish from this share of its holders, in percent, or from that many, never from all.
ATTRIBUTE_SHARE, ATTRIBUTE_COUNT = 2.0, 5


def _has_level(level: str) -> Callable[[CatalogueAction], object]:
    return lambda action: level in action.levels


_ACTIONS: Mapping[str, Callable[[CatalogueAction], object]] = {
    "access level": lambda action: action.levels,
    **{f"access level {level}": _has_level(level) for level in LEVELS},
    "resource types": lambda action: action.resources,
    "required resource types": lambda action: any(each.required for each in action.resources),
    "condition keys": lambda action: action.condition_keys or any(each.condition_keys for each in action.resources),
    "dependent actions": lambda action: action.dependents,
}

_SERVICES: Mapping[str, Callable[[Service], Mapping[str, object]]] = {
    "resource types, ARN": lambda service: {name: each.arn for name, each in service.resources.items()},
    "resource types, condition keys": lambda service: {
        name: each.condition_keys for name, each in service.resources.items()
    },
    "condition keys, type": lambda service: service.keys,
}


def losses(old: Edition, new: Edition, accept: float) -> list[str]:
    """Sentences, none when nothing of weight is lost. ``accept`` is the percentage of actions that may go."""
    return [*_actions(old, new, accept), *_attributes(old, new)]


def _actions(old: Edition, new: Edition, accept: float) -> Iterator[str]:
    before, after = old.actions(), new.actions()
    gone = [action.name for name, action in before.items() if name not in after]
    share = 100 * len(gone) / max(1, len(before))
    if share > accept:
        services = Counter(name.partition(":")[0] for name in gone).most_common(5)
        most = ", ".join(f"{prefix} {count:,}" for prefix, count in services)
        yield (
            f"{len(gone):,} of {len(before):,} actions are gone ({share:.1f} %, accepted are {accept:g} %), most of "
            f"them from: {most}"
        )


def _attributes(old: Edition, new: Edition) -> Iterator[str]:
    before, after = old.actions(), new.actions()
    for title, value in _ACTIONS.items():
        yield from _lost(title, _values(before, value), _values(after, value))
    for title, values in _SERVICES.items():
        yield from _lost(title, _by_service(old, values), _by_service(new, values))
    yield from _lost("resource control policies", dict.fromkeys(old.rcp, True), _rest(old.rcp, new.rcp))


def _values(actions: Mapping[str, CatalogueAction], value: Callable[[CatalogueAction], object]) -> dict[str, object]:
    return {name: value(action) for name, action in actions.items()}


def _by_service(edition: Edition, values: Callable[[Service], Mapping[str, object]]) -> dict[str, object]:
    services = edition.services.items()
    return {f"{prefix} {name}": value for prefix, service in services for name, value in values(service).items()}


def _rest(old: tuple[str, ...], new: tuple[str, ...]) -> dict[str, object]:
    return {prefix: prefix in new for prefix in old}


def _lost(title: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """A sentence when too many that had a value are still there without it."""
    holders = [name for name, value in before.items() if value and name in after]
    without = [name for name in holders if not after[name]]
    few = max(ATTRIBUTE_COUNT, len(holders) * ATTRIBUTE_SHARE / 100)
    if without and (len(without) == len(holders) or len(without) > few):
        yield f"{title}: {len(without):,} of {len(holders):,} that had them have none now, such as {without[0]}"
