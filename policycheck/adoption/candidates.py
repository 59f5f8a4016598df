"""Who is there and has no policy yet: by what vendors publish of themselves, else by the account that is let in.

A profile names a stranger and identifies nobody; a draft turns it into a ``recognise`` entry, which a person reviews.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from policycheck.analysis.analyst import Analyst
from policycheck.analysis.identify import host_of
from policycheck.analysis.opening import analyst_of
from policycheck.library.profiles import (
    account_vendors,
    app_vendor,
    host_vendor,
    issuer_vendors,
    profile,
    system_vendors,
)
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import AccessRule, Policy, Project, Recognise
from policycheck.model.grants import Grant
from policycheck.model.locations import OWN_SYSTEMS
from policycheck.model.partition import FactSource
from policycheck.model.places import Location

_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:)?([0-9]{12})(?::.*)?", re.DOTALL)
#: A policy's name, which is a file's name too: no separator of a path can be in it.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_OTHER = re.compile(r"[^a-z0-9]+")
#: Words that ``held_by`` uses.
_TAKEN = ("us", "vendor")

#: The kinds of ``recognise`` entries that can be learnt from what was seen.
KINDS = ("aws_accounts", "issuers", "oauth_apps", "hosts")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vendor to be. ``seen`` are pairs of a ``recognise`` kind and a value that was seen; ``systems`` are those whose
    keys or fields were seen and that no profile names. ``known``: a profile tells who it is, and by which ``hosts``,
    those left out that a policy claims already. ``declared``: it has a policy, which does not recognise what was seen.
    """

    vendor: str
    name: str
    kinds: tuple[str, ...]
    known: bool
    seen: tuple[tuple[str, str], ...] = ()
    systems: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    declared: bool = False

    @property
    def unnamed(self) -> str:
        """The account by which alone it is known, until a person names it; empty for everybody else."""
        accounts = [value for kind, value in self.seen if kind == "aws_accounts"]
        return accounts[0] if accounts and not self.known else ""

    @property
    def kind(self) -> str:
        """The first of its kinds, empty when nobody knows."""
        return self.kinds[0] if self.kinds else ""

    @property
    def stub(self) -> Policy:
        """A policy that recognises it and allows nothing."""
        at = Location(f"policies/{self.vendor}.yaml", 1, 1)
        named = {kind: tuple(value for of, value in self.seen if of == kind) for kind in KINDS}
        access = tuple(AccessRule(system, at, held_by="us") for system in self.systems)
        recognised = Recognise(
            aws_accounts=named["aws_accounts"],
            issuers=named["issuers"],
            oauth_apps=named["oauth_apps"],
            hosts=named["hosts"],
        )
        return Policy(self.vendor, at, self.name, kind=self.kind, recognise=recognised, access=access)


class _Found:
    """Collects what was seen, vendor by vendor."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = frozenset(taken)
        self._seen: dict[str, dict[tuple[str, str], None]] = {}
        self._systems: dict[str, dict[str, None]] = {}

    def entry(self, vendor: str, kind: str, value: str) -> None:
        """A ``recognise`` entry that would claim what was seen."""
        self._seen.setdefault(vendor, {})[kind, value] = None

    def system(self, system: str) -> None:
        """A system of somebody else's, of which keys or fields were seen."""
        vendor = system_vendors().get(system, "")
        if not vendor:
            vendor = _slug(system)
            self._systems.setdefault(vendor, {})[system] = None
        self._seen.setdefault(vendor, {})

    def candidates(self, claimed: Container[str]) -> Iterator[Candidate]:
        """Everybody that no policy claims, by name; ``claimed`` are hosts that policies have."""
        for vendor in sorted(self._seen):
            if vendor:
                known = profile(vendor)
                yield Candidate(
                    vendor,
                    known.name if known else "",
                    known.kinds if known else (),
                    known is not None,
                    tuple(sorted(self._seen[vendor])),
                    tuple(sorted(self._systems.get(vendor, ()))),
                    tuple(host for host in known.hosts if host not in claimed) if known else (),
                    vendor in self._taken,
                )


def candidates(project: Project, source: FactSource) -> tuple[Candidate, ...]:
    """Every vendor that was seen and that no policy claims, by name."""
    analyst = analyst_of(project, source)
    found = _Found(policy.vendor for policy in project.policies)
    for _, view in analyst.views(source.partitions):
        for grant in view.grants():
            _party(found, grant, analyst.ours.accounts)
    _keys(found, analyst, source)
    for stranger in analyst.strangers(source.vendor_fields()):
        vendor = account_vendors().get(stranger.account) if stranger.account else host_vendor(stranger.host)
        if stranger.account:
            found.entry(vendor or unknown(stranger.account), "aws_accounts", stranger.account)
        elif vendor:
            found.entry(vendor, "hosts", stranger.host)
    claimed = frozenset(host for policy in project.policies for host in policy.recognise.hosts)
    return tuple(found.candidates(claimed))


def with_stubs(project: Project, found: Iterable[Candidate]) -> Project:
    """The project as if every candidate had a policy already."""
    return replace(project, policies=(*project.policies, *(each.stub for each in found)))


def unknown(account: str) -> str:
    """What to call the vendor behind an account until a person knows."""
    return f"unknown-{account}"


def account_in(party: str) -> str:
    """The account id in a party as a trust names it, empty when there is none."""
    found = _ACCOUNT.fullmatch(party)
    return found[1] if found else ""


def _party(found: _Found, grant: Grant, ours: Container[str]) -> None:
    if not grant.external or grant.vendor:
        return
    account = account_in(grant.party) if grant.party_kind == "account" else ""
    # A user of ours that is only called like a vendor is one of our own accounts.
    if account and account not in ours:
        found.entry(account_vendors().get(account) or unknown(account), "aws_accounts", account)
    elif grant.party_kind == "federated":
        issuer = host_of(grant.party)
        vendor = _issuer_vendor(issuer)
        if vendor:
            found.entry(vendor, "issuers", f"https://{issuer}")


def _issuer_vendor(issuer: str) -> str | None:
    """The vendor of an issuer or of the address above it: some have one below for each customer."""
    parts = issuer.split("/")
    names = ("/".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((issuer_vendors()[name] for name in names if name in issuer_vendors()), None)


def _keys(found: _Found, analyst: Analyst, source: FactSource) -> None:
    for view in analyst.keys(source.credentials()):
        key = view.key
        if view.claim.vendor or key.kept_in:
            continue
        published, name = app_vendor(key.id, key.name) if key.app else ("", "")
        if published:
            found.entry(published, "oauth_apps", name)
        elif not key.app and key.system and key.system not in OWN_SYSTEMS:
            found.system(key.system)
    for field in source.vendor_fields():
        foreign = field.system and field.system not in OWN_SYSTEMS and not field.app
        if foreign and not analyst.identifier.system(field.system, field.tenant).vendor:
            found.system(field.system)


def _slug(system: str) -> str:
    """A name for the vendor of a system; empty when nothing is left that could be one."""
    name = _OTHER.sub("-", system.lower()).strip("-")[:60].strip("-")
    return "" if name in _TAKEN or not _NAME.fullmatch(name) or not system.isprintable() else name
