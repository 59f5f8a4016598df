"""A second evaluator, written apart from the program's: regular expressions and plain loops over raw JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from ipaddress import ip_address
from typing import Any

Context = dict[str, Any]


def _regex(pattern: str, inside: str = ".") -> str:
    return "".join(f"{inside}*" if c == "*" else inside if c == "?" else re.escape(c) for c in pattern)


@cache
def glob(pattern: str, text: str) -> bool:
    return re.fullmatch(_regex(pattern), text, re.DOTALL) is not None


@cache
def arn_glob(pattern: str, text: str) -> bool:
    """Wildcards stay inside the first five segments, but for a star that ends the pattern."""
    parts = pattern.split(":", 5)
    pieces = [_regex(part, "." if index == 5 else "[^:]") for index, part in enumerate(parts)]
    if len(parts) < 6 and pattern.endswith("*"):
        pieces[-1] = pieces[-1].removesuffix("[^:]*") + ".*"
    return re.fullmatch(":".join(pieces), text, re.DOTALL) is not None


@cache
def reaching_glob(pattern: str, text: str) -> bool:
    """As ``arn_glob``, but a star that ends one of the first five segments reaches past its colon."""
    *parts, last = pattern.split(":", 5) if pattern.count(":") >= 5 else [*pattern.split(":"), ""]
    if pattern.count(":") < 5:
        pieces = [_reaching(part) for part in parts]
        return re.fullmatch(":".join(pieces), text, re.DOTALL) is not None
    return re.fullmatch(":".join([*map(_reaching, parts), _regex(last)]), text, re.DOTALL) is not None


def _reaching(part: str) -> str:
    piece = _regex(part, "[^:]")
    return piece.removesuffix("[^:]*") + ".*" if part.endswith("*") else piece


MATCHERS = {"plain": glob, "segments": arn_glob, "documented": reaching_glob}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _substitute(pattern: str, context: Context) -> str | None:
    for name in re.findall(r"\$\{(aws:[A-Za-z]+)\}", pattern):
        value = context.get(name.lower())
        if not isinstance(value, str):
            return None
        pattern = pattern.replace("${" + name + "}", value)
    return pattern


def _one(operator: str, wanted: str, value: str) -> bool:
    if operator == "StringEquals":
        return wanted == value
    if operator == "StringLike":
        return glob(wanted, value)
    if operator == "StringEqualsIgnoreCase":
        return wanted.lower() == value.lower()
    if operator in ("ArnLike", "ArnEquals"):
        return arn_glob(wanted, value)
    if operator == "Bool":
        return wanted.lower() == value.lower()
    if operator.startswith("Numeric"):
        left, right = float(value), float(wanted)
        return {"Equals": left == right, "LessThan": left < right, "LessThanEquals": left <= right,
                "GreaterThan": left > right, "GreaterThanEquals": left >= right}[operator[7:]]  # fmt: skip
    if operator == "IpAddress":
        return _bits(value).startswith(_bits(wanted))
    raise AssertionError(operator)


def _bits(text: str) -> str:
    base, _, length = text.partition("/")
    packed = ip_address(base).packed
    bits = "".join(f"{byte:08b}" for byte in packed)
    return str(len(packed)) + bits[: int(length or len(bits))]


def clause(operator: str, key: str, values: list[str], context: Context) -> bool:
    quantifier, _, plain = operator.rpartition(":")
    if_exists = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    value = context.get(key.lower())
    if plain == "Null":
        return any((v == "true") == (value is None) for v in values)
    negated = "Not" in plain
    base = plain.replace("StringNot", "String").replace("ArnNot", "Arn").replace("NumericNot", "Numeric")
    base = base.replace("NotIp", "Ip")
    if value is None:
        return if_exists or quantifier == "ForAllValues" or (negated and quantifier != "ForAnyValue")
    if isinstance(value, (list, tuple)) and not quantifier:
        return False
    filled = [_substitute(v, context) for v in values]
    if negated and None in filled:
        return False
    wanted = [w for w in filled if w is not None]

    def single(item: str) -> bool:
        try:
            return any(_one(base, w, item) for w in wanted) != negated
        except ValueError:
            return False

    items = [value] if isinstance(value, str) else list(value)
    return all(map(single, items)) if quantifier == "ForAllValues" else any(map(single, items))


def applies(statement: dict[str, Any], action: str, resource: str, context: Context, reading: str) -> bool:
    match = MATCHERS[reading]

    def names(patterns: Any) -> bool:
        return any(glob(p.lower() if ":" in p else "*", action.lower()) for p in _list(patterns))

    def matched(patterns: Any) -> bool:
        return any(match(p, resource) for q in _list(patterns) if (p := _substitute(q, context)) is not None)

    if "Action" in statement and not names(statement["Action"]):
        return False
    if "NotAction" in statement and names(statement["NotAction"]):
        return False
    if "Resource" in statement and not matched(statement["Resource"]):
        return False
    if "NotResource" in statement:
        unresolved = any(_substitute(p, context) is None for p in _list(statement["NotResource"]))
        if unresolved or matched(statement["NotResource"]):
            return False
    return all(
        clause(operator, key, [str(v) for v in _list(values)], context)
        for operator, block in statement.get("Condition", {}).items()
        for key, values in block.items()
    )


def allowed(documents: Iterable[Any], action: str, resource: str, context: Context, reading: str = "plain") -> bool:
    statements = [s for doc in documents for s in _list(doc["Statement"])]
    hit = [s for s in statements if applies(s, action, resource, context, reading)]
    return any(s["Effect"] == "Allow" for s in hit) and not any(s["Effect"] == "Deny" for s in hit)
