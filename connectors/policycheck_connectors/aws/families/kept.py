"""Secrets Manager and Parameter Store: which secrets there are, how old, and when one was last read; never a value.

Whose key a secret is a copy of is for the analysis to tell, by its name and by tags that name a vendor. Shapes:
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html and
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html. A secret is as old as its
last change, since any change may have been one of the value: it is told no older than it is for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policycheck.model.facts import Credential, Fact
from policycheck_connectors.aws.answers import moment
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.room import Room

_KEPT = "secrets"
_LIST, _DESCRIBE, _TAGS = "secretsmanager.list_secrets", "ssm.describe_parameters", "ssm.list_tags_for_resource"
#: Keys of tags whose values name a vendor; other values are not kept.
_NAMING = frozenset({"vendor", "provider", "supplier", "saas", "third-party", "integration"})
#: Services whose own secrets hold credentials for products of others; those of databases hold ours.
_CONNECTIONS = frozenset({"events", "appflow"})


def _secrets(room: Room) -> Iterator[Fact]:
    for secret in room.each(_KEPT, _LIST, "SecretList"):
        if secret.get("OwningService") and secret["OwningService"] not in _CONNECTIONS:
            continue
        room.count(_KEPT)
        arn = str(secret["ARN"])
        yield Credential(
            "aws",
            room.place.account,
            arn,
            str(secret.get("Name") or arn),
            room.connector,
            f"{_LIST} {arn}",
            holder="us",
            created=_youngest(secret, "CreatedDate", "LastChangedDate", "LastRotatedDate"),
            last_used=moment(secret.get("LastAccessedDate")),
            status="disabled" if secret.get("DeletedDate") else "active",
            knows=("created", "last_used", "status"),
            kept_in="Secrets Manager",
            tags=_naming(secret.get("Tags") or ()),
        )


def _parameters(room: Room) -> Iterator[Fact]:
    for parameter in room.each(_KEPT, _DESCRIBE, "Parameters"):
        kind, name = parameter.get("Type"), str(parameter["Name"])
        if kind == "StringList":
            continue
        room.count(_KEPT)
        tags: Iterable[Mapping[str, Any]] = ()
        if kind == "SecureString":
            tags = room.each(_KEPT, _TAGS, "TagList", ResourceType="Parameter", ResourceId=name)
        yield Credential(
            "aws",
            room.place.account,
            str(parameter.get("ARN") or room.place.arn("ssm", f"parameter/{name.lstrip('/')}")),
            name,
            room.connector,
            f"{_DESCRIBE} {name}",
            holder="us",
            created=moment(parameter.get("LastModifiedDate")),
            status="active",
            knows=("created",),
            kept_in="Parameter Store" if kind == "SecureString" else "Parameter Store, not encrypted",
            tags=_naming(tags),
        )


def _youngest(secret: Mapping[str, Any], *keys: str) -> str | None:
    return max(filter(None, (moment(secret.get(key)) for key in keys)), default=None)


def _naming(tags: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    pairs = ((str(tag.get("Key", "")).lower(), str(tag.get("Value", ""))) for tag in tags)
    return tuple(sorted(pair for pair in pairs if pair[0] in _NAMING))


SECRETS = Family(
    "kept-secrets",
    REGIONAL,
    (_KEPT,),
    {_LIST: ("secretsmanager:ListSecrets",)},
    "names, tags, age and last access of secrets, which may be copies of vendors' keys; never a value",
    _secrets,
)
PARAMETERS = Family(
    "kept-parameters",
    REGIONAL,
    (_KEPT,),
    {_DESCRIBE: ("ssm:DescribeParameters",), _TAGS: ("ssm:ListTagsForResource",)},
    "names, tags and age of parameters, which may be copies of vendors' keys; never a value",
    _parameters,
)
