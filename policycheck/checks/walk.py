"""The way over the partitions of a snapshot: what is seen there, and what the rules say about it.

Passes a million grants, so it keeps counts and findings only, and makes the values that findings quote when there is
a finding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace

from policycheck.analysis.given import Given
from policycheck.analysis.grants import JudgedPath
from policycheck.analysis.shares import Shared
from policycheck.analysis.views import Inroad, PartitionView, RoleView, TrustView
from policycheck.checks.admission import Admission
from policycheck.checks.collector import Collector, Hit
from policycheck.checks.context import Context
from policycheck.checks.entries import Entries
from policycheck.checks.escalation import Escalations, escalation_hits
from policycheck.checks.external_ids import shared_id_hits
from policycheck.checks.fields import field_hits
from policycheck.checks.managed import Managed
from policycheck.checks.namesakes import namesake_hits
from policycheck.checks.powers import Powers
from policycheck.checks.reach import Declared, reach_hits
from policycheck.checks.requirements import session_hits, share_hits
from policycheck.checks.shares import given_hits, shared_hits
from policycheck.checks.tables import table_hits
from policycheck.checks.telling import extent as extent_of
from policycheck.checks.trusts import trust_hits
from policycheck.checks.use import by_principal, use_hits
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Use
from policycheck.model.findings import PartyRow
from policycheck.model.grants import Exposure, Grant
from policycheck.model.locations import TABLE_SYSTEMS
from policycheck.model.partition import Partition
from policycheck.model.places import Evidence


@dataclass(slots=True)
class Seen:
    """What the walk over the partitions leaves behind; no grant is kept, so that memory does not grow with them."""

    grants: int = 0
    vendors: set[str] = field(default_factory=set)
    active: Counter[str] = field(default_factory=Counter)
    principals: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    databases: set[tuple[str, str]] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    has: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    trusts: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    resources: set[str] = field(default_factory=set)
    parties: set[PartyRow] = field(default_factory=set)
    by_external_id: dict[tuple[str, str], TrustView] = field(default_factory=dict)
    held: dict[tuple[str | None, ...], Exposure] = field(default_factory=dict)

    def letting_in(self, document: str, paths: Iterable[JudgedPath]) -> None:
        """Note whom a trust document lets in, once for all roles that have it."""
        if document not in self.trusts:
            self.trusts.add(document)
            told = (each for each in paths if each.external or each.path.kind == "service")
            self.parties.update(
                PartyRow(each.path.kind, each.path.party, each.external, each.claim.vendor or "") for each in told
            )

    def acting(self, vendor: str | None, ways: int = 1) -> None:
        """Note that a vendor acts in so many ways."""
        if vendor:
            self.vendors.add(vendor)
            self.active[vendor] += ways

    def holding(self, exposure: Exposure) -> None:
        """Keep what a vendor has, once for each field and place; who reads it does not matter here."""
        key = (exposure.vendor, exposure.place, exposure.category, exposure.form, exposure.depth, exposure.origin)
        known = self.held.setdefault(key, exposure)
        if known.subjects is None and exposure.subjects is not None:
            self.held[key] = exposure

    def has_category(self, vendor: str, category: str | None) -> None:
        """Note that a vendor has a category, None when it could not be judged."""
        self.active[vendor] += 1
        if category:
            self.has[vendor].add(category)


class Walk:
    """One way over the partitions."""

    def __init__(self, context: Context, collector: Collector, seen: Seen, uses: Iterable[Use] = ()) -> None:
        self._context = context
        self._uses = by_principal(uses)
        self._collector = collector
        self._seen = seen
        self._managed = Managed(context.analyst.documents)
        self._declared = Declared(self._managed)
        self._escalations = Escalations(context.analyst.engine)
        self._named = {p for policy in context.project.policies for rule in policy.access for p in rule.principals}
        self._admission = Admission(self._named)
        self._allowed: set[tuple[str, int, str]] = set()
        self._bad = frozenset(each.hash for each in context.analyst.documents.values() if each.problem)

    def over(self, partitions: Callable[[], Iterable[Partition]]) -> None:
        """Judge every partition, then what only all of them together tell."""
        for partition, view in self._context.analyst.views(partitions):
            if partition.system in TABLE_SYSTEMS:
                self._database(partition)
            else:
                self._partition(partition, view)
        self._collector.extend(shared_id_hits(self._context, self._seen.by_external_id.values()))

    def admission(self, hidden: frozenset[str]) -> Iterator[Hit]:
        """What the way over all partitions tells of declared principals; ``hidden`` may come in where nobody looked."""
        return self._admission.hits(self._context, hidden)

    def _partition(self, partition: Partition, view: PartitionView) -> None:
        seen = self._seen
        self._managed.learn(partition)
        # The policies of its resources alone do not tell who can act in an account.
        if partition.principals or partition.trusts:
            seen.accounts.add(partition.account)
        if self._bad:
            seen.unread.update(each.document for each in partition.trusts if each.document in self._bad)
        seen.principals.update(p.id for p in partition.principals if p.id in self._named)
        powers = Powers(self._context, self._escalations, view.inside)
        for role in view.roles:
            self._role(role, powers)
        seen.grants += len(view.users)
        for user in view.users:
            seen.acting(user.vendor)
        for grant in view.named:
            self._namesake(grant, powers.extent_of(grant))
        for shared in view.shared:
            self._shared(shared)
        self._given(view.given)
        for inroad in view.inroads:
            self._inroad(inroad)

    def _namesake(self, grant: Grant, extent: tuple[str, ...] | None) -> None:
        self._seen.grants += 1
        self._collector.extend(replace(hit, extent=extent) for hit in namesake_hits(self._context, grant))

    def _given(self, given: Given) -> None:
        for judged in (*(way.view.judged for way in given.ways), *(each.judged for each in given.unfollowed)):
            self._seen.grants += 1
            self._seen.acting(judged.claim.vendor)
            path = judged.path
            self._seen.parties.add(PartyRow(path.kind, path.party, judged.external, judged.claim.vendor or ""))
        self._collector.extend(given_hits(self._context, given))

    def _database(self, partition: Partition) -> None:
        seen = self._seen
        seen.databases.add((partition.system, partition.account))
        seen.roles.update(principal.name for principal in partition.principals)
        for grant in self._context.analyst.namesakes(partition):
            self._namesake(grant, ())
        for inroad in self._context.analyst.tables(partition):
            seen.grants += 1
            seen.acting(inroad.vendor)
            self._collector.extend(table_hits(self._context, inroad))
            for exposure in inroad.exposures:
                note(self._context, exposure, self._collector, seen)

    def _role(self, role: RoleView, powers: Powers) -> None:
        context, seen, admitted = self._context, self._seen, role.admitted
        seen.grants += len(admitted.paths)
        seen.letting_in(role.trust.document, admitted.paths)
        self._admission.learn(role)
        entries: dict[str, Entries] = {}
        for vendor, ways in admitted.vendors:
            seen.acting(vendor, ways)
            policy = context.policies.get(vendor)
            if policy:
                entries[vendor] = context.entries.of(policy, (role.trust.resource,), role.trust.account)
        for judged in admitted.external:
            view = TrustView(role.trust, judged)
            self._collector.extend(trust_hits(context, entries, view, powers))
            vendor = judged.claim.vendor or ""
            for value in judged.path.external_ids if vendor else ():
                seen.by_external_id.setdefault((vendor, value), view)
        if admitted.problems:
            self._collector.extend(_problems(context, role))

    def _shared(self, shared: Shared) -> None:
        seen = self._seen
        seen.grants += len(shared.views)
        if shared.trust.document in self._bad:
            seen.unread.add(shared.trust.document)
        seen.resources.add(shared.trust.resource)
        for view in shared.views:
            path, claim = view.judged.path, view.judged.claim
            seen.acting(claim.vendor)
            seen.parties.add(PartyRow(path.kind, path.party, view.judged.external, claim.vendor or ""))
        self._collector.extend(shared_hits(self._context, shared))

    def _inroad(self, inroad: Inroad) -> None:
        if inroad.path:
            self._admission.arrive(inroad)
        if inroad.share:
            self._seen.principals.update(arn for arn in inroad.named if arn in self._named)
        policy = self._context.policies.get(inroad.vendor)
        integration = ""
        if policy:
            entries = self._context.entries.of(policy, inroad.named, inroad.account)
            self._collector.extend(share_hits(self._context, policy, entries, inroad))
            self._collector.extend(session_hits(self._context, policy, entries, inroad))
            self._collector.extend(reach_hits(self._context, policy, entries, self._declared, inroad))
            self._collector.extend(use_hits(self._context, policy, entries, inroad, self._uses))
            integration = entries.integration
            documents, _ = self._declared.documents(entries)
            self._collector.extend(escalation_hits(policy, entries, documents, self._escalations, inroad))
        for reading in inroad.readable.datasets:
            for each in reading.fields:
                # Which principal reads a field changes what is quoted, never whether the policy allows the field.
                key = (inroad.vendor, id(each), integration)
                if key in self._allowed:
                    self._seen.has_category(inroad.vendor, each.category)
                    continue
                exposure = replace(inroad.exposure(reading, each), integration=integration)
                if not note(self._context, exposure, self._collector, self._seen):
                    self._allowed.add(key)


def note(context: Context, exposure: Exposure, collector: Collector, seen: Seen) -> bool:
    """Judge something that a vendor has; whether there was something to say."""
    seen.has_category(exposure.vendor, exposure.category)
    seen.holding(exposure)
    if exposure.vendor not in context.policies:
        collector.add(_unknown_system(context, exposure))
        return True
    seen.vendors.add(exposure.vendor)
    hits = list(field_hits(context, exposure))
    collector.extend(hits)
    return bool(hits)


def _unknown_system(context: Context, exposure: Exposure) -> Hit:
    return Hit(
        rule="PC202",
        vendor=exposure.vendor,
        cause=exposure.vendor,
        message=f"{exposure.vendor} holds fields, and has no policy",
        location=context.connector_place(exposure.via),
        subject=(("field", exposure.field), ("system", exposure.system)),
        observed=f"{exposure.place} exists",
        evidence=exposure.evidence,
        help=f"write policies/{exposure.vendor}.yaml",
        extent=extent_of(exposure) if exposure.category else (),
    )


def _problems(context: Context, role: RoleView) -> Iterator[Hit]:
    resource, connector = role.trust.resource, role.trust.connector
    for sentence in role.admitted.problems:
        yield Hit(
            rule="PC601",
            vendor=None,
            cause=f"trust {resource.rsplit(':', 1)[-1]} {sentence}",
            message=f"the trust of {resource.rsplit(':', 1)[-1]} could not be read whole: {sentence}",
            location=context.connector_place(connector),
            subject=(("connector", connector), ("principal", resource), ("system", "aws")),
            observed=f"{resource}: {sentence}",
            evidence=(Evidence(connector, role.trust.where),),
            help="look at the trust policy in AWS; who it lets in is not known",
            label="not read whole",
        )
