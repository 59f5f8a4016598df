"""When the principals that matter last used which service and action: roles that trust somebody outside, users with
access keys.

A report is made for each principal and fetched when it is there; several are made at once, and no more, since IAM
counts these calls for the whole account. Shapes: GenerateServiceLastAccessedDetails and GetServiceLastAccessedDetails
in https://docs.aws.amazon.com/IAM/latest/APIReference/. The simulated AWS of the tests lacks them, so they are played
from the service model; nothing can be planted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from policycheck.model.facts import Fact, Use
from policycheck_connectors.aws.answers import moment
from policycheck_connectors.aws.family import ACCOUNT, Family
from policycheck_connectors.aws.room import Room

MAKE, GET = "iam.generate_service_last_accessed_details", "iam.get_service_last_accessed_details"
_USES = "uses"
#: IAM tells of so many days at least. Source: API reference of the first call.
TRACKED_DAYS = 400
#: How many reports are being made at a time, and the seconds between two looks at one.
TOGETHER = 10
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_GONE = ("NoSuchEntity", "NoSuchEntityException")
#: Roles of AWS's own single sign-on and of its services; nobody outside can be let in there by us.
_RESERVED = ("/aws-reserved/", "/aws-service-role/")


def _pull(room: Room) -> Iterator[Fact]:
    waiting = _principals(room)
    while principals := tuple(islice(waiting, TOGETHER)):
        jobs = [(arn, room.ask(_USES, MAKE, _GONE, Arn=arn, Granularity="ACTION_LEVEL")) for arn in principals]
        for arn, job in jobs:
            if job:
                yield from _report(room, arn, str(job["JobId"]))


def _principals(room: Room) -> Iterator[str]:
    for role in room.each(_USES, "iam.list_roles", "Roles"):
        if not str(role.get("Path", "/")).startswith(_RESERVED) and _outside(room, role["AssumeRolePolicyDocument"]):
            yield str(role["Arn"])
    for user in room.each(_USES, "iam.list_users", "Users"):
        keys = list(room.each(_USES, "iam.list_access_keys", "AccessKeyMetadata", _GONE, UserName=user["UserName"]))
        if keys:
            yield str(user["Arn"])


def _outside(room: Room, document: object) -> bool:
    """Whether a trust policy may let in anybody but services and this account; one that cannot be read may."""
    try:
        read: Any = json.loads(document) if isinstance(document, str) else document
        statements = read["Statement"]
        listed = statements if isinstance(statements, list) else [statements]
        return any(_names_others(room, each) for each in listed)
    except (ValueError, KeyError, TypeError):
        return True


def _names_others(room: Room, statement: Mapping[str, Any]) -> bool:
    if statement["Effect"] != "Allow":
        return False
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping):
        return True
    parties = [
        (kind, name) for kind, names in principal.items() for name in (names if isinstance(names, list) else [names])
    ]
    return any(kind != "Service" and (kind != "AWS" or room.place.account not in str(name)) for kind, name in parties)


def _report(room: Room, arn: str, job: str) -> Iterator[Use]:
    for pause in (*PAUSES, None):
        answer = room.ask(_USES, GET, JobId=job)
        if answer is None:
            return
        status = answer.get("JobStatus")
        if status == "COMPLETED":
            yield from _uses(room, arn, job, answer)
            return
        if status == "FAILED":
            room.gap(_USES, "reports that IAM could not make", "pull again", f"{MAKE} {arn}")
            return
        if pause is not None:
            time.sleep(pause)
    room.gap(_USES, "reports that were not ready in time", "pull again: they go on being made", f"{GET} {arn}")


def _uses(room: Room, arn: str, job: str, first: Mapping[str, Any]) -> Iterator[Use]:
    pages = room.pages(_USES, GET, token="Marker", JobId=job) if first.get("IsTruncated") else iter((first,))
    for page in pages:
        since = _since(page["JobCompletionDate"])
        for service in page.get("ServicesLastAccessed", ()):
            name, actions = str(service["ServiceNamespace"]), service.get("TrackedActionsLastAccessed", ())
            room.count(_USES)
            yield _use(room, arn, name, "", service.get("LastAuthenticated"), since, by_action=bool(actions))
            for action in actions:
                told = str(action.get("ActionName", ""))
                yield _use(room, arn, name, told, action.get("LastAccessedTime"), since)


def _use(room: Room, arn: str, service: str, action: str, last: object, since: str, *, by_action: bool = False) -> Use:
    where, account = f"{GET} {arn}", room.place.account
    return Use("aws", account, arn, service, action, moment(last), since, room.connector, where, by_action)


def _since(completed: datetime) -> str:
    """The day on which the record begins."""
    return (completed.astimezone(UTC) - timedelta(days=TRACKED_DAYS)).date().isoformat()


FAMILY = Family(
    "last-accessed",
    ACCOUNT,
    (_USES,),
    {
        "iam.list_roles": ("iam:ListRoles",),
        "iam.list_users": ("iam:ListUsers",),
        "iam.list_access_keys": ("iam:ListAccessKeys",),
        MAKE: ("iam:GenerateServiceLastAccessedDetails",),
        GET: ("iam:GetServiceLastAccessedDetails",),
    },
    "when roles that outsiders can assume, and users with access keys, last used each service and action",
    _pull,
)
