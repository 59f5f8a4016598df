"""What this connector does not look at, so that nobody takes silence for an answer.

``SERVICES`` maps the name of a service, or of a part of one, to the way in or out that it could hold unseen.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.names import FAMILIES, OPT_IN

SERVICES: dict[str, str] = {
    "API Gateway v2": "HTTP and WebSocket APIs that we serve to others, with their authorizers",
    "Backup": "policies of vaults, and copies of recovery points to vaults of others",
    "EFS": "policies of file systems",
    "Redshift": "data shares, and snapshots that others may restore",
    "IAM Identity Center": "people of vendors who sign in through it, and applications that trust it",
    "IAM Roles Anywhere": "certificates of others that can assume our roles",
    "IAM Access Analyzer": "what it found itself, as a second opinion",
    "CloudTrail": "calls that parties really made; last use is read from IAM instead",
    "S3 Access Grants": "grants on prefixes to people and roles",
    "OpenSearch Serverless": "data access policies of collections",
    "Clean Rooms, Data Exchange, DataZone": "data sets that are joined with, or sold to, others",
    "VPC peering, PrivateLink and Transit Gateway": "network paths; they give no access by themselves",
}

#: The services among them whose resources may let others in by themselves, as actions name them.
#: Source: AWS Service Authorization Reference, "Actions, resources, and condition keys".
_LETTING_IN: dict[str, str] = {
    "Backup": "backup",
    "EFS": "elasticfilesystem",
    "Redshift": "redshift",
    "IAM Roles Anywhere": "rolesanywhere",
    "OpenSearch Serverless": "aoss",
}
#: Kinds of resource that tell who may do something in the service itself; copies that are shared tell no more of it.
_WAYS_IN = frozenset({"trusts", "resource_policies", "data_grants"})


def left_out(chosen: Container[str]) -> Iterator[tuple[str, str]]:
    """The families that a choice leaves out, but for those that nobody gets without asking; each with the service of
    which it would tell who is let in."""
    for name in FAMILIES:
        if name not in chosen and name not in OPT_IN:
            one = family(name)
            first = next(iter(one.calls.values()))[0]
            service = first.partition(":")[0] if _WAYS_IN.intersection(one.resources) else ""
            yield name, service


def beyond() -> tuple[tuple[str, str], ...]:
    """The services that no family looks at, in the same form."""
    return tuple((name, _LETTING_IN.get(name, "")) for name in SERVICES)
