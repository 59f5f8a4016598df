"""Trusts and credentials to grants: who is let in, who holds which key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from policycheck.analysis.identify import NOBODY, Claim, Identifier, host_of
from policycheck.aws.principals import is_aws_service
from policycheck.library.profiles import account_vendors, issuer_vendors
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Attestation, Credential, Principal, Trust
from policycheck.model.grants import Grant, TrustPath
from policycheck.model.locations import OWN_SYSTEMS
from policycheck.model.places import Evidence


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours: accounts and organisations, and the ARN partitions (``aws``, ``aws-cn``) that these are in; empty
    when no export told. ``services`` are accounts of AWS's own services, ``canonical`` canonical user ids of ours and
    of these."""

    accounts: frozenset[str]
    organizations: frozenset[str]
    partitions: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    canonical: frozenset[str] = frozenset()

    def external(self, path: TrustPath) -> bool:
        """False for AWS services unless they act for a foreign account, our own accounts, and everyone confined to
        our own organisations or accounts."""
        if path.kind == "service":
            return not is_aws_service(path.party) or bool(set(path.source_accounts) - self.accounts)
        if path.kind == "account":
            ours = path.account in self.accounts and not self._elsewhere(path.party)
            return not ours and path.account not in self.services
        if path.kind == "canonical":
            return path.party not in self.canonical
        return path.kind != "everyone" or not self.confined(path)

    def _elsewhere(self, party: str) -> bool:
        """Whether a party is in a partition where nothing is ours: account ids mean nothing across partitions."""
        partition = party.split(":")[1] if party.startswith("arn:") else ""
        return bool(partition and self.partitions) and partition not in self.partitions

    def confined(self, path: TrustPath) -> bool:
        """True when a condition lets only our own organisations or accounts use this path."""
        in_organization = bool(path.organizations) and set(path.organizations) <= self.organizations
        in_accounts = bool(path.principal_accounts) and set(path.principal_accounts) <= self.accounts
        return in_organization or in_accounts


@dataclass(frozen=True, slots=True)
class JudgedPath:
    """A trust path with what follows from the project: computed once per document."""

    path: TrustPath
    external: bool
    confined: bool
    claim: Claim


def judge_path(path: TrustPath, ours: Ours, identifier: Identifier) -> JudgedPath:
    """Join one trust path with what is ours and what vendors claim."""
    external = ours.external(path)
    claim = identifier.party(path) if external else NOBODY
    return JudgedPath(path, external, ours.confined(path), claim)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whom one trust document lets in: read and judged once for all roles that have it.

    ``vendors`` has the number of paths of each vendor, in the order of their first paths. ``external`` are the paths
    from outside, ``inner`` those that principals of our own can take; ``problems`` says what could not be read.
    """

    paths: tuple[JudgedPath, ...]
    external: tuple[JudgedPath, ...]
    vendors: tuple[tuple[str, int], ...]
    problems: tuple[str, ...]
    inner: tuple[JudgedPath, ...] = ()


def admitted(paths: Iterable[TrustPath], problems: tuple[str, ...], ours: Ours, identifier: Identifier) -> Admitted:
    """Judge the paths of one trust document."""
    judged = tuple([judge_path(path, ours, identifier) for path in paths])
    vendors = Counter(each.claim.vendor for each in judged if each.claim.vendor)
    outer = tuple([each for each in judged if each.external])
    inner = tuple([each for each in judged if each.path.kind == "everyone" or not each.external])
    return Admitted(judged, outer, tuple(vendors.items()), problems, inner)


def published_by(path: TrustPath) -> str:
    """The vendor that publishes the account or issuer of a party as its own: a hint, no claim; "" for none."""
    issuer = issuer_vendors().get(host_of(path.party)) if path.kind == "federated" else None
    return account_vendors().get(path.account) or issuer or ""


def trust_grant(trust: Trust, judged: JudgedPath) -> Grant:
    """One grant for one role and party."""
    path = judged.path
    return Grant(
        system=trust.system,
        account=trust.account,
        principal=trust.resource,
        name=trust.resource.rsplit("/", 1)[-1],
        party=path.party,
        party_kind=path.kind,
        external=judged.external,
        vendor=judged.claim.vendor,
        direction="inbound",
        held_by="vendor" if judged.external else "us",
        external_id=path.external_id,
        conditions=path.conditions,
        evidence=(Evidence(trust.connector, trust.where),),
        identified_by=judged.claim.by,
        looks_like=published_by(path) if judged.external and judged.claim.vendor is None else "",
    )


def user_grant(user: Principal, claim: Claim, hint: str = "") -> Grant:
    """A user of ours that a vendor's recognise entry names: the vendor acts through its keys. Or, with a ``hint``, one
    that is only called like a vendor."""
    return Grant(
        system=user.system,
        account=user.account,
        principal=user.id,
        name=user.name,
        party=user.id,
        party_kind="account",
        external=True,
        vendor=claim.vendor,
        direction="inbound",
        held_by="vendor",
        external_id="none",
        conditions="",
        evidence=(Evidence(user.connector, user.where),),
        identified_by=claim.by,
        looks_like=hint,
    )


def credential_grant(key: Credential, claim: Claim, owner: str | None, outside: bool = False) -> Grant:
    """A key in an inventory. ``owner`` is the vendor whose own system it is: then our key there is outbound.

    A key of a system of ours is for our own use unless a vendor claims it, its holder is told, or it is known to be
    ``outside``. The copy of a key that we keep is ours at the vendor, whoever that is.
    """
    outbound = bool(key.kept_in) or (owner is not None and owner == claim.vendor)
    own = key.system in OWN_SYSTEMS and claim.vendor is None and not outside
    held_by = key.holder or ("us" if outbound or own else "vendor")
    return Grant(
        system=key.system,
        account=key.tenant,
        principal=key.id,
        name=key.name or key.id,
        party=held_by,
        party_kind="account",
        external=held_by != "us",
        vendor=claim.vendor,
        direction="outbound" if outbound else "inbound",
        held_by=held_by,
        external_id="none",
        conditions="",
        evidence=(Evidence(key.connector, key.where),),
        scopes=key.scopes,
        identified_by=claim.by,
    )


def attested_grants(statement: Attestation) -> Iterator[Grant]:
    """The keys that a person stated to exist."""
    for key in statement.keys or ():
        yield Grant(
            system=statement.system,
            account="",
            principal=key,
            name=key,
            party="us",
            party_kind="account",
            external=False,
            vendor=statement.vendor,
            direction="outbound",
            held_by="us",
            external_id="none",
            conditions="",
            evidence=(Evidence(statement.connector, statement.where, f"stated on {statement.on}"),),
            identified_by="attestation",
        )
