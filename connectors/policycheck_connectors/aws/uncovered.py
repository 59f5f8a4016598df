"""What this connector does not look at, so that nobody takes silence for an answer.

``SERVICES`` maps the name of a service, or of a part of one, to the way in or out that it could hold unseen.
"""

from __future__ import annotations

from collections.abc import Iterable

from policycheck_connectors.aws.names import FAMILIES

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


def note(families: Iterable[str]) -> str:
    """A sentence that names what a pull of these families leaves out."""
    left = [name for name in FAMILIES if name not in set(families)]
    told = f"not looked at: {', '.join(SERVICES)}"
    return f"{told}; left out here: {', '.join(left)}" if left else told
