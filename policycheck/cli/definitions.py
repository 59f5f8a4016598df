"""Connector definitions for commands: read when a type that needs one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policycheck.declared.words import meant
from policycheck.model.problems import UsageProblem

if TYPE_CHECKING:
    from policycheck.model.declared import ConnectorEntry, Project
    from policycheck.model.definitions import Definition
    from policycheck_connectors.errors import Wrong
    from policycheck_connectors.registry import TypeInfo


class Own(NamedTuple):
    """A definition of the project's own: the entry that uses it, its file, and why it cannot be used, if it cannot."""

    name: str
    path: str
    definition: Definition | None
    problem: str = ""


class Definitions:
    """Reads definitions; ``today`` is the latest day on which one can have been checked."""

    def __init__(self, today: date) -> None:
        self.today = today

    def of(self, entry: ConnectorEntry, root: Path) -> Definition:
        """The definition of an entry; raises ConnectorError for one that cannot be used."""
        from policycheck_connectors.rest.shelf import OWN

        return self.own(entry.options, root) if entry.type == OWN else self.shipped(entry.type)

    def own(self, options: Mapping[str, object], root: Path) -> Definition:
        """The definition in the project that an entry of type ``rest`` names; raises ConnectorError."""
        return _read(*_place(options, root), self.today)

    def shipped(self, vendor: str) -> Definition:
        """A definition of ours."""
        return _shipped(vendor, self.today)

    def every(self) -> tuple[Definition, ...]:
        """All definitions of ours."""
        from policycheck_connectors.registry import vendors

        return tuple(self.shipped(vendor) for vendor in vendors())

    def infos(self) -> Iterator[TypeInfo]:
        """Every definition of ours, for listings."""
        from policycheck_connectors.registry import info_of

        return map(info_of, self.every())

    def of_project(self, root: Path | None) -> tuple[Own, ...]:
        """The definitions of the project around us, whatever else is wrong in its files."""
        from policycheck_connectors.rest.shelf import OWN

        return tuple(self._own(entry, root) for entry in _entries(root) if entry.type == OWN and root is not None)

    def _own(self, entry: ConnectorEntry, root: Path) -> Own:
        from policycheck_connectors.errors import ConnectorError

        path = str(entry.options.get("definition", ""))
        try:
            return Own(entry.name, path, self.own(entry.options, root))
        except ConnectorError as error:
            return Own(entry.name, path, None, error.message)


def _entries(root: Path | None) -> tuple[ConnectorEntry, ...]:
    from policycheck.declared.project import connector_entries

    return connector_entries(root) if root is not None else ()


def _place(options: Mapping[str, object], root: Path) -> tuple[Path, str]:
    from policycheck_connectors.errors import ConnectorError

    written = options.get("definition")
    if not isinstance(written, str) or not written:
        help = "name its file: `definition: definitions/parcelpost.yaml`"
        raise ConnectorError("option `definition` is missing", help)
    # A path cannot hold a NUL, and Python's resolve() does not take one.
    path = (root / written.replace("\0", "")).resolve()
    if "\0" in written or not path.is_relative_to(root.resolve()):
        raise ConnectorError("option `definition` leaves the project", "keep the file beside policycheck.yaml")
    return path, written


@lru_cache(maxsize=128)
def _shipped(vendor: str, today: date) -> Definition:
    from policycheck_connectors.rest.shelf import ROOT

    path = ROOT / f"{vendor}.yaml"
    return _read(path, f"definitions/{path.name}", today)


def _read(path: Path, shown: str, today: date) -> Definition:
    from policycheck.declared.definitions import load_definition
    from policycheck_connectors.errors import ConnectorError

    definition, problems = load_definition(path, shown, today)
    if definition is None:
        first = next(problem for problem in problems if problem.severity == "error")
        raise ConnectorError(f"{first.location}: {first.message}", first.help)
    return definition


class OptionChecks:
    """What is wrong with the options of connectors' entries. ``root``: the project's directory, None without one."""

    def __init__(self, today: date, root: Path | None) -> None:
        self._definitions = Definitions(today)
        self._root = root

    def __call__(self, type: str, options: Mapping[str, object]) -> Iterator[Wrong]:
        """Everything that a pull would refuse of one entry."""
        from policycheck_connectors.registry import vendors, wrongs
        from policycheck_connectors.rest.shelf import OWN

        if type == OWN:
            yield from self._own(options)
        elif type in vendors():
            from policycheck_connectors.rest.settings import wrongs as of_definition

            yield from of_definition(self._definitions.shipped(type), options)
        else:
            yield from wrongs(type, options)

    def _own(self, options: Mapping[str, object]) -> Iterator[Wrong]:
        from policycheck.declared.definitions import load_definition
        from policycheck_connectors.errors import ConnectorError, Wrong
        from policycheck_connectors.registry import own_wrongs

        if self._root is None:
            return
        try:
            place = _place(options, self._root)
        except ConnectorError as error:
            yield Wrong("definition" if "definition" in options else "", error.message, error.help)
            return
        # What is wrong in the file itself is told at its own place.
        definition, _ = load_definition(*place, self._definitions.today)
        if definition is not None:
            yield from own_wrongs(definition, options)


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


def shown(name: str, today: date, root: Path | None) -> tuple[TypeInfo, Definition | None]:
    """One type for ``connectors show``, with its definition where it has one; or the entry of that name in the project
    in ``root``, by its type. UsageProblem for what is neither."""
    from policycheck_connectors.registry import info_of, own_info, types, vendors
    from policycheck_connectors.rest.shelf import OWN

    entries = {entry.name: entry for entry in _entries(root) if entry.name}
    known = [*(info.type for info in types()), *vendors()]
    entry = entries.get(name) if name not in known else None
    if entry is not None and entry.type == OWN and root is not None:
        definition = Definitions(today).of(entry, root)
        return own_info(name, str(entry.options["definition"]), definition), definition
    type = entry.type if entry is not None else name
    if type in vendors():
        definition = Definitions(today).shipped(type)
        return info_of(definition), definition
    for info in types():
        if info.type == type:
            return info, None
    raise UsageProblem(f"unknown type of connector: {name}", meant(name, [*known, *entries], "known types"))


def apis(project: Project) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The types that ask the API of a system of which the policies speak, each with the facts that it tells."""
    from policycheck_connectors.rest.shelf import tells, vendors

    systems = {rule.system for policy in project.policies for rule in policy.access}
    named = systems.union(policy.vendor for policy in project.policies).intersection(vendors())
    return tuple((name, tells(name)) for name in sorted(named))
