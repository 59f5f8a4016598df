"""Kinds of vendors: which fields such a vendor needs, may use, and is often given without need."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from policycheck.library.data import data_root, read_data, source_line
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class KindField:
    """One category for one kind of vendor, with the reason and the source of the fact. ``forms``: the widest forms in
    which it is meant; none means any."""

    category: str
    why: str
    source: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of vendor. ``needed`` is what its service cannot do without; ``over_shared`` what it often gets anyway.

    ``inventory``: why its service lists what runs in our cloud, empty for the most that do not.
    """

    id: str
    label: str
    needed: tuple[KindField, ...]
    optional: tuple[KindField, ...]
    over_shared: tuple[KindField, ...]
    inventory: str = ""


@lru_cache(maxsize=1)
def kind_ids() -> tuple[str, ...]:
    """The ids of all kinds, sorted: one file each."""
    return tuple(sorted(path.stem for path in (data_root() / "kinds").glob("*.yaml")))


@lru_cache(maxsize=64)
def load_kind(id: str) -> Kind:
    """The kind with this id. KeyError when there is none."""
    if id not in kind_ids():
        raise KeyError(id)
    raw = read_data("kinds", f"{id}.yaml")
    sources = {name: source_line(entry, str(raw["date"])) for name, entry in raw["sources"].items()}
    return Kind(
        id=id,
        label=raw["label"],
        needed=_fields(raw.get("needed", ()), sources),
        optional=_fields(raw.get("optional", ()), sources),
        over_shared=_fields(raw.get("over_shared", ()), sources),
        inventory=raw["inventory"]["why"] if "inventory" in raw else "",
    )


def _fields(rows: Any, sources: dict[str, str]) -> tuple[KindField, ...]:
    return tuple(
        KindField(row["category"], row["why"], sources[row["source"]], tuple(row.get("forms", ()))) for row in rows
    )
