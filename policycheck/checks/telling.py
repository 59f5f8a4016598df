"""How an exposure is told: what it is, where it was seen, and what takes it away."""

from __future__ import annotations

from policycheck.checks.tracking import switch_of
from policycheck.model.grants import Exposure


def what(exposure: Exposure) -> str:
    """``user.device.ip_address (raw, history)``."""
    return f"{exposure.category} ({exposure.form}{', history' if exposure.depth == 'history' else ''})"


def extent(exposure: Exposure) -> tuple[str, ...]:
    """The category with its form, and what limits a read of it."""
    limits = f", as {'; '.join(exposure.limits)}" if exposure.limits else ""
    return (f"{what(exposure)}{limits}",)


def entry(exposure: Exposure) -> str:
    """The line under ``fields`` that would allow it, but for its why."""
    depth = ", depth: history" if exposure.depth == "history" else ""
    origin = f", origins: [{exposure.origin}]" if exposure.origin in ("collected", "derived") else ""
    return f"- {{category: {exposure.category}, forms: [{exposure.form}]{depth}{origin}}}"


def remedy(exposure: Exposure) -> str:
    """What takes it away from the vendor."""
    if exposure.mend:
        return exposure.mend
    if exposure.origin == "readable":
        role = _role(exposure)
        return f"take {exposure.field} out of {exposure.dataset}, or take {exposure.dataset} out of reach of {role}"
    if exposure.origin in ("collected", "derived"):
        switch = switch_of(exposure) or "turn off the tracking"
        return f"at {exposure.system}: {switch} (it fills {exposure.field})"
    if not exposure.origin:
        return f"ask {exposure.system} to delete it, and date a new attestation"
    if exposure.host:
        return f"stop sending {exposure.field} to {exposure.host}, and have {exposure.vendor} delete what it has"
    return f"stop sending {exposure.field} to {exposure.system} and delete the field there"


#: Where a change is easiest: a switch, a field that nobody needs, what we send, a grant, a question.
_EASE = {"collected": 0, "derived": 0, "custom": 1, "sent": 2, "readable": 3}


def ease(exposure: Exposure) -> int:
    """How hard it is to take an exposure away, 0 for the easiest."""
    return _EASE.get(exposure.origin, len(_EASE))


def observed(exposure: Exposure) -> str:
    """What was seen, in one sentence."""
    if exposure.origin == "readable":
        return f"{_role(exposure)} can read {exposure.place} ({'; '.join((exposure.action, *exposure.limits))})"
    if not exposure.origin:
        return f"a person stated that {exposure.system} holds it"
    known = f" ({exposure.decided_by})" if exposure.decided_by else ", which no map names"
    if exposure.origin == "sent" and exposure.action:
        return f"{exposure.field} is {exposure.action} to {exposure.via}{known}"
    if exposure.host and not exposure.records:
        told = known if exposure.category else ", which the catalog does not describe"
        return f"{exposure.evidence[0].where} sends {exposure.field.partition(' of ')[0]} to {exposure.host}{told}"
    if exposure.host:
        return f"{exposure.place} was sent in {_records(exposure.records)}{known}"
    if exposure.origin == "collected":
        return f"{exposure.place} is collected there by the product itself{known}"
    return f"{exposure.place} is a {exposure.origin} field there{known}"


def subject(exposure: Exposure) -> tuple[tuple[str, str], ...]:
    """What exceptions can match on."""
    pairs = {
        "system": exposure.system,
        "account": exposure.account,
        "dataset": exposure.dataset,
        "field": exposure.field,
        "category": exposure.category or "",
        "principal": exposure.via if exposure.origin == "readable" else "",
        "connector": "" if exposure.origin == "readable" else exposure.via,
    }
    return tuple((k, v) for k, v in pairs.items() if v)


def _records(number: int) -> str:
    return "1 recorded request" if number == 1 else f"{number:,} recorded requests"


def _role(exposure: Exposure) -> str:
    return exposure.party or exposure.via.rsplit("/", 1)[-1]
