"""The keys that we give to vendors: app clients of Cognito user pools, keys of API Gateway.

``ClientSecret`` and ``value`` stand in answers and are never mapped; values of keys are not asked for. Shapes:
DescribeUserPoolClient of Cognito, GetApiKeys and GetUsagePlans of API Gateway. How they are planted:
``create_user_pool_client`` with ``GenerateSecret``, ``ReadAttributes``, scopes and callback URLs; ``create_api_key``,
``create_usage_plan`` and ``create_usage_plan_key``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from policycheck.model.facts import Credential, Fact, VendorField
from policycheck_connectors.aws.answers import moment
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.room import Room

_CREDENTIALS, _FIELDS = "credentials", "fields"
_CLIENT = "cognito-idp.describe_user_pool_client"
_GONE = ("ResourceNotFoundException",)
#: What a client reads whose ReadAttributes are not told. Source: UserPoolClientType, and "Working with user
#: attributes" in the Amazon Cognito Developer Guide, standard attributes.
_DEFAULT = (
    *("address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale"),
    *("middle_name", "name", "nickname", "phone_number", "phone_number_verified", "picture", "preferred_username"),
    *("profile", "sub", "updated_at", "website", "zoneinfo"),
)


def _pools(room: Room) -> Iterator[Fact]:
    for pool in room.each((_CREDENTIALS, _FIELDS), "cognito-idp.list_user_pools", "UserPools", MaxResults=60):
        id = str(pool["Id"])
        for listed in room.each(
            (_CREDENTIALS, _FIELDS),
            "cognito-idp.list_user_pool_clients",
            "UserPoolClients",
            _GONE,
            UserPoolId=id,
            MaxResults=60,
        ):
            answer = room.ask((_CREDENTIALS, _FIELDS), _CLIENT, _GONE, UserPoolId=id, ClientId=str(listed["ClientId"]))
            if answer:
                yield from _client(room, answer.get("UserPoolClient", {}))


def _client(room: Room, client: Mapping[str, Any]) -> Iterator[Fact]:
    id, name = str(client["ClientId"]), str(client.get("ClientName", ""))
    where = f"{_CLIENT} {name or id}"
    room.count(_CREDENTIALS)
    oauth = client.get("AllowedOAuthFlowsUserPoolClient") or client.get("AllowedOAuthFlows")
    yield Credential(
        "cognito",
        room.place.account,
        id,
        name,
        room.connector,
        where,
        scopes=tuple(sorted(map(str, client.get("AllowedOAuthScopes", ())))) if oauth else (),
        created=moment(client.get("CreationDate")),
        status="active",
        knows=("scopes", "created", "status"),
        hosts=_hosts(client),
    )
    # Without a user there are no attributes: machines sign in with client_credentials alone.
    if set(client.get("AllowedOAuthFlows", ())) != {"client_credentials"}:
        for attribute in map(str, client.get("ReadAttributes") or _DEFAULT):
            room.count(_FIELDS)
            path = attribute.removeprefix("custom:")
            yield VendorField(
                "cognito", id, name or id, path, room.connector, where, origin="readable", label=attribute
            )


def _hosts(client: Mapping[str, Any]) -> tuple[str, ...]:
    """The hosts to which an app client sends its users back, sorted."""
    urls = (*client.get("CallbackURLs", ()), client.get("DefaultRedirectURI"))
    hosts = (_host(url) for url in urls if isinstance(url, str))
    return tuple(sorted({host for host in hosts if host}))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _keys(room: Room) -> Iterator[Fact]:
    stages = _stages(room)
    for key in room.each(_CREDENTIALS, "apigateway.get_api_keys", "items"):
        id, name = str(key["id"]), str(key.get("name", ""))
        room.count(_CREDENTIALS)
        own = tuple(map(str, key.get("stageKeys", ())))
        yield Credential(
            "apigateway",
            room.place.account,
            id,
            name,
            room.connector,
            f"apigateway.get_api_keys {name or id}",
            scopes=None if stages is None else tuple(sorted({*stages.get(id, ()), *own})),
            created=moment(key.get("createdDate")),
            status="active" if key.get("enabled") else "disabled",
            knows=("created", "status") if stages is None else ("scopes", "created", "status"),
        )


def _stages(room: Room) -> dict[str, set[str]] | None:
    """The stages of APIs that each key opens, by its id; None when not all plans were seen."""
    opened: dict[str, set[str]] = defaultdict(set)
    for plan in room.each(_CREDENTIALS, "apigateway.get_usage_plans", "items"):
        stages = {f"{stage.get('apiId', '')}/{stage.get('stage', '')}" for stage in plan.get("apiStages", ())}
        for key in room.each(_CREDENTIALS, "apigateway.get_usage_plan_keys", "items", usagePlanId=str(plan["id"])):
            opened[str(key["id"])] |= stages
    return None if room.seen.gaps else opened


CLIENTS = Family(
    "cognito",
    REGIONAL,
    (_CREDENTIALS, _FIELDS),
    {
        "cognito-idp.list_user_pools": ("cognito-idp:ListUserPools",),
        "cognito-idp.list_user_pool_clients": ("cognito-idp:ListUserPoolClients",),
        _CLIENT: ("cognito-idp:DescribeUserPoolClient",),
    },
    "app clients of user pools: scopes, readable attributes, where they send users back; never their secret",
    _pools,
    system="cognito",
)
KEYS = Family(
    "apigateway",
    REGIONAL,
    (_CREDENTIALS,),
    {
        "apigateway.get_api_keys": ("apigateway:GET",),
        "apigateway.get_usage_plans": ("apigateway:GET",),
        "apigateway.get_usage_plan_keys": ("apigateway:GET",),
    },
    "keys that we gave out, and the stages that their usage plans open; never a value",
    _keys,
    system="apigateway",
)
