"""PC202 to PC206 and PC210 to PC212: who is let in, and under which conditions."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from ipaddress import ip_network

from policycheck.analysis.grants import published_by
from policycheck.analysis.identify import host_of
from policycheck.analysis.views import Inroad, RoleView, TrustView, template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context, open_on
from policycheck.checks.entries import Entries, applies
from policycheck.checks.federation import federation_hits, open_to_all, ours
from policycheck.model.declared import AccessRule, Policy, Require
from policycheck.model.facts import Trust
from policycheck.model.findings import Severity
from policycheck.model.grants import Grant, TrustPath
from policycheck.model.places import Evidence, Location

#: ExternalIds that anybody would try first, besides the vendor's name and account ids.
WORDS = frozenset({"changeme", "external-id", "external_id", "externalid", "password", "production", "policycheck"})
SHORTEST = 8
ACCOUNT_DIGITS = 12


def trust_hits(context: Context, entries: Mapping[str, Entries], view: TrustView) -> Iterator[Hit]:
    """Judge one way into a role of ours. ``entries`` speak of the role, by vendor.

    Runs for each of a million ways, so a grant is made only for what is told.
    """
    judged = view.judged
    path = judged.path
    if not judged.external or judged.confined or _identity_center(view.trust.resource, path.party):
        return
    vendor = judged.claim.vendor
    policy = context.policies.get(vendor) if vendor else None
    if path.unproved:
        yield _unproved(context, policy, entries, view.grant, path)
    if path.kind == "federated":
        yield from federation_hits(context, policy, view.grant, path)
    if path.kind == "everyone" and policy is None:
        yield _public(context, view.grant, path)
    elif policy is None and (open_to_all(path) or ours(path)):
        return
    elif policy is None:
        yield _stranger(context, view.grant, path)
    else:
        mine = entries[policy.vendor]
        if path.external_id != "required" or any(guessable(value, policy) for value in path.external_ids):
            yield from _external_id(policy, mine, view.grant, path)
        if mine.conditional:
            yield from _windows(context, policy, mine, view.grant)
            yield from _source_ips(policy, mine, view.grant, path)


def _identity_center(principal: str, party: str) -> bool:
    """AWS's own single sign-on provider in its reserved role path. Source: IAM Identity Center User Guide, IAM roles
    that it creates in accounts (``AWSReservedSSO_``, ``/aws-reserved/sso.amazonaws.com/``)."""
    reserved = ":role/aws-reserved/sso.amazonaws.com/" in principal
    return reserved and party.split(":saml-provider/")[-1].startswith("AWSSSO_")


def _unproved(
    context: Context, policy: Policy | None, entries: Mapping[str, Entries], grant: Grant, path: TrustPath
) -> Hit:
    return Hit(
        rule="PC604",
        vendor=policy.vendor if policy else None,
        cause=f"trust {template(grant.principal)}",
        message=f"could not decide who exactly the trust of {template(grant.principal)} lets in",
        location=_place(policy, entries[policy.vendor])
        if policy
        else context.connector_place(grant.evidence[0].connector),
        subject=_subject(grant),
        observed=f"{_party(path)}: {path.unproved}; taken as let in",
        evidence=grant.evidence,
        help="write the condition so that it names the party or its ExternalId directly",
        label="not proved",
    )


def _public(context: Context, grant: Grant, path: TrustPath) -> Hit:
    who = "everyone but the listed principals" if path.party == "NotPrincipal" else "anyone"
    guarded = path.external_id == "required"
    return Hit(
        rule="PC206",
        vendor=None,
        cause=template(grant.principal),
        message=f"{who} can assume {template(grant.principal)}",
        location=context.connector_place(grant.evidence[0].connector),
        subject=_subject(grant),
        observed=f"the trust of {grant.principal} admits {_party(path)}" + _conditions(path),
        evidence=grant.evidence,
        help="name the account or role to be let in as Principal, or confine it with aws:PrincipalOrgID",
        severity=Severity.HIGH if guarded else Severity.CRITICAL,
    )


def _stranger(context: Context, grant: Grant, path: TrustPath) -> Hit:
    known = published_by(path)
    what = "issuer" if path.kind == "federated" else "account"
    at = context.connector_place(grant.evidence[0].connector)
    subject = _subject(grant)
    observed = f"{grant.principal} admits {_party(path)}" + _conditions(path)
    if known and known not in context.policies:
        return Hit(
            rule="PC202",
            vendor=known,
            cause=known,
            message=f"{known} can act in our accounts and has no policy",
            location=at,
            subject=subject,
            observed=f"{observed}; {known} publishes this {what} as its own",
            evidence=grant.evidence,
            help=f"write policies/{known}.yaml with `recognise: {{{_recognise(path)}}}`, or remove the trust",
        )
    return Hit(
        rule="PC203",
        vendor=None,
        cause=path.account if path.kind == "account" else path.party,
        message=f"{_party(path)} is let in, and no vendor claims it",
        location=at,
        subject=subject,
        observed=observed,
        evidence=grant.evidence,
        help=f"find out whose it is; then add it under `recognise: {{{_recognise(path)}}}` "
        f"in that vendor's policy{', or under own_accounts' if path.kind == 'account' else ''}, or remove the trust",
        severity=Severity.LOW if path.kind == "unresolvable" else None,
    )


def _recognise(path: TrustPath) -> str:
    if path.kind == "federated":
        return f"issuers: [{host_of(path.party)}]" if ":saml-provider/" not in path.party else "issuers: [...]"
    return f'aws_accounts: ["{path.account}"]' if path.account else "aws_principals: [...]"


def _external_id(policy: Policy, entries: Entries, grant: Grant, path: TrustPath) -> Iterator[Hit]:
    if path.kind not in ("account", "everyone", "canonical"):
        return
    name = template(grant.principal)
    at = _place(policy, entries)
    if path.external_id == "none":
        yield Hit(
            rule="PC204",
            vendor=policy.vendor,
            cause=name,
            message=f"{policy.vendor} can assume {name} without an ExternalId",
            location=at,
            subject=_subject(grant),
            observed=f"{grant.principal} admits {_party(path)}" + _conditions(path),
            evidence=grant.evidence,
            help="add `Condition: {StringEquals: {sts:ExternalId: <the id that the vendor generated for you>}}` "
            "to the trust policy: without it any customer of the vendor can make the vendor act here",
            label="this access needs an ExternalId",
        )
    elif path.external_id == "required":
        yield _weak(policy, grant, at, "it can be guessed", Severity.LOW)
    else:
        yield _weak(policy, grant, at, path.weakness or "the ExternalId does not bind")


def guessable(external_id: str, policy: Policy) -> bool:
    """Whether a stranger would try this ExternalId: short, an account id or other number, a word, the vendor's name."""
    plain = external_id.casefold()
    if len(plain) < SHORTEST or (plain.isdigit() and len(plain) <= ACCOUNT_DIGITS):
        return True
    return plain in WORDS or plain in (policy.vendor.casefold(), policy.name.casefold())


def _weak(policy: Policy, grant: Grant, at: Location, why: str, severity: Severity | None = None) -> Hit:
    name = template(grant.principal)
    return Hit(
        rule="PC205",
        vendor=policy.vendor,
        cause=name,
        message=f"the ExternalId of {name} does not protect it: {why}",
        location=at,
        subject=_subject(grant),
        observed=f"{grant.principal} admits {grant.party}: {why}",
        evidence=grant.evidence,
        help="require one exact, random ExternalId of this vendor's with StringEquals",
        label="weak ExternalId",
        severity=severity,
    )


def shared_hits(context: Context, views: Iterable[TrustView]) -> Iterator[Hit]:
    """PC205: one ExternalId in the trusts of two vendors."""
    vendors: dict[str, dict[str, TrustView]] = {}
    for view in views:
        vendor = view.judged.claim.vendor or ""
        if vendor in context.policies and view.judged.path.external_id != "none":
            for value in view.judged.path.external_ids:
                vendors.setdefault(value, {}).setdefault(vendor, view)
    for users in vendors.values():
        for vendor, view in users.items() if len(users) > 1 else ():
            others = ", ".join(sorted(set(users) - {vendor}))
            policy = context.policies[vendor]
            entries = context.entries.of(policy, (view.trust.resource,), view.trust.account)
            yield _weak(policy, view.grant, _place(policy, entries), f"{others} uses the same one")


def _windows(context: Context, policy: Policy, entries: Entries, grant: Grant) -> Iterator[Hit]:
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
        subject=_subject(grant),
        observed=f"{grant.principal} exists on {context.today}",
        evidence=grant.evidence,
        help="remove the access, or move the window with a why",
        label=window,
    )


def _source_ips(policy: Policy, entries: Entries, grant: Grant, path: TrustPath) -> Iterator[Hit]:
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
                subject=_subject(grant),
                observed=f"its policy admits {seen}; required: {', '.join(wanted)}",
                evidence=grant.evidence,
                help="add an IpAddress condition on aws:SourceIp with these ranges to the policy that lets in",
                label="required source_ips",
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
        yield from _windows(context, policy, entries, inroad.grant)
        yield from _source_ips(policy, entries, inroad.grant, inroad.share.judged.path)


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
            subject=(*_subject(grant), ("connector", grant.evidence[0].connector)),
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
            subject=_subject(grant),
            observed=f"{grant.principal} allows {seconds} s; required: at most {limit} s",
            evidence=grant.evidence,
            help=f"aws iam update-role --role-name {grant.name} --max-session-duration {limit}",
            label="required max_session",
        )


class Admission:
    """PC212: declared principals whose trust admits nobody that the vendor's recognise entries name."""

    def __init__(self, declared: Container[str]) -> None:
        self._declared = declared
        self._roles: dict[str, tuple[Trust, set[str]]] = {}
        self._arrived: set[tuple[str, str]] = set()

    def learn(self, role: RoleView) -> None:
        """Remember who a declared role admits."""
        if role.trust.resource in self._declared:
            _, vendors = self._roles.setdefault(role.trust.resource, (role.trust, set()))
            vendors.update(vendor for vendor, _ in role.admitted.vendors)

    def arrive(self, inroad: Inroad) -> None:
        """Remember that a vendor gets into a declared role by way of others."""
        self._arrived.add((inroad.vendor, inroad.principal))

    def hits(self, context: Context) -> Iterator[Hit]:
        """Declared roles that exist and do not admit their vendor."""
        for policy in context.project.policies:
            for rule in policy.access:
                if rule.system == "aws":
                    for principal, at in zip(rule.principals, rule.principals_at, strict=False):
                        trust, vendors = self._roles.get(principal, (None, frozenset[str]()))
                        admitted = policy.vendor in vendors or (policy.vendor, principal) in self._arrived
                        if trust and not admitted and applies(rule, trust.account):
                            yield _not_admitted(policy, at, trust)


def _not_admitted(policy: Policy, at: Location, trust: Trust) -> Hit:
    name = template(trust.resource)
    return Hit(
        rule="PC212",
        vendor=policy.vendor,
        cause=name,
        message=f"{name} is declared for {policy.vendor}, but its trust does not admit the vendor",
        location=at,
        subject=(("account", trust.account), ("principal", trust.resource), ("system", trust.system)),
        observed=f"the trust of {trust.resource} names nothing under recognise",
        evidence=(Evidence(trust.connector, trust.where),),
        help="correct the principal, the trust, or the vendor's recognise entries",
        label="does not admit the vendor",
    )


def _place(policy: Policy, entries: Entries) -> Location:
    for rule in entries.rules:
        if rule.require and rule.require.external_id:
            return rule.require.at
    return entries.rules[0].at if entries.rules else policy.place("access")


def _party(path: TrustPath) -> str:
    words = {"account": "AWS account ", "federated": "federated identity ", "unresolvable": "deleted principal "}
    if path.party in ("NotPrincipal", "*"):
        return "everyone outside its NotPrincipal list" if path.party == "NotPrincipal" else "everyone (*)"
    prefix = words.get(path.kind, "") if not path.party.startswith("arn:") or path.kind != "account" else ""
    return f"{prefix}{path.party}"


def _conditions(path: TrustPath) -> str:
    told = {"none": " without ExternalId", "weak": " with a weak ExternalId", "required": " with an ExternalId"}
    return "" if path.kind in ("federated", "unresolvable") else told[path.external_id]


def _subject(grant: Grant) -> tuple[tuple[str, str], ...]:
    return (
        ("account", grant.account),
        ("party", grant.party),
        ("principal", grant.principal),
        ("system", grant.system),
    )
