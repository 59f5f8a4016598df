"""PC204 and PC205: the ExternalId that a vendor has to give when it assumes a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.analysis.views import TrustView, template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.entries import Entries
from policycheck.checks.extents import admitting
from policycheck.checks.ways_in import condition_words, party_words, place_of, subject_of
from policycheck.model.declared import Policy
from policycheck.model.findings import Severity
from policycheck.model.grants import Grant, TrustPath
from policycheck.model.places import Location

#: ExternalIds that anybody would try first, besides the vendor's name and account ids.
WORDS = frozenset({"changeme", "external-id", "external_id", "externalid", "password", "production", "policycheck"})
SHORTEST = 8
ACCOUNT_DIGITS = 12


def external_id_hits(policy: Policy, entries: Entries, grant: Grant, path: TrustPath) -> Iterator[Hit]:
    """PC204 without an ExternalId, PC205 with one that does not protect."""
    if path.kind not in ("account", "everyone", "canonical"):
        return
    name = template(grant.principal)
    at = place_of(policy, entries)
    if path.external_id == "none":
        yield Hit(
            rule="PC204",
            vendor=policy.vendor,
            cause=name,
            message=f"{policy.vendor} can assume {name} without an ExternalId",
            location=at,
            subject=subject_of(grant),
            observed=f"{grant.principal} admits {party_words(path)}" + condition_words(path),
            evidence=grant.evidence,
            help="add `Condition: {StringEquals: {sts:ExternalId: <the id that the vendor generated for you>}}` "
            "to the trust policy: without it any customer of the vendor can make the vendor act here",
            label="this access needs an ExternalId",
            extent=admitting(path),
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
        subject=subject_of(grant),
        observed=f"{grant.principal} admits {grant.party}: {why}",
        evidence=grant.evidence,
        help="require one exact, random ExternalId of this vendor's with StringEquals",
        label="weak ExternalId",
        extent=(why,),
        severity=severity,
    )


def shared_id_hits(context: Context, views: Iterable[TrustView]) -> Iterator[Hit]:
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
            yield _weak(policy, view.grant, place_of(policy, entries), f"{others} uses the same one")
