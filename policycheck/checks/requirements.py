"""PC210, PC211 and PC601: windows, and what an access entry requires of a way in."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from policycheck.analysis.views import Inroad, template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, open_on
from policycheck.checks.entries import Entries
from policycheck.checks.ways_in import subject_of
from policycheck.model.declared import AccessRule, Policy, Require
from policycheck.model.grants import Grant, TrustPath


def window_hits(context: Context, policy: Policy, entries: Entries, grant: Grant) -> Iterator[Hit]:
    """PC210 where no entry that speaks of a way in is open today."""
    rules = entries.rules
    if rules and not any(open_on(rule, context.today) for rule in rules):
        yield window_hit(context, policy, rules[0], grant, template(grant.principal))


def window_hit(context: Context, policy: Policy, rule: AccessRule, grant: Grant, name: str) -> Hit:
    """PC210: an access that exists outside its window."""
    early = rule.start is not None and context.today < rule.start
    window = f"allowed from {rule.start}" if early else f"allowed until {rule.until}"
    return Hit(
        rule="PC210",
        vendor=policy.vendor,
        cause=f"{grant.system} {name}",
        message=f"{policy.vendor} still has access through {name} outside its window"
        if not early
        else f"{policy.vendor} already has access through {name} before its window",
        location=rule.at,
        subject=subject_of(grant),
        observed=f"{grant.principal} exists on {context.today}",
        evidence=grant.evidence,
        help="remove the access, or move the window with a why",
        label=window,
    )


def source_ip_hits(policy: Policy, entries: Entries, grant: Grant, path: TrustPath) -> Iterator[Hit]:
    """PC211 where a way in can be used from addresses that its policy does not list."""
    for rule in entries.rules:
        wanted = rule.require.source_ips if rule.require else ()
        if wanted and rule.require and not _inside(path.source_ips, wanted):
            seen = ", ".join(path.source_ips) or "any address"
            yield Hit(
                rule="PC211",
                vendor=policy.vendor,
                cause=f"{template(grant.principal)} source_ips",
                message=f"{template(grant.principal)} can be used from addresses that its policy does not list",
                location=rule.require.at,
                subject=subject_of(grant),
                observed=f"its policy admits {seen}; required: {', '.join(wanted)}",
                evidence=grant.evidence,
                help="add an IpAddress condition on aws:SourceIp with these ranges to the policy that lets in",
                label="required source_ips",
                extent=path.source_ips or ("any address",),
            )


def _inside(seen: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    try:
        allowed = [ip_network(w, strict=False) for w in wanted]
        networks = [ip_network(s, strict=False) for s in seen]
    except ValueError:
        return False
    return bool(networks) and all(
        any(n.version == a.version and n.subnet_of(a) for a in allowed)  # type: ignore[arg-type]
        for n in networks
    )


def share_hits(context: Context, policy: Policy, entries: Entries, inroad: Inroad) -> Iterator[Hit]:
    """PC210 and PC211 source_ips of a vendor that a resource policy lets in by a principal of its own."""
    if inroad.share and entries.conditional:
        yield from window_hits(context, policy, entries, inroad.grant)
        yield from source_ip_hits(policy, entries, inroad.grant, inroad.share.judged.path)


def session_hits(context: Context, policy: Policy, entries: Entries, inroad: Inroad) -> Iterator[Hit]:
    """PC211 max_session; PC601 where the session length, or the age of keys, was not seen."""
    for require in filter(None, (rule.require for rule in entries.rules)):
        # The sessions of the vendor's own principals are limited in its account, not in ours.
        if require.max_session and not inroad.share:
            seconds = inroad.fact.max_session if inroad.fact else None
            yield from _session(policy, require, require.max_session, inroad.grant, seconds)
        if require.key_expiry and inroad.account not in context.keyed:
            yield _unchecked_keys(policy, require, inroad)


def _unchecked_keys(policy: Policy, require: Require, inroad: Inroad) -> Hit:
    user = ":user/" in inroad.principal
    return Hit(
        rule="PC601",
        vendor=policy.vendor,
        cause=f"{inroad.grant.system} key_expiry",
        message="`key_expiry` was not checked in AWS: exports do not hold access keys, and roles have none",
        location=require.at,
        subject=inroad.subject,
        observed=f"{inroad.principal}: " + ("its access keys are not in the export" if user else "it has no keys"),
        evidence=inroad.evidence,
        help="keep an inventory of the access keys (connector key-inventory), or take the requirement out; "
        "for roles require max_session",
        label="not checked",
    )


def _session(policy: Policy, require: Require, limit: int, grant: Grant, seconds: int | None) -> Iterator[Hit]:
    name = template(grant.principal)
    if seconds is None:
        yield Hit(
            rule="PC601",
            vendor=policy.vendor,
            cause=f"{grant.system} max_session",
            message="the maximum session length of roles is not in the export, so `max_session` was not checked",
            location=require.at,
            subject=(*subject_of(grant), ("connector", grant.evidence[0].connector)),
            observed=f"{grant.principal}: no MaxSessionDuration",
            evidence=grant.evidence,
            help="account authorization details do not hold it: take the requirement out, or accept the gap",
            label="not checked",
        )
    elif seconds > limit:
        yield Hit(
            rule="PC211",
            vendor=policy.vendor,
            cause=f"{name} max_session",
            message=f"sessions of {name} last longer than its policy allows",
            location=require.at,
            subject=subject_of(grant),
            observed=f"{grant.principal} allows {seconds} s; required: at most {limit} s",
            evidence=grant.evidence,
            help=f"aws iam update-role --role-name {grant.name} --max-session-duration {limit}",
            label="required max_session",
            extent=(f"{seconds} s",),
        )
