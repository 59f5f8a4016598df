"""PC202 and PC203 for users, keys and roles that are only called like a vendor: somebody has to say whose they are."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.analysis.views import template
from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.library.profiles import profile
from policycheck.model.findings import Severity
from policycheck.model.grants import Grant
from policycheck.model.locations import TABLE_SYSTEMS


def namesake_hits(context: Context, grant: Grant, principal: str = "") -> Iterator[Hit]:
    """Tell of something that nothing claims and that is called like a vendor. ``principal``: a key of this user."""
    vendor = grant.looks_like
    policy, known = context.policies.get(vendor), profile(vendor)
    name = (principal or grant.name).rsplit("/", 1)[-1]
    what = f"{_kind(grant, principal)} {name}"
    entry = f"`recognise: {{keys: [{name}]}}`"
    if policy:
        told = f"{what} is called like {policy.name or vendor}, and no entry of its policy says whether it is"
        help = f"if it is, add {entry} to {policy.at.path}; if it is ours, accept this with the reason"
    else:
        told = f"{what} is called like {known.name if known else vendor}, which has no policy"
        help = f"if it is, write policies/{vendor}.yaml with {entry}; if it is ours, accept this there"
    subject = {"account": grant.account, "principal": principal or grant.principal, "system": grant.system}
    yield Hit(
        rule="PC203" if policy else "PC202",
        vendor=vendor,
        cause=f"named {template(principal or grant.principal)}",
        message=told,
        location=policy.place("recognise") if policy else context.connector_place(grant.evidence[0].connector),
        subject=tuple((key, value) for key, value in subject.items() if value),
        observed=f"{principal or grant.principal} exists; what it may do is compared with no policy",
        evidence=grant.evidence,
        help=help,
        label="does not name it",
        severity=Severity.MEDIUM,
    )


def _kind(grant: Grant, principal: str) -> str:
    if principal or ":user/" in grant.principal:
        return "IAM user"
    return "database role" if grant.system in TABLE_SYSTEMS else f"{grant.system} key"
