"""A statement of a policy as a sentence. Source: IAM User Guide, "IAM JSON policy elements reference"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policycheck.aws.documents import Clause, Statement
from policycheck.aws.principals import read_party

_TESTS = {
    "StringEquals": "is", "StringNotEquals": "is not",
    "StringEqualsIgnoreCase": "is, in any letter case,", "StringNotEqualsIgnoreCase": "is not, in any letter case,",
    "StringLike": "matches", "StringNotLike": "does not match",
    "NumericEquals": "is", "NumericNotEquals": "is not",
    "NumericLessThan": "is less than", "NumericLessThanEquals": "is at most",
    "NumericGreaterThan": "is greater than", "NumericGreaterThanEquals": "is at least",
    "DateEquals": "is", "DateNotEquals": "is not",
    "DateLessThan": "is before", "DateLessThanEquals": "is not after",
    "DateGreaterThan": "is after", "DateGreaterThanEquals": "is not before",
    "Bool": "is", "BinaryEquals": "is", "IpAddress": "is in", "NotIpAddress": "is not in",
    "ArnEquals": "matches", "ArnLike": "matches", "ArnNotEquals": "does not match", "ArnNotLike": "does not match",
}  # fmt: skip
_SUBJECTS = {"": "{}", "ForAllValues": "every value of {} (or there is none)", "ForAnyValue": "some value of {}"}
_PARTIES = {"service": "the service {}", "federated": "users of {}", "canonical": "the canonical user {}"}


def sentence(statement: Statement) -> str:
    """``Allows account 1 to do s3:GetObject on arn:..., when aws:SecureTransport is true.``"""
    actions = listed(statement.spelled, "and")
    what = f"every action but {actions}" if statement.not_action else "every action" if actions == "*" else actions
    parts = ["Allows" if statement.allow else "Denies", f"{_who(statement)}{what}"]
    if statement.resources is not None:
        resources = listed(statement.resources, "and")
        if statement.not_resource:
            resources = f"every resource but {resources}"
        parts.append(f"on {'every resource' if resources == '*' else resources}")
    if statement.clauses:
        parts[-1] += ","
        parts.append("when " + ", and ".join(map(_test, statement.clauses)))
    return " ".join(parts) + "."


def listed(words: Iterable[str], conjunction: str) -> str:
    """``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def _who(statement: Statement) -> str:
    if statement.principals is None:
        return ""
    parties = listed(dict.fromkeys(_party(kind, value) for kind, value in statement.principals), "and")
    return f"{'everyone but ' if statement.not_principal else ''}{parties} to do "


def _party(kind: str, value: str) -> str:
    party = read_party(kind, value)
    if party.kind == "everyone":
        return "everyone"
    if party.whole:
        return f"account {party.account}"
    return _PARTIES.get(party.kind, "{}").format(value)


def _test(clause: Clause) -> str:
    if clause.operator == "Null":
        missing = {value.lower() for value in clause.values}
        return f"{clause.key} is {'missing' if 'true' in missing else 'there'}"
    subject = _SUBJECTS[clause.quantifier].format(clause.key)
    values = _values(clause.values, "or" if "Not" not in clause.operator else "nor")
    return f"{subject} {_TESTS[clause.operator]} {values}{', if it is there' if clause.if_exists else ''}"


def _values(values: Sequence[str], conjunction: str) -> str:
    return listed([value or '""' for value in values], conjunction) if values else "one of no values"
