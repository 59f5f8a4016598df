"""Who makes a request, and how a policy's Principal element takes them in.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal", "Global condition context keys".
"""

from __future__ import annotations

import re

from policycheck.aws.documents import Statement
from policycheck.aws.operators import Context
from policycheck.model.dataclass import dataclass

ANONYMOUS, SERVICE, USER, ROLE, SESSION, FEDERATED, ROOT = (
    "anonymous", "service", "user", "role", "session", "federated-user", "root",
)  # fmt: skip
NOBODY, ACCOUNT, EVERYBODY, HOLDER, ITSELF = 0, 1, 2, 3, 4
"""How closely a Principal names the caller: not, its account, a star, the role of a session, the caller itself."""
_ARN = re.compile(r"arn:(aws[a-z-]*):(iam|sts)::(\d{12}):(root|user/.+|role/.+|assumed-role/.+/.+|federated-user/.+)")
_SERVICE = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)")
_TYPES = {USER: "User", ROLE: "AssumedRole", SESSION: "AssumedRole", ROOT: "Account", FEDERATED: "FederatedUser",
          ANONYMOUS: "Anonymous"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caller:
    """``kind`` is one of the constants above; ``role`` is the role's ARN for a role or session, as far as known."""

    written: str
    kind: str
    account: str = ""
    partition: str = "aws"
    name: str = ""
    role: str = ""

    @property
    def service_linked(self) -> bool:
        """Whether it is a service-linked role; a session's ARN shows only the reserved start of the role's name."""
        return ":role/aws-service-role/" in self.role or self.name.startswith("assumed-role/AWSServiceRoleFor")


def read_caller(principal: str) -> Caller:
    """Read a request's principal: an ARN, a service principal or ``*``. Raises ValueError."""
    if principal == "*":
        return Caller(principal, ANONYMOUS)
    found = _ARN.fullmatch(principal)
    if not found:
        if _SERVICE.fullmatch(principal):
            return Caller(principal, SERVICE)
        raise ValueError("the principal is neither an ARN of an account, user, role or session, nor a service, nor *")
    partition, service, account, name = found.groups()
    head = name.partition("/")[0]
    kind = {"root": ROOT, "user": USER, "role": ROLE, "assumed-role": SESSION, "federated-user": FEDERATED}[head]
    if (service == "sts") != (kind in (SESSION, FEDERATED)):
        raise ValueError("the principal's ARN has the wrong service")
    role = ""
    if kind == ROLE:
        role = principal
    elif kind == SESSION:
        role = f"arn:{partition}:iam::{account}:role/{name.split('/')[1]}"
    return Caller(principal, kind, account, partition, name, role)


def derived(caller: Caller, resource_account: str) -> dict[str, str]:
    """The global context keys that follow from the caller and the resource."""
    found = {"aws:principaltype": _TYPES[caller.kind]} if caller.kind in _TYPES else {}
    found["aws:principalisawsservice"] = "true" if caller.kind == SERVICE else "false"
    if resource_account:
        found["aws:resourceaccount"] = resource_account
    if caller.account:
        found["aws:principalaccount"] = caller.account
        found["aws:principalarn"] = caller.role or caller.written
    if caller.kind == USER:
        found["aws:username"] = caller.name.rsplit("/", 1)[-1]
    if caller.kind == SERVICE:
        found["aws:principalservicename"] = caller.written
    return found


def named(statement: Statement, caller: Caller) -> int:
    """How closely a statement's Principal or NotPrincipal takes in the caller; NOBODY when it does not."""
    found = [_closeness(kind, value, caller) for kind, value in statement.principals or ()]
    if not statement.not_principal:
        return max(found, default=NOBODY)
    return NOBODY if _spared(found, caller) else EVERYBODY


def _spared(found: list[int], caller: Caller) -> bool:
    """Whether a NotPrincipal list leaves the caller out: it must name the caller, its role, and its account."""
    if EVERYBODY in found:
        return True
    needed = {ITSELF}
    if caller.kind in (USER, ROLE, SESSION, FEDERATED):
        needed.add(ACCOUNT)
    if caller.kind == SESSION:
        needed.add(HOLDER)
    return needed <= set(found)


def _closeness(kind: str, value: str, caller: Caller) -> int:
    if kind == "*" or (kind == "AWS" and value == "*"):
        return EVERYBODY
    if kind == "Service":
        return ITSELF if caller.kind == SERVICE and value.lower() == caller.written.lower() else NOBODY
    if kind != "AWS" or not caller.account:
        return NOBODY
    if value == caller.written:
        return ITSELF
    if value in (caller.account, f"arn:{caller.partition}:iam::{caller.account}:root"):
        return ITSELF if caller.kind == ROOT else ACCOUNT
    if caller.kind == SESSION and value.startswith(caller.role.partition(":role/")[0] + ":role/"):
        return HOLDER if value.rsplit("/", 1)[-1] == caller.role.rsplit("/", 1)[-1] else NOBODY
    return NOBODY


def full_context(caller: Caller, resource_account: str, context: Context) -> Context:
    """Derived keys, overridden by what the request itself states."""
    stated = {key.lower(): value for key, value in context.items()}
    return {**derived(caller, resource_account), **stated}
