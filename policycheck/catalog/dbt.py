"""Drafts from dbt: ``manifest.json``, and ``catalog.json``, which has the columns that nobody documented.

https://docs.getdbt.com/reference/artifacts/manifest-json and catalog-json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.catalog.drafts import UNKNOWN, Draft, DraftField, Drafts, leaves, stated_category
from policycheck.model.locations import located

#: Resources that are relations in the warehouse.
_RELATIONS = frozenset({"model", "seed", "snapshot", "source"})
#: Keys under ``meta`` in which people keep a category; that of Fides is documented at https://ethyca.com/docs.
_CATEGORIES = ("category", "data_category", "data_categories", "fides")


def is_dbt(document: object) -> bool:
    """Whether a parsed JSON document is a manifest or a catalog of dbt."""
    return isinstance(document, Mapping) and "dbt_schema_version" in _map(document, "metadata") and "nodes" in document


def read_dbt(document: Mapping[str, Any]) -> Drafts:
    """One draft for each model, seed, snapshot and source; ephemeral models are nowhere."""
    # Only a manifest tells which system the relations are in.
    adapter = str(_map(document, "metadata").get("adapter_type") or UNKNOWN.rstrip(":"))
    found: list[Draft] = []
    empty: list[str] = []
    for key, node in (*_map(document, "nodes").items(), *_map(document, "sources").items()):
        kind = str(key).partition(".")[0]
        if not isinstance(node, Mapping) or kind not in _RELATIONS:
            continue
        if _map(node, "config").get("materialized") == "ephemeral":
            continue
        draft = _draft(node, adapter)
        if draft.fields:
            found.append(draft)
        else:
            empty.append(draft.name)
    return Drafts("dbt", tuple(found), _missing(empty))


def _missing(empty: list[str]) -> tuple[str, ...]:
    if not empty:
        return ()
    names = ", ".join(sorted(empty)[:3]) + (f" and {len(empty) - 3} more" if len(empty) > 3 else "")
    return (f"no columns are documented for {names}: import catalog.json of `dbt docs generate` too",)


def _draft(node: Mapping[str, Any], adapter: str) -> Draft:
    # A catalog keeps the names of the relation one level below.
    held = _map(node, "metadata") or node
    name = str(held.get("alias") or held.get("identifier") or held.get("name") or "")
    names = [str(part) for part in (held.get("database"), held.get("schema"), name) if part]
    columns = _map(node, "columns")
    fields = [_field(key, column) for key, column in columns.items() if isinstance(column, Mapping)]
    text = str(held.get("description") or held.get("comment") or "")
    return Draft(name, ".".join(names[-2:]), (located(adapter, *names),), leaves(fields), text)


def _field(key: object, column: Mapping[str, Any]) -> DraftField:
    config = _map(column, "config")
    meta = {**_map(config, "meta"), **_map(column, "meta")}
    tags = [str(tag) for tag in (*_list(column.get("tags")), *_list(config.get("tags")))]
    categories = [word for name in _CATEGORIES for word in _words(meta.get(name))]
    stated = stated_category((*categories, *tags))
    marks = [f"{name}: {value}" for name, value in meta.items() if isinstance(value, str | bool | int)]
    hints = tuple(word for word in (*tags, *marks) if not stated or stated not in (word, word.partition(": ")[2]))
    return DraftField(
        path=str(column.get("name") or key),
        type=str(column.get("data_type") or column.get("type") or "").lower(),
        text=str(column.get("description") or column.get("comment") or ""),
        hints=hints,
        stated=stated,
    )


def _words(value: object) -> Iterator[object]:
    """Texts in a value of ``meta``: alone, in a list, or below ``data_categories``."""
    if isinstance(value, Mapping):
        yield from _words(value.get("data_categories"))
    elif isinstance(value, list):
        yield from value
    else:
        yield value


def _map(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = holder.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
