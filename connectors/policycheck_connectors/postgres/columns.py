"""The columns of a database with their types and comments, for learning a catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from policycheck_connectors.postgres import queries
from policycheck_connectors.postgres.session import session


class ColumnRow(NamedTuple):
    """One column: its schema, its table and the comment on that, its name, type and comment."""

    schema: str
    table: str
    about: str
    name: str
    type: str
    comment: str


def read_columns(dsn: str, environ: Mapping[str, str]) -> tuple[str, tuple[ColumnRow, ...]]:
    """The database's name, and the columns of all tables and views in order. Raises ConnectorError, without a value.

    Partitions are left out: they have the columns of their table.
    """
    with session(dsn, environ) as connection:
        ((database,),) = connection.execute(queries.HERE).fetchall()
        rows = connection.execute(queries.COLUMNS.encode()).fetchall()
    return database, tuple(ColumnRow(*("" if cell is None else cell for cell in row)) for row in rows)
