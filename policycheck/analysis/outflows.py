"""What is sent out of our systems: whose the other end is, and which fields go there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from policycheck.analysis.contents import Contents
from policycheck.analysis.exposures import EMPTY, known_sent, sent_exposure, unknown_sent
from policycheck.analysis.hosts import OURS, HostOwners
from policycheck.analysis.identify import NOBODY, Claim, Identifier
from policycheck.analysis.strangers import Sent, Stranger
from policycheck.fields.classify import Classifier
from policycheck.library.field_maps import known_fields
from policycheck.library.profiles import account_vendors, host_vendor, profile, system_vendors
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset
from policycheck.model.facts import VendorField
from policycheck.model.grants import Exposure


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets something: ``name`` is a host, ``the product zendesk`` when no host was told, or ``AWS account
    444455556666``; then ``account`` is its id. ``system`` is the product's, empty when it was not told."""

    name: str
    claim: Claim
    account: str = ""
    system: str = ""

    @property
    def looks_like(self) -> str | None:
        """The vendor that publishes this host or account as its own, or whose system it is: a hint, no claim."""
        if self.account:
            return account_vendors().get(self.account)
        return host_vendor(self.name) or system_vendors().get(self.system)

    @property
    def vendor(self) -> str:
        """The vendor; where nobody claims the receiver, the product's system, else the receiver itself."""
        return self.claim.vendor or (self.system if self.named else self.name)

    @property
    def named(self) -> bool:
        """Whether it is known as a product only: then it is a vendor that was seen."""
        return self.name == _product(self.system)


@dataclass(frozen=True, slots=True)
class Ends:
    """What decides whose a receiver is. ``accounts`` are ours, ``buckets`` the ARNs of our buckets."""

    hosts: HostOwners
    identifier: Identifier
    accounts: frozenset[str]
    buckets: frozenset[str] = frozenset()

    def of(self, field: VendorField) -> Receiver:
        """Who gets a field."""
        if field.destination in self.buckets:
            return Receiver(field.host or _account(field.party), OURS, field.party)
        if not field.party:
            return self._at_host(field)
        name = _account(field.party)
        if field.party in self.accounts:
            return Receiver(name, OURS, field.party)
        claim = self.identifier.account(field.party, field.destination)
        if claim is NOBODY and field.host and self.hosts.of(field.host) is not NOBODY:
            return self._at_host(field)
        return Receiver(name, claim, field.party)

    def _at_host(self, field: VendorField) -> Receiver:
        """Who has a host; when nobody claims it, whose product it is by what was told."""
        claim = self.hosts.of(field.host) if field.host else NOBODY
        if claim is NOBODY and field.system:
            claim = self.identifier.system(field.system)
        return Receiver(field.host or _product(field.system), claim, system=field.system)


class Outflows:
    """Judges what is sent, for one project."""

    def __init__(self, ends: Ends, classifier: Classifier, datasets: Iterable[Dataset]) -> None:
        self._ends = ends
        self._classifier = classifier
        self._contents = Contents(datasets)

    def exposures(self, field: VendorField) -> Iterator[Exposure]:
        """What somebody gets by one field; nothing when that is us, or when it holds nothing personal."""
        receiver = self._ends.of(field)
        if receiver.claim is OURS or field.shape == EMPTY:
            return
        vendor = receiver.vendor
        content = self._contents.of(field)
        if content is not None:
            for dataset, each, path in content.fields:
                yield known_sent(field, receiver.name, vendor, dataset, each, path)
            if content.rest:
                yield unknown_sent(field, receiver.name, vendor)
            return
        known = known_fields(receiver.claim.vendor or receiver.looks_like or "")
        exposure = sent_exposure(replace(field, host=receiver.name), vendor, self._classifier, known)
        if exposure is not None:
            yield exposure

    def strangers(self, fields: Iterable[VendorField]) -> tuple[Stranger, ...]:
        """The receivers that nobody claims, with what is sent to them."""
        found: dict[Receiver, dict[str, list[VendorField]]] = {}
        for field in fields:
            if is_sent(field) and field.shape != EMPTY:
                receiver = self._ends.of(field)
                if receiver.claim is NOBODY and not receiver.named:
                    found.setdefault(receiver, {}).setdefault(field.object, []).append(field)
        return tuple(
            Stranger(
                receiver.name,
                profile(receiver.looks_like or ""),
                tuple(self._sent(*each) for each in senders.items()),
                receiver.account,
            )
            for receiver, senders in found.items()
        )

    def _sent(self, sender: str, fields: list[VendorField]) -> Sent:
        judged = [tuple(self.exposures(field)) for field in fields]
        exposures = tuple(exposure for each in judged for exposure in each)
        records = max(field.records for field in fields)
        first = fields[0]
        return Sent(sender, first.connector, first.where, records, exposures, sum(not each for each in judged))


def is_sent(field: VendorField) -> bool:
    """Whether a field tells what is sent somewhere, not what a vendor's own inventory defines."""
    return bool(field.host or field.party or field.sources)


def _product(system: str) -> str:
    return f"the product {system}"


def _account(account: str) -> str:
    return f"AWS account {account}"
