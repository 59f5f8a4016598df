"""Connector definitions for commands: read when a type that needs one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.declared.words import meant
from policycheck.model.problems import UsageProblem

if TYPE_CHECKING:
    from policycheck.model.declared import ConnectorEntry, Project
    from policycheck.model.definitions import Definition
    from policycheck_connectors.registry import TypeInfo


class Definitions:
    """Reads definitions; ``today`` is the latest day on which one can have been checked."""

    def __init__(self, today: date) -> None:
        self._today = today

    def of(self, entry: ConnectorEntry, root: Path) -> Definition:
        """The definition of an entry; raises ConnectorError for one that cannot be used."""
        from policycheck_connectors.interface import ConnectorError
        from policycheck_connectors.rest.shelf import OWN

        if entry.type != OWN:
            return self.shipped(entry.type)
        written = entry.options.get("definition")
        if not isinstance(written, str) or not written:
            help = "name its file: `definition: definitions/parcelpost.yaml`"
            raise ConnectorError("option `definition` is missing", help)
        path = (root / written).resolve()
        if not path.is_relative_to(root.resolve()):
            raise ConnectorError("option `definition` leaves the project", "keep the file beside policycheck.yaml")
        return self._read(path, written)

    def shipped(self, vendor: str) -> Definition:
        """A definition of ours."""
        from policycheck_connectors.rest.shelf import ROOT

        path = ROOT / f"{vendor}.yaml"
        return self._read(path, f"definitions/{path.name}")

    def every(self) -> tuple[Definition, ...]:
        """All definitions of ours."""
        from policycheck_connectors.registry import vendors

        return tuple(self.shipped(vendor) for vendor in vendors())

    def infos(self) -> Iterator[TypeInfo]:
        """Every definition of ours, for listings."""
        from policycheck_connectors.registry import info_of

        return map(info_of, self.every())

    def _read(self, path: Path, shown: str) -> Definition:
        from policycheck.declared.definitions import load_definition
        from policycheck_connectors.interface import ConnectorError

        definition, problems = load_definition(path, shown, self._today)
        if definition is None:
            first = next(problem for problem in problems if problem.severity == "error")
            raise ConnectorError(f"{first.location}: {first.message}", first.help)
        return definition


class Types(Mapping[str, frozenset[str]]):
    """The known types with the names of their options; a definition is read when its type is looked up."""

    def __init__(self, today: date) -> None:
        from policycheck_connectors.registry import types, vendors

        self._known = {info.type: frozenset(option.name for option in info.options) for info in types()}
        self._vendors = vendors()
        self._today = today

    def __getitem__(self, name: str) -> frozenset[str]:
        if name not in self._known and name in self._vendors:
            self._known[name] = _options(name, self._today)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._known), **dict.fromkeys(self._vendors)})

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        return name in self._known or name in self._vendors


def _options(vendor: str, today: date) -> frozenset[str]:
    from policycheck_connectors.registry import info_of

    return frozenset(option.name for option in info_of(Definitions(today).shipped(vendor)).options)


def shown(name: str, today: date) -> tuple[TypeInfo, Definition | None]:
    """One type for ``connectors show``, with its definition where it has one; UsageProblem for an unknown one."""
    from policycheck_connectors.registry import info_of, types, vendors

    for info in types():
        if info.type == name:
            return info, None
    if name in vendors():
        definition = Definitions(today).shipped(name)
        return info_of(definition), definition
    known = [*(info.type for info in types()), *vendors()]
    raise UsageProblem(f"unknown type of connector: {name}", meant(name, known, "known types"))


def apis(project: Project) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The types that ask the API of a system of which the policies speak, each with the facts that it tells."""
    from policycheck_connectors.rest.shelf import tells, vendors

    systems = {rule.system for policy in project.policies for rule in policy.access}
    named = systems.union(policy.vendor for policy in project.policies).intersection(vendors())
    return tuple((name, tells(name)) for name in sorted(named))
