"""One service of the AWS action catalogue, as values and as the compact JSON that is shipped.

A shard holds names as AWS writes them. An action's row is ``[levels, resource types, key set, dependent actions]``:
levels by their first letters; resource types map a name (with ``!`` when the action requires one) to a key set; a key
set is an index into ``sets``, which has indices into ``keys``. Set 0 is empty; empty ends of a row are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from policycheck.model.dataclass import dataclass

#: AWS's access levels, in the order in which they are told.
LEVELS = ("List", "Read", "Write", "Permissions management", "Tagging")

_LETTERS = {level[0]: level for level in LEVELS}
_REQUIRED = "!"


@dataclass(frozen=True, slots=True)
class ActionResource:
    """A resource type that an action can be limited to; ``condition_keys`` are those that only hold with this type."""

    type: str
    required: bool = False
    condition_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueAction:
    """One action, ``s3:GetObject``. No ``resources``: only ``*`` makes sense as its resource.

    ``dependents`` are actions that a caller needs beside it. ``retired`` is the version of the source that knew the
    action last, empty while AWS lists it.
    """

    name: str
    levels: tuple[str, ...] = ()
    resources: tuple[ActionResource, ...] = ()
    condition_keys: tuple[str, ...] = ()
    dependents: tuple[str, ...] = ()
    retired: str = ""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resource with the format of its ARN, where ``${...}`` stands for what varies; empty: nobody tells."""

    name: str
    arn: str
    condition_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """All that is known of one prefix. Keys of ``actions`` and ``retired`` are the names behind the prefix, as written;
    ``keys`` maps a condition key to its type (``String``, ``ArrayOfString``, ``ARN``, ``Bool`` ...), empty if unknown.
    """

    prefix: str
    name: str
    actions: Mapping[str, CatalogueAction] = field(hash=False)
    resources: Mapping[str, ResourceType] = field(hash=False)
    keys: Mapping[str, str] = field(hash=False)
    retired: Mapping[str, CatalogueAction] = field(hash=False)


class Shard:
    """A service as it was stored; an action becomes a value only when it is asked for."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._prefix: str = raw["prefix"]
        keys = tuple(raw["keys"])
        self._sets = tuple(tuple(keys[number] for number in numbers) for numbers in raw["sets"])

    def action(self, name: str) -> CatalogueAction:
        """The action with this name, written as AWS does. KeyError when the service never had it."""
        row = self._raw["actions"].get(name)
        if row is not None:
            return self._action(name, row)
        retired, row = self._raw["retired"][name]
        return self._action(name, row, retired)

    def resource(self, name: str) -> ResourceType:
        """The resource type with this name. KeyError when there is none."""
        arn, keys = _whole(self._raw["resources"][name], ["", 0])
        return ResourceType(name, arn, self._sets[keys])

    def service(self) -> Service:
        """Everything at once."""
        raw = self._raw
        return Service(
            prefix=self._prefix,
            name=raw["name"],
            actions={name: self.action(name) for name in raw["actions"]},
            resources={name: self.resource(name) for name in raw["resources"]},
            keys=self.keys(),
            retired={name: self.action(name) for name in raw["retired"]},
        )

    def keys(self) -> Mapping[str, str]:
        """The service's condition keys with their types."""
        keys: Mapping[str, str] = self._raw["keys"]
        return keys

    def _action(self, name: str, row: list[Any], retired: str = "") -> CatalogueAction:
        letters, resources, keys, dependents = _whole(row, ["", {}, 0, []])
        return CatalogueAction(
            name=f"{self._prefix}:{name}",
            levels=tuple(_LETTERS[letter] for letter in letters),
            resources=tuple(
                ActionResource(type.removesuffix(_REQUIRED), type.endswith(_REQUIRED), self._sets[number])
                for type, number in resources.items()
            ),
            condition_keys=self._sets[keys],
            dependents=tuple(dependents),
            retired=retired,
        )


class _Sets:
    """Numbers the sets of condition keys, which repeat a lot; 0 is the empty one."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._places = {key: place for place, key in enumerate(keys)}
        self._numbers: dict[tuple[int, ...], int] = {(): 0}

    def number(self, keys: Iterable[str]) -> int:
        places = tuple(sorted(self._places[key] for key in keys))
        return self._numbers.setdefault(places, len(self._numbers))

    def rows(self) -> list[list[int]]:
        return [list(places) for places in self._numbers]


def encode(service: Service) -> str:
    """The text of a shard: one line for each resource type and action, so that a refresh can be read as a diff."""
    sets = _Sets(service.keys)
    sections = {
        "actions": {name: _row(each, sets) for name, each in service.actions.items()},
        "retired": {name: [each.retired, _row(each, sets)] for name, each in service.retired.items()},
        "resources": {
            name: _trimmed([each.arn, sets.number(each.condition_keys)]) for name, each in service.resources.items()
        },
    }
    head = {"prefix": service.prefix, "name": service.name, "keys": service.keys, "sets": sets.rows()}
    return document(head, sections)


def document(head: Mapping[str, object], sections: Mapping[str, Mapping[str, object]]) -> str:
    """Compact JSON with one line for each key of the head and each entry of a section."""
    parts = [f"{_json(key)}:{_json(value)}" for key, value in head.items()]
    parts += [f"{_json(name)}:{{{','.join(_lines(entries))}\n}}" for name, entries in sections.items()]
    return "{" + ",\n".join(parts) + "}\n"


def _lines(entries: Mapping[str, object]) -> Iterator[str]:
    return (f"\n{_json(key)}:{_json(value)}" for key, value in entries.items())


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _row(action: CatalogueAction, sets: _Sets) -> list[Any]:
    resources = {each.type + _REQUIRED * each.required: sets.number(each.condition_keys) for each in action.resources}
    letters = "".join(level[0] for level in action.levels)
    return _trimmed([letters, resources, sets.number(action.condition_keys), list(action.dependents)])


def _whole(row: list[Any], empty: list[Any]) -> list[Any]:
    return row + empty[len(row) :]


def _trimmed(row: list[Any]) -> list[Any]:
    while row and not row[-1]:
        row.pop()
    return row
