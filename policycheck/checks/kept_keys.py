"""PC202, PC203, PC208, PC301 and PC302 for the copies of vendors' keys that we keep: whose each is, and whether its
policy knows of it; a key is as old and as unused as its copy."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.analysis.views import KeyView
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, day_of
from policycheck.library.profiles import profile
from policycheck.model.declared import Policy
from policycheck.model.findings import Severity
from policycheck.model.locations import OWN_SYSTEMS
from policycheck.model.places import Location


def kept_hits(context: Context, view: KeyView) -> Iterator[Hit]:
    """Judge one copy of a key by the limits of the vendor's policy."""
    vendor = view.grant.vendor or view.looks_like
    policy = context.policies.get(vendor)
    if policy is None:
        yield _stranger(context, view)
        return
    if view.looks_like:
        yield _unclaimed(policy, view)
    elif view.claim.by.startswith("tag ") and not _held_by_us(policy):
        yield _undeclared(policy, view)
    yield from _age(context, policy, view)
    yield from _use(context, policy, view)


def _stranger(context: Context, view: KeyView) -> Hit:
    vendor, key = view.looks_like, view.key
    known = profile(vendor)
    name = known.name if known else vendor
    return _hit(
        "PC202",
        vendor,
        view,
        context.connector_place(key.connector),
        f"we keep what looks like a key of {name}, which has no policy",
        _lies(view),
        f"write policies/{vendor}.yaml; or, if it is another vendor's, add `keys: [{key.name}]` under recognise there",
        cause=f"key of {vendor}",
    )


def _unclaimed(policy: Policy, view: KeyView) -> Hit:
    """A policy must not hide a key that is told of where there is none."""
    name = view.key.name
    return _hit(
        "PC203",
        policy.vendor,
        view,
        policy.place("recognise"),
        f"secret {name} is called like {policy.name or policy.vendor}, and no entry of its policy says whether it is",
        f"{_lies(view)}; which key it is, the policy does not say",
        f"if it is, add `recognise: {{keys: [{name}]}}` to {policy.at.path}; "
        "if it is another's, add it there; if it is ours, accept this with the reason",
        "does not name it",
        f"named {name}",
        Severity.MEDIUM,
    )


def _held_by_us(policy: Policy) -> bool:
    return any(rule.held_by in ("", "us") and rule.system not in OWN_SYSTEMS for rule in policy.access)


def _undeclared(policy: Policy, view: KeyView) -> Hit:
    name = view.key.name
    return _hit(
        "PC208",
        policy.vendor,
        view,
        policy.place("access"),
        f"secret {name} is tagged as a key of {policy.name or policy.vendor}, and its policy declares no key of ours",
        f"{_lies(view)}, claimed by its {view.claim.by}",
        f"declare it under access in {policy.at.path}: `{{system: {policy.vendor}, held_by: us, scopes: [...]}}`, "
        f"with `recognise: {{keys: [{name}]}}`; or revoke the key and delete the copy",
        "declares no key that we hold",
        f"tagged {name}",
        Severity.MEDIUM,
    )


def _age(context: Context, policy: Policy, view: KeyView) -> Iterator[Hit]:
    limit, created = policy.limits.key_max_age_days, day_of(view.key.created)
    if limit is None or created is None or (context.today - created).days <= limit:
        return
    days = (context.today - created).days
    yield _hit(
        "PC301",
        policy.vendor,
        view,
        dict(policy.limits.places).get("key_max_age_days", policy.at),
        f"{_what(view)} is older than {limit} days",
        f"{view.key.name} in {view.key.kept_in} was last changed on {created}: {days} days ago",
        "rotate it",
        f"at most {limit} days",
    )


def _use(context: Context, policy: Policy, view: KeyView) -> Iterator[Hit]:
    limit = policy.limits.unused_after_days
    used, created = day_of(view.key.last_used), day_of(view.key.created)
    # Parameter Store does not tell who reads: that says nothing of the key's use.
    if limit is None or "last_used" not in view.key.knows:
        return
    since = used or created
    if since is None or (context.today - since).days <= limit:
        return
    seen = f"was last read on {used}" if used else f"was never read since {created}"
    yield _hit(
        "PC302",
        policy.vendor,
        view,
        dict(policy.limits.places).get("unused_after_days", policy.at),
        f"{_what(view)} has not been read for {limit} days",
        f"{view.key.name} in {view.key.kept_in} {seen}",
        "revoke the key there and delete the copy",
        f"unused after {limit} days",
    )


def _lies(view: KeyView) -> str:
    store, *how = view.key.kept_in.split(", ", 1)
    return ", ".join((f"{view.key.name} lies in {store} of account {view.key.tenant}", *how))


def _what(view: KeyView) -> str:
    if view.grant.vendor:
        return f"our copy of {view.grant.vendor}'s key {view.key.name}"
    return f"{view.key.name}, which looks like a key of {view.looks_like},"


def _hit(
    rule: str,
    vendor: str,
    view: KeyView,
    at: Location,
    message: str,
    observed: str,
    help: str,
    label: str = "",
    cause: str = "",
    severity: Severity | None = None,
) -> Hit:
    key = view.key
    return Hit(
        rule=rule,
        vendor=vendor,
        cause=cause or key.name,
        message=message,
        location=at,
        subject=(("account", key.tenant), ("key", key.name), ("resource", key.id), ("system", key.system)),
        observed=observed,
        evidence=view.grant.evidence,
        help=help,
        label=label,
        severity=severity,
    )
