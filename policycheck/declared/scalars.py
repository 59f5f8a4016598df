"""Scalars as YAML 1.1 reads them, except that dates stay text."""

from __future__ import annotations

from typing import Any

from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

_YAML = "tag:yaml.org,2002:"
_CONSTRUCTOR = SafeConstructor()

#: First character of a plain text -> the tags that it may have, with their patterns.
RESOLVERS: Any = Resolver.yaml_implicit_resolvers

#: Tags that a value may carry.
PLAIN_TAGS = frozenset({"!"} | {_YAML + name for name in ("str", "int", "float", "bool", "null", "timestamp")})


def scalar(event: Any) -> str | int | float | bool | None:
    """The value of a scalar event; text that YAML cannot turn into its tag's value stays text."""
    text: str = event.value
    if event.tag is not None:
        return _value(event.tag, text)
    return plain(text) if event.implicit[0] else text


def plain(text: str) -> str | int | float | bool | None:
    """The value of a text without quotes and tag."""
    for tag, pattern in RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            return _value(tag, text)
    return text


def _value(tag: str, text: str) -> str | int | float | bool | None:
    try:
        if tag == _YAML + "int":
            return _whole(text)
        if tag == _YAML + "float":
            return float(_CONSTRUCTOR.construct_yaml_float(ScalarNode(tag, text)))
    except ValueError:
        return text
    if tag == _YAML + "bool":
        return SafeConstructor.bool_values.get(text.lower(), text)
    return None if tag == _YAML + "null" else text


def _whole(text: str) -> int:
    if text.isdecimal() and not text.startswith("0"):
        return int(text)
    return int(_CONSTRUCTOR.construct_yaml_int(ScalarNode(_YAML + "int", text)))
