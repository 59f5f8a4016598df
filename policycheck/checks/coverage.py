"""PC601 to PC603: what could not be seen, and the attestations that stand for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from shlex import quote

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, day_of
from policycheck.checks.missed import missed
from policycheck.checks.omitted import leaves_out
from policycheck.library.profiles import profile_of_system
from policycheck.model.declared import Observe, Policy
from policycheck.model.facts import Attestation, Coverage, PolicyDocument
from policycheck.model.findings import SnapshotInfo
from policycheck.model.locations import OWN_SYSTEMS
from policycheck.model.places import Evidence

#: Reasons why a pull saw nothing that a finding names.
REASONS_NAMED = 3
#: Resource kinds whose coverage answers who can act in a system.
ACCESS = frozenset({"credentials", "principals", "trusts"})

#: What tells of access and of fields: kinds of facts, and the types of connectors that read exports of them.
_FACTS = {"access": "credentials", "fields": "fields"}
_EXPORTS = {
    ("access", "aws"): "aws-authorization-details",
    ("access", "postgres"): "postgres",
    ("access", "cognito"): "aws",
    ("access", "apigateway"): "aws",
    ("access", ""): "key-inventory",
    ("fields", ""): "vendor-fields",
}


def coverage_hits(context: Context, coverage: tuple[Coverage, ...]) -> Iterator[Hit]:
    """PC601 for every row that is not complete, but for what a vendor tells nobody and another connector looks at."""
    gaps = [row for row in coverage if row.status != "complete" and not _told_elsewhere(row, coverage)]
    alike: dict[tuple[str, str, str | None], list[Coverage]] = {}
    for row in gaps:
        alike.setdefault((row.connector, row.reason, _planner(context, row)), []).append(row)
    for (connector, reason, vendor), rows in alike.items():
        message = f"connector {connector} saw {missed(rows, coverage)}: {reason}"
        for row in rows:
            place = {"system": row.system, "account": row.account, "resource": row.resource, "place": row.where}
            yield Hit(
                rule="PC601",
                vendor=vendor,
                cause=f"{connector} {reason}",
                message=message,
                location=context.connector_place(connector),
                subject=_pairs(connector=connector, **place),
                observed=f"{_whereabouts(row)}: {reason}",
                evidence=(Evidence(connector, row.where),) if row.where else (),
                help=row.help or "mend the source and run again",
                label="incomplete",
                reason=f"{row.resource}: {reason}" if row.account else "",
            )


def _whereabouts(row: Coverage) -> str:
    """The account, which a place of a live system does not name, and the place in it."""
    account = f"account {row.account}" if row.account and row.account not in row.where else ""
    return ", ".join(filter(None, (account, row.where))) or row.connector


def _told_elsewhere(row: Coverage, coverage: tuple[Coverage, ...]) -> bool:
    return row.untold and any(
        other.status == "complete" and (other.system, other.resource) == (row.system, row.resource)
        for other in coverage
        if other.connector != row.connector
    )


def _planner(context: Context, row: Coverage) -> str | None:
    """The vendor whose policy plans this blind spot. A connector that failed was not planned by anybody."""
    plans = [(policy, plan) for policy in context.project.policies for plan in policy.observe if row.untold]
    return next((policy.vendor for policy, plan in plans if plan.system == row.system), None)


def document_hits(context: Context, documents: Iterable[PolicyDocument]) -> Iterator[Hit]:
    """PC601 for every policy document that could not be read whole: a finding, never the end of the run."""
    for document in documents:
        if document.problem:
            yield Hit(
                rule="PC601",
                vendor=None,
                cause=f"document {document.hash[:16]}",
                message=f"a policy document could not be read: {document.problem}",
                location=context.connector_place(document.connector),
                subject=_pairs(connector=document.connector, system="aws", resource=document.where),
                observed=f"{document.where}: {document.problem}",
                evidence=(Evidence(document.connector, document.where),),
                help="export again; if it stays, look at the document in AWS",
                label="unreadable document",
            )


def blind_hits(
    context: Context, coverage: tuple[Coverage, ...], statements: tuple[Attestation, ...], accounts: frozenset[str]
) -> Iterator[Hit]:
    """PC601 for what policies speak of and no connector looks at: systems, accounts, fields."""
    looked = {row.system for row in coverage if row.resource in ACCESS}
    shares = any(row.system == "aws" and row.resource == "resource_policies" for row in coverage)
    fields = {row.system for row in coverage if row.resource == "fields"}
    stated = {(s.vendor, s.system) for s in statements if s.fields is not None}
    if not context.project.config.connectors:
        yield _nothing(context)
    for policy in context.project.policies:
        systems = dict.fromkeys(rule.system for rule in policy.access)
        for system in systems:
            unseen = [] if system in looked or leaves_out(coverage, system) else ["access"]
            if (
                system not in OWN_SYSTEMS
                and system not in fields
                and (policy.vendor, system) not in stated
                and policy.fields
            ):
                unseen.append("fields")
            for what in unseen:
                yield _blind(context, policy, system, what, unseen)
        if "aws" in looked:
            # The vendor's own accounts are not ours to export: the policies of resources tell what they may do.
            theirs = policy.recognise.aws_accounts if shares else ()
            yield from _accounts(policy, accounts.union(theirs))


def _nothing(context: Context) -> Hit:
    return Hit(
        rule="PC601",
        vendor=None,
        cause="no connectors",
        message="no connector is configured, so nothing was looked at",
        location=context.project.config.at,
        subject=(("connector", "none"),),
        observed="policycheck.yaml has no connectors",
        help="add one, for example `- {name: iam-export, type: aws-authorization-details, paths: [exports/*.json]}`",
        label="no connectors",
    )


def _blind(context: Context, policy: Policy, system: str, what: str, unseen: list[str]) -> Hit:
    observed = {
        "access": f"no connector covers who can do what at {system}",
        "fields": f"no connector covers which fields {policy.vendor} holds at {system}",
    }
    return Hit(
        rule="PC601",
        vendor=policy.vendor,
        cause=system,
        message=f"nothing looks at the {' or the '.join(unseen)} of {policy.vendor} at {system}",
        location=next((rule.at for rule in policy.access if rule.system == system), policy.at),
        subject=_pairs(system=system, resource=what),
        observed=observed[what],
        help=f"add a connector of type {_type(context, policy, system, unseen)}; or plan the blind spot: "
        f"`observe: [{{system: {system}, by: attestation, every_days: 90, reason: ...}}]`",
        label="not seen",
    )


def _type(context: Context, policy: Policy, system: str, unseen: list[str]) -> str:
    """The types of connectors that look there: one that asks the vendor's own API where there is one that tells it."""
    known, apis = profile_of_system(system), dict(context.project.apis)
    names = () if system in OWN_SYSTEMS else (system, known.vendor if known else "", policy.vendor)
    own = next((name for name in names if name in apis), "")
    types: dict[str, None] = {}
    for what in unseen:
        told = own if _FACTS[what] in apis.get(own, ()) else ""
        types[told or _EXPORTS.get((what, system)) or _EXPORTS[what, ""]] = None
    return " and one of type ".join(types)


def looked_at(coverage: Iterable[Coverage]) -> frozenset[str]:
    """The accounts of AWS whose principals were all seen, be there any or none."""
    rows = [row for row in coverage if (row.system, row.resource) == ("aws", "principals") and row.account]
    missed = {row.account for row in rows if row.status != "complete"}
    return frozenset(row.account for row in rows) - missed


def half_seen(coverage: Iterable[Coverage]) -> frozenset[str]:
    """The accounts of AWS of which some principals may be missing; all, where a connector cannot tell of which."""
    rows = [row for row in coverage if (row.system, row.resource) == ("aws", "principals")]
    missed = [row for row in rows if row.status != "complete"]
    return frozenset(row.account for row in (missed if all(row.account for row in missed) else rows))


def _accounts(policy: Policy, accounts: frozenset[str]) -> Iterator[Hit]:
    for rule in policy.access:
        named = {p.split(":")[4] for p in rule.principals if p.count(":") >= 5}
        for account in sorted({*rule.accounts, *named} - accounts if rule.system == "aws" else ()):
            if "*" not in account:
                yield Hit(
                    rule="PC601",
                    vendor=policy.vendor,
                    cause=f"account {account}",
                    message=f"account {account}, where {policy.vendor} has declared access, was not looked at",
                    location=rule.at,
                    subject=_pairs(system="aws", account=account, resource="principals"),
                    observed=f"no connector saw account {account}",
                    help="let a connector look at it (one of type aws, or an export of its authorization details), "
                    "or take the account out of the policy",
                    label="account not seen",
                )


def fresh(statement: Attestation, every_days: int, today: date) -> bool:
    """Whether a statement still counts: not from the future, not older than its period."""
    on = day_of(statement.on)
    return on is not None and on <= today and (today - on).days <= every_days


def newest(policy: Policy, plan: Observe, statements: Iterable[Attestation]) -> Attestation | None:
    """The newest statement for a planned blind spot."""
    mine = [s for s in statements if s.vendor == policy.vendor and s.system == plan.system]
    return max(mine, key=lambda s: s.on, default=None)


def attestation_hits(context: Context, statements: tuple[Attestation, ...]) -> Iterator[Hit]:
    """PC602: planned blind spots without a fresh attestation, and statements past their own age."""
    planned: set[tuple[str, str]] = set()
    for policy in context.project.policies:
        for plan in policy.observe:
            planned.add((policy.vendor, plan.system))
            statement = newest(policy, plan, statements)
            if statement is None or not fresh(statement, plan.every_days, context.today):
                yield _due(policy, plan, statement)
    for statement in statements:
        owner = context.policies.get(statement.vendor)
        limit = statement.stale_after_days
        known = (statement.vendor, statement.system) in planned
        if owner and limit is not None and not known and not fresh(statement, limit, context.today):
            yield _due(owner, Observe(statement.system, "attestation", limit, "", owner.at), statement)


def _due(policy: Policy, plan: Observe, statement: Attestation | None) -> Hit:
    told = f"the last one is of {statement.on}" if statement else "there is none yet"
    evidence = (Evidence(statement.connector, statement.where),) if statement else ()
    who = policy.owner or "the owner"
    return Hit(
        rule="PC602",
        vendor=policy.vendor,
        cause=plan.system,
        message=f"an attestation about {policy.vendor} at {plan.system} is due",
        location=plan.at,
        subject=_pairs(system=plan.system),
        observed=f"every {plan.every_days} days; {told}",
        evidence=evidence,
        help=f"run `policycheck attest new {_form(policy, plan.system)}`, and let {who} fill it in",
        label="due",
    )


def _form(policy: Policy, system: str) -> str:
    """What `attest new` is to be given for a statement about a vendor at a system."""
    usual = policy.observe[0].system if policy.observe else policy.vendor
    return policy.vendor if system == usual else f"{policy.vendor} --system {quote(system)}"


def age_hits(context: Context, snapshot: SnapshotInfo) -> Iterator[Hit]:
    """PC603: the snapshot that was judged is old, or later pulls saw nothing."""
    if snapshot.blind_since:
        yield _blind_since(context, snapshot)
    taken = day_of(snapshot.taken_at)
    limit = context.project.config.max_age_days
    if taken and (context.today - taken).days > limit:
        yield _of_snapshot(
            context,
            snapshot,
            cause="snapshot",
            message=f"the snapshot is {(context.today - taken).days} days old",
            observed=f"taken at {snapshot.taken_at}; snapshots.max_age_days is {limit}",
            help="run `policycheck pull`, or raise snapshots.max_age_days",
            label="old snapshot",
        )


def _blind_since(context: Context, snapshot: SnapshotInfo) -> Hit:
    pulls = snapshot.blind_since
    last = pulls[-1]
    since = f"; so did {len(pulls) - 1} before it" if len(pulls) > 1 else ""
    more = len(last.reasons) - REASONS_NAMED
    why = "; ".join([*last.reasons[:REASONS_NAMED], *([f"and {more} more"] if more > 0 else [])])
    return _of_snapshot(
        context,
        snapshot,
        cause="blind pull",
        message=f"the newest pull saw nothing: what was judged is the snapshot before it, of {snapshot.taken_at}",
        observed=f"the pull of {last.taken_at} saw nothing{since} ({why})",
        help="mend what `policycheck connectors doctor` tells, and pull again",
        label="newest pull saw nothing",
    )


def _of_snapshot(
    context: Context, snapshot: SnapshotInfo, *, cause: str, message: str, observed: str, help: str, label: str
) -> Hit:
    return Hit(
        rule="PC603",
        vendor=None,
        cause=cause,
        message=message,
        location=context.project.config.at,
        subject=(("snapshot", snapshot.id),),
        observed=observed,
        help=help,
        label=label,
    )


def _pairs(**values: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in values.items() if value)
