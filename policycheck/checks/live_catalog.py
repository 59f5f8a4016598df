"""PC106, as a note: what AWS tells of our data and what the catalog says of it do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.analysis.live_catalog import Conflict
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.model.findings import Severity
from policycheck.model.places import Evidence


def catalog_hits(context: Context, conflicts: Iterable[Conflict]) -> Iterator[Hit]:
    """One note for each dataset that AWS describes in another way."""
    for conflict in conflicts:
        entry = conflict.entry
        name = conflict.dataset.name if conflict.dataset else entry.dataset
        yield Hit(
            rule="PC106",
            vendor=None,
            cause=f"{name} {conflict.message}",
            message=conflict.message,
            location=conflict.dataset.at if conflict.dataset else context.connector_place(entry.connector),
            subject=(("account", entry.account), ("dataset", name), ("resource", entry.resource), ("system", "aws")),
            observed=conflict.observed,
            evidence=(Evidence(entry.connector, entry.where),),
            help=conflict.help,
            severity=Severity.INFO,
            label="not what AWS tells",
        )
