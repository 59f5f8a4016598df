"""PC212: declared principals that do not admit their vendor."""

from __future__ import annotations

from collections.abc import Container, Iterator

from policycheck.analysis.views import Inroad, RoleView, template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.entries import applies
from policycheck.model.declared import Policy
from policycheck.model.facts import Trust
from policycheck.model.places import Evidence, Location


class Admission:
    """PC212: declared principals whose trust admits nobody that the vendor's recognise entries name."""

    def __init__(self, declared: Container[str]) -> None:
        self._declared = declared
        self._roles: dict[str, tuple[Trust, set[str]]] = {}
        self._unread: set[str] = set()
        self._open: set[str] = set()
        self._arrived: set[tuple[str, str]] = set()

    def learn(self, role: RoleView) -> None:
        """Remember who a declared role admits."""
        if role.trust.resource in self._declared:
            _, vendors = self._roles.setdefault(role.trust.resource, (role.trust, set()))
            vendors.update(vendor for vendor, _ in role.admitted.vendors)
            if role.admitted.problems:
                self._unread.add(role.trust.resource)
            if any(each.path.kind != "service" for each in role.admitted.inner):
                self._open.add(role.trust.resource)

    def arrive(self, inroad: Inroad) -> None:
        """Remember that a vendor gets into a declared role by way of others."""
        self._arrived.add((inroad.vendor, inroad.principal))

    def hits(self, context: Context, hidden: Container[str]) -> Iterator[Hit]:
        """Declared roles that exist and do not admit their vendor. Nothing is said of a trust that was not read whole,
        nor, where one of ours may pass on what a vendor in ``hidden`` was let into, of a trust that lets ours in."""
        for policy in context.project.policies:
            for rule in policy.access:
                if rule.system == "aws":
                    for principal, at in zip(rule.principals, rule.principals_at, strict=False):
                        trust, vendors = self._roles.get(principal, (None, frozenset[str]()))
                        admitted = policy.vendor in vendors or (policy.vendor, principal) in self._arrived
                        unsure = principal in self._unread or (principal in self._open and policy.vendor in hidden)
                        if trust and not (admitted or unsure) and applies(rule, trust.account):
                            yield _not_admitted(policy, at, trust)


def _not_admitted(policy: Policy, at: Location, trust: Trust) -> Hit:
    name = template(trust.resource)
    return Hit(
        rule="PC212",
        vendor=policy.vendor,
        cause=name,
        message=f"{name} is declared for {policy.vendor}, but its trust does not admit the vendor",
        location=at,
        subject=(("account", trust.account), ("principal", trust.resource), ("system", trust.system)),
        observed=f"the trust of {trust.resource} names nothing under recognise",
        evidence=(Evidence(trust.connector, trust.where),),
        help="correct the principal, the trust, or the vendor's recognise entries",
        label="does not admit the vendor",
    )
