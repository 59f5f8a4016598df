"""What vendors can read and no dataset of the catalog describes, resource by resource."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.analysis.analyst import Analyst
from policycheck.analysis.tables import TableInroad
from policycheck.analysis.views import Inroad
from policycheck.model.locations import with_columns
from policycheck.model.survey import UnlistedRead
from policycheck.model.verdict import OUTSIDE


def in_aws(analyst: Analyst, inroad: Inroad) -> Iterator[UnlistedRead]:
    """One for each service of which a vendor reads something that is not described."""
    for verdict in inroad.readable.beyond:
        if verdict.status == OUTSIDE:
            witness = verdict.witnesses[0]
            # What is shared was seen with whom it is shared with, be it in no list of its kind.
            shared = (inroad.principal,) if inroad.share else ()
            yield UnlistedRead(
                vendor=inroad.vendor,
                system=inroad.grant.system,
                account=inroad.account,
                via=inroad.principal,
                action=f"{witness.action} on {witness.place}",
                places=tuple(analyst.places.unlisted(inroad.reach.access, inroad.account, verdict)) or shared,
                evidence=inroad.evidence,
                party=inroad.party,
            )


def in_tables(inroad: TableInroad) -> Iterator[UnlistedRead]:
    """One for each relation of a database with columns that are not described."""
    for beyond in inroad.beyond:
        place = with_columns(beyond.right.relation.resource, beyond.columns)
        grant = inroad.grant
        action = f"{beyond.right.privilege} on {place}"
        yield UnlistedRead(
            inroad.vendor, grant.system, grant.account, grant.principal, action, (place,), grant.evidence
        )
