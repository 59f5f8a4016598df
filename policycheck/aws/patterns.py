"""AWS wildcards and policy variables: encoded patterns, and whether one matches a given string.

In an encoded pattern ``*`` and ``?`` are always wildcards; the escapes ``${*}`` and ``${?}`` become the private
characters LITERAL_STAR and LITERAL_ANY, and so do a star and a question mark inside a concrete string.
Source: IAM User Guide, "Resource" (wildcards in ARNs) and "Variables and tags" (escapes, defaults).

Three readings of a wildcard in an ARN are kept apart: *plain* (it crosses colons), *segments* (inside the first five
colon-separated parts it stays there, unless it ends the pattern) and *documented* (as segments, but a star that ends a
part may reach past the colon: the words of the user guide). Segments is the narrowest, plain the widest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

LITERAL_STAR = "\ue000"
LITERAL_ANY = "\ue001"
ARN_COLONS = 5
COLON_FREE = ("aws:principalaccount", "aws:username", "aws:principalorgid", "aws:requestedregion", "aws:sourceaccount")
"""Variables whose values never hold a colon, so that they stay inside a segment."""
NOTHING = ("\uffff", "")
"""An empty range of characters."""
_ESCAPES = {"*": LITERAL_STAR, "?": LITERAL_ANY, "$": "$"}
_VARIABLE = re.compile(r"\$\{([*?$])\}|\$\{\s*([^{},\s*?$][^{},\s]*)\s*(?:,\s*'([^']*)'\s*)?\}")

Lookup = Callable[[str, str | None], str | None]
"""From a variable's lower-case name and its default (None without) to encoded text; None: it has no value."""


def literal(text: str) -> str:
    """A concrete string in encoded form."""
    if "*" in text or "?" in text:
        return text.replace("*", LITERAL_STAR).replace("?", LITERAL_ANY)
    return text


def decode(text: str) -> str:
    """Back from the encoded form of a concrete string."""
    return text.replace(LITERAL_STAR, "*").replace(LITERAL_ANY, "?")


def has_variable(text: str) -> bool:
    """Whether a pattern of a 2012-10-17 policy holds a policy variable (an escape is none)."""
    return "${" in text and any(match.group(2) for match in _VARIABLE.finditer(text))


def variables_in(text: str) -> tuple[str, ...]:
    """The lower-case names of the policy variables in a pattern."""
    return tuple([match.group(2).lower() for match in _VARIABLE.finditer(text) if match.group(2)])


def unresolvable(text: str) -> tuple[str, ...]:
    """The lower-case names of the policy variables in a pattern that have no default."""
    return tuple([m.group(2).lower() for m in _VARIABLE.finditer(text) if m.group(2) and m.group(3) is None])


def settled(text: str, values: Mapping[str, str | None]) -> str | None:
    """A pattern as written with the variables of known keys replaced; None: one of them has no value in any request."""
    known = {name: value for name, value in values.items() if value is None or not set("*?$") & set(value)}
    names = [(m.group(2) or "").lower() for m in _VARIABLE.finditer(text) if m.group(3) is None]
    if any(name in known and known[name] is None for name in names):
        return None

    def put(match: re.Match[str]) -> str:
        name = (match.group(2) or "").lower()
        if name not in known:
            return match.group()
        value = known[name]
        return str(match.group(3)) if value is None else value

    return _VARIABLE.sub(put, text)


def shifting(text: str) -> int:
    """Where an ARN pattern has a variable before its fifth colon whose value may hold colons; -1 when nowhere."""
    for match in _VARIABLE.finditer(text):
        name = match.group(2)
        if name and name.lower() not in COLON_FREE and without_variables(text[: match.start()]).count(":") < ARN_COLONS:
            return match.start()
    return -1


def without_variables(text: str) -> str:
    """The pattern with a letter in the place of each variable and escape, so that its colons can be counted."""
    return _VARIABLE.sub("x", text) if "${" in text else text


def with_stars(text: str) -> str:
    """The pattern with a star in the place of each policy variable; escapes keep what they stand for."""
    if "${" not in text:
        return text
    return _VARIABLE.sub(lambda match: _ESCAPES[match.group(1)] if match.group(1) else "*", text)


def encode(text: str, variables: bool, lookup: Lookup) -> str | None:
    """Encode a pattern as written in a policy; None when a variable in it has no value (it then matches nothing)."""
    if not variables or "${" not in text:
        return text
    parts: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
        escape, name, default = match.groups()
        value = _ESCAPES[escape] if escape else lookup(name.lower(), default)
        if value is None:
            return None
        parts.append(value)
    parts.append(text[end:])
    return "".join(parts)


def matches(pattern: str, text: str) -> bool:
    """Whether an encoded pattern matches an encoded string when wildcards cross everything."""
    if "?" in pattern:
        return _matches_slow(pattern, text)
    if "*" not in pattern:
        return pattern == text
    first, *middle, last = pattern.split("*")
    position, end = len(first), len(text) - len(last)
    if position > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in middle:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def matches_opaque(pattern: str, text: str, opaque: tuple[str, str]) -> bool:
    """As ``matches``, but no question mark matches a character in the range ``opaque``."""
    return _matches_slow(pattern, text, opaque) if "?" in pattern else matches(pattern, text)


def _matches_slow(pattern: str, text: str, opaque: tuple[str, str] = NOTHING) -> bool:
    """Two pointers with one point of return, the last star: quadratic at worst."""
    first, final = opaque
    at = star = -1
    position = index = 0
    while position < len(text):
        token = pattern[index] if index < len(pattern) else ""
        if token == "*":
            star, at = index, position
            index += 1
        elif (token == "?" and not first <= text[position] <= final) or (token and token == text[position]):
            index += 1
            position += 1
        elif star >= 0:
            at += 1
            index, position = star + 1, at
        else:
            return False
    return not pattern[index:].strip("*")


def matches_segments(pattern: str, text: str, opaque: tuple[str, str] = NOTHING) -> bool:
    """Whether an encoded ARN pattern matches when wildcards stay inside their segment."""
    wanted = pattern.split(":", ARN_COLONS)
    parts = text.split(":", ARN_COLONS)
    if len(wanted) > ARN_COLONS or not pattern.endswith("*"):
        if len(parts) != len(wanted):
            return False
    elif len(parts) < len(wanted):
        return False
    return all(matches_opaque(piece, part, opaque) for piece, part in zip(wanted, parts, strict=False))


def readings_differ(pattern: str) -> bool:
    """Whether the two readings can differ: a wildcard before the fifth colon that does not end the pattern."""
    pattern = without_variables(pattern)
    if pattern.count(":") >= ARN_COLONS:
        head = pattern[: len(pattern) - len(pattern.split(":", ARN_COLONS)[-1])]
    else:
        head = pattern.removesuffix("*")
    return "*" in head or "?" in head
