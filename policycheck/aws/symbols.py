"""Opaque characters that stand for the unknown values of policy variables while languages are compared."""

from __future__ import annotations

import re
from typing import TypeAlias

from policycheck.aws import telling
from policycheck.aws.globs import OverBudget, is_opaque, opaque

_SYMBOL = re.compile("[\ue100-\uf8ff]")
Value: TypeAlias = "str | tuple[str, ...]"
"""What a context key holds; an empty tuple when it is missing."""


class Symbols:
    """Opaque characters for policy variables, one for each (name, default)."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str | None], str] = {}

    def symbol(self, name: str, default: str | None) -> str:
        """The text that stands for the value of a variable, the same for the same variable and default."""
        found = self._names.get((name, default))
        if found is None:
            found = self._names[name, default] = opaque(len(self._names))
            if not is_opaque(found):
                raise OverBudget
        return found

    def fill(self, text: str, context: dict[str, Value], spare: str = "") -> str:
        """Replace symbols by the context's values; a value that is needed and not set is set, to ``spare`` if given.

        A key that must be missing has the empty tuple; its symbol stays.
        """
        for (name, default), symbol in self._names.items():
            if symbol in text:
                value = context.get(name)
                if not value and value != "" and default is not None:
                    value = default
                elif value == ():
                    continue
                elif not isinstance(value, str):
                    value = context[name] = spare or telling.variable_value(name)
                text = text.replace(symbol, value)
        return text


def has_symbol(resource: str, context: dict[str, Value]) -> bool:
    """Whether a found resource or context value holds an opaque character."""
    if _SYMBOL.search(resource):
        return True
    return any(_SYMBOL.search(value if isinstance(value, str) else "".join(value)) for value in context.values())
