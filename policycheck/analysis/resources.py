"""What resource policies and resource control policies add to, and take from, the access of our own principals.

Source: IAM User Guide, "Policy evaluation logic" (single account and cross-account); KMS Developer Guide, "Key
policies"; Organizations User Guide, "Resource control policies".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from policycheck.analysis.organization import Organization
from policycheck.aws.actions import may_meet
from policycheck.aws.documents import Document, parse
from policycheck.aws.engine import Engine
from policycheck.aws.narrowing import Known, bound, limit_of, narrowed, remaining, text_of, written
from policycheck.aws.principals import Party, read_party
from policycheck.aws.sides import Json, Sides, sides_of
from policycheck.library.catalogue import load_catalogue
from policycheck.library.resource_policies import load_resource_policies
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PolicyDocument, Trust
from policycheck.model.verdict import Access

#: With more resources of other accounts and keys than this, what they refuse is not looked at; that is told.
GATES = 200

KEYS_ASSUMED = "policies of KMS keys that were not exported: taken as allowing"
GATES_ASSUMED = "policies of resources in other accounts were not applied: there are too many"
RCPS_ASSUMED = "resource control policies were applied only to resources that are known to be in their account"


@dataclass(frozen=True, slots=True)
class _Resource:
    """A resource whose policy is known; ``document`` None: it has none."""

    arn: str
    account: str
    service: str
    owned: tuple[str, ...]
    document: Document | None


@dataclass(slots=True)
class _Common:
    """What holds for every principal of one account: what its own resources say, gates, and a layer of what they
    refuse. ``special`` are the resources whose policies tell principals apart."""

    own: Sides
    gates: list[tuple[_Resource, Sides]]
    denied: str
    special: list[_Resource]
    rcps: tuple[str, ...]
    assumes: tuple[str, ...]


class ResourceSide:
    """Knows the resource policies of all accounts of ours."""

    def __init__(
        self,
        engine: Engine,
        trusts: Iterable[Trust],
        documents: Mapping[str, PolicyDocument],
        organization: Organization,
    ) -> None:
        self._engine = engine
        self._organization = organization
        self._resources = [each for trust in trusts if (each := _read(trust, documents)) is not None]
        self._known = frozenset(each.arn for each in self._resources)
        self._commons: dict[str, _Common] = {}
        self._narrowed: dict[tuple[str, str], str] = {}
        self._assumed: dict[Access, tuple[str, ...]] = {}
        self._applied: dict[tuple[str, Access], tuple[Access, tuple[str, ...]]] = {}

    def knows(self, arn: str) -> bool:
        """Whether the policy of a resource was seen and read."""
        return arn in self._known

    def known(self, principal: str, account: str) -> Known:
        """What is known of every request of a role or user of ours."""
        values = {
            "aws:principalarn": principal,
            "aws:principalaccount": account,
            "aws:principalisawsservice": "false",
            "aws:principaltype": "User" if ":user/" in principal else "AssumedRole",
        }
        organization = self._organization.of(account)
        return Known({**values, "aws:principalorgid": organization} if organization else values, _by_services)

    def narrowed(self, access: Access, principal: str, account: str) -> Access:
        """The access with the conditions of its limits on the principal decided."""
        if not any(_on_principal(text) for layer in access.limits for text in layer):
            return access
        limits = [tuple([self._decided(text, principal, account) for text in layer]) for layer in access.limits]
        return replace(access, limits=tuple(limits))

    def _decided(self, text: str, principal: str, account: str) -> str:
        key = (text, principal)
        if key not in self._narrowed:
            self._narrowed[key] = narrowed(text, self.known(principal, account))
        return self._narrowed[key]

    def applied(self, principal: str, account: str, access: Access) -> tuple[Access, tuple[str, ...]]:
        """The access with what resources give and refuse, and sentences on what was not seen."""
        access, common = self.narrowed(access, principal, account), self._common(account)
        if not self._resources and not common.rcps:
            return access, (*self._keys(access), *common.assumes)
        if common.special or any(map(_on_principal, common.rcps)):
            return self._apply(principal, account, access, common)
        key = (account, access)
        if key not in self._applied:
            self._applied[key] = self._apply(principal, account, access, common)
        return self._applied[key]

    def _apply(self, principal: str, account: str, access: Access, common: _Common) -> tuple[Access, tuple[str, ...]]:
        services = self._engine.services(access)
        known, party = self.known(principal, account), read_party("AWS", principal)
        own = Sides(list(common.own.direct), list(common.own.limited))
        gates = list(common.gates)
        for resource in common.special:
            sides = self._sides(resource, party, known)
            if resource.account == account:
                own.add(sides)
            gates.append((resource, sides))
        gates = [pair for pair in gates if self._is_gate(*pair, account, access, services)]
        assumes = list(self._keys(access))
        if len(gates) > GATES:
            gates = [pair for pair in gates if pair[0].account == account]
            assumes.append(GATES_ASSUMED)
        foreign = [entry for resource, sides in gates if resource.account != account for entry in sides.denied]
        layers = (common.denied, limit_of(_merged([*own.denied, *foreign])), self._rcp(account, common, known))
        limits = access.limits + tuple((layer,) for layer in layers if layer)
        main, through = self._gated(replace(access, limits=limits), gates)
        return replace(main, others=(*through, *given(access, limits, own))), (*assumes, *common.assumes)

    def _keys(self, access: Access) -> tuple[str, ...]:
        """What is assumed of keys, by an access that may use any."""
        known = self._assumed.get(access)
        if known is None:
            services = self._engine.services(access)
            known = self._assumed[access] = (KEYS_ASSUMED,) if services is None or "kms" in services else ()
        return known

    def _is_gate(
        self, resource: _Resource, sides: Sides, account: str, access: Access, services: frozenset[str] | None
    ) -> bool:
        """Whether the access needs the consent of a resource: of another account's, or of a key."""
        if resource.account == account and (resource.service != "kms" or _delegates(sides)):
            return False
        return (services is None or resource.service in services) and self._meets(access, resource)

    def _common(self, account: str) -> _Common:
        found = self._commons.get(account)
        if found is None:
            found = self._commons[account] = self._read_common(account)
        return found

    def _read_common(self, account: str) -> _Common:
        anybody = read_party("AWS", f"arn:aws:iam::{account}:role/\ue000")
        own, gates, special = Sides(), [], []
        for resource in self._resources:
            if _tells_apart(resource, account):
                special.append(resource)
                continue
            sides = self._sides(resource, anybody, Known({"aws:principalisawsservice": "false"}))
            gates.append((resource, sides))
            if resource.account == account:
                own.add(sides)
        binding = self._organization.rcps(account)
        rcps = tuple([text for level in binding.levels for text in level if _refused(text)])
        assumes = (*binding.assumes, *((RCPS_ASSUMED,) if rcps else ()))
        gates = [pair for pair in gates if pair[0].account != account or pair[0].service == "kms"]
        return _Common(own, gates, limit_of(_merged(own.denied)), special, rcps, assumes)

    def _sides(self, resource: _Resource, party: Party, known: Known) -> Sides:
        if resource.document is None:
            return Sides()
        values = {**known.values, "aws:resourceaccount": resource.account}
        return sides_of(resource.document, party, Known(values, _by_services), resource.owned)

    def _meets(self, access: Access, resource: _Resource) -> bool:
        """Whether the identity policies may name the resource."""
        return any(
            may_meet(pattern, owned)
            for text in access.identity
            for pattern in self._engine.resources(text)
            for owned in resource.owned
        )

    def _gated(self, access: Access, gates: Sequence[tuple[_Resource, Sides]]) -> tuple[Access, list[Access]]:
        """The access without what needs the consent of these resources, and the access that has it."""
        if not gates:
            return access, []
        actions: dict[str, list[str]] = {}
        for resource, _ in gates:
            actions.setdefault(resource.service, []).extend(resource.owned)
        closed: list[Json] = [
            {"Action": [f"{service}:*"], "Effect": "Deny", "Resource": owned} for service, owned in actions.items()
        ]
        consent = [statement for _, sides in gates for statement in sides.allowed]
        outside = access.within((limit_of(closed),))
        return outside, [access.within((text_of(consent),))] if consent else []

    def _rcp(self, account: str, common: _Common, known: Known) -> str:
        """A layer with what resource control policies refuse on the resources of the principal's own account."""
        if not common.rcps:
            return ""
        buckets = [each for each in self._resources if each.account == account and not each.arn.split(":")[4]]
        owned = [f"arn:*:*:*:{account}:*", *(pattern for each in buckets for pattern in each.owned)]
        return limit_of(_merged([entry for text in common.rcps for entry in rcp_denies(text, known, owned)]))


def _by_services(key: str, value: str) -> bool:
    """Whether only AWS services, calling for a resource, have the key. Source: IAM User Guide, "AWS global condition
    context keys", availability of aws:SourceArn and its like; SNS Developer Guide, "aws:SourceAccount versus
    aws:SourceOwner": the policy that every topic starts with gives our own roles nothing."""
    return key in ("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths")


def _on_principal(text: str) -> bool:
    return "aws:principal" in text.lower()


def _tells_apart(resource: _Resource, account: str) -> bool:
    """Whether a policy may say something else to another principal of the account."""
    for statement in resource.document.statements if resource.document else ():
        parties = [read_party(kind, value) for kind, value in statement.principals or ()]
        if statement.not_principal or any(each.account == account and not each.whole for each in parties):
            return True
        if any(clause.key.startswith("aws:principal") for clause in statement.clauses):
            return True
    return False


def rcp_denies(text: str, known: Known, owned: Sequence[str]) -> list[Json]:
    """What a resource control policy refuses on resources that ``owned`` stands for, in services that support it.

    ``NotAction`` is not part of such policies.
    """
    found: list[Json] = []
    for statement in parse(text).statements:
        clauses = None if statement.allow or statement.not_action else remaining(statement, known)
        actions = _supported(statement.spelled)
        resources = bound(statement, owned)
        if clauses is not None and actions and resources:
            found.append({**written(statement, clauses, resources), "Action": actions})
    return found


def _supported(actions: Iterable[str]) -> list[str]:
    supported = load_catalogue().rcp_services
    found: list[str] = []
    for action in actions:
        service = action.partition(":")[0].lower()
        if action == "*":
            found += [f"{each}:*" for each in supported]
        elif service in supported:
            found.append(action)
    return found


def _delegates(sides: Sides) -> bool:
    """Whether a key leaves every decision to identity policies, as the default key policy does."""
    return any(
        "Condition" not in each and {"kms:*", "*"} & set(_listed(each.get("Action"))) for each in sides.delegated
    )


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def given(access: Access, limits: tuple[tuple[str, ...], ...], own: Sides) -> list[Access]:
    """What the policies of resources in the same account give by themselves."""
    refused = limit_of([each for text in access.identity for each in _refused(text)])
    closed = limits + (((refused,),) if refused else ())
    found: list[Access] = []
    if own.limited:
        found.append(Access((text_of(own.limited),), access.boundary, closed))
    if own.direct:
        bounds = limit_of([each for text in access.boundary or () for each in _refused(text)])
        found.append(Access((text_of(own.direct),), None, closed + (((bounds,),) if bounds else ())))
    return found


def _refused(text: str) -> list[Json]:
    """The Deny statements of a valid document, as they are written."""
    if parse(text).problems:
        return []
    listed = json.loads(text)["Statement"]
    return [each for each in (listed if isinstance(listed, list) else [listed]) if each["Effect"] == "Deny"]


def _merged(statements: Iterable[Json]) -> list[Json]:
    """The same Deny on many resources as one."""
    found: dict[str, Json] = {}
    resources: dict[str, dict[str, None]] = {}
    for each in statements:
        rest = {key: value for key, value in each.items() if key != "Resource"}
        key = json.dumps(rest, sort_keys=True)
        found[key] = rest
        resources.setdefault(key, {}).update(dict.fromkeys(_listed(each.get("Resource"))))
    return [{**rest, "Resource": list(resources[key])} for key, rest in found.items()]


def _read(trust: Trust, documents: Mapping[str, PolicyDocument]) -> _Resource | None:
    """A resource with its policy; None when the policy could not be read, which is told elsewhere."""
    parts = trust.resource.split(":")
    owned = load_resource_policies().speaks_of(trust.resource)
    if not trust.document:
        return _Resource(trust.resource, trust.account, parts[2], owned, None)
    fact = documents.get(trust.document)
    document = parse(fact.text) if fact and fact.text else None
    if document is None or document.problems:
        return None
    return _Resource(trust.resource, trust.account, parts[2], owned, document)
