"""The condition operators of AWS on one policy value and one context value, and on whole clauses.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
keys"; "Variables and tags" (what cannot be resolved). Values of the wrong type satisfy no typed operator, not even a
negated one.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from policycheck.aws.documents import Clause
from policycheck.aws.patterns import LITERAL_ANY, LITERAL_STAR, encode, literal, matches, matches_segments

Context: TypeAlias = Mapping[str, "str | tuple[str, ...]"]
"""Lower-case key to a single value, or to a tuple for a multivalued key; an absent key is missing."""
Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_EPOCH = re.compile(r"[+-]?(?:\d{1,3}|\d{5,})(?:\.\d+)?", re.ASCII)
_NETWORK = re.compile(r"[0-9a-fA-F.:]+(?:/\d{1,3})?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,18}))?)?(Z|z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)
_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)


def number(text: str) -> Decimal | None:
    """A decimal number; None when the text is none (``10abc``)."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def moment(text: str) -> Decimal | None:
    """Seconds since 1970 from ISO 8601 or epoch seconds; UTC without a zone; None when the text is no date."""
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        base = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    shift = timedelta()
    if zone and zone not in "Zz":
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    seconds = (base - _ORIGIN - shift) // timedelta(seconds=1)
    return Decimal(seconds) + Decimal(f"0.{fraction or 0}")


def network(text: str) -> Network | None:
    """An address or CIDR, host bits ignored; None when the text is neither."""
    if not _NETWORK.fullmatch(text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a text is, None when it is none."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def boolean(text: str) -> bool | None:
    """The truth value that a text is, in any letter case, None when it is none."""
    return {"true": True, "false": False}.get(text.lower())


def _compare(parse: Callable[[str], Decimal | None], test: Callable[[Decimal, Decimal], bool]) -> _Test:
    def run(pattern: str, value: str) -> bool:
        wanted, found = parse(pattern), parse(value)
        return wanted is not None and found is not None and test(found, wanted)

    return run


def _in_network(pattern: str, value: str) -> bool:
    wanted, found = network(pattern), address(value)
    return wanted is not None and found is not None and found.version == wanted.version and found in wanted


def _not_in_network(pattern: str, value: str) -> bool:
    return network(pattern) is not None and address(value) is not None and not _in_network(pattern, value)


def _same_boolean(pattern: str, value: str) -> bool:
    wanted = boolean(pattern)
    return wanted is not None and wanted == boolean(value)


def _equals(pattern: str, value: str) -> bool:
    return literal(pattern) == literal(value)


def _same_folded(pattern: str, value: str) -> bool:
    return literal(pattern).lower() == literal(value).lower()


def _like(pattern: str, value: str) -> bool:
    return matches(pattern, literal(value))


def _arn_like(pattern: str, value: str) -> bool:
    return matches_segments(pattern, literal(value))


_Test: TypeAlias = "Callable[[str, str], bool]"


def _orders(prefix: str, parse: Callable[[str], Decimal | None]) -> dict[str, _Test]:
    return {
        f"{prefix}Equals": _compare(parse, lambda found, wanted: found == wanted),
        f"{prefix}NotEquals": _compare(parse, lambda found, wanted: found != wanted),
        f"{prefix}LessThan": _compare(parse, lambda found, wanted: found < wanted),
        f"{prefix}LessThanEquals": _compare(parse, lambda found, wanted: found <= wanted),
        f"{prefix}GreaterThan": _compare(parse, lambda found, wanted: found > wanted),
        f"{prefix}GreaterThanEquals": _compare(parse, lambda found, wanted: found >= wanted),
    }


def _not(test: _Test) -> _Test:
    return lambda pattern, value: not test(pattern, value)


TESTS: Mapping[str, _Test] = {
    "StringEquals": _equals,
    "StringNotEquals": _not(_equals),
    "StringEqualsIgnoreCase": _same_folded,
    "StringNotEqualsIgnoreCase": _not(_same_folded),
    "StringLike": _like,
    "StringNotLike": _not(_like),
    **_orders("Numeric", number),
    **_orders("Date", moment),
    "Bool": _same_boolean,
    "BinaryEquals": _equals,
    "IpAddress": _in_network,
    "NotIpAddress": _not_in_network,
    "ArnEquals": _arn_like,
    "ArnNotEquals": _not(_arn_like),
    "ArnLike": _arn_like,
    "ArnNotLike": _not(_arn_like),
}
"""From an operator to its test of one encoded policy value against one raw context value."""
NEGATED = frozenset(name for name in TESTS if "Not" in name)
TEXT = frozenset(name for name in TESTS if name.startswith(("String", "Arn", "Binary")))


def value_of(context: Context, key: str) -> str | tuple[str, ...] | None:
    """The value of a key; an empty list counts as missing."""
    found = context.get(key)
    return None if found == () else found


def fill(pattern: str, variables: bool, context: Context) -> str | None:
    """Encode a pattern with its policy variables replaced from the request; None when one has no value."""

    def lookup(name: str, default: str | None) -> str | None:
        found = value_of(context, name)
        if found is None:
            return None if default is None else literal(default)
        return literal(found) if isinstance(found, str) else None

    return encode(pattern, variables, lookup)


def holds(clause: Clause, context: Context, variables: bool) -> bool:
    """Whether one clause holds for a request.

    A policy variable without a value matches nothing, and makes a negated operator false on a key that is there.
    """
    value = value_of(context, clause.key)
    if clause.operator == "Null":
        return ("true" if value is None else "false") in {wanted.lower() for wanted in clause.values}
    if value is None:
        if clause.if_exists or clause.quantifier == "ForAllValues":
            return True
        return clause.quantifier != "ForAnyValue" and clause.operator in NEGATED
    patterns = _patterns(clause, variables, context)
    if len(patterns) < len(clause.values) and clause.operator in NEGATED:
        return False
    if clause.quantifier:
        values = (value,) if isinstance(value, str) else value
        check = all if clause.quantifier == "ForAllValues" else any
        return check([_satisfies(clause.operator, patterns, item) for item in values])
    return isinstance(value, str) and _satisfies(clause.operator, patterns, value)


def _patterns(clause: Clause, variables: bool, context: Context) -> list[str]:
    if clause.operator not in TEXT:
        return list(clause.values)
    filled = [fill(value, variables, context) for value in clause.values]
    return [
        value.replace(LITERAL_STAR, "*").replace(LITERAL_ANY, "?") if _is_literal(clause.operator) else value
        for value in filled
        if value is not None
    ]


def _is_literal(operator: str) -> bool:
    return operator not in ("StringLike", "StringNotLike") and not operator.startswith("Arn")


def _satisfies(operator: str, patterns: list[str], value: str) -> bool:
    test = TESTS[operator]
    if operator in NEGATED:
        return all(test(pattern, value) for pattern in patterns)
    return any(test(pattern, value) for pattern in patterns)
