"""The listings: vendors, grants, fields, exposures, joined and unjudged."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from policycheck.analysis.opening import analyst_of
from policycheck.analysis.unlisted import in_aws, in_tables
from policycheck.library.profiles import profile
from policycheck.model.declared import Project
from policycheck.model.grants import Exposure, Grant
from policycheck.model.locations import TABLE_SYSTEMS
from policycheck.model.partition import FactSource
from policycheck.model.survey import Reached, StoppedRead, Survey, UnlistedRead, VendorRow


def survey(project: Project, snapshot: FactSource, today: date) -> Survey:
    """Everything that a snapshot holds about vendors."""
    analyst = analyst_of(project, snapshot)
    grants: list[Grant] = []
    exposures: list[Exposure] = []
    stopped: list[StoppedRead] = []
    unlisted: list[UnlistedRead] = []
    reached: dict[Reached, None] = {}
    for partition, view in analyst.views(snapshot.partitions):
        inroads = tuple(analyst.tables(partition)) if partition.system in TABLE_SYSTEMS else ()
        grants += [inroad.grant for inroad in inroads]
        grants += analyst.namesakes(partition) if partition.system in TABLE_SYSTEMS else ()
        exposures += [exposure for inroad in inroads for exposure in inroad.exposures]
        grants += view.grants()
        exposures += view.exposures()
        stopped += view.stopped()
        unlisted += [each for inroad in inroads for each in in_tables(inroad)]
        for each in view.inroads:
            texts = tuple(text for part in each.reach.access.parts for text in part.identity)
            reached[Reached(each.vendor, each.account, each.principal, texts)] = None
        unlisted += [each for inroad in view.inroads for each in in_aws(analyst, inroad)]
    keys = analyst.keys(snapshot.credentials())
    grants += [view.grant for view in keys]
    stated_grants, stated = analyst.stated(snapshot.attestations(), keys)
    grants += stated_grants
    fields = snapshot.vendor_fields()
    exposures += [*analyst.held(fields, keys), *stated]
    seen_only = {each.looks_like.vendor for each in analyst.strangers(fields) if each.looks_like}
    return Survey(
        vendors=_vendors(project, grants, exposures, seen_only),
        grants=tuple(grants),
        fields=tuple(e for e in exposures if e.origin != "readable"),
        exposures=tuple(exposures),
        coverage=snapshot.coverage(),
        snapshot=snapshot.info,
        stopped=tuple(stopped),
        unlisted=tuple(unlisted),
        reached=tuple(reached),
    )


def _vendors(
    project: Project, grants: list[Grant], exposures: list[Exposure], seen_only: set[str]
) -> tuple[VendorRow, ...]:
    """Every vendor that is declared, claimed, or that names or published accounts and hosts betray."""
    held = Counter(vendor for g in grants if (vendor := g.vendor or g.looks_like))
    categories: dict[str, set[str]] = defaultdict(set)
    for exposure in exposures:
        categories[exposure.vendor].update([exposure.category] if exposure.category else [])
    policies = {p.vendor: p for p in project.policies}
    rows = []
    for vendor in sorted({*policies, *held, *categories, *seen_only}):
        policy, known = policies.get(vendor), profile(vendor)
        rows.append(
            VendorRow(
                vendor=vendor,
                name=(policy.name if policy else "") or (known.name if known else ""),
                kind=policy.kind if policy else "",
                stage=policy.stage if policy else "",
                owner=policy.owner if policy else "",
                policy=policy.at.path if policy else "",
                grants=held[vendor],
                categories=tuple(sorted(categories[vendor])),
            )
        )
    return tuple(rows)
