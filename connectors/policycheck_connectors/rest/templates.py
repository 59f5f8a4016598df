"""Templates and expressions of definitions: filled, asked, and never trusted to be well-shaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from policycheck_connectors.rest.failures import Failure

_PLACE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_COMBINING = ("function_expression", "multi_select_list", "and_expression")
_HELP = "the definition does not fit what the vendor answers: report it"


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def search(expression: str, value: Any) -> Any:
    """What an expression gives; Failure where it cannot be applied to the answer."""
    try:
        return _compiled(expression).search(value)
    except (JMESPathError, TypeError, ValueError) as error:
        raise Failure(f"`{expression}` cannot be read from the answer ({type(error).__name__})", _HELP) from None


def told(expression: str, value: Any) -> bool:
    """Whether all is there that an expression makes a text of: ``to_string`` makes the word null of what is not."""
    return "to_string" not in expression or _told(_compiled(expression).parsed, value)


def _told(node: Any, value: Any) -> bool:
    kind, children = node["type"], node["children"]
    if kind == "function_expression" and node["value"] == "to_string":
        return bool(plain(ParsedResult("", children[0]).search(value)))
    if kind == "or_expression":
        return _told(children[0 if ParsedResult("", children[0]).search(value) else 1], value)
    return kind not in _COMBINING or all(_told(child, value) for child in children)


def fill(template: str, values: Mapping[str, str]) -> str:
    """A template with its places filled, as they are."""
    return _PLACE.sub(lambda match: values[match[1]], template)


def fill_path(template: str, values: Mapping[str, str]) -> str:
    """A path with its places filled; a value can add no segment and no query."""
    return _PLACE.sub(lambda match: _segment(values[match[1]]), template)


def _segment(value: str) -> str:
    # A segment of dots alone would be resolved away, to another path than the definition's.
    return quote(value, safe="") if value.strip(".") else quote(value, safe="").replace(".", "%2E")


def filled(mapping: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """A mapping of templates, filled."""
    return {key: fill(text, values) for key, text in mapping.items()}


def plain(value: Any) -> str:
    """A short value of an answer as text; empty for what is no text, number or truth value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value[:4096].encode("utf-8", "replace").decode() if isinstance(value, str) else ""
