"""Who is newly recognised as a vendor, and who no longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from policycheck.analysis.hosts import name as host_name
from policycheck.checks.allowed_access import covers
from policycheck.model.declared import Policy, Recognise
from policycheck.model.drift import CHANGED, MILDER, WIDER, Change

_KINDS = tuple(each.name for each in fields(Recognise) if each.name != "places")
#: Kinds whose entries may be patterns.
_PATTERNS = frozenset({"aws_principals", "issuers", "keys", "oauth_apps"})


def recognition(vendor: str, was: Policy | None, now: Policy) -> Iterator[Change]:
    """The entries that only one edition has. Of a policy that is gone, the vendor's own row tells them."""
    old, new, places = (was.recognise if was else Recognise()), now.recognise, dict(now.recognise.places)
    for kind in _KINDS:
        known, named = getattr(old, kind), getattr(new, kind)
        for value in (each for each in named if each not in known):
            by = _by(kind, value, known)
            sense, what = (CHANGED, f"as it was by {by}") if by else (WIDER, f"is now recognised as {vendor}")
            if by:
                what = f"is recognised as {vendor} {what}"
            at = places.get(f"{kind}:{value}", now.at)
            yield Change(vendor, "recognised", sense, f"{value} ({kind}) {what}", at=at)
        for value in (each for each in known if each not in named):
            yield _gone(vendor, kind, value, _by(kind, value, named), now)


def _gone(vendor: str, kind: str, value: str, by: str, now: Policy) -> Change:
    at = now.place("recognise")
    if by:
        return Change(vendor, "recognised", CHANGED, f"{value} ({kind}) is recognised as {vendor} by {by} now", at=at)
    what = f"{value} ({kind}) is no longer recognised as {vendor}: what it has is judged as nobody's"
    return Change(vendor, "recognised", MILDER, what, at=at)


def named(recognise: Recognise) -> Iterator[str]:
    """Every entry with its kind: ``444455556666 (aws_accounts)``."""
    return (f"{value} ({kind})" for kind in _KINDS for value in getattr(recognise, kind))


def _by(kind: str, value: str, others: tuple[str, ...]) -> str:
    """The other entry that takes in all that an entry does; "" when none is known to."""
    return next((other for other in others if _takes_in(kind, other, value)), "")


def _takes_in(kind: str, wide: str, narrow: str) -> bool:
    if kind == "hosts":
        return host_name(narrow) == host_name(wide) or host_name(narrow).endswith(f".{host_name(wide)}")
    if kind not in _PATTERNS:
        return wide == narrow
    # A bracket is a plain character here.
    return covers(wide.replace("[", "[[]"), narrow) if "[" not in narrow else wide == narrow
