"""Parties that shares, lists and grants name, as paths by which somebody comes in."""

from __future__ import annotations

import re

from policycheck.aws.principals import EVERYONE, Party, read_party
from policycheck.model.facts import PUBLIC
from policycheck.model.grants import TrustPath
from policycheck.model.shares import AUTHENTICATED

#: In Lake Formation: whoever the IAM policies of the account let in. Source: Lake Formation Developer Guide, "Changing
#: the default settings for your data lake"; its suffix for a single account, "Granting permissions".
ALLOWED_BY_IAM = "IAM_ALLOWED_PRINCIPALS"
_PRINCIPALS_OF = ":IAMPrincipals"
_CANONICAL = re.compile(r"[0-9a-f]{64}")
_ORGANIZATION = re.compile(r"arn:aws[a-z-]*:organizations::(\d{12}):(?:organization|ou)/(o-[a-z0-9]+)(?:/.+)?")
_IN_ACCOUNT = re.compile(r"arn:(aws[a-z-]*):[^:]*:[^:]*:(\d{12}):(.+)", re.DOTALL)
_ANYBODY = {PUBLIC: "*", AUTHENTICATED: "everybody with an AWS account"}


def is_public(path: TrustPath) -> bool:
    """Whether it is anybody at all, or anybody with an AWS account."""
    return path.kind == EVERYONE and not path.organizations


def read(written: str) -> tuple[Party, TrustPath]:
    """Who is named. An organization or a unit of it is everybody in that organization."""
    if written in _ANYBODY:
        return Party("*", EVERYONE), TrustPath(_ANYBODY[written], EVERYONE, "", "none")
    found = _ORGANIZATION.fullmatch(written)
    if found:
        return Party(written, EVERYONE), TrustPath(written, EVERYONE, found[1], "none", organizations=(found[2],))
    party = _party(written.removesuffix(_PRINCIPALS_OF))
    return party, TrustPath(party.written, party.kind, party.account, "none", unproved=party.doubt)


def _party(written: str) -> Party:
    if _CANONICAL.fullmatch(written):
        return read_party("CanonicalUser", written)
    if written.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return read_party("Service", written)
    party = read_party("AWS", written)
    found = _IN_ACCOUNT.fullmatch(written) if party.doubt else None
    # A user or group of a directory of that account: QuickSight, SAML.
    return Party(written, "account", found[2], name=found[3], partition=found[1]) if found else party
