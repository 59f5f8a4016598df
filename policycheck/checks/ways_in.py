"""Words that findings about ways in have in common."""

from __future__ import annotations

from policycheck.checks.entries import Entries
from policycheck.model.declared import Policy
from policycheck.model.grants import Grant, TrustPath
from policycheck.model.places import Location


def place_of(policy: Policy, entries: Entries) -> Location:
    """Where the policy says what a way in needs: its ``require``, its entry, else its access."""
    for rule in entries.rules:
        if rule.require and rule.require.external_id:
            return rule.require.at
    return entries.rules[0].at if entries.rules else policy.place("access")


def party_words(path: TrustPath) -> str:
    """A party, as a sentence names it."""
    words = {"account": "AWS account ", "federated": "federated identity ", "unresolvable": "deleted principal "}
    if path.party in ("NotPrincipal", "*"):
        return "everyone outside its NotPrincipal list" if path.party == "NotPrincipal" else "everyone (*)"
    prefix = words.get(path.kind, "") if not path.party.startswith("arn:") or path.kind != "account" else ""
    return f"{prefix}{path.party}"


def condition_words(path: TrustPath) -> str:
    """How a way in asks for an ExternalId."""
    told = {"none": " without ExternalId", "weak": " with a weak ExternalId", "required": " with an ExternalId"}
    return "" if path.kind in ("federated", "unresolvable") else told[path.external_id]


def subject_of(grant: Grant) -> tuple[tuple[str, str], ...]:
    """What exceptions can match on."""
    return (
        ("account", grant.account),
        ("party", grant.party),
        ("principal", grant.principal),
        ("system", grant.system),
    )
