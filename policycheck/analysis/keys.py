"""Every credential of an inventory with the vendor behind it, and what an app client of ours lets that vendor read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from policycheck.analysis.grants import credential_grant
from policycheck.analysis.hosts import OURS, HostOwners
from policycheck.analysis.identify import NOBODY, Identifier
from policycheck.analysis.views import KeyView
from policycheck.model.facts import Credential, VendorField
from policycheck.model.grants import Exposure


def key_views(credentials: Iterable[Credential], identifier: Identifier, hosts: HostOwners) -> tuple[KeyView, ...]:
    """Every credential with its grant. An app client that no entry names is whose hosts it sends its users back to."""
    return tuple(_view(key, identifier, hosts) for key in credentials)


def _view(key: Credential, identifier: Identifier, hosts: HostOwners) -> KeyView:
    claim, strangers = identifier.credential(key), []
    for host in key.hosts if claim is NOBODY else ():
        owner = hosts.of(host)
        if owner.vendor and claim is NOBODY:
            claim = owner
        elif owner is not OURS and not owner.vendor:
            strangers.append(host)
    strange = tuple(strangers) if claim is NOBODY else ()
    owner_of_system = identifier.system(key.system, key.tenant).vendor
    return KeyView(credential_grant(key, claim, owner_of_system, bool(strange)), key, claim, strange)


@dataclass(frozen=True, slots=True)
class Clients:
    """The app clients of ours by id; their fields belong to the vendor behind each."""

    views: Mapping[str, KeyView]

    @staticmethod
    def of(keys: Iterable[KeyView]) -> Clients:
        """Those of some keys."""
        return Clients({view.key.id: view for view in keys if view.key.system == "cognito"})

    def vendor(self, field: VendorField) -> str | None:
        """Who reads the field: a vendor, a host that nobody claims, or None when it is an app of our own."""
        view = self.views.get(field.tenant)
        if view is None or not (view.grant.vendor or view.strangers):
            return None
        return view.grant.vendor or view.strangers[0]

    def exposure(self, field: VendorField, found: Exposure) -> Exposure:
        """The exposure of such a field, in the account of its user pool."""
        view = self.views[field.tenant]
        host = "" if view.grant.vendor else view.strangers[0]
        return replace(found, account=view.key.tenant, host=host)
