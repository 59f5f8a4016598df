"""Which columns of a table in the Glue data catalog Lake Formation lets a role or user of ours read.

Source: AWS Lake Formation Developer Guide, "Lake Formation permissions reference", "Underlying data access control",
"Data filtering and cell-level security", "Changing the default settings for your data lake".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from policycheck.analysis.decryption import Who
from policycheck.analysis.readings import Reading, Stop, Way
from policycheck.aws.engine import Engine
from policycheck.aws.patterns import matches
from policycheck.library.effective import load_effective
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.facts import DataGrant
from policycheck.model.verdict import OUTSIDE, Access

GLUE = "glue"


def lake_way(engine: Engine, access: Access, tables: tuple[str, ...]) -> Way | None:
    """How an access gets at tables through Lake Formation; None when its policies do not let it."""
    services, lake = engine.services(access), load_effective().lake
    if services is not None and not {GLUE, "lakeformation"} <= services:
        return None
    if engine.reads(access, lake.data, ("*",)).status != OUTSIDE:
        return None
    found = engine.reads(access, lake.metadata, tables)
    return Way(GLUE, tables, found.witnesses[0]) if found.status == OUTSIDE else None


class Lakes:
    """The grants of Lake Formation in one snapshot. ``seen`` tells whether all grants of an account and Region were."""

    def __init__(self, grants: Iterable[DataGrant], seen: Callable[[str, str], bool]) -> None:
        self._lake = load_effective().lake
        self._seen = seen
        self._grants = [grant for grant in grants if grant.privilege in self._lake.reads]

    def read(self, dataset: Dataset, way: Way, who: Who) -> Reading | Stop:
        """What the grants leave of a dataset."""
        tables = [location for location in way.locations if location.split(":", 5)[5].startswith("table/")]
        whole = Reading(dataset, way.witness, dataset.fields)
        unseen = [table for table in tables if not self._seen(*_place(table))]
        if unseen or not tables:
            return whole.noting("the grants of Lake Formation were not all seen: taken as giving every column")
        mine = [g for g in self._grants if g.kind != "tags" and any(_on(g, table) for table in tables)]
        if any(grant.principal == self._lake.everybody for grant in mine):
            return whole.noting("Lake Formation does not limit this: IAMAllowedPrincipals has the table")
        mine = [grant for grant in mine if self._is_for(grant, who)]
        if any(grant.kind == "tags" and self._is_for(grant, who) for grant in self._grants):
            return whole.noting("a grant of Lake Formation goes by tags, and which columns have them is not told")
        if not mine:
            return Stop(dataset, way.witness, "Lake Formation grants it no column")
        return _limited(whole, mine)

    def governs(self, dataset: Dataset) -> bool:
        """Whether Lake Formation certainly decides who reads a dataset's tables by way of the Glue data catalog."""
        tables = [where for where in dataset.locations if where.split(":", 5)[2:3] == [GLUE] and "table/" in where]
        mine = [grant for grant in self._grants for table in tables if _on(grant, table)]
        named = any(grant.principal == self._lake.everybody for grant in mine)
        return bool(mine) and not named and all(self._seen(*_place(table)) for table in tables)

    def _is_for(self, grant: DataGrant, who: Who) -> bool:
        everybody = {self._lake.everybody, who.account, f"{who.account}:{self._lake.of_account}"}
        return grant.principal == who.principal or grant.principal in everybody


def _on(grant: DataGrant, table: str) -> bool:
    """Whether a grant is on a table, whose name or that of the grant may be a pattern."""
    return matches(grant.resource, table) or matches(table, grant.resource)


def _limited(whole: Reading, grants: list[DataGrant]) -> Reading:
    fields = whole.dataset.fields
    kept = tuple([field for field in fields if any(_gives(grant, field) for grant in grants)])
    rows = all(grant.rows for grant in grants)
    limits = []
    if len(kept) < len(fields):
        limits.append(f"Lake Formation grants only {', '.join(field.name for field in kept) or 'other columns'}")
    if rows:
        limits.append(f"rows limited by Lake Formation ({', '.join(sorted({grant.rows for grant in grants}))})")
    return replace(whole.limited(kept, *limits, rows=rows), mend="revoke the column from it in Lake Formation")


def _gives(grant: DataGrant, field: DatasetField) -> bool:
    names = {field.name.lower(), field.name.split(".")[0].split("[")[0].lower()}
    columns = grant.columns
    if columns is None:
        return not names & {column.lower() for column in grant.excluded}
    return bool(names & {column.lower() for column in columns})


def _place(table: str) -> tuple[str, str]:
    _, _, _, region, account, _ = table.split(":", 5)
    return account, region
