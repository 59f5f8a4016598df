"""PC101 to PC103 and PC106: what a vendor has, against the fields that its policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.severity import exposure_severity
from policycheck.model.declared import FieldRule, Never, Policy
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure

UNSTATED = "origin not stated"


def field_hits(context: Context, exposure: Exposure) -> Iterator[Hit]:
    """Judge one exposure of a vendor that has a policy."""
    policy = context.policies.get(exposure.vendor)
    if policy is None:
        return
    if exposure.category is None:
        yield _unclassified(policy, exposure)
        return
    never = next((n for n in policy.never if context.taxonomy.covers(n.category, exposure.category)), None)
    if never is not None:
        yield _never(context, policy, exposure, never)
        return
    covering = [r for r in policy.fields if context.taxonomy.covers(r.category, exposure.category)]
    usable = [r for r in covering if not _unusable(context, policy, r, exposure)]
    if not usable:
        yield _not_allowed(context, policy, exposure, covering)
    elif not any(_within(context, rule, exposure) for rule in usable):
        yield _too_open(context, policy, exposure, usable[0])


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
    return Hit(
        rule="PC106",
        vendor=policy.vendor,
        cause=exposure.place,
        message=f"{policy.vendor} holds {exposure.place}, and nothing tells what it is",
        location=policy.place("fields"),
        subject=_subject(exposure),
        observed=_observed(exposure),
        evidence=exposure.evidence,
        help=(
            "name the field in a catalog dataset with its category (or `none`), or give the export a category column"
        ),
        label=f"nothing here can be compared with {exposure.field}",
    )


def _never(context: Context, policy: Policy, exposure: Exposure, never: Never) -> Hit:
    severity, because = exposure_severity(context.taxonomy, exposure)
    return Hit(
        rule="PC102",
        vendor=policy.vendor,
        cause=exposure.category or "",
        message=f"{policy.vendor} must never have {_what(exposure)}",
        location=never.at,
        subject=_subject(exposure),
        observed=_observed(exposure),
        evidence=exposure.evidence,
        help=_remove(exposure),
        label=f"never: {never.category}" + ("" if never.source == "policy" else f" (from {never.source})"),
        severity=max(severity, Severity.HIGH),
        because=because,
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
    return Hit(
        rule="PC101",
        vendor=policy.vendor,
        cause=category,
        message=f"{policy.vendor} has {_what(exposure)}, which its policy does not allow",
        location=covering[0].at if covering else policy.place("fields"),
        subject=_subject(exposure),
        observed=_observed(exposure),
        evidence=exposure.evidence,
        help=_remove(exposure),
        otherwise=f"or, if the vendor needs it, add `{_entry(exposure)}` under fields with a why",
        label=label,
        severity=severity,
        outcome="gap" if below and not covering else None,
        because=because,
    )


def _too_open(context: Context, policy: Policy, exposure: Exposure, rule: FieldRule) -> Hit:
    severity, because = exposure_severity(context.taxonomy, exposure)
    forms = " or ".join(rule.forms) or "any form"
    return Hit(
        rule="PC103",
        vendor=policy.vendor,
        cause=exposure.category or "",
        message=f"{policy.vendor} has {_what(exposure)}; its policy allows {forms}, {rule.depth}",
        location=rule.at,
        subject=_subject(exposure),
        observed=_observed(exposure),
        evidence=exposure.evidence,
        help=f"give {forms} and {rule.depth} only, or {_remove(exposure)}",
        label=f"allows {forms}, {rule.depth}",
        severity=severity,
        because=because,
    )


def _what(exposure: Exposure) -> str:
    return f"{exposure.category} ({exposure.form}{', history' if exposure.depth == 'history' else ''})"


def _entry(exposure: Exposure) -> str:
    depth = ", depth: history" if exposure.depth == "history" else ""
    return f"- {{category: {exposure.category}, forms: [{exposure.form}]{depth}}}"


def _remove(exposure: Exposure) -> str:
    if exposure.origin == "readable":
        role = exposure.via.rsplit("/", 1)[-1]
        return f"take {exposure.field} out of {exposure.dataset}, or take {exposure.dataset} out of reach of {role}"
    if exposure.origin in ("collected", "derived"):
        return f"turn off its collection at {exposure.system} ({exposure.field})"
    if not exposure.origin:
        return f"ask {exposure.system} to delete it, and date a new attestation"
    return f"stop sending {exposure.field} to {exposure.system} and delete the field there"


def _observed(exposure: Exposure) -> str:
    if exposure.origin == "readable":
        role = exposure.via.rsplit("/", 1)[-1]
        return f"{role} can read {exposure.place} ({exposure.action})"
    if not exposure.origin:
        return f"a person stated that {exposure.system} holds it"
    known = f" ({exposure.decided_by})" if exposure.decided_by else ", which no map names"
    return f"{exposure.place} is a {exposure.origin} field there{known}"


def _subject(exposure: Exposure) -> tuple[tuple[str, str], ...]:
    pairs = {
        "system": exposure.system,
        "account": exposure.account,
        "dataset": exposure.dataset,
        "field": exposure.field,
        "category": exposure.category or "",
        "principal": exposure.via if exposure.origin == "readable" else "",
        "connector": "" if exposure.origin == "readable" else exposure.via,
    }
    return tuple((k, v) for k, v in pairs.items() if v)
