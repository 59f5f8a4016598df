"""Credentials of our own systems that no vendor claims: ours, but for those of the root user and of apps elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.analysis.views import KeyView
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.namesakes import namesake_hits
from policycheck.library.profiles import host_vendor
from policycheck.model.findings import Severity


def own_key_hits(context: Context, view: KeyView) -> Iterator[Hit]:
    """PC209 for an access key of a root user, PC202 or PC203 for an app client whose users land at a strange host, and
    for a key that is only called like a vendor."""
    if view.key.principal.endswith(":root") and view.key.mfa is None:
        yield _root(context, view)
    if view.looks_like:
        yield from namesake_hits(context, view.grant, view.key.principal)
    for host in view.strangers[:1]:
        yield _stranger(context, view, host)


def _root(context: Context, view: KeyView) -> Hit:
    account = view.key.tenant
    used = f"last used on {view.key.last_used[:10]}" if view.key.last_used else "never used"
    return Hit(
        rule="PC209",
        vendor=None,
        cause="root user",
        message="the root user of an account has an access key, which nothing restricts",
        location=context.connector_place(view.key.connector),
        subject=(("account", account), ("key", view.key.id), ("principal", view.key.principal), ("system", "aws")),
        observed=f"the root user of account {account} has an active access key, {used}",
        evidence=view.grant.evidence,
        help="delete the key, signed in as the root user; let a role do what it was for",
        severity=Severity.HIGH,
    )


def _stranger(context: Context, view: KeyView, host: str) -> Hit:
    known = host_vendor(host)
    unknown = known if known and known not in context.policies else None
    name, scopes = view.grant.name, ", ".join(view.key.scopes or ()) or "no scopes"
    remedy = f"write policies/{unknown}.yaml with" if unknown else "find out whose it is; then add"
    claim = f"`recognise: {{keys: [{name}]}}`"
    otherwise = "" if unknown else " in that vendor's policy, or the host under own_hosts"
    return Hit(
        rule="PC202" if unknown else "PC203",
        vendor=unknown,
        cause=unknown or host,
        message=f"{unknown} can sign our users in and has no policy"
        if unknown
        else f"an app client of ours sends its users to {host}, and no vendor claims it",
        location=context.connector_place(view.key.connector),
        subject=(("account", view.key.tenant), ("key", view.key.id), ("party", host), ("system", view.key.system)),
        observed=f"app client {name} sends users back to {host}, with {scopes}",
        evidence=view.grant.evidence,
        help=f"{remedy} {claim}{otherwise}, or delete the client",
        extent=view.key.scopes or ("no scopes",),
    )
