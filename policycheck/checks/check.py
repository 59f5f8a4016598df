"""The whole comparison: a project and a snapshot in, a result out. Prints nothing, exits never."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from policycheck.analysis.analyst import Analyst, KeyView, PartitionView, TrustView
from policycheck.checks import credentials, trusts
from policycheck.checks.collector import Collector, Hit
from policycheck.checks.context import Context
from policycheck.checks.coverage import age_hits, attestation_hits, blind_hits, coverage_hits, document_hits
from policycheck.checks.exceptions import Exceptions, Plans, accept
from policycheck.checks.fields import field_hits
from policycheck.checks.governance import governance_hits
from policycheck.checks.managed import Managed
from policycheck.checks.reach import Declared, reach_hits
from policycheck.checks.unused import unused_hits
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Project
from policycheck.model.facts import Attestation
from policycheck.model.findings import CheckResult, Finding, Severity, Tally
from policycheck.model.grants import Exposure
from policycheck.model.partition import FactSource
from policycheck.model.places import Evidence


@dataclass(slots=True)
class _Seen:
    """What the walk over the partitions leaves behind; no grant is kept, so that memory does not grow with them."""

    grants: int = 0
    vendors: set[str] = field(default_factory=set)
    active: Counter[str] = field(default_factory=Counter)
    principals: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    has: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_external_id: dict[tuple[str, str], TrustView] = field(default_factory=dict)


def check(project: Project, snapshot: FactSource, today: date, *, from_store: bool = False) -> CheckResult:
    """Judge a snapshot against a project. ``from_store``: the snapshot was not pulled just now, so its age counts."""
    documents = snapshot.documents()
    analyst = Analyst(project, documents, snapshot.accounts())
    context = Context(project, analyst, load_taxonomy(), today)
    collector = Collector()
    seen = _Seen()
    _partitions(context, snapshot, collector, seen)
    keys = analyst.keys(snapshot.credentials())
    _keys(context, keys, collector, seen)
    statements = snapshot.attestations()
    stated_grants, stated = analyst.stated(statements)
    seen.grants += len(stated_grants)
    held = analyst.held(snapshot.vendor_fields())
    for exposure in (*held, *stated):
        _note(context, exposure, collector, seen)
    coverage = snapshot.coverage()
    used = (frozenset(seen.principals), frozenset(seen.accounts))
    collector.extend(unused_hits(context, *used, keys, seen.has, coverage))
    collector.extend(coverage_hits(context, coverage))
    collector.extend(document_hits(context, documents.values()))
    collector.extend(blind_hits(context, coverage, statements, frozenset(seen.accounts)))
    collector.extend(attestation_hits(context, statements))
    collector.extend(age_hits(context, snapshot.info) if from_store else ())
    for policy in project.policies:
        collector.extend(governance_hits(context, policy, seen.active[policy.vendor]))
    open_findings, accepted = _accepted(context, collector, statements)
    return CheckResult(
        findings=open_findings,
        accepted=accepted,
        tally=_tally(project, seen, len(held) + len(stated), open_findings, accepted),
        coverage=coverage,
        snapshot=snapshot.info,
        today=today.isoformat(),
        fail_on=project.config.fail_on,
        taxonomy=f"{context.taxonomy.name} {context.taxonomy.version}",
    )


def _partitions(context: Context, snapshot: FactSource, collector: Collector, seen: _Seen) -> None:
    managed = Managed(context.analyst.documents)
    declared = Declared(managed)
    admission = trusts.Admission()
    wanted = {p for policy in context.project.policies for rule in policy.access for p in rule.principals}
    for partition in snapshot.partitions():
        managed.learn(partition)
        view = context.analyst.partition(partition)
        seen.accounts.add(partition.account)
        seen.principals.update(p.id for p in partition.principals if p.id in wanted)
        admission.learn(view)
        _view(context, declared, view, collector, seen)
    collector.extend(admission.hits(context))
    collector.extend(trusts.shared_hits(context, seen.by_external_id.values()))


def _view(context: Context, declared: Declared, view: PartitionView, collector: Collector, seen: _Seen) -> None:
    for trust in view.trusts:
        seen.grants += 1
        if trust.grant.external:
            _vendor(seen, trust.grant.vendor)
            collector.extend(trusts.trust_hits(context, trust))
            for value in trust.judged.path.external_ids if trust.grant.vendor else ():
                seen.by_external_id.setdefault((trust.grant.vendor or "", value), trust)
    seen.grants += len(view.users)
    for user in view.users:
        _vendor(seen, user.vendor)
    collector.extend(trusts.session_hits(context, view))
    for inroad in view.inroads:
        collector.extend(reach_hits(context, declared, inroad))
    for exposure in view.exposures:
        _note(context, exposure, collector, seen)
    collector.extend(_problems(context, view))


def _vendor(seen: _Seen, vendor: str | None) -> None:
    if vendor:
        seen.vendors.add(vendor)
        seen.active[vendor] += 1


def _keys(context: Context, keys: tuple[KeyView, ...], collector: Collector, seen: _Seen) -> None:
    for view in keys:
        seen.grants += 1
        _vendor(seen, view.grant.vendor)
        collector.extend(credentials.key_hits(context, view))
    collector.extend(credentials.shared_hits(context, keys))


def _note(context: Context, exposure: Exposure, collector: Collector, seen: _Seen) -> None:
    seen.has[exposure.vendor].update([exposure.category] if exposure.category else [])
    seen.active[exposure.vendor] += 1
    if exposure.vendor in context.policies:
        seen.vendors.add(exposure.vendor)
        collector.extend(field_hits(context, exposure))
    else:
        collector.add(_unknown_system(context, exposure))


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
    )


def _problems(context: Context, view: PartitionView) -> Iterator[Hit]:
    for resource, where, connector, sentence in view.problems:
        yield Hit(
            rule="PC601",
            vendor=None,
            cause=f"trust {resource.rsplit(':', 1)[-1]} {sentence}",
            message=f"the trust of {resource.rsplit(':', 1)[-1]} could not be read whole: {sentence}",
            location=context.connector_place(connector),
            subject=(("connector", connector), ("principal", resource), ("system", "aws")),
            observed=f"{resource}: {sentence}",
            evidence=(Evidence(connector, where),),
            help="look at the trust policy in AWS; who it lets in is not known",
            label="not read whole",
        )


def _accepted(
    context: Context, collector: Collector, statements: tuple[Attestation, ...]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    exceptions = Exceptions(context)
    findings = collector.findings(context.policies)
    open_findings, excepted = accept(findings, exceptions.accepts)
    plans = Plans(context, statements)
    open_findings, planned = accept(open_findings, plans.accepts)
    late = Collector()
    late.extend(exceptions.hits())
    everything = (*open_findings, *late.findings(context.policies))
    ordered = sorted(everything, key=lambda f: (-f.severity, f.vendor or "", f.rule, f.message))
    return tuple(ordered), (*excepted, *planned)


def _tally(
    project: Project, seen: _Seen, fields: int, findings: tuple[Finding, ...], accepted: tuple[Finding, ...]
) -> Tally:
    counts = Counter(f.severity for f in findings if not f.rule.startswith("PC6"))
    stated = sum(1 for f in accepted if f.rule.startswith("PC6"))
    return Tally(
        vendors=len({p.vendor for p in project.policies} | seen.vendors),
        grants=seen.grants,
        fields=fields,
        severities=tuple((s.word, counts[s]) for s in sorted(Severity, reverse=True)),
        excepted=len(accepted) - stated,
        stated=stated,
        not_seen=sum(1 for f in findings if f.rule.startswith("PC6")),
    )
