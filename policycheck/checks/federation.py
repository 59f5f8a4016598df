"""PC206 and PC402 for identity providers: whom an issuer vouches for, and which of them nobody asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.analysis.identify import host_of
from policycheck.analysis.views import template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.extents import admitting
from policycheck.library.federation import Issuer, shared_issuers
from policycheck.model.declared import Policy
from policycheck.model.facts import Provider
from policycheck.model.findings import PartyRow, Severity
from policycheck.model.grants import Grant, TrustPath
from policycheck.model.places import Evidence

#: A party that is no ARN of a provider is the issuer itself, such as accounts.google.com.
_SAML = ":saml-provider/"


def ours(path: TrustPath) -> bool:
    """Whether an issuer of AWS's own vouches for our own users only."""
    issuer = shared_issuers().get(host_of(path.party)) if path.kind == "federated" else None
    return issuer is not None and issuer.own and _named(issuer, path)


def open_to_all(path: TrustPath) -> bool:
    """Whether everybody for whom a shared issuer signs is let in."""
    issuer = shared_issuers().get(host_of(path.party)) if path.kind == "federated" else None
    return issuer is not None and not _named(issuer, path)


def federation_hits(context: Context, policy: Policy | None, grant: Grant, path: TrustPath) -> Iterator[Hit]:
    """PC206 where a trust does not say for whom of those that an OIDC issuer signs for it is meant."""
    if path.kind != "federated" or _SAML in path.party:
        return
    issuer = shared_issuers().get(host_of(path.party))
    if issuer is not None:
        if not _named(issuer, path):
            yield _hit(context, policy, grant, path, issuer.everybody, issuer.example, Severity.CRITICAL)
    elif not any(demand.claim == "sub" for demand in path.demands):
        everybody = f"everybody and everything for which {host_of(path.party)} signs"
        yield _hit(context, policy, grant, path, everybody, "THE-SUBJECT", Severity.MEDIUM)


def _named(issuer: Issuer, path: TrustPath) -> bool:
    return any(
        all(not demand.patterns or issuer.names_owner(demand.claim, value) for value in demand.values)
        for demand in path.demands
        if demand.claim in issuer.claims and all(demand.values)
    )


def _hit(
    context: Context, policy: Policy | None, grant: Grant, path: TrustPath, who: str, example: str, severity: Severity
) -> Hit:
    host, name = host_of(path.party), template(grant.principal)
    subjects = [value for demand in path.demands if demand.claim == "sub" for value in demand.values]
    told = f"its condition on `sub` accepts {', '.join(subjects)}" if subjects else "it has no condition on `sub`"
    operator = "StringLike" if "*" in example else "StringEquals"
    return Hit(
        rule="PC206",
        vendor=policy.vendor if policy else None,
        cause=f"{name} {host}",
        message=f"{who} can assume {name}",
        location=policy.place("access") if policy else context.connector_place(grant.evidence[0].connector),
        subject=(
            ("account", grant.account),
            ("party", grant.party),
            ("principal", grant.principal),
            ("system", grant.system),
        ),
        observed=f"the trust of {grant.principal} admits federated identity {path.party}; {told}",
        evidence=grant.evidence,
        help=f'add `Condition: {{{operator}: {{"{host}:sub": "{example}"}}}}` to the trust policy',
        label="does not say whose tokens count",
        extent=admitting(path),
        severity=severity,
    )


def provider_hits(
    context: Context, providers: Iterable[Provider], parties: Iterable[PartyRow], whole: frozenset[str]
) -> Iterator[Hit]:
    """PC402, as a note: providers that no role trusts, in accounts (``whole``) whose trusts were all seen."""
    used = {row.party for row in parties if row.kind == "federated"}
    for provider in providers:
        if provider.account in whole and provider.id not in used:
            name = template(provider.id)
            issuer = f" (issuer {provider.issuer})" if provider.issuer and provider.kind == "saml" else ""
            path = TrustPath(provider.id, "federated", provider.account, "none")
            yield Hit(
                rule="PC402",
                vendor=context.analyst.identifier.party(path).vendor,
                cause=f"provider {name}",
                message=f"{name} is registered as identity provider, and no role trusts it",
                location=context.connector_place(provider.connector),
                subject=(("account", provider.account), ("party", provider.id), ("system", "aws")),
                observed=f"{provider.id}{issuer} is in the trust of no role",
                evidence=(Evidence(provider.connector, provider.where),),
                help="delete it: whoever may write a trust policy can let its users in",
                severity=Severity.INFO,
            )
