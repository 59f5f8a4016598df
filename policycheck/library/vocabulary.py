"""The catalogue as the comparison of policies asks for it: names of actions, and ARNs such as they take."""

from __future__ import annotations

import re

from policycheck.library.catalogue import load_catalogue

_VALUES = {"Partition": "aws", "Region": "us-east-1", "Account": "111122223333"}
_PLACE = re.compile(r"\$\{([^}]*)\}")


class CatalogueVocabulary:
    """Reads the catalogue when it is first asked."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, ...]] = {}
        self._formats: dict[str, tuple[str, ...] | None] = {}

    def names(self, prefix: str) -> tuple[str, ...]:
        """Full names of a service's actions of today; empty when the service is unknown."""
        if prefix not in self._names:
            catalogue = load_catalogue()
            self._names[prefix] = catalogue.names(prefix) if catalogue.known_service(prefix) else ()
        return self._names[prefix]

    def listed(self, action: str) -> bool:
        """Whether an action has this name today, in any letter case."""
        return action.lower() in {name.lower() for name in self.names(action.partition(":")[0].lower())}

    def formats(self, action: str) -> tuple[str, ...] | None:
        """ARNs of the resource types that an action can be limited to, required ones first; None when unknown."""
        if action not in self._formats:
            self._formats[action] = self._read(action)
        return self._formats[action]

    def _read(self, action: str) -> tuple[str, ...] | None:
        catalogue = load_catalogue()
        found = catalogue.action(action)
        if found is None:
            return None
        types = zip(found.resources, catalogue.resource_types(action), strict=True)
        ordered = sorted(types, key=lambda pair: not pair[0].required)
        return tuple([_PLACE.sub(_value, type.arn) for _, type in ordered if type.arn])


def _value(match: re.Match[str]) -> str:
    return _VALUES.get(match.group(1), "example")
