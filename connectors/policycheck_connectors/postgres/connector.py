"""The type ``postgres``: roles, memberships, tables with their columns, and every privilege on them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from policycheck.model.facts import PUBLIC, Attachment, Coverage, DataGrant, Fact, Principal, Relation
from policycheck.model.locations import located, with_columns
from policycheck_connectors import options as option
from policycheck_connectors.credentials import secret
from policycheck_connectors.interface import Connector, ConnectorError
from policycheck_connectors.postgres import queries
from policycheck_connectors.postgres.session import driver, reason, session

if TYPE_CHECKING:
    import psycopg

Rows: TypeAlias = list[tuple[Any, ...]]
Ask: TypeAlias = Callable[[str], Rows]

_KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialized view", "f": "foreign table"}
_ATTRIBUTES = ("login", "superuser", "bypassrls", "createrole", "replication", "inherit")
_SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class Postgres(Connector):
    """Reads one database, with a role that needs no right but CONNECT."""

    type: ClassVar[str] = "postgres"
    resources: ClassVar[tuple[str, ...]] = ("principals", "relations", "data_grants")
    system = "postgres"

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._label = option.text(options, "label")
        self._service = option.text(options, "service")
        self._sslmode = option.text(options, "sslmode")
        if self._sslmode and self._sslmode not in _SSLMODES:
            raise ConnectorError("option `sslmode` is not one of PostgreSQL's", f"known: {', '.join(_SSLMODES)}")

    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        """Every kind of resource on its own: one that is refused does not hide the others."""
        dsn = secret(self.options, "dsn", self.context.environ, self.root)
        with session(dsn, self.context.environ, self._sslmode, self._service) as connection:
            ((database,),) = connection.execute(queries.HERE).fetchall()
            reading = _Reading(self.name, self._label or database)
            coverage = []
            for resource, read in reading.kinds():
                facts, gap = _attempt(connection, read)
                yield from facts
                coverage.append(self._row(reading.account, resource, len(facts), gap))
            return tuple(coverage)

    def _row(self, account: str, resource: str, seen: int, gap: str) -> Coverage:
        status, help = ("unseen", "let the role read pg_catalog, as PostgreSQL does by default") if gap else ("", "")
        where = f"database {account}"
        return Coverage(
            self.name, self.type, self.system, account, resource, status or "complete", where, seen, gap, help
        )


def _attempt(
    connection: psycopg.Connection[tuple[Any, ...]], read: Callable[[Ask], Iterator[Fact]]
) -> tuple[list[Fact], str]:
    try:
        with connection.transaction():
            return list(read(lambda query: connection.execute(query.encode()).fetchall())), ""
    except driver().Error as error:
        if connection.broken:
            return [], "the connection was lost"
        return [], reason(error)


class _Reading:
    """Rows of the catalog to facts of one database, which is called ``account``."""

    def __init__(self, connector: str, account: str) -> None:
        self._connector = connector
        self.account = account

    def kinds(self) -> tuple[tuple[str, Callable[[Ask], Iterator[Fact]]], ...]:
        """Kinds of resource and what reads each."""
        return ("principals", self._principals), ("relations", self._relations), ("data_grants", self._grants)

    def _principals(self, ask: Ask) -> Iterator[Fact]:
        for name, *attributes, until in ask(queries.ROLES):
            tags = [(word, "") for word, has in zip(_ATTRIBUTES, attributes, strict=True) if has]
            tags += [("valid_until", until)] if until else []
            kind, where = "user" if attributes[0] else "group", f"pg_roles {name}"
            yield Principal("postgres", self.account, _role(name), kind, name, self._connector, where, tags=tuple(tags))
        for member, group in ask(queries.MEMBERS):
            where = f"pg_auth_members {member} in {group}"
            ids = _role(member), "member", group, _role(group)
            yield Attachment("postgres", self.account, *ids, None, self._connector, where)

    def _relations(self, ask: Ask) -> Iterator[Fact]:
        shown: dict[int, list[str]] = {}
        for oid, schema, table, column in (*ask(queries.SHOWS), *ask(queries.PARTS)):
            base = self._at(schema, table)
            shown.setdefault(oid, []).append(with_columns(base, [column]) if column else base)
        for oid, schema, name, kind, owner, row_security, invoker, columns in ask(queries.RELATIONS):
            yield Relation(
                system="postgres",
                account=self.account,
                resource=self._at(schema, name),
                within=self._at(schema),
                kind=_KINDS[kind],
                owner=_role(owner),
                columns=tuple(columns),
                connector=self._connector,
                where=f"pg_class {schema}.{name}",
                row_security=row_security,
                invoker=invoker,
                shows=tuple(shown.get(oid, ())),
            )

    def _grants(self, ask: Ask) -> Iterator[Fact]:
        for database, role, privilege in ask(queries.DATABASES):
            yield self._grant(role, located("postgres", self.account), privilege, f"pg_database {database}", "database")
        for schema, role, privilege in ask(queries.SCHEMAS):
            yield self._grant(role, self._at(schema), privilege, f"pg_namespace {schema}", "schema")
        for schema, table, role, privilege in ask(queries.TABLE_GRANTS):
            yield self._grant(role, self._at(schema, table), privilege, f"pg_class {schema}.{table}")
        for schema, table, role, privilege, columns in ask(queries.COLUMN_GRANTS):
            where = f"pg_attribute {schema}.{table}({','.join(columns)})"
            yield self._grant(role, self._at(schema, table), privilege, where, columns=tuple(columns))

    def _grant(
        self,
        role: str | None,
        resource: str,
        privilege: str,
        where: str,
        kind: str = "relation",
        columns: tuple[str, ...] | None = None,
    ) -> DataGrant:
        who = PUBLIC if role is None else _role(role)
        return DataGrant("postgres", self.account, who, resource, columns, privilege, self._connector, where, kind)

    def _at(self, *names: str) -> str:
        return located("postgres", self.account, *names)


def _role(name: str) -> str:
    """The id of a role; one that is really called PUBLIC is not everybody."""
    return f'"{name}"' if name == PUBLIC else name
