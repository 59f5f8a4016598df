"""What limits how much of the data behind a permission can be read: conditions on items, and encryption keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Items:
    """How a service hands out items. ``attributes``, ``rows``, ``select`` and ``returned`` are lower-case condition
    keys; ``whole``, ``projected`` and ``some`` are the values of ``select`` with which whole items, all that an index
    has of them, or named attributes are read, ``all_returned`` those of ``returned`` with which a write hands out a
    whole item.

    Actions by what they ask for: ``by_key`` a partition key, ``by_scan`` none, ``by_either``; ``of_index`` may ask an
    index, ``past`` read everything past all of these keys, ``writes`` change items.
    """

    attributes: str
    rows: str
    select: str
    whole: tuple[str, ...]
    projected: tuple[str, ...]
    some: tuple[str, ...]
    returned: str
    all_returned: tuple[str, ...]
    by_key: tuple[str, ...]
    by_scan: tuple[str, ...]
    by_either: tuple[str, ...]
    of_index: tuple[str, ...]
    past: tuple[str, ...]
    writes: tuple[str, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The actions in whose requests ``select`` has a value."""
        return (*self.by_key, *self.by_scan, *self.by_either)


@dataclass(frozen=True, slots=True)
class Decryption:
    """A service that decrypts with a KMS key of ours on behalf of who reads. ``via`` begins the service's name in
    ``kms:ViaService``; ``context`` is the condition key that holds the resource's ARN, empty when there is none."""

    via: str
    context: str


@dataclass(frozen=True, slots=True)
class Lake:
    """How tables are read through Lake Formation: the actions that this takes of identity policies (``metadata``,
    ``data``), its own privileges that let read, its group of everybody, and the suffix of that of one account."""

    metadata: tuple[str, ...]
    data: tuple[str, ...]
    reads: frozenset[str]
    everybody: str
    of_account: str


@dataclass(frozen=True, slots=True)
class Effective:
    """All of it; ``items`` and ``keys`` by service."""

    items: Mapping[str, Items]
    keys: Mapping[str, Decryption]
    lake: Lake


@lru_cache(maxsize=1)
def load_effective() -> Effective:
    """The shipped facts."""
    raw = read_data("aws", "effective.yaml")
    lake = raw["lake"]
    return Effective(
        items={service: _items(each) for service, each in raw["items"].items()},
        keys={s: Decryption(each["via"], each.get("context", "").lower()) for s, each in raw["keys"].items()},
        lake=Lake(
            metadata=_texts(lake["metadata"]),
            data=_texts(lake["data"]),
            reads=frozenset(_texts(lake["reads"])),
            everybody=str(lake["everybody"]),
            of_account=str(lake["of_account"]),
        ),
    )


def _items(raw: Mapping[str, object]) -> Items:
    select, returned = _mapping(raw["select"]), _mapping(raw["returned"])
    return Items(
        attributes=str(raw["attributes"]).lower(),
        rows=str(raw["rows"]).lower(),
        select=str(select["key"]).lower(),
        whole=_texts(select["whole"]),
        projected=_texts(select["projected"]),
        some=_texts(select["some"]),
        returned=str(returned["key"]).lower(),
        all_returned=_texts(returned["whole"]),
        by_key=_texts(raw["by_key"]),
        by_scan=_texts(raw["by_scan"]),
        by_either=_texts(raw["by_either"]),
        of_index=_texts(raw["of_index"]),
        past=_texts(raw["past"]),
        writes=_texts(raw["writes"]),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else ()
