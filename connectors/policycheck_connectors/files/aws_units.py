"""The tree of an AWS organization, put together from answers that each tell a part of it.

Shapes of ids, ARNs and paths: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import pairwise

from policycheck.model.dataclass import dataclass
from policycheck.model.units import Unit
from policycheck_connectors.files.book import Gap
from policycheck_connectors.files.values import text_of

SYSTEM = "aws"
_KINDS = {
    "root": re.compile(r"r-[0-9a-z]{4,32}"),
    "ou": re.compile(r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"),
    "account": re.compile(r"\d{12}"),
}
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_ARN = re.compile(
    rf"arn:aws[a-z-]*:organizations::(\d{{12}}):(?:organization|root|ou|account)/({_ORGANIZATION.pattern})(?:/.+)?"
)

_PLACELESS = (
    "units whose place in the organization is not told",
    "export `aws organizations list-parents` of them, or `list-accounts` and `list-organizational-units-for-parent` "
    "for the root and every unit",
)
_TWO_PLACES = ("units that two answers put in two places", "keep the answers of one day")
_NO_MANAGER = Gap("the management account is not told", "export `aws organizations describe-organization`")
_NO_ACCOUNTS = Gap("no accounts are told", "export `aws organizations list-accounts`")


def kind_of(unit: object) -> str:
    """``root``, ``ou`` or ``account`` for the id of a unit; ValueError for anything else."""
    if isinstance(unit, str):
        for kind, shape in _KINDS.items():
            if shape.fullmatch(unit):
                return kind
    raise ValueError("not the id of a unit")


@dataclass(slots=True)
class _Told:
    """What was told of one unit so far."""

    where: str
    name: str = ""
    organization: str = ""
    enabled: tuple[str, ...] | None = None
    parents: set[str] = field(default_factory=set)


class Tree:
    """The units of one run, told in any order."""

    def __init__(self) -> None:
        self._units: dict[str, _Told] = {}
        self._managers: dict[str, str] = {}

    def unit(self, id: object, where: str, name: object = None, arn: object = None) -> str:
        """Hear of a unit and answer its id; ValueError when that is none. The ARN tells the organization."""
        kind_of(id)
        told = self._units.setdefault(str(id), _Told(where))
        told.name = told.name or text_of(name) or ""
        match = _ARN.fullmatch(arn) if isinstance(arn, str) else None
        if match:
            told.organization = match.group(2)
            self.organization(match.group(2), match.group(1), where)
        return str(id)

    def organization(self, id: object, manager: object, where: str) -> None:
        """Hear which account manages an organization; ValueError when these are no ids."""
        if kind_of(manager) != "account" or not isinstance(id, str) or not _ORGANIZATION.fullmatch(id):
            raise ValueError("no organization")
        if id not in self._managers:
            self._managers[id] = self.unit(manager, where)
            self._units[str(manager)].organization = id

    def enabled(self, root: str, kinds: tuple[str, ...]) -> None:
        """Hear which kinds of organization policy are in use below a root."""
        self._units[root].enabled = kinds

    def place(self, child: object, parent: object, where: str) -> None:
        """Hear that one unit is directly in another; ValueError when these cannot be so."""
        if kind_of(child) == "root" or kind_of(parent) == "account" or child == parent:
            raise ValueError("not a parent")
        self.unit(parent, where)
        self._units[self.unit(child, where)].parents.add(str(parent))

    def path(self, path: object, where: str) -> None:
        """Hear the whole path of a unit, such as ``o-.../r-.../ou-.../111122223333/``; ValueError for other things."""
        parts = (text_of(path) or "").strip("/").split("/")[1:]
        for parent, child in pairwise(parts):
            self.place(child, parent, where)

    def manager(self, unit: str) -> bool:
        """Whether a unit is a management account."""
        return unit in self._managers.values()

    def bound(self) -> dict[str, str]:
        """All units to which organization policies apply, with the place of each, ordered by id."""
        return {unit: told.where for unit, told in sorted(self._units.items()) if not self.manager(unit)}

    def uses(self, kind: str) -> bool | None:
        """Whether organization policies of a kind are in use; None when no root tells."""
        told = [unit.enabled for unit in self._units.values() if unit.enabled is not None]
        return any(kind in kinds for kinds in told) if told else None

    def organizations(self) -> list[str]:
        """The ids of all organizations."""
        return sorted(self._managers)

    def units(self, connector: str) -> Iterator[Unit]:
        """The facts, ordered by id."""
        known = self.organizations()
        only = known[0] if len(known) == 1 else ""
        for id, told in sorted(self._units.items()):
            of, enabled = told.organization or only, told.enabled
            parent, manages = self._parent(id), self.manager(id)
            yield Unit(SYSTEM, id, kind_of(id), told.name, parent, manages, connector, told.where, of, enabled)

    def gaps(self) -> Iterator[Gap]:
        """Why the tree is not whole."""
        if self._units and not self._managers:
            yield _NO_MANAGER
        if not any(kind_of(unit) == "account" for unit in self._units):
            yield _NO_ACCOUNTS
        for unit in self.bound():
            told = self._units[unit]
            if len(told.parents) > 1:
                yield Gap(*_TWO_PLACES, told.where)
            elif not self._rooted(unit):
                yield Gap(*_PLACELESS, told.where)

    def _parent(self, unit: str) -> str | None:
        parents = self._units[unit].parents
        return next(iter(parents)) if len(parents) == 1 else None

    def _rooted(self, unit: str) -> bool:
        passed: set[str] = set()
        at: str | None = unit
        while at is not None and at not in passed:
            if kind_of(at) == "root":
                return True
            passed.add(at)
            at = self._parent(at)
        return False
