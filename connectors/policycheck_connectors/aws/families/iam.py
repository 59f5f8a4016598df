"""IAM: roles, users, groups, policies, trusts, and access keys with their age and last use.

Shapes: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Credential, Fact, Principal, Trust
from policycheck_connectors.aws.answers import moment, plain
from policycheck_connectors.aws.family import ACCOUNT, Family
from policycheck_connectors.aws.room import Room
from policycheck_connectors.files.aws_entities import GROUPS, POLICIES, ROLES, USERS, Entities, Read

DETAILS = "iam.get_account_authorization_details"
_FEEDS = {ROLES: ("principals", "trusts"), USERS: ("principals",), GROUPS: ("principals",), POLICIES: ("documents",)}
_KEYS = ("created", "last_used", "status")


def _pull(room: Room) -> Iterator[Fact]:
    entities = Entities(room.connector)
    users: list[Principal] = []
    for number, page in enumerate(room.pages(FAMILY.resources, DETAILS)):
        for key in _FEEDS:
            for item in page.get(key, []):
                read = _entry(room, entities, key, item, number)
                yield from read.facts
                users += [fact for fact in read.facts if isinstance(fact, Principal) and fact.kind == "user"]
    yield from entities.rest()
    for user in users:
        yield from _keys(room, user)


def _entry(room: Room, entities: Entities, key: str, item: object, page: int) -> Read:
    name = item.get("Arn", "") if isinstance(item, dict) else ""
    where = f"{DETAILS} {name}"
    try:
        read = entities.read(key, plain(item), where)
    except ValueError:
        for resource in _FEEDS[key]:
            room.gap(resource, "entries that cannot be read", "report this", where)
        return Read("", ())
    for flaw in read.flaws:
        room.gap(flaw, "entries with a part that cannot be read", "report this", where)
    room.count("documents", read.documents)
    room.count("principals", sum(isinstance(fact, Principal) for fact in read.facts))
    room.count("trusts", sum(isinstance(fact, Trust) for fact in read.facts))
    return read


def _keys(room: Room, user: Principal) -> Iterator[Credential]:
    for key in room.each("credentials", "iam.list_access_keys", "AccessKeyMetadata", UserName=user.name):
        used = room.ask("credentials.last_used", "iam.get_access_key_last_used", AccessKeyId=key["AccessKeyId"])
        last = used.get("AccessKeyLastUsed", {}) if used else {}
        room.count("credentials")
        yield Credential(
            "aws",
            room.place.account,
            str(key["AccessKeyId"]),
            user.name,
            room.connector,
            f"iam.list_access_keys {user.name}",
            created=moment(key.get("CreateDate")),
            last_used=moment(last.get("LastUsedDate")),
            status="active" if key.get("Status") == "Active" else "disabled",
            knows=_KEYS if used else ("created", "status"),
            principal=user.id,
        )


FAMILY = Family(
    "iam",
    ACCOUNT,
    ("principals", "documents", "trusts", "credentials"),
    {
        DETAILS: ("iam:GetAccountAuthorizationDetails",),
        "iam.list_access_keys": ("iam:ListAccessKeys",),
        "iam.get_access_key_last_used": ("iam:GetAccessKeyLastUsed",),
    },
    "roles, users, groups, their policies and trusts; access keys with age and last use",
    _pull,
)
