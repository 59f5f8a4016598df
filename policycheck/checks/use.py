"""PC402: what a vendor was granted and does not use: a whole role, services, actions; with the smallest edit.

A role's last use comes with every pull; services and actions only with the record that AWS keeps for the last 400 days,
which counts attempts, denied ones too, and tells apart only management actions of some services.
Source: IAM User Guide, "Refine permissions in AWS using last accessed information".
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

from policycheck.analysis.views import Inroad
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, day_of
from policycheck.checks.entries import Entries
from policycheck.checks.hits import inroad_hit
from policycheck.checks.wording import listed
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy
from policycheck.model.facts import Attachment, Use
from policycheck.model.places import Evidence, Location

#: How many services or actions one sentence names.
NAMED = 8

LIMITS = (
    "AWS's record of use is complete: it counts attempts of the last 400 days, denied ones too, and tells apart only "
    "management actions of some services, never reads of data such as s3:GetObject"
)


def by_principal(uses: Iterable[Use]) -> Mapping[str, tuple[Use, ...]]:
    """The record of each principal."""
    found: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        found[use.principal].append(use)
    return {principal: tuple(rows) for principal, rows in found.items()}


def use_hits(
    context: Context, policy: Policy, entries: Entries, inroad: Inroad, uses: Mapping[str, tuple[Use, ...]]
) -> Iterator[Hit]:
    """Judge the use of one principal through which a vendor acts."""
    if inroad.share or inroad.path or _young(context, policy, inroad):
        return
    idle = _idle(context, policy, inroad)
    if idle:
        yield _role(policy, inroad, idle)
        return
    record = uses.get(inroad.principal)
    unused = _unused(context, policy, inroad, record) if record else None
    if unused and (unused.services or unused.actions):
        yield _grants(context, policy, entries, inroad, unused)


def _place(policy: Policy, entries: Entries) -> Location:
    return entries.rules[0].at if entries.rules else policy.place("access")


def _young(context: Context, policy: Policy, inroad: Inroad) -> bool:
    """Whether the principal is too new for its silence to mean something."""
    created = day_of(inroad.fact.created) if inroad.fact else None
    limit = policy.limits.unused_after_days or 0
    return created is not None and (context.today - created).days <= limit


def _idle(context: Context, policy: Policy, inroad: Inroad) -> str:
    """Since when a role was not used, as words; empty when it was, or when nobody can tell. Users have their keys."""
    limit, fact = policy.limits.unused_after_days, inroad.fact
    if limit is None or fact is None or not fact.use_known or fact.kind != "role":
        return ""
    used = day_of(fact.last_used)
    if used is None:
        return "never used" + (f" since {fact.created[:10]}" if fact.created else "")
    return f"last used on {used}" if (context.today - used).days > limit else ""


def _role(policy: Policy, inroad: Inroad, idle: str) -> Hit:
    limit, at = policy.limits.unused_after_days, dict(policy.limits.places).get("unused_after_days", policy.at)
    return inroad_hit(
        "PC402", policy, inroad, at,
        f"{policy.vendor} has not used {inroad.label} for {limit} days",
        f": {idle}",
        help="take the vendor out of the role's trust, or delete the role; then take the entry out of the policy",
        label=f"unused after {limit} days",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Unused:
    """Services and actions (``s3:DeleteBucket``) that were not used, with the days of those that once were."""

    services: Mapping[str, date | None]
    actions: Mapping[str, date | None]
    since: str
    evidence: Evidence


def _unused(context: Context, policy: Policy, inroad: Inroad, record: tuple[Use, ...]) -> _Unused:
    limit = policy.limits.unused_after_days
    granted = context.analyst.engine.services(inroad.reach.access)
    rows = [use for use in record if granted is None or use.service in granted]
    oldest = context.today - timedelta(days=limit) if limit is not None else None
    idle = [use for use in rows if _silent(use, oldest)]
    services = {use.service: day_of(use.last_used) for use in idle if not use.action}
    actions = {
        f"{use.service}:{use.action}": day_of(use.last_used)
        for use in idle
        if use.action and use.service not in services
    }
    return _Unused(services, actions, record[0].since, Evidence(record[0].connector, record[0].where))


def _silent(use: Use, oldest: date | None) -> bool:
    """Whether there was no use since ``oldest``; without a limit, none in the whole record."""
    if use.last_used is None:
        return oldest is None or date.fromisoformat(use.since) <= oldest
    used = day_of(use.last_used)
    return oldest is not None and used is not None and used < oldest


def _grants(context: Context, policy: Policy, entries: Entries, inroad: Inroad, unused: _Unused) -> Hit:
    kinds = (("service", unused.services), ("action", unused.actions))
    what = [f"the {kind}{'s' if len(names) > 1 else ''} {_few(names)}" for kind, names in kinds if names]
    observed = _told(unused.services, unused.since) + _told(unused.actions, unused.since)
    edits = list(_edits(context, inroad, unused))
    declared = _declared(entries, unused)
    hit = inroad_hit(
        "PC402", policy, inroad, _place(policy, entries),
        f"{policy.vendor} may use {' and '.join(what)} through {inroad.label}, and does not",
        f": {'; '.join(observed)}",
        cause=f"{inroad.label} services",
        help="; ".join((*edits, *declared)) or "grant what is used only",
        label="granted, not used",
        extent=(*unused.services, *unused.actions),
        assumes=(LIMITS,),
    )  # fmt: skip
    return replace(hit, evidence=(*hit.evidence, unused.evidence))


def _few(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = [f"{len(ordered) - NAMED} more"] if len(ordered) > NAMED else []
    return listed([*ordered[:NAMED], *more])


def _told(names: Mapping[str, date | None], since: str) -> list[str]:
    never = [name for name, used in names.items() if used is None]
    told = [f"never used since {since}: {_few(never)}"] if never else []
    return told + [f"{name} last used on {used}" for name, used in sorted(names.items()) if used is not None]


def _edits(context: Context, inroad: Inroad, unused: _Unused) -> Iterator[str]:
    """What to take out of which policy of the principal, each policy once."""
    for attachment in inroad.attached:
        if attachment.layer == "identity":
            out, narrow = _patterns(_actions(context, attachment), unused)
            name = f"policy {attachment.name}"
            if out:
                yield f"take {_quoted(out)} out of {name}"
            if narrow:
                yield f"write the actions that are used in place of {_quoted(narrow)} in {name}"


def _actions(context: Context, attachment: Attachment) -> list[str]:
    """The patterns of actions that the policy allows, as written."""
    document = context.analyst.documents.get(attachment.document or "")
    if document is None or not document.text:
        return []
    statements = json.loads(document.text).get("Statement", [])
    allows = [each for each in _listed(statements) if isinstance(each, dict) and each.get("Effect") == "Allow"]
    return [str(action) for each in allows for action in _listed(each.get("Action", []))]


def _patterns(written: Iterable[str], unused: _Unused) -> tuple[list[str], list[str]]:
    """Patterns that allow nothing but what is not used, and those that allow more than that."""
    out: dict[str, None] = {}
    narrow: dict[str, None] = {}
    idle = {action.lower() for action in unused.actions}
    for pattern in written:
        service = pattern.partition(":")[0].lower()
        if service in unused.services or pattern.lower() in idle:
            out[pattern] = None
        elif any(fnmatchcase(action, pattern.lower()) for action in idle) or _any_service(service):
            narrow[pattern] = None
    return list(out), list(narrow)


def _any_service(service: str) -> bool:
    return "*" in service or "?" in service


def _declared(entries: Entries, unused: _Unused) -> Iterator[str]:
    """What the vendor's own policy still allows of it."""
    written = [action for rule in entries.rules for allow in rule.allow for action in allow.actions]
    out, _ = _patterns(written, unused)
    if out:
        yield f"then take {_quoted(out)} out of `allow` here"


def _quoted(patterns: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in patterns)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
