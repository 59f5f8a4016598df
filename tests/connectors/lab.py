"""Running one connector over files made for a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from policycheck.model.declared import ConnectorEntry
from policycheck.model.facts import Coverage, Fact
from policycheck.model.places import Location
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run

DATA = Path(__file__).parent / "data"
_F = TypeVar("_F")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a connector gave."""

    facts: tuple[Fact, ...]
    coverage: tuple[Coverage, ...]

    def of(self, cls: type[_F]) -> list[_F]:
        """The facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, cls)]

    def statuses(self) -> list[tuple[str, str, str, int]]:
        """(account, resource, status, seen) of every row."""
        return [(row.account, row.resource, row.status, row.seen) for row in self.coverage]

    def whole(self) -> bool:
        """Whether everything was seen."""
        return all(row.status == "complete" for row in self.coverage)

    def reasons(self) -> list[str]:
        """The reasons of all rows, each once."""
        return list(dict.fromkeys(row.reason for row in self.coverage if row.reason))


def entry(type: str, **options: object) -> ConnectorEntry:
    """An entry of policycheck.yaml."""
    return ConnectorEntry("c", type, Location("policycheck.yaml", 3, 5), options)


def put(root: Path, name: str, content: str | bytes | object) -> Path:
    """Write a file below ``root``: text, bytes, or anything else as JSON."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, (str, bytes)):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def pull(root: Path, type: str, files: Mapping[str, str | bytes | object], **options: object) -> Pulled:
    """Write ``files`` below ``root`` and run a connector over them, or over the option ``paths``."""
    for name, content in files.items():
        put(root, name, content)
    facts: list[Fact] = []
    coverage = run([build(entry(type, **{"paths": list(files), **options}), root)], facts.append)
    return Pulled(tuple(facts), coverage)
