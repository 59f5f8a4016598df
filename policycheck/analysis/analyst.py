"""Everything that analysis needs of a project, and the evaluation of one partition as a pure function of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from policycheck.analysis.apps import Apps
from policycheck.analysis.chains import Chains, Doors, Walker, walker_of
from policycheck.analysis.decryption import Doors as KeyDoors
from policycheck.analysis.decryption import Keys, Who
from policycheck.analysis.effective import Effective
from policycheck.analysis.exposures import attested_exposures, held_exposure
from policycheck.analysis.given import GivenWay, GivenWays
from policycheck.analysis.grants import Admitted, Ours, admitted, attested_grants, user_grant
from policycheck.analysis.guards import Guards
from policycheck.analysis.hosts import HostOwners
from policycheck.analysis.identify import NOBODY, OWN_APP, Identifier
from policycheck.analysis.keys import Clients, key_views
from policycheck.analysis.lake_reads import Lakes
from policycheck.analysis.live_catalog import Conflict
from policycheck.analysis.organization import Binding, Organization
from policycheck.analysis.outflows import Ends, Outflows, is_sent
from policycheck.analysis.own_places import OwnPlaces
from policycheck.analysis.principals import Attachments, Reach, Signature
from policycheck.analysis.reader import Reader
from policycheck.analysis.resources import ResourceSide
from policycheck.analysis.shares import Shared, Shares, ShareView
from policycheck.analysis.strangers import Stranger
from policycheck.analysis.tables import TableInroad, Tables
from policycheck.analysis.views import Inroad, KeyView, PartitionView, RoleView, TrustView
from policycheck.aws.engine import Engine
from policycheck.aws.principals import EVERYONE
from policycheck.aws.trust import read_trust
from policycheck.fields.classify import Classifier
from policycheck.library.data_actions import load_data_actions
from policycheck.library.field_maps import fields_of
from policycheck.library.profiles import system_vendors
from policycheck.library.resource_policies import load_resource_policies
from policycheck.library.shares import load_sharing
from policycheck.library.taxonomy import load_taxonomy
from policycheck.library.vocabulary import CatalogueVocabulary
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy, Project
from policycheck.model.facts import Attestation, Credential, PolicyDocument, Principal, Provider, Trust, VendorField
from policycheck.model.grants import Exposure, Grant
from policycheck.model.locations import OWN_SYSTEMS, TABLE_SYSTEMS
from policycheck.model.partition import Partition
from policycheck.model.verdict import Access

#: How many trust paths are kept for further roles with the same document; when there are more, all are forgotten.
PATHS_KEPT = 100_000
NO_GUARDS = Guards()


class Analyst:
    """Holds the memo tables of one run; no process-global state, so that partitions can run in any process."""

    def __init__(
        self,
        project: Project,
        documents: Mapping[str, PolicyDocument],
        accounts: Iterable[str],
        organization: Organization | None = None,
        resources: Iterable[Trust] = (),
        clouds: Iterable[str] = (),
        canonical: Iterable[str] = (),
        providers: Iterable[Provider] = (),
        conflicts: tuple[Conflict, ...] = (),
        guards: Guards = NO_GUARDS,
    ) -> None:
        self.project = project
        self.conflicts = conflicts
        self._organization = organization or Organization((), (), documents)
        vocabulary = CatalogueVocabulary()
        self.engine = Engine(known=vocabulary)
        self.documents = documents
        self.policies: dict[str, Policy] = {p.vendor: p for p in project.policies}
        config = project.config
        ids = frozenset(config.own_accounts).union(accounts, self._organization.members())
        organizations = frozenset(config.own_organizations) | self._organization.led()
        users = load_sharing().canonical_ids.union(canonical)
        self.ours = Ours(ids, organizations, frozenset(clouds), load_resource_policies().aws_accounts, users)
        issuers = {each.id: each.issuer for each in providers if each.kind == "saml"}
        self.identifier = Identifier(project.policies, system_vendors(), issuers, config.own_apps)
        self._classifier = Classifier(load_taxonomy(), project.datasets, project.overrides)
        kept = tuple(resources)
        buckets = frozenset(trust.resource for trust in kept if ":s3:::" in trust.resource)
        self.hosts = HostOwners(project.policies, config.own_hosts)
        ends = Ends(self.hosts, self.identifier, self.ours.accounts, buckets)
        self._outflows = Outflows(ends, self._classifier, project.datasets)
        self._tables = Tables(project.policies, project.datasets, self.identifier)
        self._trusts: dict[str, Admitted] = {}
        self._kept = 0
        self._reaches: dict[tuple[Signature, Binding], Reach] = {}
        self._resources = ResourceSide(self.engine, kept, documents, self._organization)
        self._chains = Chains(self.engine, documents, self._resources)
        self._shares = Shares(self.engine, documents, self.ours, self.identifier, self._organization)
        self._keys = {trust.resource: trust for trust in kept if ":kms:" in trust.resource}
        self._reader = Reader(self.engine, project.datasets, load_data_actions())
        self.places = OwnPlaces(self.engine, self._reader, vocabulary, project.datasets, kept)
        self._effective = self._guarded(guards)
        self._given = GivenWays(self.engine, self._shares, self._effective, project.datasets)

    def _guarded(self, guards: Guards) -> Effective:
        """What answers which data an access can read."""
        doors = KeyDoors(self._resources.knows, guards.granted, self._outside)
        keys = Keys(self.engine, guards.encryption, guards.key_grants, self.ours.accounts, doors)
        return Effective(self.engine, self._reader, keys, Lakes(guards.lake_grants, guards.laked))

    def _outside(self, key: str, vendor: str) -> tuple[Access, ...]:
        """What the policy of a key lets a vendor do by principals of its own, and everybody."""
        trust = self._keys.get(key)
        views = self._shares.of(trust).views if trust else ()
        return tuple(v.access for v in views if v.judged.claim.vendor == vendor or v.judged.path.kind == EVERYONE)

    def partition(self, partition: Partition) -> PartitionView:
        """Evaluate one account."""
        roles = tuple([RoleView(trust, self._admitted(trust.document)) for trust in partition.trusts])
        users = self._users(partition)
        shared = tuple([self._shares.of(trust, partition.settings) for trust in partition.resources])
        given = self._given.of(partition, shared)
        # Of a large estate most partitions need it never.
        account = cache(lambda: self._account(partition))
        inroads = (*self._inroads(account, roles, users), *self._through(shared), *map(_inroad, given.claimed))

        def inside(principal: str, way: TrustView | Grant) -> Inroad:
            return account().inroad("", principal, way)

        return PartitionView(roles, users, inroads, shared, given, self._named(partition), inside)

    def unclaimed(self, partition: Partition, view: PartitionView) -> Iterator[Inroad]:
        """Through what parties act in one account that no vendor claims: roles, and policies of resources."""
        account = self._account(partition)
        for role in view.roles:
            strangers = (each for each in role.admitted.external if not each.claim.vendor and not each.confined)
            first = next(strangers, None)
            if first is not None:
                yield account.inroad("", role.trust.resource, TrustView(role.trust, first))
        for shared in view.shared:
            for way in shared.views:
                if way.judged.external and not way.judged.claim.vendor and not way.judged.confined:
                    yield self._share(way)

    def tables(self, partition: Partition) -> Iterator[TableInroad]:
        """Evaluate one database."""
        return self._tables.inroads(partition)

    def namesakes(self, partition: Partition) -> Iterator[Grant]:
        """The roles of one database that nothing claims and that are called like a vendor."""
        return self._tables.namesakes(partition)

    def keys(self, credentials: Iterable[Credential]) -> tuple[KeyView, ...]:
        """Every credential with its grant."""
        return key_views(credentials, self.identifier, self.hosts)

    def held(self, fields: Iterable[VendorField], keys: Iterable[KeyView] = ()) -> tuple[Exposure, ...]:
        """What vendors hold: by their own field definitions, where a system that nobody claims keeps its own name, and
        by what is sent to their hosts, where an unclaimed host keeps its name; what app clients of ours (``keys``) let
        them read. What is sent to us is left out."""
        exposures: list[Exposure] = []
        views = tuple(keys)
        clients, apps = Clients.of(views), Apps.of(views, self.identifier)
        for field in fields:
            if is_sent(field):
                exposures += self._outflows.exposures(field)
                continue
            if field.app:
                exposures += self._mapped(field, apps)
                continue
            ours = field.system in OWN_SYSTEMS
            system = None if ours else self.identifier.system(field.system, field.tenant).vendor or field.system
            vendor = clients.vendor(field) if ours else system
            if vendor is None:
                continue
            known = None if ours else fields_of(field.system, vendor)
            exposure = held_exposure(field, vendor, self._classifier, known)
            if exposure is not None:
                exposures.append(clients.exposure(field, exposure) if ours else exposure)
        return tuple(exposures)

    def _mapped(self, field: VendorField, apps: Apps) -> Iterator[Exposure]:
        """What a system of ours gives to an app in it, in the system's own words."""
        vendor = apps.claim(field)
        if vendor != OWN_APP:
            found = held_exposure(field, vendor.vendor or "", self._classifier, fields_of(field.system, ""))
            yield from () if found is None else (apps.exposure(field, found),)

    def strays(self, access: Access) -> bool:
        """Whether an access may read something that no dataset describes."""
        return self._reader.strays(access)

    def strangers(self, fields: Iterable[VendorField]) -> tuple[Stranger, ...]:
        """The hosts and accounts that nobody claims and that data is sent to, with what is sent."""
        return self._outflows.strangers(fields)

    def stated(
        self, statements: Iterable[Attestation], keys: Iterable[KeyView]
    ) -> tuple[tuple[Grant, ...], tuple[Exposure, ...]]:
        """Grants and exposures that people stated; a key that an inventory has as well is one grant, not two."""
        kept = tuple(statements)
        seen = {(view.key.system, name) for view in keys for name in (view.key.name, view.key.id)}
        grants = tuple(g for s in kept for g in attested_grants(s) if (g.system, g.principal) not in seen)
        return grants, tuple(e for s in kept for e in attested_exposures(s))

    def _admitted(self, digest: str) -> Admitted:
        known = self._trusts.get(digest)
        if known is None:
            known = self._read_trust(digest)
            self._kept += len(known.paths)
            if self._kept > PATHS_KEPT:
                self._trusts.clear()
                self._kept = len(known.paths)
            self._trusts[digest] = known
        return known

    def _read_trust(self, digest: str) -> Admitted:
        document = self.documents.get(digest)
        if document is None or not document.text:
            reason = document.problem if document else "the document is not in the snapshot"
            return Admitted((), (), (), (f"trust policy could not be read: {reason}",))
        # Not through the engine, which would keep every reading.
        reading = read_trust(document.text)
        return admitted(reading.paths, reading.problems, self.ours, self.identifier)

    def _users(self, partition: Partition) -> tuple[Grant, ...]:
        users = (p for p in partition.principals if p.kind == "user")
        claims = ((user, self.identifier.user(user.id)) for user in users)
        return tuple(user_grant(user, claim) for user, claim in claims if claim.vendor)

    def _named(self, partition: Partition) -> tuple[Grant, ...]:
        """The users that nothing claims and that are called like a vendor."""
        users = (p for p in partition.principals if p.kind == "user" and self.identifier.user(p.id) is NOBODY)
        hints = ((user, self.identifier.hint(user.name)) for user in users)
        return tuple(user_grant(user, NOBODY, hint) for user, hint in hints if hint)

    def _inroads(
        self, account_of: Callable[[], _Account], roles: tuple[RoleView, ...], users: tuple[Grant, ...]
    ) -> tuple[Inroad, ...]:
        ways: dict[tuple[str, str], TrustView | Grant] = {}
        for role in roles:
            for vendor, _ in role.admitted.vendors:
                if (vendor, role.trust.resource) not in ways:
                    first = next(each for each in role.admitted.external if each.claim.vendor == vendor)
                    ways[vendor, role.trust.resource] = TrustView(role.trust, first)
        for user in users:
            ways.setdefault((user.vendor or "", user.principal), user)
        if not ways:
            return ()
        account = account_of()
        direct = [account.inroad(vendor, principal, way) for (vendor, principal), way in ways.items()]
        doors = Doors(roles)
        onward = self._onward(account, doors, map(walker_of, direct), set(ways)) if doors else ()
        return (*direct, *onward)

    def _account(self, partition: Partition) -> _Account:
        scps = self._organization.scps(partition.account)
        attachments = Attachments(partition, self.documents, self._reaches, scps, self._resources)
        facts = {p.id: p for p in partition.principals}
        return _Account(partition.account, attachments, facts, self._effective)

    def _onward(
        self, account: _Account, doors: Doors, walkers: Iterable[Walker], entered: set[tuple[str, str]]
    ) -> Iterator[Inroad]:
        """The roles of one account that the walkers can assume, and on from there. ``entered`` are known already."""
        pending = list(walkers)
        for walker in pending:
            for step in self._chains.steps(walker, doors):
                target = step.role.trust.resource
                if (walker.vendor, target) not in entered:
                    entered.add((walker.vendor, target))
                    way = replace(walker.grant, principal=target, account=account.id, name=target.rsplit("/", 1)[-1])
                    onward = (*walker.assumes, *step.assumes)
                    found = account.inroad(walker.vendor, target, way, (*walker.path, target), onward)
                    pending.append(walker_of(found))
                    yield found

    def views(self, partitions: Callable[[], Iterable[Partition]]) -> Iterator[tuple[Partition, PartitionView]]:
        """Every partition with its analysis; then, for those in which vendors arrive from other accounts by assuming
        roles, what they can do there. ``partitions`` gives all of them, as often as it is asked."""
        leaving: list[Walker] = []
        for partition in partitions():
            tables = partition.system in TABLE_SYSTEMS
            view = PartitionView((), (), ()) if tables else self.partition(partition)
            leaving += self._leaving(view.inroads)
            yield partition, view
        entered: set[tuple[str, str]] = set()
        while leaving:
            wave, leaving = leaving, []
            for partition in partitions():
                arrived = tuple(self._arriving(partition, wave, entered))
                leaving += self._leaving(arrived)
                if arrived:
                    yield partition, PartitionView((), (), arrived)

    def _leaving(self, inroads: Iterable[Inroad]) -> Iterator[Walker]:
        """Who may go on to another account of ours."""
        if len(self.ours.accounts) > 1:
            for inroad in inroads:
                if not inroad.share and self._chains.able(inroad.reach.access.parts[0]):
                    yield walker_of(inroad)

    def _arriving(
        self, partition: Partition, wave: Iterable[Walker], entered: set[tuple[str, str]]
    ) -> Iterator[Inroad]:
        roles = [RoleView(trust, self._admitted(trust.document)) for trust in partition.trusts]
        walkers = [walker for walker in wave if walker.account != partition.account]
        doors = Doors(roles)
        if walkers and doors:
            direct = {(vendor, role.trust.resource) for role in roles for vendor, _ in role.admitted.vendors}
            for inroad in self._onward(self._account(partition), doors, walkers, direct | entered):
                entered.add((inroad.vendor, inroad.principal))
                yield inroad

    def _through(self, shared: Iterable[Shared]) -> Iterator[Inroad]:
        """The vendors that act by their own principals, let in by the policies of resources."""
        return (self._share(view) for each in shared for view in each.views if view.judged.claim.vendor)

    def _share(self, view: ShareView) -> Inroad:
        reach = Reach(view.access, (), (), view.assumes)
        vendor, trust, path = view.judged.claim.vendor or "", view.trust, view.judged.path
        readable = self._effective.readable(view.access, Who("", path.account, vendor))
        return Inroad(vendor, trust.resource, trust.account, view, (), reach, readable, None)


def _inroad(way: GivenWay) -> Inroad:
    """The vendor that acts by something that was given to it."""
    view = way.view
    reach = Reach(view.access, (), (), view.assumes)
    vendor, trust = view.judged.claim.vendor or "", view.trust
    return Inroad(vendor, trust.resource, trust.account, view, (), reach, way.readable, None)


@dataclass(frozen=True, slots=True)
class _Account:
    """What is needed to look at a principal of one account."""

    id: str
    attachments: Attachments
    facts: Mapping[str, Principal]
    effective: Effective

    def inroad(
        self,
        vendor: str,
        principal: str,
        way: TrustView | Grant,
        path: tuple[str, ...] = (),
        onward: tuple[str, ...] = (),
    ) -> Inroad:
        """The principal as something through which a vendor acts."""
        attached = self.attachments.of(principal)
        reach = self.attachments.reach(principal, attached)
        readable = self.effective.readable(reach.access, Who(principal, self.id, ""))
        fact = self.facts.get(principal)
        return Inroad(vendor, principal, self.id, way, attached, reach, readable, fact, path, onward)
