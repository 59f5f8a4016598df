"""Drafts from what the readers of ``fields`` name: SQL DDL and JSON Schema; and from the columns of a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from policycheck.catalog.drafts import UNKNOWN, Draft, DraftField, Drafts, leaves
from policycheck.fields.readers.named import Reading
from policycheck.model.locations import located


class Column(NamedTuple):
    """A column of a live database: where, its type, and the comments on the table and on itself."""

    schema: str
    table: str
    about: str
    name: str
    type: str
    comment: str


def from_reading(reading: Reading, format: str, name: str) -> Drafts:
    """One draft for each table or schema; ``name`` is that of a document without names. Where they lie is not told."""
    objects: dict[str, list[DraftField]] = {}
    for field in reading.fields:
        draft = DraftField(field.path, field.type, field.format, field.text)
        objects.setdefault(field.object or name, []).append(draft)
    drafts = tuple(
        Draft(whole.rpartition(".")[2] or whole, whole, (UNKNOWN + whole,), leaves(fields))
        for whole, fields in objects.items()
    )
    missing = tuple(f"line {bad.line}: {bad.message}" if bad.line else bad.message for bad in reading.bad)
    return Drafts(format, drafts, missing)


def from_columns(columns: Iterable[Column], database: str) -> Drafts:
    """One draft for each table and view of a PostgreSQL database."""
    tables: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        tables.setdefault((column.schema, column.table), []).append(column)
    drafts = tuple(
        Draft(
            table,
            f"{schema}.{table}",
            (located("postgres", database, schema, table),),
            tuple(DraftField(each.name, each.type, "", each.comment) for each in held),
            held[0].about,
        )
        for (schema, table), held in tables.items()
    )
    return Drafts("postgres", drafts)
