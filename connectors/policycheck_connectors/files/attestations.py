"""The type ``attestation``: a person's dated statement about a vendor, in YAML or JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from policycheck.model.facts import Attestation, Coverage, Fact
from policycheck_connectors import options as option
from policycheck_connectors.files.base import FileConnector
from policycheck_connectors.files.book import Book
from policycheck_connectors.files.secrets import masked, secret_gap
from policycheck_connectors.files.source import FileProblem, Source
from policycheck_connectors.files.yamltree import NULLS, malformed, yaml_text

_KEYS = ("vendor", "system", "asked", "on", "states")
#: What is kept as it was written.
_KEPT = ("vendor", "system", "asked", "keys")
_STATES = ("keys", "fields", "none_of")
_CATEGORY = re.compile(r"(?:user|system)(?:\.[a-z][a-z0-9_]*)*")
_LONGEST = 100
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HELP = "an attestation has the keys vendor, system, asked, on and states: {keys, fields, none_of}"


class Attestations(FileConnector):
    """Reads attestations; a file with anything that is not understood gives nothing, since it may say more."""

    type: ClassVar[str] = "attestation"
    resources: ClassVar[tuple[str, ...]] = ("attestations",)

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._stale = option.number(options, "stale_after_days")
        self._book = Book(self)

    def _read(self, source: Source, name: str) -> Iterator[Fact]:
        for fact in [self._attestation(node, name) for node in _nodes(source)]:
            kept = _kept(fact)
            seen = self._book.at(kept.system, "", name)
            seen.counts["attestations"] += 1
            for attribute in _KEPT:
                if getattr(kept, attribute) != getattr(fact, attribute):
                    seen.gap(f"attestations.{attribute}", secret_gap(fact.where))
            yield kept

    def _coverage(self) -> Iterator[Coverage]:
        return self._book.rows()

    def _attestation(self, node: Any, name: str) -> Attestation:
        entries = _mapping(node, _KEYS)
        missing = [key for key in _KEYS if key not in entries]
        if missing:
            raise _problem(node, f"lacks the key `{missing[0]}`")
        states = _mapping(entries["states"], _STATES)
        if not states:
            raise _problem(entries["states"], "states nothing")
        told = {key: _strings(value, _text if key == "keys" else _category) for key, value in states.items()}
        vendor, system, asked = (_text(entries[key]) for key in ("vendor", "system", "asked"))
        where = f"{name}:{node.start_mark.line + 1}"
        return Attestation(
            vendor, system, asked, _day(entries["on"]), self.name, where, **told, stale_after_days=self._stale
        )


def _kept(fact: Attestation) -> Attestation:
    """The attestation with fingerprints for what looks like a live secret; fields have the shape of categories."""
    keys = tuple(map(masked, fact.keys)) if fact.keys is not None else None
    return replace(fact, vendor=masked(fact.vendor), system=masked(fact.system), asked=masked(fact.asked), keys=keys)


def _nodes(source: Source) -> list[Any]:
    """The nodes of all statements of a file, checked to be objects."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        documents = list(yaml.compose_all(yaml_text(source), Loader=loader))
    except yaml.YAMLError as error:
        raise malformed(error) from None
    found = [item for node in documents for item in (node.value if isinstance(node, yaml.SequenceNode) else [node])]
    if not found:
        raise FileProblem("states nothing", _HELP)
    return found


def _mapping(node: Any, known: tuple[str, ...]) -> dict[str, Any]:
    """The nodes of an object by key; FileProblem for anything else and for a key that is unknown or repeated."""
    if node.id != "mapping":
        raise _problem(node, "has something other than keys and values")
    found: dict[str, Any] = {}
    for key, value in node.value:
        if key.id != "scalar" or key.value not in known:
            raise _problem(key, "has an unknown key")
        if key.value in found:
            raise _problem(key, "has a key twice")
        if value.id == "scalar" and value.value in NULLS and not value.style:
            continue
        found[key.value] = value
    return found


def _text(node: Any) -> str:
    if node.id != "scalar" or not node.value.strip():
        raise _problem(node, "has no plain text")
    return str(node.value).strip()


def _category(node: Any) -> str:
    text = _text(node)
    if len(text) > _LONGEST or not _CATEGORY.fullmatch(text):
        raise _problem(node, "has something other than a key of the taxonomy such as user.contact.email")
    return text


def _strings(node: Any, read: Callable[[Any], str]) -> tuple[str, ...]:
    if node.id != "sequence":
        raise _problem(node, "has no list")
    return tuple(map(read, node.value))


def _day(node: Any) -> str:
    try:
        if _DAY.fullmatch(_text(node)):
            return date.fromisoformat(node.value).isoformat()
    except ValueError:
        pass
    raise _problem(node, "has no date such as 2026-10-01")


def _problem(node: Any, what: str) -> FileProblem:
    return FileProblem(f"{what} in line {node.start_mark.line + 1}, so that nothing of it is taken", _HELP)
