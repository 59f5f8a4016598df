"""Every credential of an inventory with the vendor behind it, and what an app client of ours lets that vendor read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from policycheck.analysis.apps import app_view
from policycheck.analysis.grants import credential_grant
from policycheck.analysis.hosts import OURS, HostOwners
from policycheck.analysis.identify import NOBODY, Identifier
from policycheck.analysis.views import KeyView
from policycheck.library.secret_names import KEY_WORDS, words_of
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Credential, VendorField
from policycheck.model.grants import Exposure
from policycheck.model.locations import OWN_SYSTEMS


def key_views(credentials: Iterable[Credential], identifier: Identifier, hosts: HostOwners) -> tuple[KeyView, ...]:
    """Every credential with its grant. An app client that no entry names is whose hosts it sends its users back to.

    Of the copies of keys that we keep, those that are or look like a vendor's.
    """
    kept: list[Credential] = []
    inventories: list[Credential] = []
    for key in credentials:
        (kept if key.kept_in else inventories).append(key)
    views = [(app_view if key.app else _view)(key, identifier, hosts) for key in inventories]
    return (*views, *_kept(kept, identifier))


def _kept(keys: Iterable[Credential], identifier: Identifier) -> Iterator[KeyView]:
    """A secret that is copied to other Regions is used when it is used in one of them."""
    found = [(key, identifier.kept(key)) for key in keys]
    used: dict[tuple[str, str], str] = {}
    for key, _ in found:
        place = (key.tenant, key.name)
        used[place] = max(used.get(place, ""), key.last_used or "")
    for key, claim in found:
        hint = "" if claim.vendor else _hint(key, identifier)
        if claim.vendor or hint:
            read = replace(key, last_used=used[key.tenant, key.name] or None)
            grant = replace(credential_grant(read, claim, claim.vendor), looks_like=hint)
            yield KeyView(grant, read, claim, looks_like=hint)


def _hint(key: Credential, identifier: Identifier) -> str:
    """The vendor that a name or tag speaks of; what is not encrypted has to be called a key, too."""
    plain = key.kept_in.endswith("not encrypted") and KEY_WORDS.isdisjoint(words_of(key.name))
    return "" if plain else identifier.hint(*(value for _, value in key.tags), key.name)


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
    grant = credential_grant(key, claim, owner_of_system, bool(strange))
    named = key.system in OWN_SYSTEMS and claim.vendor is None and not strange
    hint = identifier.hint(key.principal.rsplit("/", 1)[-1], key.name) if named else ""
    return KeyView(replace(grant, looks_like=hint), key, claim, strange, hint)


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
        name = view.grant.name
        return replace(
            found,
            account=view.key.tenant,
            host="" if view.grant.vendor else view.strangers[0],
            via=name,
            action="of those who sign in there",
            mend=f"take `{field.label or field.path}` out of the readable attributes of app client {name}",
        )
