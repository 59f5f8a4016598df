"""PC208 to PC211 and PC301 to PC304: keys, their scopes, age, use and expiry, against what is declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from policycheck.analysis.views import KeyView
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, day_of, open_on
from policycheck.checks.kept_keys import kept_hits
from policycheck.checks.own_keys import own_key_hits
from policycheck.checks.requirements import window_hit
from policycheck.library.profiles import ScopeData, profile_of_system
from policycheck.model.declared import AccessRule, Policy, Require
from policycheck.model.findings import Severity
from policycheck.model.locations import OWN_SYSTEMS
from policycheck.model.places import Location
from policycheck.model.verdict import OUTSIDE, UNDECIDED
from policycheck.scopes.compare import beyond


def key_hits(context: Context, view: KeyView) -> Iterator[Hit]:
    """Judge one credential."""
    policy = context.policies.get(view.grant.vendor or "")
    if view.key.status == "disabled":
        return
    if view.key.kept_in:
        yield from kept_hits(context, view)
        return
    if view.key.app and policy is None:
        # What nobody claims is judged with the fields that it gets (app_hits); what is ours is not judged.
        return
    if view.strangers or (view.key.system in OWN_SYSTEMS and view.grant.held_by == "us"):
        yield from own_key_hits(context, view)
        return
    if policy is None:
        yield _stranger(context, view)
        return
    rules = _rules(context, policy, view)
    # What the principal behind a key may do is compared where the principal is (PC201).
    yield from _scopes(policy, view, rules) if not view.key.principal else ()
    if rules and not any(open_on(rule, context.today) for rule in rules):
        yield window_hit(context, policy, rules[0], view.grant, view.grant.name)
    # An app is no secret: it is neither rotated nor does it end.
    yield from _age(context, policy, view) if not view.key.app else ()
    yield from _use(context, policy, view)
    yield from _expiry(context, policy, view, rules) if not view.key.app else ()


def _rules(context: Context, policy: Policy, view: KeyView) -> tuple[AccessRule, ...]:
    """The access rules that speak of this key: its system, its holder where one is declared, its tenant; those that
    name its principal when it has one."""
    if view.key.principal:
        return context.entries.of(policy, (view.key.principal,), view.key.tenant).rules
    tenants = {i.name: i.tenant for i in policy.integrations if i.tenant}
    return tuple(
        rule
        for rule in policy.access
        if rule.system == view.key.system
        and (not rule.held_by or rule.held_by == view.grant.held_by)
        and (not view.key.tenant or tenants.get(rule.integration, view.key.tenant) == view.key.tenant)
    )


def _stranger(context: Context, view: KeyView) -> Hit:
    system = view.key.system
    holder = view.grant.vendor or view.key.holder
    who = system if holder in (None, "us", "vendor") else holder
    return Hit(
        rule="PC202",
        vendor=who,
        cause=system,
        message=f"there are keys for {system}, and no policy speaks of it",
        location=context.connector_place(view.key.connector),
        subject=_subject(view),
        observed=f"key {view.grant.name} exists at {system}",
        evidence=view.grant.evidence,
        help=f"write policies/{who}.yaml, or revoke the keys",
        extent=scopes_of(view),
    )


def _scopes(policy: Policy, view: KeyView, rules: tuple[AccessRule, ...]) -> Iterator[Hit]:
    declared = tuple(scope for rule in rules for scope in rule.scopes)
    known = profile_of_system(view.key.system)
    data = known.scopes if known else ScopeData()
    if view.key.scopes is None and "scopes" not in view.key.knows and data.null_means != "unrestricted":
        yield from _scopes_unknown(policy, view, rules)
        return
    verdict = beyond(declared, view.key.scopes, data)
    name, at = view.grant.name, _place(policy, rules)
    if verdict.unrestricted and not set(view.key.scopes or ()) & set(declared):
        yield _hit(
            "PC209",
            policy,
            view,
            at,
            name,
            f"{_called(view)} at {view.key.system} is not restricted at all",
            f"{_called(view)}: {', '.join(view.key.scopes or ()) or 'no scope list, which means everything there'}",
            f"{'let the app have' if view.key.app else 'replace it by a key with'} "
            f"{', '.join(declared) or 'only the scopes that its use needs'}",
            "declares less than everything",
            extent=scopes_of(view),
        )
    elif verdict.status == OUTSIDE:
        extra = ", ".join(verdict.extra)
        told = "beyond its policy" if rules else "and its policy declares no such access"
        yield _hit(
            "PC208",
            policy,
            view,
            at,
            name,
            f"{_called(view)} at {view.key.system} has scopes {told}: {extra}",
            f"{_called(view)} has {extra}",
            f"remove {extra} from the {_what(view)}; or, if it is needed, add it under scopes here",
            f"declares {', '.join(declared)}" if declared else "declares no scope here",
            extent=verdict.extra,
        )
    elif verdict.status == UNDECIDED:
        yield _hit(
            "PC604", policy, view, at, f"scopes {name}",
            f"could not compare the scopes of {_called(view)}",
            verdict.reason,
            "see what the key may do at the vendor, and attest it",
            "not proved",
        )  # fmt: skip
    elif not rules:
        yield _hit(
            "PC208",
            policy,
            view,
            at,
            name,
            f"{_called(view)} at {view.key.system} is not declared in its policy",
            f"{_called(view)} exists",
            f"{'remove' if view.key.app else 'revoke'} it, or declare it under access",
            "no entry for this holder and system",
            extent=scopes_of(view),
        )


def _scopes_unknown(policy: Policy, view: KeyView, rules: tuple[AccessRule, ...]) -> Iterator[Hit]:
    if any(rule.scopes for rule in rules) or not rules:
        yield _hit(
            "PC601",
            policy,
            view,
            _place(policy, rules),
            f"{view.key.system} scopes",
            f"the inventory of {view.key.system} does not tell what its keys may do",
            f"{_called(view)}: no scopes in the inventory",
            "map a scopes column, or cover the system by `observe` with an attestation",
            "scopes not compared",
        )


def _age(context: Context, policy: Policy, view: KeyView) -> Iterator[Hit]:
    limit = policy.limits.key_max_age_days
    if limit is None:
        return
    at = dict(policy.limits.places).get("key_max_age_days", policy.at)
    created = day_of(view.key.created)
    if created is None or created > context.today:
        yield _untold(policy, view, at, "created", "key_max_age_days")
    elif (context.today - created).days > limit:
        age = (context.today - created).days
        yield _hit(
            "PC301",
            policy,
            view,
            at,
            view.grant.name,
            f"{_called(view)} at {view.key.system} is older than {limit} days",
            f"created on {created}: {age} days old{_factor(view)}",
            "rotate it",
            f"at most {limit} days",
        )


def _use(context: Context, policy: Policy, view: KeyView) -> Iterator[Hit]:
    limit = policy.limits.unused_after_days
    if limit is None:
        return
    at = dict(policy.limits.places).get("unused_after_days", policy.at)
    used, created = day_of(view.key.last_used), day_of(view.key.created)
    future = used is not None and used > context.today
    if future or (used is None and "last_used" not in view.key.knows):
        yield _untold(policy, view, at, "last_used", "unused_after_days")
        return
    since = used or created
    if since is None or (context.today - since).days > limit:
        seen = f"last used on {used}" if used else f"never used{f' since {created}' if created else ''}"
        yield _hit(
            "PC302",
            policy,
            view,
            at,
            view.grant.name,
            f"{_called(view)} at {view.key.system} has not been used for {limit} days",
            f"{seen}{_factor(view)}",
            "revoke it",
            f"unused after {limit} days",
        )


def _where(view: KeyView, attribute: str) -> str:
    # No column can be mapped where AWS itself is asked.
    return "AWS does not tell it:" if view.key.system in OWN_SYSTEMS else f"map a {attribute} column, or"


def _factor(view: KeyView) -> str:
    return ", and no second factor protects it" if view.key.mfa is False else ""


def _untold(policy: Policy, view: KeyView, at: Location, attribute: str, limit: str) -> Hit:
    return _hit(
        "PC601",
        policy,
        view,
        at,
        f"{view.key.system} {attribute}",
        f"the inventory of {view.key.system} does not tell `{attribute}`, so `{limit}` was not checked",
        f"{_called(view)}: {attribute} is not told",
        f"{_where(view, attribute)} cover the system by `observe` with an attestation",
        "not checked",
    )


def _expiry(context: Context, policy: Policy, view: KeyView, rules: tuple[AccessRule, ...]) -> Iterator[Hit]:
    required = next((r.require for r in rules if r.require and r.require.key_expiry), None)
    if view.key.principal:
        yield from _lifetime(context, policy, view, required)
        return
    expires = day_of(view.key.expires)
    name, at = view.grant.name, required.at if required else _place(policy, rules)
    if expires is None and "expires" in view.key.knows:
        yield _hit(
            "PC303",
            policy,
            view,
            at,
            name,
            f"{_called(view)} at {view.key.system} never expires",
            "no expiry date",
            "replace it by a key with an expiry date",
            "no expiry",
            Severity.MEDIUM if required else None,
        )
    elif expires is None and required:
        yield _untold(policy, view, at, "expires", "key_expiry")
    elif expires and required and required.key_expiry:
        start = day_of(view.key.created) or context.today
        if (expires - start).days > required.key_expiry:
            yield _hit(
                "PC211",
                policy,
                view,
                at,
                f"{name} key_expiry",
                f"{_called(view)} at {view.key.system} lives longer than its policy allows",
                f"expires on {expires}, {(expires - start).days} days after {start}",
                f"replace it by a key that lives at most {required.key_expiry} days",
                "required key_expiry",
            )


def _lifetime(context: Context, policy: Policy, view: KeyView, required: Require | None) -> Iterator[Hit]:
    """Of a key that cannot expire, such as an access key of AWS: it is older than the policy lets one become."""
    created = day_of(view.key.created)
    if required and required.key_expiry and created and (context.today - created).days > required.key_expiry:
        name = view.grant.name
        yield _hit(
            "PC211",
            policy,
            view,
            required.at,
            f"{name} key_expiry",
            f"{_called(view)} at {view.key.system} lives longer than its policy allows",
            f"created on {created}, and such keys do not end by themselves",
            f"replace it at least every {required.key_expiry} days, or let a role take its place",
            "required key_expiry",
        )


def shared_hits(context: Context, views: Iterable[KeyView]) -> Iterator[Hit]:
    """PC304: one key claimed by two vendors, or held by two."""
    by_id: dict[tuple[str, str], list[KeyView]] = defaultdict(list)
    for view in views:
        by_id[view.key.system, view.key.id].append(view)
    for same in by_id.values():
        users = {n for v in same for n in (v.grant.vendor, *v.claim.rivals) if n}
        users |= {v.key.holder for v in same if v.key.holder and v.key.holder not in ("us", "vendor")}
        owner = context.analyst.identifier.system(same[0].key.system, same[0].key.tenant).vendor
        holders = users - {owner} if len(users) > 1 and len({v.key.holder for v in same}) > 1 else users
        rivals = any(v.claim.rivals for v in same)
        policy = context.policies.get(same[0].grant.vendor or "")
        if policy and len(holders) > 1 and (rivals or len(same) > 1):
            name = same[0].grant.name
            yield _hit(
                "PC304",
                policy,
                same[0],
                policy.place("recognise"),
                name,
                f"{_called(same[0])} at {same[0].key.system} is shared by {' and '.join(sorted(holders))}",
                f"claimed by {', '.join(sorted(holders))}",
                "make one key for each vendor",
                "shared key",
                extent=tuple(holders),
            )


def _hit(
    rule: str, policy: Policy, view: KeyView, at: Location, cause: str, message: str,
    observed: str, help: str, label: str, severity: Severity | None = None, extent: tuple[str, ...] = (),
) -> Hit:  # fmt: skip
    coverage = (("connector", view.key.connector),) if rule.startswith("PC6") else ()
    return Hit(
        rule=rule,
        vendor=policy.vendor,
        # Keys and apps of one name at two systems are two things to settle.
        cause=f"{view.key.system} {cause}",
        message=message,
        location=at,
        subject=(*_subject(view), *coverage),
        observed=observed,
        evidence=view.grant.evidence,
        help=help,
        label=label,
        severity=severity,
        extent=extent,
    )


def scopes_of(view: KeyView) -> tuple[str, ...]:
    """What a key may do, as far as it is told."""
    return ("no list of scopes",) if view.key.scopes is None else view.key.scopes


def _what(view: KeyView) -> str:
    return "app" if view.key.app else "key"


def _called(view: KeyView) -> str:
    return f"{_what(view)} {view.grant.name}"


def _place(policy: Policy, rules: tuple[AccessRule, ...]) -> Location:
    return rules[0].at if rules else policy.place("access")


def _subject(view: KeyView) -> tuple[tuple[str, str], ...]:
    # A user has up to two keys, which its name does not tell apart.
    name = view.key.id if view.key.principal else view.grant.name
    pairs = (
        ("key", name),
        ("account", view.key.tenant),
        ("principal", view.key.principal),
        ("system", view.key.system),
    )
    return tuple((k, v) for k, v in pairs if v)
