"""Resource Access Manager: what we share, with whom, and what the permissions of the share let them do.

Shapes: https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShareAssociations.html and API_GetPermission
Planted with ``ram.create_resource_share(name, resourceArns, principals, allowExternalPrincipals=True)``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Fact
from policycheck.model.shares import Share
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import SHARES
from policycheck_connectors.aws.room import Room

_ENDED = frozenset({"FAILED", "DISASSOCIATED", "SUSPENDED"})
#: Until a party outside the organization accepts the invitation.
_WAITING = "ASSOCIATING"
#: What AWS makes of a resource policy, which is read where it stands.
_FROM_POLICY = "CREATED_FROM_POLICY"


@dataclass(frozen=True, slots=True)
class _Permission:
    """One permission of a share: ``type`` is the resource type in RAM's words, ``actions`` None when not told."""

    arn: str
    type: str
    actions: tuple[str, ...] | None


def _pull(room: Room) -> Iterator[Fact]:
    shares = {
        str(share["resourceShareArn"]): str(share.get("name", ""))
        for share in room.each(
            SHARES, "ram.get_resource_shares", "resourceShares", resourceOwner="SELF", resourceShareStatus="ACTIVE"
        )
        if share.get("featureSet") != _FROM_POLICY
    }
    principals = _associated(room, "PRINCIPAL") if shares else {}
    resources = _associated(room, "RESOURCE") if shares else {}
    known: dict[tuple[str, str], _Permission] = {}
    for arn, name in shares.items():
        permissions = list(_permissions(room, arn, known)) if principals.get(arn) else []
        for resource in resources.get(arn, ()):
            rights, told = _rights(str(resource["associatedEntity"]), permissions)
            for party in principals.get(arn, ()):
                room.count(SHARES)
                yield _share(room, name, arn, resource, party, rights, told)


def _associated(room: Room, kind: str) -> dict[str, list[Mapping[str, Any]]]:
    """What is associated with each share."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    call, path = "ram.get_resource_share_associations", "resourceShareAssociations"
    for each in room.each(SHARES, call, path, associationType=kind):
        if each.get("status") not in _ENDED:
            found.setdefault(str(each["resourceShareArn"]), []).append(each)
    return found


def _permissions(room: Room, share: str, known: dict[tuple[str, str], _Permission]) -> Iterator[_Permission]:
    listed = room.each(
        SHARES, "ram.list_resource_share_permissions", "permissions", token="nextToken", resourceShareArn=share
    )
    for each in listed:
        arn, version = str(each["arn"]), str(each.get("version") or "")
        if (arn, version) not in known:
            known[arn, version] = _Permission(arn, str(each.get("resourceType", "")), _actions(room, arn, version))
        yield known[arn, version]


def _actions(room: Room, arn: str, version: str) -> tuple[str, ...] | None:
    which: dict[str, Any] = {"permissionVersion": int(version)} if version.isdigit() else {}
    answer = room.ask(SHARES, "ram.get_permission", permissionArn=arn, **which)
    if answer is None:
        return None
    try:
        told = json.loads(str(answer.get("permission", {}).get("permission") or ""))
        statements = told if isinstance(told, list) else [told]
        actions = [each["Action"] for each in statements if each.get("Effect", "Allow") == "Allow"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return tuple(str(a) for each in actions for a in (each if isinstance(each, list) else [each]))


def _rights(resource: str, permissions: list[_Permission]) -> tuple[tuple[str, ...], bool]:
    """The actions that the permissions give on a resource, and True; else the ARNs of the permissions, and False."""
    mine = [each for each in permissions if _is_about(each.type, resource)] or permissions
    if mine and all(each.actions is not None for each in mine):
        return tuple(sorted({action for each in mine for action in each.actions or ()})), True
    return tuple(sorted({each.arn for each in mine})), False


def _is_about(kind: str, resource: str) -> bool:
    """Whether a type such as ``rds:Cluster`` is that of an ARN such as ``arn:aws:rds:...:cluster:name``."""
    service, _, name = kind.lower().partition(":")
    parts = resource.lower().split(":", 5)
    if len(parts) < 6:
        return False
    head = parts[5].replace(":", "/").split("/")[0].replace("-", "")
    return parts[2] == service and head == name.replace("-", "")


def _share(
    room: Room,
    name: str,
    arn: str,
    resource: Mapping[str, Any],
    party: Mapping[str, Any],
    rights: tuple[str, ...],
    told: bool,
) -> Share:
    return Share(
        system="aws",
        account=room.place.account,
        resource=str(resource["associatedEntity"]),
        kind="ram",
        party=str(party["associatedEntity"]),
        rights=rights,
        connector=room.connector,
        where=f"ram.get_resource_share_associations {arn.rsplit('/', 1)[-1]}",
        name=name,
        told=told,
        pending=party.get("status") == _WAITING,
    )


FAMILY = Family(
    "ram",
    REGIONAL,
    (SHARES,),
    {
        "ram.get_resource_shares": ("ram:GetResourceShares",),
        "ram.get_resource_share_associations": ("ram:GetResourceShareAssociations",),
        "ram.list_resource_share_permissions": ("ram:ListResourceSharePermissions",),
        "ram.get_permission": ("ram:GetPermission",),
    },
    "our resource shares: resources, parties, and the actions of their permissions",
    _pull,
)
