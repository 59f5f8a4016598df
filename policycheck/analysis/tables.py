"""Vendors' roles in databases: what each may do there, and which fields of the catalog it can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase, translate

from policycheck.analysis.databases import READ, Database, Right, Way
from policycheck.analysis.exposures import readable_exposure
from policycheck.analysis.grants import user_grant
from policycheck.analysis.identify import NOBODY, Claim, Identifier
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset, DatasetField, Policy
from policycheck.model.facts import Principal, Relation
from policycheck.model.grants import Exposure, Grant
from policycheck.model.locations import TABLE_SYSTEMS, split_columns, with_columns
from policycheck.model.partition import Partition
from policycheck.model.verdict import Witness

FUNCTIONS_ASSUMED = "functions that run with the rights of their owner (SECURITY DEFINER) were not looked into"


@dataclass(frozen=True, slots=True)
class Beyond:
    """Readable columns that no dataset of the catalog describes, of one relation. ``shows`` are the columns of other
    relations that a view is made of."""

    right: Right
    columns: tuple[str, ...]
    described: bool
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableInroad:
    """A role of a database through which one vendor acts."""

    grant: Grant
    rights: tuple[Right, ...]
    exposures: tuple[Exposure, ...]
    beyond: tuple[Beyond, ...]
    assumes: tuple[str, ...]

    @property
    def vendor(self) -> str:
        """Whose role it is."""
        return self.grant.vendor or ""


class Tables:
    """The datasets of a catalog that lie in databases, and the policies that name roles there."""

    def __init__(self, policies: Iterable[Policy], datasets: Iterable[Dataset], identifier: Identifier) -> None:
        self._policies = tuple(policies)
        self._identifier = identifier
        self._datasets = tuple(
            (re.compile("|".join(translate(pattern.replace("[", "[[]")) for pattern in patterns)), dataset)
            for dataset in datasets
            if (patterns := [where for where in dataset.locations if where.partition(":")[0] in TABLE_SYSTEMS])
        )

    def inroads(self, partition: Partition) -> Iterator[TableInroad]:
        """Every role of a database that is a vendor's, once for each vendor that claims it."""
        database = Database(partition)
        for principal in partition.principals:
            for claim in self._claims(principal):
                yield self._inroad(database, principal, claim)

    def namesakes(self, partition: Partition) -> Iterator[Grant]:
        """The roles of a database that nothing claims and that are called like a vendor."""
        unclaimed = (principal for principal in partition.principals if not self._claims(principal))
        hints = ((principal, self._identifier.hint(principal.name)) for principal in unclaimed)
        return (user_grant(principal, NOBODY, hint) for principal, hint in hints if hint)

    def _claims(self, principal: Principal) -> tuple[Claim, ...]:
        """A database role has no trust that tells whom it lets in, so what policies declare has to be believed."""
        declared = tuple(
            Claim(policy.vendor, f"access: {pattern}")
            for policy in self._policies
            for rule in policy.access
            for pattern in rule.principals
            if rule.system == principal.system and fnmatchcase(principal.name, pattern)
        )
        claims = declared or self._identifier.named_like_a_key(principal.name)
        return tuple({claim.vendor: claim for claim in reversed(claims)}.values())[::-1]

    def _inroad(self, database: Database, principal: Principal, claim: Claim) -> TableInroad:
        grant = _grant(principal, claim)
        rights = database.rights(principal)
        exposures: list[Exposure] = []
        beyond: list[Beyond] = []
        for right in rights:
            if right.privilege == READ:
                found, left = self._read(database, grant, right)
                exposures += found
                beyond += left
        hidden = [r.relation.resource for r in rights if r.rows_assumed and r.privilege == READ]
        assumes = [f"row-level security of {where} may hide rows; which, was not looked at" for where in hidden]
        return TableInroad(grant, rights, tuple(exposures), tuple(beyond), (*assumes, FUNCTIONS_ASSUMED))

    def _read(self, database: Database, grant: Grant, right: Right) -> tuple[list[Exposure], list[Beyond]]:
        relation = right.relation
        datasets = self._describing(relation)
        exposures = [e for d in datasets for e in _exposures(grant, right, d, {c: c for c in right.columns})]
        known = {_column(name, relation) for d in datasets for name in (*(f.name for f in d.fields), *d.plain)}
        if any(dataset.none_why for dataset in datasets):
            return exposures, []
        left = [column for column in right.columns if column not in known]
        if not datasets and relation.shows:
            shown, left = self._shown(database, grant, right, left)
            exposures += shown
        bases = tuple(dict.fromkeys(relation.shows)) if left else ()
        return exposures, [Beyond(right, tuple(left), bool(datasets), bases)] if left else []

    def _shown(
        self, database: Database, grant: Grant, right: Right, left: list[str]
    ) -> tuple[list[Exposure], list[str]]:
        """What a view that the catalog does not describe shows of tables that it does: columns of the same name."""
        exposures: list[Exposure] = []
        unknown: list[str] = []
        for column in left:
            found = tuple(self._below(database, right.relation, column, frozenset()))
            for dataset in found:
                exposures += _exposures(grant, right, dataset, {column: column})
            if not any(column in {*(f.name for f in d.fields), *d.plain} for d in found):
                unknown.append(column)
        return exposures, unknown

    def _below(self, database: Database, relation: Relation, column: str, passed: frozenset[str]) -> Iterator[Dataset]:
        """The datasets that describe the relations from which a column comes, through views of views."""
        for shown in relation.shows:
            base, columns = split_columns(shown)
            source = database.relations.get(base)
            if source is None or base in passed or column not in (columns or ()):
                continue
            described = self._describing(source)
            yield from described or self._below(database, source, column, passed | {base})

    def _describing(self, relation: Relation) -> list[Dataset]:
        return [dataset for pattern, dataset in self._datasets if pattern.match(relation.resource)]


def joined(ways: Iterable[Way]) -> str:
    """Ways in words."""
    return " and ".join(dict.fromkeys(way.told for way in ways))


def _exposures(grant: Grant, right: Right, dataset: Dataset, columns: dict[str, str]) -> Iterator[Exposure]:
    for field in dataset.fields:
        column = _named(field, columns)
        if column:
            witness, ways = Witness(READ, with_columns(right.relation.resource, [column])), right.through(column)
            exposure = readable_exposure(grant, tuple(way.evidence for way in ways), dataset, field, witness)
            yield replace(exposure, action=f"{exposure.action} through {joined(ways)}")


def _named(field: DatasetField, columns: dict[str, str]) -> str:
    """The column that holds a field; ``address.city`` is a part of the column ``address``."""
    return columns.get(field.name) or columns.get(re.split(r"[.\[]", field.name, maxsplit=1)[0], "")


def _column(name: str, relation: Relation) -> str:
    return name if name in relation.columns else re.split(r"[.\[]", name, maxsplit=1)[0]


def _grant(principal: Principal, claim: Claim) -> Grant:
    return replace(user_grant(principal, claim), party=principal.name)
