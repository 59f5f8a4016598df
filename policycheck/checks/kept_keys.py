"""PC202, PC301 and PC302 for the copies of vendors' keys that we keep: a key is as old and as unused as its copy."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.analysis.views import KeyView
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, day_of
from policycheck.library.profiles import profile
from policycheck.model.declared import Policy
from policycheck.model.places import Location


def kept_hits(context: Context, view: KeyView) -> Iterator[Hit]:
    """Judge one copy of a key by the limits of the vendor's policy."""
    vendor = view.grant.vendor or view.looks_like
    policy = context.policies.get(vendor)
    if policy is None:
        yield _stranger(context, view)
        return
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
        f"{key.name} lies in {key.kept_in} of account {key.tenant}",
        f"write policies/{vendor}.yaml; or, if it is another vendor's, add `keys: [{key.name}]` under recognise there",
        cause=f"key of {vendor}",
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
    )
