"""What the roles of one database may do there: privileges, ownership, membership and the ways around them.

Rules: https://www.postgresql.org/docs/current/ddl-priv.html, role-membership.html, predefined-roles.html,
rules-privileges.html. Membership counts whether it is inherited or needs SET ROLE: either way the data can be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PUBLIC, DataGrant, Principal, Relation
from policycheck.model.partition import Partition
from policycheck.model.places import Evidence

READ = "SELECT"
#: What an owner has, and a superuser.
EVERYTHING = ("DELETE", "INSERT", "REFERENCES", READ, "TRIGGER", "TRUNCATE", "UPDATE")
#: Roles of PostgreSQL itself whose members have these privileges on every relation, and USAGE of every schema.
PREDEFINED = {"pg_read_all_data": (READ,), "pg_write_all_data": ("DELETE", "INSERT", "UPDATE")}


@dataclass(frozen=True, slots=True)
class Way:
    """How a role has a privilege: ``told`` in words, on these columns (None: all), as ``evidence`` shows."""

    told: str
    columns: tuple[str, ...] | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Right:
    """One privilege that a role has on a relation, and every way to it. ``columns`` are those it reaches, in the order
    of the relation; ``rows_assumed``: row-level security may hide rows."""

    relation: Relation
    privilege: str
    columns: tuple[str, ...]
    ways: tuple[Way, ...]
    rows_assumed: bool = False

    def through(self, column: str = "") -> tuple[Way, ...]:
        """The ways to one column, all without."""
        return tuple(way for way in self.ways if not column or way.columns is None or column in way.columns)


@dataclass(frozen=True, slots=True)
class _Roles:
    """Everything that one role may act as: id -> the way there, such as ``its own grant``."""

    ways: dict[str, str]
    superuser: str
    sees_all_rows: bool


class Database:
    """One database of a snapshot."""

    def __init__(self, partition: Partition) -> None:
        self._principals = {p.id: p for p in partition.principals}
        self._groups: dict[str, list[str]] = defaultdict(list)
        for attachment in partition.attachments:
            if attachment.layer == "member":
                self._groups[attachment.principal].append(attachment.arn)
        self.relations = {r.resource: r for r in partition.relations}
        self._grants: dict[tuple[str, str], list[DataGrant]] = defaultdict(list)
        for grant in partition.data_grants:
            self._grants[grant.kind, grant.resource].append(grant)

    def rights(self, principal: Principal) -> tuple[Right, ...]:
        """All that a role may do with relations, in their order."""
        roles = self._roles(principal)
        if not self._connects(roles):
            return ()
        found = [right for relation in self.relations.values() for right in self._on(relation, roles)]
        readable = {(r.relation.resource, column) for r in found if r.privilege == READ for column in r.columns}
        return tuple(right for right in found if not right.relation.invoker or self._sees(right.relation, readable))

    def _roles(self, principal: Principal) -> _Roles:
        ways = {principal.id: "its own grant"}
        ahead = [principal.id]
        while ahead:
            role = ahead.pop(0)
            for group in self._groups.get(role, ()):
                if group not in ways:
                    ways[group] = f"membership of {group}"
                    ahead.append(group)
        attributes = {role: self._attributes(role) for role in ways}
        superuser = next((way for role, way in ways.items() if "superuser" in attributes[role]), "")
        sees = bool(superuser) or any("bypassrls" in has for has in attributes.values())
        return _Roles({**ways, PUBLIC: "PUBLIC"}, superuser, sees)

    def _attributes(self, role: str) -> frozenset[str]:
        known = self._principals.get(role)
        return frozenset(word for word, _ in known.tags) if known else frozenset()

    def _connects(self, roles: _Roles) -> bool:
        """Whether the database lets one of the roles in; where nothing is told of it, yes."""
        grants = [g for (kind, _), told in self._grants.items() if kind == "database" for g in told]
        return bool(roles.superuser) or not grants or any(_gives(g, "CONNECT", roles) for g in grants)

    def _enters(self, relation: Relation, roles: _Roles) -> bool:
        """USAGE of the schema: without it, no privilege on what is in it helps."""
        if roles.superuser or any(role in roles.ways for role in PREDEFINED):
            return True
        grants = self._grants.get(("schema", relation.within), ())
        return any(_gives(grant, "USAGE", roles) for grant in grants)

    def _on(self, relation: Relation, roles: _Roles) -> Iterator[Right]:
        if not self._enters(relation, roles):
            return
        found: dict[str, list[Way]] = defaultdict(list)
        for privilege, told in _without_grants(relation, roles):
            found[privilege].append(Way(told, None, Evidence(relation.connector, relation.where)))
        for grant in self._grants.get(("relation", relation.resource), ()):
            if grant.principal in roles.ways:
                evidence = Evidence(grant.connector, grant.where)
                found[grant.privilege].append(Way(roles.ways[grant.principal], grant.columns, evidence))
        assumed = relation.row_security and not roles.sees_all_rows and relation.owner not in roles.ways
        for privilege, ways in sorted(found.items()):
            whole = any(way.columns is None for way in ways)
            named = {name for way in ways for name in way.columns or ()}
            columns = tuple(c for c in relation.columns if whole or c in named)
            yield Right(relation, privilege, columns, tuple(ways), assumed)

    def _sees(self, view: Relation, readable: set[tuple[str, str]]) -> bool:
        """Whether a view that runs with its reader's rights shows anything: each column it is made of is checked."""
        for shown in view.shows:
            base, _, column = shown.rpartition("(")
            if column and (base, column.rstrip(")")) not in readable:
                return False
        return True


def _without_grants(relation: Relation, roles: _Roles) -> Iterator[tuple[str, str]]:
    """Privileges that no grant gives, with the way to them."""
    if roles.superuser:
        way = "being" if roles.superuser == "its own grant" else f"{roles.superuser},"
        yield from ((privilege, f"{way} a superuser") for privilege in EVERYTHING)
    elif relation.owner in roles.ways:
        way = (
            "ownership" if roles.ways[relation.owner] == "its own grant" else f"{roles.ways[relation.owner]}, the owner"
        )
        yield from ((privilege, way) for privilege in EVERYTHING)
    else:
        for role, privileges in PREDEFINED.items():
            if role in roles.ways:
                yield from ((privilege, roles.ways[role]) for privilege in privileges)


def _gives(grant: DataGrant, privilege: str, roles: _Roles) -> bool:
    return grant.privilege == privilege and grant.principal in roles.ways
