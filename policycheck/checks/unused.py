"""PC401: declared and not found, said only where something looked."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from fnmatch import fnmatchcase

from policycheck.analysis.views import KeyView
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.tracking import defaults
from policycheck.library.profiles import ScopeData, profile_of_system
from policycheck.model.declared import AccessRule, Policy
from policycheck.model.facts import Coverage
from policycheck.model.locations import OWN_SYSTEMS, TABLE_SYSTEMS
from policycheck.model.places import Location
from policycheck.scopes.compare import beyond


def unused_hits(
    context: Context,
    principals: frozenset[str],
    accounts: frozenset[str],
    keys: tuple[KeyView, ...],
    has: Mapping[str, set[str]],
    coverage: tuple[Coverage, ...],
    hidden: Container[str] = (),
) -> Iterator[Hit]:
    """Everything that policies declare and nobody found.

    ``principals`` and ``accounts`` are those that were seen, ``has`` the categories that each vendor was found to have.
    The vendors in ``hidden`` may have more than was seen.
    """
    whole = {(c.system, c.resource) for c in coverage if c.status == "complete"}
    whole -= {(c.system, c.resource) for c in coverage if c.status != "complete"}
    for policy in context.project.policies:
        for rule in policy.access:
            if rule.system == "aws":
                # Where all resource policies were seen, they tell which principals of the vendor's own are let in.
                told = ("aws", "resource_policies") in whole and policy.vendor not in hidden
                theirs = policy.recognise.aws_accounts if told else ()
                yield from _principals(policy, rule, principals, accounts.union(theirs))
            elif (rule.system, "credentials") in whole:
                yield from _scopes(policy, rule, keys)
        if fields_seen(policy, whole) and policy.vendor not in hidden:
            yield from _fields(context, policy, has.get(policy.vendor, set()))


def unused_roles(policy: Policy, roles: frozenset[str], coverage: tuple[Coverage, ...]) -> Iterator[Hit]:
    """Roles of databases that a policy declares; ``roles`` are the names of those that were seen."""
    looked = {(c.system, c.status == "complete") for c in coverage if c.resource == "principals"}
    for rule in policy.access:
        if (
            rule.system not in TABLE_SYSTEMS
            or looked.isdisjoint({(rule.system, True)})
            or (rule.system, False) in looked
        ):
            continue
        for name, at in zip(rule.principals, rule.principals_at, strict=False):
            if not any(fnmatchcase(role, name) for role in roles):
                yield _hit(policy, at, f"{rule.system} role {name}",
                           f"role {name} is declared for {policy.vendor} and does not exist",
                           "no database that was looked at has it",
                           (("principal", name), ("system", rule.system)))  # fmt: skip


def _principals(
    policy: Policy, rule: AccessRule, principals: frozenset[str], accounts: frozenset[str]
) -> Iterator[Hit]:
    for arn, at in zip(rule.principals, rule.principals_at, strict=False):
        parts = arn.split(":")
        if "*" not in arn and len(parts) > 5 and parts[4] in accounts and arn not in principals:
            theirs = parts[4] in policy.recognise.aws_accounts
            missing = "is let in by no resource policy" if theirs else "does not exist"
            yield _hit(policy, at, arn, f"{parts[5]} is declared for {policy.vendor} and {missing}",
                       f"no resource policy names {arn}" if theirs else f"account {parts[4]} has no {parts[5]}",
                       (("principal", arn), ("system", "aws")))  # fmt: skip


def _scopes(policy: Policy, rule: AccessRule, keys: tuple[KeyView, ...]) -> Iterator[Hit]:
    mine = [v for v in keys if v.key.system == rule.system and v.grant.vendor == policy.vendor]
    mine = [v for v in mine if not rule.held_by or v.grant.held_by == rule.held_by]
    if not mine:
        yield _hit(policy, rule.at, f"{rule.system} {rule.held_by}",
                   f"access at {rule.system} is declared for {policy.vendor}, and there is no key",
                   "the inventory has no such key", (("system", rule.system),))  # fmt: skip
    elif any(view.key.scopes is None for view in mine):
        return
    else:
        known = profile_of_system(rule.system)
        data, what = known.scopes if known else ScopeData(), "app" if all(v.key.app for v in mine) else "key"
        held = tuple({scope for view in mine for scope in view.key.scopes or ()})
        # A wider scope that was found has the declared one; that it is wider is another finding.
        missing = frozenset(beyond(held, rule.scopes, data).extra)
        for scope, at in zip(rule.scopes, rule.scopes_at, strict=False):
            if scope in missing:
                yield _hit(policy, at, f"{rule.system} {scope}",
                           f"scope {scope} is declared for {policy.vendor}, and no {what} has it",
                           f"no {what} at {rule.system} has {scope}",
                           (("scope", scope), ("system", rule.system)))  # fmt: skip


def fields_seen(policy: Policy, whole: set[tuple[str, str]]) -> bool:
    """Whether all fields that a vendor holds were looked at; ``whole`` has (system, kind of resource) seen whole."""
    systems = {rule.system for rule in policy.access if rule.system not in OWN_SYSTEMS} | {policy.vendor}
    return any((system, "fields") in whole for system in systems)


def _fields(context: Context, policy: Policy, mine: set[str]) -> Iterator[Hit]:
    """What the product collects by default need not stand among the fields that somebody defined."""
    known = mine | {default.field.category for default in defaults((policy,))}
    for rule in policy.fields:
        found = any(context.taxonomy.covers(rule.category, category) for category in known)
        if rule.source == "policy" and not found:
            yield _hit(policy, rule.at, f"field {rule.category}",
                       f"{rule.category} is allowed for {policy.vendor}, which does not have it",
                       "neither its field definitions nor any grant holds it",
                       (("category", rule.category),))  # fmt: skip


def _hit(
    policy: Policy, at: Location, cause: str, message: str, observed: str, subject: tuple[tuple[str, str], ...]
) -> Hit:
    return Hit(
        rule="PC401",
        vendor=policy.vendor,
        cause=cause,
        message=message,
        location=at,
        subject=subject,
        observed=observed,
        help="take the entry out: what is allowed and not needed is what goes wrong later",
        label="declared, not found",
    )
