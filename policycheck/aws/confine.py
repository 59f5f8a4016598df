"""What the conditions of a trust say about who gets in: ExternalId, organisations, accounts, addresses.

Works on clauses that must all hold. A Deny with one condition becomes such clauses by ``negated``.
Sources: IAM User Guide, "The confused deputy problem", "AWS global condition context keys", "Condition operators".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from policycheck.aws.documents import Clause
from policycheck.aws.patterns import has_variable, matches, matches_segments
from policycheck.aws.principals import Party
from policycheck.model.dataclass import dataclass

EXTERNAL_ID = "sts:externalid"
NEGATIONS = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "NumericLessThan": "NumericGreaterThanEquals",
    "NumericLessThanEquals": "NumericGreaterThan",
    "DateEquals": "DateNotEquals",
    "DateLessThan": "DateGreaterThanEquals",
    "DateLessThanEquals": "DateGreaterThan",
    "IpAddress": "NotIpAddress",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}
OPPOSITES = NEGATIONS | {negated: plain for plain, negated in NEGATIONS.items()}
NEGATED = frozenset(name for name in NEGATIONS.values() if "Not" in name)
_EXACT = frozenset({"StringEquals", "StringEqualsIgnoreCase", "BinaryEquals", "ArnEquals"})
_LIKE = frozenset({"StringLike", "ArnLike"})
_ARN_ACCOUNT = re.compile(r"arn:[^:*?]+:[^:]+:[^:]*:(\d{12}):", re.DOTALL)
_ORGANIZATION = re.compile(r"(o-[a-z0-9]+)(?:/|$)")
_COMMON = frozenset(
    (
        "external",
        "externalid",
        "external-id",
        "external_id",
        "test",
        "testing",
        "password",
        "secret",
        "vendor",
        "changeme",
        "default",
        "example",
        "sts-external-id",
        "my-external-id",
        "myexternalid",
        "partner",
        "thirdparty",
        "third-party",
        "production",
    )
)
_SHORT = 8


@dataclass(frozen=True, slots=True)
class ExternalId:
    """``level`` is none, required or weak; ``values`` as written; ``weakness`` a sentence when something is wrong."""

    level: str
    values: tuple[str, ...] = ()
    weakness: str = ""


@dataclass(frozen=True, slots=True)
class Confinement:
    """To what the party is confined; an empty tuple: not confined."""

    organizations: tuple[str, ...] = ()
    principal_accounts: tuple[str, ...] = ()
    source_accounts: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()


def negated(clause: Clause) -> tuple[Clause, ...] | None:
    """Clauses that hold exactly when ``clause`` does not (for single-valued keys); None when there are none."""
    if clause.operator == "Null":
        wanted = {value.lower() for value in clause.values}
        return (replace(clause, values=("false",) if wanted == {"true"} else ("true",)),) if len(wanted) == 1 else None
    if clause.quantifier or (len(clause.values) != 1 and clause.operator not in OPPOSITES):
        return None
    if clause.operator == "Bool":
        value = clause.values[0].lower()
        if value not in ("true", "false"):
            return None
        flipped = replace(clause, values=("false" if value == "true" else "true",), if_exists=not clause.if_exists)
        return (flipped,)
    operator = OPPOSITES.get(clause.operator)
    if operator is None or (len(clause.values) != 1 and "Than" in operator):
        return None
    holds_without = holds_when_missing(clause)
    return (replace(clause, operator=operator, if_exists=not holds_without and operator not in NEGATED),) + (
        (Clause("Null", clause.key, ("false",)),) if holds_without and operator in NEGATED else ()
    )


def holds_when_missing(clause: Clause) -> bool:
    """Whether a clause is true for a request without its key."""
    if clause.operator == "Null":
        return any(value.lower() == "true" for value in clause.values)
    if clause.if_exists or clause.quantifier == "ForAllValues":
        return True
    return clause.quantifier != "ForAnyValue" and clause.operator in NEGATED


def external_id(clauses: Sequence[Clause], accounts: frozenset[str]) -> ExternalId:
    """What the clauses demand of ``sts:ExternalId``. ``accounts`` are ids an attacker would guess first."""
    own = [clause for clause in clauses if clause.key == EXTERNAL_ID]
    if not own:
        return ExternalId("none")
    exact, patterns = _accepted(own)
    if all(holds_when_missing(clause) for clause in own):
        if any(clause.operator == "Null" for clause in own):
            return ExternalId("none")
        return ExternalId("weak", exact or patterns, "a caller that sends no ExternalId is let in as well")
    if exact is None:
        if patterns:
            return ExternalId("weak", patterns, "the ExternalId is compared with a wildcard")
        return ExternalId("weak", (), "any ExternalId is accepted")
    if any(has_variable(value) for value in exact):
        return ExternalId("weak", exact, "the ExternalId is compared with a value from the caller's own request")
    if any(value in ("", "*") for value in exact):
        return ExternalId("weak", exact, "the ExternalId is empty or a bare star")
    return ExternalId("required", exact, _guessable(exact, accounts))


def _accepted(own: Sequence[Clause]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """(exact values or None when not pinned, wildcard patterns)."""
    exact: tuple[str, ...] | None = None
    patterns: tuple[str, ...] = ()
    refused: set[str] = set()
    for clause in own:
        wild = clause.operator in _LIKE and any("*" in value or "?" in value for value in clause.values)
        if clause.operator in ("StringNotEquals", "StringNotEqualsIgnoreCase"):
            refused |= set(clause.values)
        elif wild:
            patterns += clause.values
        elif clause.operator in _EXACT or clause.operator in _LIKE:
            exact = clause.values if exact is None else tuple([v for v in exact if v in clause.values])
    if exact is None:
        return None, patterns
    kept = [v for v in exact if v not in refused and (not patterns or any(matches(p, v) for p in patterns))]
    return tuple(dict.fromkeys(kept)), patterns


def _guessable(values: Sequence[str], accounts: frozenset[str]) -> str:
    for value in values:
        if value in accounts:
            return "the ExternalId is an account id that the trust itself names"
        if len(value) < _SHORT:
            return f"the ExternalId has fewer than {_SHORT} characters"
        if value.isdigit() and len(value) <= 12:
            return "the ExternalId is a short number"
        if value.lower() in _COMMON:
            return "the ExternalId is a word that is easy to guess"
    return ""


def confinement(clauses: Sequence[Clause]) -> Confinement:
    """Organisations, accounts and addresses outside of which no caller satisfies the clauses."""
    present = {c.key for c in clauses if not holds_when_missing(c)}
    accounts = _confined(clauses, present, "aws:principalaccount", _plain)
    return Confinement(
        organizations=_confined(clauses, present, "aws:principalorgid", _plain)
        or _confined(clauses, present, "aws:principalorgpaths", _organization),
        principal_accounts=accounts or _confined(clauses, present, "aws:principalarn", _arn_account),
        source_accounts=_confined(clauses, present, "aws:sourceaccount", _plain)
        or _confined(clauses, present, "aws:sourcearn", _arn_account),
        source_ips=_confined(clauses, present, "aws:sourceip", _address),
    )


def _confined(
    clauses: Sequence[Clause], present: set[str], key: str, read: Callable[[Clause, str], str]
) -> tuple[str, ...]:
    if key not in present:
        return ()
    found: tuple[str, ...] = ()
    for clause in clauses:
        if clause.key != key or clause.operator in NEGATED or clause.operator == "Null" or not clause.values:
            continue
        values = [read(clause, value) for value in clause.values]
        if all(values):
            kept = [value for value in dict.fromkeys(values) if not found or value in found]
            found = tuple(kept) or found
    return found


def _plain(clause: Clause, value: str) -> str:
    known = clause.operator in _EXACT or (clause.operator in _LIKE and not {"*", "?"} & set(value))
    return value if known and not has_variable(value) else ""


def _organization(clause: Clause, value: str) -> str:
    found = _ORGANIZATION.match(value)
    return found.group(1) if found and clause.operator in _EXACT | _LIKE else ""


def fixed_account(arn: str) -> str:
    """The account that an ARN pattern pins; empty when it has none, or a wildcard or variable before it."""
    found = _ARN_ACCOUNT.match(arn)
    head = arn[: found.start(1)] if found else ""
    return found.group(1) if found and not {"*", "?"} & set(head) and not has_variable(head) else ""


def _arn_account(clause: Clause, value: str) -> str:
    found = _ARN_ACCOUNT.match(value)
    if not found or clause.operator not in _EXACT | _LIKE:
        return ""
    head = value[: found.start(1)]
    crosses = clause.operator == "StringLike" and ("*" in head or "?" in head)
    return "" if crosses or has_variable(head) else found.group(1)


def _address(clause: Clause, value: str) -> str:
    return value if clause.operator == "IpAddress" else ""


def contradicted(party: Party, clauses: Sequence[Clause]) -> bool:
    """Whether no request of an account, role or user can satisfy the clauses on its own ARN and account."""
    if party.kind != "account" or party.doubt:
        return False
    arn = party.written if party.name.startswith(("role/", "user/")) else ""
    for clause in clauses:
        if clause.quantifier or any(has_variable(value) for value in clause.values):
            continue
        if clause.key == "aws:principalaccount" and not _says(clause, party.account):
            return True
        if clause.key == "aws:principalarn" and arn and not _says(clause, arn):
            return True
        if clause.key == "aws:principalarn" and party.whole and clause.operator not in NEGATED:
            accounts = [_arn_account(clause, value) for value in clause.values]
            if accounts and all(account and account != party.account for account in accounts):
                return True
    return False


def _says(clause: Clause, value: str) -> bool:
    """Whether a string or ARN clause holds for a present value; True for what is not understood."""
    operator = clause.operator
    if operator not in _EXACT | _LIKE | NEGATED or operator.startswith(("Numeric", "Date", "Not", "Binary")):
        return True
    if operator.startswith("Arn"):
        hit = any(matches_segments(pattern, value) for pattern in clause.values)
    elif operator.endswith("Like"):
        hit = any(matches(pattern, value) for pattern in clause.values)
    elif operator.endswith("IgnoreCase"):
        hit = value.lower() in {pattern.lower() for pattern in clause.values}
    else:
        hit = value in clause.values
    return hit != (operator in NEGATED)
