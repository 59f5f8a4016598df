"""Who a Principal entry of a policy names. Source: IAM User Guide, "AWS JSON policy elements: Principal"."""

from __future__ import annotations

import re

from policycheck.model.dataclass import dataclass

EVERYONE = "everyone"
NOT_PRINCIPAL = "NotPrincipal"
_ACCOUNT = re.compile(r"\d{12}")
_IAM_ARN = re.compile(r"arn:(aws[a-z-]*):(iam|sts)::(\d{12}):(.+)", re.DOTALL)
_UNIQUE_ID = re.compile(r"A(IDA|ROA|SIA|GPA|KIA|NPA|NVA|BIA|CCA|PKA|SCA)[A-Z0-9]{8,}")
_ORIGIN_ACCESS = re.compile(r"arn:aws[a-z-]*:iam::cloudfront:user/.+", re.DOTALL)
_AWS_SERVICE = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|amazon\.com|aws\.internal)")
_ANY_ACCOUNT = re.compile(r"arn:aws[a-z-]*:[^:]+:[^:]*:(\d{12}):", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Party:
    """A principal as written. ``kind`` is one of PARTY_KINDS; ``account`` its account id or empty; ``whole`` when it
    is an account as such; ``name`` the role, user or session part; ``doubt`` a sentence when AWS would refuse it."""

    written: str
    kind: str
    account: str = ""
    whole: bool = False
    name: str = ""
    doubt: str = ""
    partition: str = ""


def read_party(kind: str, value: str) -> Party:
    """Read one entry of type ``kind`` (AWS, Federated, Service, CanonicalUser or ``*``)."""
    if kind == "*" or (kind in ("AWS", "Federated") and value == "*"):
        return Party("*", EVERYONE)
    if kind == "Service":
        return Party(value, "service", doubt=_wildcard_doubt(value))
    if kind == "CanonicalUser":
        return Party(value, "canonical", doubt=_wildcard_doubt(value))
    if kind == "Federated":
        found = _ANY_ACCOUNT.match(value)
        return Party(value, "federated", found.group(1) if found else "", doubt=_wildcard_doubt(value))
    return _aws_party(value)


def is_aws_service(written: str) -> bool:
    """Whether a service principal is AWS's own: other names end in other domains.

    Source: IAM User Guide, "AWS service principals"; CloudFront Developer Guide, "origin access identity".
    """
    return bool(_AWS_SERVICE.fullmatch(written.lower()) or _ORIGIN_ACCESS.fullmatch(written))


def _wildcard_doubt(value: str) -> str:
    return "AWS refuses a wildcard inside a principal" if "*" in value or "?" in value else ""


def _aws_party(value: str) -> Party:
    if _ACCOUNT.fullmatch(value):
        return Party(value, "account", value, whole=True)
    if _ORIGIN_ACCESS.fullmatch(value):
        return Party(value, "service")
    found = _IAM_ARN.fullmatch(value)
    if found:
        partition, service, account, name = found.groups()
        if service == "iam" and name == "root":
            return Party(value, "account", account, whole=True, partition=partition)
        known = ("role/", "user/") if service == "iam" else ("assumed-role/", "federated-user/")
        doubt = _wildcard_doubt(value)
        if not name.startswith(known):
            doubt = doubt or "the ARN names no account, user, role or session"
        return Party(value, "account", account, name=name, doubt=doubt, partition=partition)
    if _UNIQUE_ID.fullmatch(value):
        return Party(value, "unresolvable")
    return Party(value, "unresolvable", doubt=_wildcard_doubt(value) or "the principal has no form that AWS documents")


def covers(deny: Party, party: Party) -> bool:
    """Whether a Deny for ``deny`` hits every request of ``party``."""
    if deny.kind == EVERYONE:
        return True
    if deny.doubt or party.kind == EVERYONE:
        return False
    if deny.kind == "service" and party.kind == "service":
        return deny.written.lower() == party.written.lower()
    if deny.partition and party.partition and deny.partition != party.partition:
        return False
    if deny.whole and party.kind == "account":
        return deny.account == party.account
    if deny.kind == party.kind == "account" and not party.whole and deny.account == party.account:
        return deny.name == party.name or _is_session_of(party.name, deny.name)
    return (deny.kind, deny.written) == (party.kind, party.written)


def _is_session_of(session: str, role: str) -> bool:
    """Role names are unique in an account whatever their path."""
    if not session.startswith("assumed-role/") or not role.startswith("role/"):
        return False
    return session.split("/")[1] == role.rsplit("/", 1)[-1]


def overlaps(one: Party, other: Party) -> bool:
    """Whether some request could come from both."""
    if covers(one, other) or covers(other, one):
        return True
    return bool(one.account) and one.account == other.account and bool(one.doubt or other.doubt)
