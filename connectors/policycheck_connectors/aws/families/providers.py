"""OIDC and SAML providers: who an account lets vouch for those who sign in.

Of a provider's SAML metadata only the entity id is kept, of an OIDC one no thumbprint. Shapes: GetOpenIDConnectProvider
and GetSAMLProvider in https://docs.aws.amazon.com/IAM/latest/APIReference/. How it is planted:
``create_open_id_connect_provider`` and ``create_saml_provider``, with or without a role that trusts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policycheck.model.facts import Fact, Provider
from policycheck_connectors.aws.answers import moment
from policycheck_connectors.aws.family import ACCOUNT, Family
from policycheck_connectors.aws.room import Room

_PROVIDERS = "providers"
_OIDC, _SAML = "iam.get_open_id_connect_provider", "iam.get_saml_provider"
_ENTITY = re.compile(r"<(?:[\w.-]+:)?EntityDescriptor\b[^<>]*?\bentityID\s*=\s*[\"']([^\"'<>]{1,1024})[\"']")


def _pull(room: Room) -> Iterator[Fact]:
    for listed in room.each(_PROVIDERS, "iam.list_open_id_connect_providers", "OpenIDConnectProviderList"):
        arn = str(listed["Arn"])
        answer = room.ask(_PROVIDERS, _OIDC, OpenIDConnectProviderArn=arn)
        if answer is not None:
            clients = tuple(sorted(str(client) for client in answer.get("ClientIDList", ())))
            yield _provider(room, arn, "oidc", str(answer.get("Url", "")), f"{_OIDC} {arn}", audiences=clients)
    for listed in room.each(_PROVIDERS, "iam.list_saml_providers", "SAMLProviderList"):
        arn = str(listed["Arn"])
        answer = room.ask(_PROVIDERS, _SAML, SAMLProviderArn=arn)
        if answer is not None:
            found = _ENTITY.search(str(answer.get("SAMLMetadataDocument", "")))
            entity = found.group(1) if found else ""
            ends = moment(listed.get("ValidUntil")) or moment(answer.get("ValidUntil"))
            yield _provider(room, arn, "saml", entity, f"{_SAML} {arn}", expires=ends)


def _provider(
    room: Room,
    arn: str,
    kind: str,
    issuer: str,
    where: str,
    *,
    audiences: tuple[str, ...] = (),
    expires: str | None = None,
) -> Provider:
    room.count(_PROVIDERS)
    return Provider("aws", room.place.account, arn, kind, issuer, room.connector, where, audiences, expires)


FAMILY = Family(
    "identity-providers",
    ACCOUNT,
    (_PROVIDERS,),
    {
        "iam.list_open_id_connect_providers": ("iam:ListOpenIDConnectProviders",),
        _OIDC: ("iam:GetOpenIDConnectProvider",),
        "iam.list_saml_providers": ("iam:ListSAMLProviders",),
        _SAML: ("iam:GetSAMLProvider",),
    },
    "OIDC issuers with client ids; SAML entity ids with their expiry",
    _pull,
)
