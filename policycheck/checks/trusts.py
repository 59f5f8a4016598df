"""PC202, PC203, PC206 and PC604: who is let in by the trust of a role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from policycheck.analysis.grants import published_by
from policycheck.analysis.identify import host_of
from policycheck.analysis.views import TrustView, template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.entries import Entries
from policycheck.checks.external_ids import external_id_hits, guessable
from policycheck.checks.federation import federation_hits, open_to_all, ours
from policycheck.checks.powers import Power, Powers
from policycheck.checks.requirements import source_ip_hits, window_hits
from policycheck.checks.ways_in import condition_words, party_words, place_of, subject_of
from policycheck.library.rules import load_rules
from policycheck.model.declared import Policy
from policycheck.model.findings import Severity
from policycheck.model.grants import Grant, TrustPath


def trust_hits(context: Context, entries: Mapping[str, Entries], view: TrustView, powers: Powers) -> Iterator[Hit]:
    """Judge one way into a role of ours. ``entries`` speak of the role, by vendor; ``powers`` of what strangers may do.

    Runs for each of a million ways, so a grant is made only for what is told.
    """
    judged = view.judged
    path = judged.path
    if not judged.external or judged.confined or identity_center(view.trust.resource, path.party):
        return
    vendor = judged.claim.vendor
    policy = context.policies.get(vendor) if vendor else None
    if path.unproved:
        yield _unproved(context, policy, entries, view.grant, path)
    if path.kind == "federated":
        yield from federation_hits(context, policy, view.grant, path)
    if path.kind == "everyone" and policy is None:
        yield replace(_public(context, view.grant, path), extent=powers.behind(view)[1])
    elif policy is None and (open_to_all(path) or ours(path)):
        return
    elif policy is None:
        yield _with_power(_stranger(context, view.grant, path), *powers.behind(view))
    else:
        mine = entries[policy.vendor]
        if path.external_id != "required" or any(guessable(value, policy) for value in path.external_ids):
            yield from external_id_hits(policy, mine, view.grant, path)
        if mine.conditional:
            yield from window_hits(context, policy, mine, view.grant)
            yield from source_ip_hits(policy, mine, view.grant, path)


def identity_center(principal: str, party: str) -> bool:
    """Whether a party is AWS's own single sign-on provider, in its reserved role path. Source: IAM Identity Center
    User Guide, IAM roles that it creates in accounts (``AWSReservedSSO_``, ``/aws-reserved/sso.amazonaws.com/``)."""
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
        location=place_of(policy, entries[policy.vendor])
        if policy
        else context.connector_place(grant.evidence[0].connector),
        subject=subject_of(grant),
        observed=f"{party_words(path)}: {path.unproved}; taken as let in",
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
        subject=subject_of(grant),
        observed=f"the trust of {grant.principal} admits {party_words(path)}" + condition_words(path),
        evidence=grant.evidence,
        help="name the account or role to be let in as Principal, or confine it with aws:PrincipalOrgID",
        severity=Severity.HIGH if guarded else Severity.CRITICAL,
    )


def _stranger(context: Context, grant: Grant, path: TrustPath) -> Hit:
    known = published_by(path)
    what = "issuer" if path.kind == "federated" else "account"
    at = context.connector_place(grant.evidence[0].connector)
    subject = subject_of(grant)
    observed = f"{grant.principal} admits {party_words(path)}" + condition_words(path)
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
        message=f"{party_words(path)} is let in, and no vendor claims it",
        location=at,
        subject=subject,
        observed=observed,
        evidence=grant.evidence,
        help=f"find out whose it is; then add it under `recognise: {{{_recognise(path)}}}` "
        f"in that vendor's policy{', or under own_accounts' if path.kind == 'account' else ''}, or remove the trust",
        severity=Severity.LOW if path.kind == "unresolvable" else None,
    )


def _with_power(hit: Hit, power: Power, extent: tuple[str, ...] | None) -> Hit:
    """The hit with what the party may do; a party that can no longer come in can do nothing."""
    if hit.severity == Severity.LOW:
        return replace(hit, extent=extent)
    graver = power.severity > Severity[load_rules()[hit.rule].severity.upper()]
    return replace(
        hit,
        message=f"{hit.message}; it {power.grave}" if power.grave else hit.message,
        observed=f"{hit.observed}; it {power.words}",
        severity=power.severity if graver else None,
        because=power.because if graver else (),
        extent=extent,
    )


def _recognise(path: TrustPath) -> str:
    if path.kind == "federated":
        return f"issuers: [{host_of(path.party)}]" if ":saml-provider/" not in path.party else "issuers: [...]"
    return f'aws_accounts: ["{path.account}"]' if path.account else "aws_principals: [...]"
