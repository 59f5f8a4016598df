"""Decide one request against every layer of AWS's evaluation.

Source: IAM User Guide, "Policy evaluation logic" (single account, cross-account, "Evaluating identity-based policies
with resource-based policies", permissions boundaries, session policies); Organizations User Guide, "SCP evaluation",
"RCPs" (services that support them); "Permissions boundaries" (NotPrincipal); KMS Developer Guide, "Default key
policy"; STS AssumeRole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from policycheck.aws.callers import (
    ANONYMOUS,
    EVERYBODY,
    HOLDER,
    ITSELF,
    NOBODY,
    ROLE,
    ROOT,
    SERVICE,
    SESSION,
    USER,
    Caller,
    full_context,
    named,
    read_caller,
)
from policycheck.aws.documents import Document, Statement, identity_problems
from policycheck.aws.evaluate import ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY, Request, applies, decide, request
from policycheck.aws.globs import DOCUMENTED
from policycheck.aws.keys import RCP_SERVICES
from policycheck.model.dataclass import dataclass

Layer = tuple[Document, ...]


class InvalidPolicy(ValueError):
    """A document that AWS would not accept; the message names the layer and the problem."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Everything that decides. ``boundary``: None when there is none. ``scps`` and ``rcps``: one entry a level of the
    organisation, root first; an empty level allows nothing."""

    identity: Layer = ()
    resource: Document | None = None
    boundary: Layer | None = None
    scps: tuple[Layer, ...] = ()
    rcps: tuple[Layer, ...] = ()
    session: Document | None = None

    def check(self) -> None:
        """Raise InvalidPolicy for the first document that is not valid in its layer."""
        layers: dict[str, Iterable[Document]] = {
            "identity policy": self.identity,
            "permissions boundary": self.boundary or (),
            "SCP": [doc for level in self.scps for doc in level],
            "session policy": () if self.session is None else (self.session,),
        }
        for name, documents in layers.items():
            for document in documents:
                _raise(name, identity_problems(document))
        for document in [doc for level in self.rcps for doc in level]:
            _raise("RCP", document.problems)
        if self.resource is not None:
            missing = [s for s in self.resource.statements if s.principals is None]
            _raise("resource policy", self.resource.problems or (("a statement has no Principal",) if missing else ()))


def _raise(name: str, problems: tuple[str, ...]) -> None:
    if problems:
        raise InvalidPolicy(f"{name}: {problems[0]}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``resource_account`` defaults to the account in the resource's ARN, else the caller's."""

    principal: str
    action: str
    resource: str
    resource_account: str = ""
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def simulate(layers: Layers, asked: Asked, reading: str = DOCUMENTED) -> str:
    """``Allowed``, ``ExplicitlyDenied`` or ``ImplicitlyDenied``. Raises ValueError for a principal in no known form;
    documents are taken as valid (see ``Layers.check``)."""
    caller = read_caller(asked.principal)
    owner = asked.resource_account or _account_of(asked.resource) or caller.account
    plain = request(asked.action, asked.resource, full_context(caller, owner, asked.context))
    return _Decision(layers, caller, owner, plain, reading).run()


def _account_of(resource: str) -> str:
    parts = resource.split(":", 5)
    return parts[4] if len(parts) > 5 and parts[0] == "arn" and parts[4].isdigit() else ""


@dataclass(slots=True)
class _Decision:
    layers: Layers
    caller: Caller
    owner: str
    asked: Request
    reading: str

    def run(self) -> str:
        layers, service = self.layers, self.asked.action.partition(":")[0]
        organisation = [] if self.caller.service_linked else self._levels(service)
        identity = self._decide(layers.identity)
        limits = [self._decide(layer) for layer in (layers.boundary, _layer(layers.session)) if layer is not None]
        resource, closeness = self._resource_side()
        if EXPLICIT_DENY in (identity, resource, *limits, *organisation):
            return EXPLICIT_DENY
        if any(level != ALLOWED for level in organisation):
            return IMPLICIT_DENY
        if self.caller.kind in (ANONYMOUS, SERVICE):
            return resource
        if self.caller.kind == ROOT:
            identity = ALLOWED
        limited = all(limit == ALLOWED for limit in limits)
        own = identity == ALLOWED and limited
        if self.caller.account != self.owner:
            return ALLOWED if own and resource == ALLOWED else IMPLICIT_DENY
        return self._same_account(own, limited, closeness, service)

    def _same_account(self, own: bool, limited: bool, closeness: int, service: str) -> str:
        """The union of both sides, with its exceptions. ``closeness`` is how the allowing resource policy names the
        caller; an account named there only hands the decision to identity policies. Boundary and session policy limit
        what a role is given by its ARN, not what a star or the caller's own ARN gives."""
        role = closeness == HOLDER or (closeness == ITSELF and self.caller.kind == ROLE)
        if closeness >= EVERYBODY and (limited or not role):
            return ALLOWED
        if not own:
            return IMPLICIT_DENY
        return IMPLICIT_DENY if self._needs_resource_side(service) and closeness == NOBODY else ALLOWED

    def _needs_resource_side(self, service: str) -> bool:
        """KMS keys and role trusts must let the caller, or its account, in themselves."""
        if service == "kms":
            return ":key/" in self.asked.resource
        return service == "sts" and ":role/" in self.asked.resource

    def _levels(self, service: str) -> list[str]:
        """SCPs bind the callers of an account, RCPs the resources of services that support them."""
        scps = () if self.caller.kind in (ANONYMOUS, SERVICE) else self.layers.scps
        rcps = self.layers.rcps if service in RCP_SERVICES else ()
        return [self._decide(level) for level in (*scps, *rcps)]

    def _decide(self, layer: Layer) -> str:
        return decide(layer, self.asked, self.reading)

    def _resource_side(self) -> tuple[str, int]:
        """(decision of the resource policy, how closely an allowing statement names the caller)."""
        found = NOBODY
        for statement in self.layers.resource.statements if self.layers.resource else ():
            closeness = EVERYBODY if self._never_spared(statement) else named(statement, self.caller)
            if closeness == NOBODY or not applies(statement, self.asked, self.reading):
                continue
            if not statement.allow:
                return EXPLICIT_DENY, NOBODY
            found = max(found, closeness)
        return (ALLOWED if found else IMPLICIT_DENY), found

    def _never_spared(self, statement: Statement) -> bool:
        """A Deny with NotPrincipal hits every user and role that has a boundary, whomever it lists."""
        bounded = self.layers.boundary is not None and self.caller.kind in (USER, ROLE, SESSION)
        return statement.not_principal and not statement.allow and bounded


def _layer(document: Document | None) -> Layer | None:
    return None if document is None else (document,)
