"""PC101, PC102, PC103, PC105 and PC106: what a vendor has, against the fields that its policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.severity import exposure_severity
from policycheck.checks.telling import entry, extent, observed, remedy, subject, what
from policycheck.checks.tracking import OWN_TRACKING
from policycheck.model.declared import FieldRule, Never, Policy
from policycheck.model.facts import WHOLE
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure


def field_hits(context: Context, exposure: Exposure) -> Iterator[Hit]:
    """Judge one exposure of a vendor that has a policy."""
    policy = context.policies.get(exposure.vendor)
    if policy is None:
        return
    if exposure.category is None:
        yield _unclassified(policy, exposure)
        return
    never = forbidding(context, policy, exposure.category)
    if never is not None:
        yield _never(context, policy, exposure, never)
        return
    covering = covering_rules(context, policy, exposure.category)
    usable = [r for r in covering if not _unusable(context, policy, r, exposure)]
    if not usable:
        yield _not_allowed(context, policy, exposure, covering)
    elif not any(_within(context, rule, exposure) for rule in usable):
        yield _too_open(context, policy, exposure, usable[0])


def forbidding(context: Context, policy: Policy, category: str) -> Never | None:
    """The first never entry that covers a category."""
    return next((n for n in policy.never if context.taxonomy.covers(n.category, category)), None)


def covering_rules(context: Context, policy: Policy, category: str) -> list[FieldRule]:
    """The entries that name a category or an ancestor of it, whatever else they ask for."""
    return [rule for rule in policy.fields if context.taxonomy.covers(rule.category, category)]


def allowing(context: Context, policy: Policy, exposure: Exposure) -> FieldRule | None:
    """The entry that allows an exposure just as it is, None when there is none or a never entry forbids it."""
    category = exposure.category
    if category is None or forbidding(context, policy, category):
        return None
    rules = covering_rules(context, policy, category)
    usable = (rule for rule in rules if not _unusable(context, policy, rule, exposure))
    fitting = [rule for rule in usable if _within(context, rule, exposure)]
    return next((rule for rule in fitting if rule.why), fitting[0] if fitting else None)


def _unusable(context: Context, policy: Policy, rule: FieldRule, exposure: Exposure) -> str:
    """Why a covering entry does not allow this exposure; empty when it does."""
    if rule.until is not None and rule.until < context.today:
        return f"the entry ended on {rule.until}"
    if rule.origins and exposure.origin not in rule.origins:
        return f"the entry allows it only as {' or '.join(rule.origins)}"
    tenants = {i.tenant: i.name for i in policy.integrations if i.tenant}
    integration = exposure.integration or tenants.get(exposure.tenant)
    unknown = integration is None and exposure.origin == "readable"
    if rule.via and (unknown or (integration is not None and integration not in rule.via)):
        return f"the entry allows it only via {' or '.join(rule.via)}"
    return ""


def _within(context: Context, rule: FieldRule, exposure: Exposure) -> bool:
    form = context.taxonomy.form_within(rule.forms, exposure.form)
    return form and context.taxonomy.depth_within(rule.depth, exposure.depth)


def _unclassified(policy: Policy, exposure: Exposure) -> Hit:
    # A payload has many keys: those that one endpoint gets are one thing to settle.
    path, _, sender = exposure.field.rpartition(" of ")
    endpoint = f"{exposure.host} {sender}"
    message = f"{policy.vendor} holds {exposure.place}, and nothing tells what it is"
    help = "name the field in a catalog dataset with its category (or `none`), or give the export a category column"
    if exposure.perhaps:
        help = f"it may be `{exposure.perhaps}`: {help}"
    if path in WHOLE:
        message = (
            f"{policy.vendor} gets each {path[1:-1]} of {sender} at {exposure.host}, and the catalog does not tell"
        )
        message += " what is in it"
        source = exposure.evidence[0].note.removeprefix("from ") or sender
        help = f"describe where it comes from in the catalog ({source} under `locations`), or send chosen fields only"
    elif exposure.host:
        message = f"{policy.vendor} gets fields at {endpoint}, and nothing tells what they are"
    return Hit(
        rule="PC106",
        vendor=policy.vendor,
        cause=endpoint if exposure.host else exposure.place,
        message=message,
        location=policy.place("fields"),
        subject=subject(exposure),
        observed=observed(exposure),
        evidence=exposure.evidence,
        help=help,
        label=f"nothing here can be compared with {exposure.field}",
    )


def _never(context: Context, policy: Policy, exposure: Exposure, never: Never) -> Hit:
    severity, because = exposure_severity(context.taxonomy, exposure)
    return Hit(
        rule="PC102",
        vendor=policy.vendor,
        cause=exposure.category or "",
        message=f"{policy.vendor} must never have {what(exposure)}",
        location=never.at,
        subject=subject(exposure),
        observed=observed(exposure),
        evidence=exposure.evidence,
        help=remedy(exposure),
        extent=extent(exposure),
        label=f"never: {never.category}" + ("" if never.source == "policy" else f" (from {never.source})"),
        severity=max(severity, Severity.HIGH),
        because=(*because, "on a never list"),
    )


def _not_allowed(context: Context, policy: Policy, exposure: Exposure, covering: list[FieldRule]) -> Hit:
    category = exposure.category or ""
    below = [r for r in policy.fields if context.taxonomy.covers(category, r.category) and r.category != category]
    severity, because = exposure_severity(context.taxonomy, exposure)
    label = f"no entry allows {category}"
    if covering:
        label = _unusable(context, policy, covering[0], exposure)
    elif below:
        label = f"only {', '.join(r.category for r in below)} is allowed, and {category} may be more than that"
    tracked = exposure.origin in OWN_TRACKING
    verb = "collects" if tracked else "has"
    return Hit(
        rule="PC105" if tracked else "PC101",
        vendor=policy.vendor,
        cause=category,
        message=f"{policy.vendor} {verb} {what(exposure)}, which its policy does not allow",
        location=covering[0].at if covering else policy.place("fields"),
        subject=subject(exposure),
        observed=observed(exposure),
        evidence=exposure.evidence,
        help=remedy(exposure),
        extent=extent(exposure),
        otherwise=f"or, if the vendor needs it, add `{entry(exposure)}` under fields with a why",
        label=label,
        severity=severity,
        outcome="gap" if below and not covering else "violation",
        because=because,
    )


def _too_open(context: Context, policy: Policy, exposure: Exposure, rule: FieldRule) -> Hit:
    severity, because = exposure_severity(context.taxonomy, exposure)
    forms = " or ".join(rule.forms) or "any form"
    return Hit(
        rule="PC103",
        vendor=policy.vendor,
        cause=exposure.category or "",
        message=f"{policy.vendor} has {what(exposure)}; its policy allows {forms}, {rule.depth}",
        location=rule.at,
        subject=subject(exposure),
        observed=observed(exposure),
        evidence=exposure.evidence,
        help=f"give {forms} and {rule.depth} only, or {remedy(exposure)}",
        label=f"allows {forms}, {rule.depth}",
        extent=extent(exposure),
        severity=severity,
        because=because,
    )
