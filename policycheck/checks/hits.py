"""The shape that findings about a vendor's way in have in common."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.analysis.views import Inroad
from policycheck.checks.collector import Hit
from policycheck.model.declared import Policy
from policycheck.model.findings import Severity
from policycheck.model.places import Location
from policycheck.model.verdict import Witness


def inroad_hit(
    rule: str,
    policy: Policy,
    inroad: Inroad,
    at: Location,
    message: str,
    observed: str,
    *,
    cause: str = "",
    help: str = "",
    label: str = "",
    witnesses: tuple[Witness, ...] = (),
    severity: Severity | None = None,
    because: tuple[str, ...] = (),
    assumes: tuple[str, ...] = (),
    extent: tuple[str, ...] | None = (),
) -> Hit:
    """A hit about what a vendor can do on one way in. ``cause``: the way itself when empty; ``observed`` follows who
    acts; ``assumes`` stands beside what the way assumes."""
    return Hit(
        rule=rule,
        vendor=policy.vendor,
        cause=cause or inroad.label,
        message=message,
        location=at,
        subject=inroad.subject,
        observed=f"{inroad.actor}{observed}",
        evidence=inroad.evidence,
        witnesses=witnesses,
        help=help,
        label=label,
        severity=severity,
        because=because,
        assumes=(*inroad.onward, *inroad.reach.assumes, *assumes),
        extent=extent,
    )


def undecided_hit(
    policy: Policy, inroad: Inroad, at: Location, what: str, question: str, reasons: Iterable[str]
) -> Hit:
    """PC604: a ``question`` (``stays inside ...``) about one way in that has no answer; ``what`` tells it apart."""
    return inroad_hit(
        "PC604", policy, inroad, at,
        f"could not decide whether {inroad.label} {question}",
        f": {'; '.join(dict.fromkeys(reasons))}",
        cause=f"{inroad.label} {what}",
        help="write the declared condition exactly as the policy has it, or narrow the policy",
        label="not proved, not refuted",
    )  # fmt: skip


def requests(witnesses: Iterable[Witness]) -> str:
    """What may be done, as words; two requests that the same words grant are told once."""
    return "; ".join(dict.fromkeys(witness.said for witness in witnesses))
