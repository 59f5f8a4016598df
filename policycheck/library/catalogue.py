"""The AWS action catalogue: what AWS lists today, read service by service as it is asked for.

It explains and classifies; it never hides access: an action that it does not know is unknown, not absent.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policycheck.library.data import data_root
from policycheck.model.dataclass import dataclass

if TYPE_CHECKING:
    from policycheck.library.shards import CatalogueAction, ResourceType, Service, Shard

INDEX = "_index.json"

_WILD = re.compile(r"[*?]")


def directory() -> Path:
    """Where the shipped catalogue lies."""
    return data_root() / "aws" / "catalogue"


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The shipped catalogue; its services are read when they are named."""
    return Catalogue(directory())


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of a service's actions, retired ones too; both in the order of ``lower``."""

    lower: tuple[str, ...]
    written: tuple[str, ...]

    def find(self, name: str) -> str | None:
        """The name as AWS writes it; ``name`` is in lower case."""
        place = bisect_left(self.lower, name)
        return self.written[place] if place < len(self.lower) and self.lower[place] == name else None

    def matching(self, pattern: str) -> tuple[str, ...]:
        """The names that a pattern in lower case matches: those between the bounds of its literal head, held against
        the rest unless that is a lone ``*``."""
        head, tail = _split(pattern)
        if not tail:
            found = self.find(pattern)
            return (found,) if found else ()
        first = bisect_left(self.lower, head)
        last = bisect_left(self.lower, head + "\uffff", first)
        if tail == "*":
            return self.written[first:last]
        fits = _glob(tail).fullmatch
        return tuple(self.written[place] for place in range(first, last) if fits(self.lower[place], len(head)))


class Catalogue:
    """All actions that AWS lists, and those that it listed once. Names are found in any letter case."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        index = _load(directory / INDEX)
        self.version: str = index["version"]
        """Version of the source."""
        self.date: str = index["date"]
        """The day (ISO) on which the source was read from AWS."""
        self.rcp_services: tuple[str, ...] = tuple(index["rcp"])
        """Prefixes of the services that resource control policies bind."""
        self.carried: Mapping[str, str] = index["carried"]
        """Attributes that are older than ``version``, with the version that they are from."""
        self._services: Mapping[str, tuple[str, str, str]] = index["services"]
        self._names: dict[str, _Names] = {}
        self._shards: dict[str, Shard] = {}

    def services(self) -> tuple[str, ...]:
        """All prefixes, sorted, those without a current action too."""
        return tuple(self._services)

    def known_service(self, prefix: str) -> bool:
        """Whether a service has, or once had, this prefix."""
        return prefix.lower() in self._services

    def service_name(self, prefix: str) -> str:
        """``Amazon S3``, as on the service's page of the Service Authorization Reference. KeyError when unknown."""
        return self._services[prefix.lower()][0]

    def service(self, prefix: str) -> Service:
        """Everything about one service. KeyError when unknown."""
        return self._shard(prefix.lower()).service()

    def names(self, prefix: str) -> tuple[str, ...]:
        """Full names of the actions that AWS lists for a service, in alphabetical order. KeyError when unknown."""
        return tuple(f"{prefix.lower()}:{name}" for name in self._services[prefix.lower()][1].split())

    def action(self, name: str) -> CatalogueAction | None:
        """The action with this name, None when no service has or had it."""
        prefix, written = self._find(name)
        return self._shard(prefix).action(written) if written else None

    def knows(self, name: str) -> bool:
        """Whether an action has this name, without reading its service."""
        return bool(self._find(name)[1])

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Full names of the actions that a pattern matches, retired ones too, without reading their services.

        ``*`` and ``?`` may stand anywhere; before the colon they are held against all services.
        """
        pattern = pattern.lower()
        prefix, colon, name = pattern.partition(":")
        if colon and not _WILD.search(prefix):
            names = self._names_of(prefix).matching(name) if prefix in self._services else ()
            return tuple(f"{prefix}:{each}" for each in names)
        return tuple(self._anywhere(pattern))

    def expand(self, pattern: str) -> tuple[CatalogueAction, ...]:
        """The actions that a pattern matches today; AWS may add to them tomorrow."""
        split = (name.partition(":") for name in self.matching(pattern))
        return tuple(self._shard(prefix).action(name) for prefix, _, name in split)

    def resource_types(self, action: str) -> tuple[ResourceType, ...]:
        """The resource types that an action can be limited to; none: only ``*`` makes sense, or it is unknown."""
        found = self.action(action)
        if found is None:
            return ()
        shard = self._shard(found.name.partition(":")[0])
        return tuple(shard.resource(each.type) for each in found.resources)

    def condition_keys(self, prefix: str) -> Mapping[str, str]:
        """The condition keys that a service's actions and resource types name, with their types. KeyError when the
        service is unknown."""
        return self._shard(prefix.lower()).keys()

    def nearest(self, action: str) -> str | None:
        """The action that the writer of an unknown name, or of a pattern that matches nothing, may have meant."""
        # imported here: nothing but a mistake needs it
        from policycheck.library.nearest import nearest

        return nearest(self, action)

    def _anywhere(self, pattern: str) -> Iterator[str]:
        """All services' names; a ``*`` before the colon may reach past it."""
        fits = _glob(pattern).fullmatch
        for prefix in self._services:
            names = self._names_of(prefix)
            for lower, written in zip(names.lower, names.written, strict=True):
                if fits(f"{prefix}:{lower}"):
                    yield f"{prefix}:{written}"

    def _find(self, name: str) -> tuple[str, str | None]:
        prefix, _, rest = name.lower().partition(":")
        return prefix, self._names_of(prefix).find(rest) if prefix in self._services else None

    def _names_of(self, prefix: str) -> _Names:
        known = self._names.get(prefix)
        if known is None:
            _, current, retired = self._services[prefix]
            written = sorted((*current.split(), *retired.split()), key=str.lower)
            known = self._names[prefix] = _Names(tuple(map(str.lower, written)), tuple(written))
        return known

    def _shard(self, prefix: str) -> Shard:
        known = self._shards.get(prefix)
        if known is None:
            if prefix not in self._services:
                raise KeyError(prefix)
            # imported here: to know names, no service is read
            from policycheck.library.shards import Shard

            known = self._shards[prefix] = Shard(_load(self._directory / f"{prefix}.json"))
        return known


def _split(pattern: str) -> tuple[str, str]:
    """The literal head of a pattern, and the rest from its first wildcard on."""
    wild = _WILD.search(pattern)
    return (pattern[: wild.start()], pattern[wild.start() :]) if wild else (pattern, "")


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in pattern), re.DOTALL)


def _load(path: Path) -> Any:
    return json.loads(path.read_bytes())
