"""Apps of others in systems of ours: which vendor is behind each, and what the attributes mapped to it give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from policycheck.analysis.grants import credential_grant
from policycheck.analysis.hosts import OURS, HostOwners
from policycheck.analysis.identify import NOBODY, OWN_APP, Claim, Identifier
from policycheck.analysis.views import KeyView
from policycheck.library.profiles import app_vendor, host_vendor
from policycheck.library.secret_names import secret_vendor
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Credential, VendorField
from policycheck.model.grants import Exposure


def app_view(key: Credential, identifier: Identifier, hosts: HostOwners) -> KeyView:
    """An app with whose it is: by its name or id, else by where it sends its users back to."""
    claim = identifier.app(key.id, key.name)
    if claim == NOBODY and key.hosts:
        owners = [hosts.of(host) for host in key.hosts]
        vendors = [owner for owner in owners if owner.vendor]
        ours = all(owner == OURS for owner in owners)
        claim = vendors[0] if vendors else OWN_APP if ours else NOBODY
    grant = credential_grant(key, claim, identifier.system(key.system, key.tenant).vendor)
    hint = "" if claim.vendor or claim == OWN_APP else _hint(key)
    return KeyView(replace(grant, looks_like=hint), key, claim, looks_like=hint)


def _hint(key: Credential) -> str:
    """The vendor that publishes the app or its host as its own, or whose name the app has; the last is a guess."""
    published = app_vendor(key.id, key.name)[0] or next(filter(None, map(host_vendor, key.hosts)), None)
    return published or secret_vendor(key.name) or ""


@dataclass(frozen=True, slots=True)
class Apps:
    """The apps by system and by id or name; fields that a system gives to an app belong to the vendor behind it."""

    views: Mapping[tuple[str, str], KeyView]
    identifier: Identifier

    @staticmethod
    def of(keys: Iterable[KeyView], identifier: Identifier) -> Apps:
        """Those of some keys."""
        apps = [view for view in keys if view.key.app or view.key.holder == "us"]
        named = {(view.key.system, view.key.name): view for view in apps}
        return Apps({**named, **{(view.key.system, view.key.id): view for view in apps}}, identifier)

    def claim(self, field: VendorField) -> Claim:
        """Whose the app of a field is; OWN_APP when it is ours."""
        view = self.views.get((field.system, field.app))
        if view is None:
            return self.identifier.app(field.app)
        return view.claim if view.key.app else OWN_APP

    def exposure(self, field: VendorField, found: Exposure) -> Exposure:
        """The exposure of a field that an app gets; an app that nobody claims stands for its vendor, and as a host."""
        view, claim = self.views.get((field.system, field.app)), self.claim(field)
        name = view.grant.name if view else field.app
        shown = field.label or field.path
        mend = f"stop mapping `{shown}` to the app {name} in {field.system}"
        if found.origin == "readable":
            mend = f"take `{shown}` away from those who use the app {name} in {field.system}"
        return replace(
            found,
            vendor=claim.vendor or unclaimed(field.system, name),
            host="" if claim.vendor else unclaimed(field.system, name),
            place=f"{field.system} app {name}: {found.field}",
            via=f"{field.system} app {name}",
            action=f"mapped in {field.system}",
            mend=mend,
        )


def unclaimed(system: str, name: str) -> str:
    """What an app that nobody claims is called where a vendor would stand."""
    return f"{system} app {name}"
