"""Who is behind a party, a key, a tenant or a system: decided by ``recognise`` entries and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from policycheck.library.secret_names import names_of, secret_vendor
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy
from policycheck.model.facts import Credential
from policycheck.model.grants import TrustPath
from policycheck.model.locations import OWN_SYSTEMS


@dataclass(frozen=True, slots=True)
class Claim:
    """The vendor that claims something, and the entry that decided; ``vendor`` None when nobody does.

    ``rivals`` are other vendors whose entries match as well.
    """

    vendor: str | None
    by: str = ""
    rivals: tuple[str, ...] = ()


NOBODY = Claim(None)
#: An app of our own: nobody else's, so there is nothing to compare it with.
OWN_APP = Claim(None, "own_apps")

#: The kinds of ``recognise`` entries that may be patterns or are compared in a form of their own.
_KINDS = ("aws_principals", "issuers", "keys", "oauth_apps")


def host_of(issuer: str) -> str:
    """An OIDC issuer or provider ARN reduced to ``host/path``, lower case, for comparison."""
    tail = issuer.split("oidc-provider/", 1)[-1]
    return tail.removeprefix("https://").removeprefix("http://").rstrip("/").lower()


def _matches(value: str, pattern: str) -> bool:
    """A recognise pattern: exact, or with ``*`` and ``?`` as the only special characters."""
    if "*" not in pattern and "?" not in pattern:
        return value == pattern
    return fnmatchcase(value, pattern.replace("[", "[[]"))


class Identifier:
    """Looks up vendors by their ``recognise`` entries. Pure; one for each set of policies.

    ``issuers`` are the entity ids of SAML providers, whose ARNs do not name them.
    """

    def __init__(
        self,
        policies: Iterable[Policy],
        system_vendors: dict[str, str] | None = None,
        issuers: Mapping[str, str] | None = None,
        own_apps: Iterable[str] = (),
    ) -> None:
        self._policies = tuple(policies)
        self._own_apps = tuple(own_apps)
        self._issuers = issuers or {}
        self._entries = {kind: _entries(self._policies, kind) for kind in _KINDS}
        claims = ((account, p.vendor) for p in self._policies for account in p.recognise.aws_accounts)
        self._accounts = {account: Claim(vendor, f"aws_accounts: {account}") for account, vendor in claims}
        self._declared_users = {
            principal: Claim(policy.vendor, f"access: {principal}")
            for policy in self._policies
            for rule in policy.access
            for principal in rule.principals
            if ":user/" in principal
        }
        self._systems = _systems(self._policies, system_vendors or {})
        self._names = names_of((p.vendor, p.name) for p in self._policies)

    def hint(self, *names: str) -> str:
        """The vendor of which the first telling of these names speaks, word by word; "" when none does.

        No claim: what is called like a vendor may as well be our own, made for it.
        """
        return next(filter(None, (secret_vendor(name, self._names) for name in names)), "")

    def party(self, path: TrustPath) -> Claim:
        """The vendor behind a trust path."""
        if path.kind == "service":
            return self._first("aws_principals", path.party) or self._behind(path.source_accounts)
        if path.kind == "federated":
            issuer = host_of(self._issuers.get(path.party, ""))
            return self._first("issuers", host_of(path.party)) or self._first("issuers", issuer) or NOBODY
        named = self._first("aws_principals", path.party)
        if named:
            return named
        if path.account:
            return self._account(path.account)
        return self._behind(path.principal_accounts or path.source_accounts) if path.kind == "everyone" else NOBODY

    def account(self, account: str, arn: str = "") -> Claim:
        """The vendor that has an AWS account, or this resource in it."""
        return self._first("aws_principals", arn) or self._account(account)

    def user(self, arn: str) -> Claim:
        """The vendor that an IAM user of ours was made for: recognised, declared as its principal, or named as the
        vendor's keys are.

        A role says in its trust whom it admits; a user has no trust, so the declaration has to be believed.
        """
        named = self._first("aws_principals", arn) or self._declared_users.get(arn)
        return named or self._first("keys", arn.rsplit("/", 1)[-1]) or NOBODY

    def named_like_a_key(self, name: str) -> tuple[Claim, ...]:
        """The vendor whose ``recognise.keys`` match the name of a role in a database."""
        claim = self._first("keys", name)
        return (claim,) if claim else ()

    def credential(self, key: Credential) -> Claim:
        """The vendor behind a key: its name or id, else the app, else whom it lets act, else who holds it, else whose
        system it is."""
        for kind in ("keys", "oauth_apps"):
            named = self._first(kind, key.name) or self._first(kind, key.id)
            if named:
                return named
        if key.principal:
            acting = self.user(key.principal)
            if acting.vendor:
                return acting
        vendors = {p.vendor for p in self._policies}
        if key.holder in vendors and self.system(key.system).vendor is None:
            return Claim(key.holder, "holder")
        return self.system(key.system, key.tenant)

    def app(self, *names: str) -> Claim:
        """The vendor behind an app in a system of ours, by its id or its name; OWN_APP for one of ours."""
        own = any(_matches(name, pattern) for name in names for pattern in self._own_apps)
        claims = (self._first(kind, name) for kind in ("oauth_apps", "keys") for name in names)
        return next(filter(None, claims), OWN_APP if own else NOBODY)

    def kept(self, key: Credential) -> Claim:
        """The vendor whose key a copy of ours is: by its name, the last part of it, or a tag that names the vendor."""
        named = self._first("keys", key.name) or self._first("keys", key.name.rpartition("/")[2])
        vendors = {word.lower(): p.vendor for p in self._policies for word in (p.vendor, p.name) if word}
        tagged = (Claim(vendors[value.lower()], f"tag {tag}") for tag, value in key.tags if value.lower() in vendors)
        return named or next(tagged, NOBODY)

    def system(self, system: str, tenant: str = "") -> Claim:
        """The vendor whose own system this is."""
        for policy in self._policies:
            if tenant and tenant in policy.recognise.tenants:
                return Claim(policy.vendor, f"tenants: {tenant}")
        vendor = self._systems.get(system)
        return Claim(vendor, f"system {system}") if vendor else NOBODY

    def _behind(self, accounts: tuple[str, ...]) -> Claim:
        """The one vendor that has all of these accounts."""
        vendors = {self._account(account).vendor for account in accounts}
        return self._account(accounts[0]) if len(vendors) == 1 else NOBODY

    def _account(self, account: str) -> Claim:
        return self._accounts.get(account, NOBODY)

    def _first(self, kind: str, value: str) -> Claim | None:
        """The first vendor with a matching entry of ``kind``; a literal entry beats a pattern."""
        found = [
            (wanted != value, vendor, pattern)
            for vendor, pattern, wanted in (self._entries[kind] if value else ())
            if _matches(value, wanted)
        ]
        if not found:
            return None
        best = min(found, key=lambda f: f[0])
        rivals = tuple(sorted({vendor for _, vendor, _ in found} - {best[1]}))
        return Claim(best[1], f"{kind}: {best[2]}", rivals)


def _entries(policies: Iterable[Policy], kind: str) -> tuple[tuple[str, str, str], ...]:
    """(vendor, entry as written, what it is compared with) for every ``recognise`` entry of a kind."""
    shape = host_of if kind == "issuers" else str
    return tuple([(p.vendor, entry, shape(entry)) for p in policies for entry in getattr(p.recognise, kind)])


def _systems(policies: tuple[Policy, ...], system_vendors: dict[str, str]) -> dict[str, str]:
    """System -> vendor: the system named like a vendor, then a profile's systems, for vendors with a policy.

    A system that exactly one policy names in its access or observe entries is that vendor's, unless it is a cloud.
    """
    vendors = {p.vendor for p in policies}
    owners: dict[str, set[str]] = {}
    for policy in policies:
        # Whose app sits in a known product has not made it: the product stays its maker's.
        apps = {s for s, maker in system_vendors.items() if maker != policy.vendor}
        named = {a.system for a in policy.access if a.held_by != "vendor" or a.system not in apps}
        named |= {o.system for o in policy.observe}
        for system in named - OWN_SYSTEMS:
            owners.setdefault(system, set()).add(policy.vendor)
    result = {system: next(iter(names)) for system, names in owners.items() if len(names) == 1}
    result.update({system: vendor for system, vendor in system_vendors.items() if vendor in vendors})
    result.update({vendor: vendor for vendor in vendors})
    return result
