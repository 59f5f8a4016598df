"""A document against the schemas: a walk over its nested mappings that leaves to Cerberus what is not plainly right.

Right files need no second opinion, and Cerberus takes 50 ms to import: a third of what the hook may cost for one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from policycheck.declared.document import Document, Path
from policycheck.declared.elements import Rules
from policycheck.declared.notes import MOST, Notes
from policycheck.declared.schemas import NESTED, OPEN, SCHEMAS
from policycheck.declared.shapes import SHAPES
from policycheck.declared.wrong import Doubt

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "list": (list,),
    "dict": (dict,),
    "whole": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_KNOWN = frozenset({"type", "empty", "allowed", "min", "max", "shape", "required", "meta", "nullable"})

#: Ways of nesting where a value may be text instead of a mapping; the shape of the whole tells what else is wrong.
_MIXED = frozenset({"detailed", "grouped", "parts"})


def _right(value: Any) -> bool:
    return True


def _wrong(value: Any) -> bool:
    return False


def conform(document: Document, schema: str, notes: Notes) -> None:
    """Check a document against a schema. What is wrong becomes a problem, and None in the document's values."""
    found: list[Doubt] = []
    _walk(schema, document.values, (), found)
    if found:
        from policycheck.declared.sentences import tell

        tell(document, found[: MOST + 1], notes)


def right(rules: Rules) -> Callable[[Any], bool]:
    """A predicate that is true only for values to which Cerberus has no objection under these rules."""
    if not rules.keys() <= _KNOWN:
        return _wrong
    names = rules["type"] if isinstance(rules["type"], list) else [rules["type"]]
    types = tuple(each for name in names for each in _TYPES[name])
    empty, allowed = rules.get("empty", True), rules.get("allowed")
    least, most = rules.get("min"), rules.get("max")
    shape = SHAPES[rules["shape"]] if "shape" in rules else None
    nullable = rules.get("nullable", False)

    def plainly(value: Any) -> bool:
        if value is None:
            return bool(nullable)
        if type(value) not in types or not (value or empty):
            return False
        if (allowed is not None and value not in allowed) or (least is not None and value < least):
            return False
        if most is not None and value > most:
            return False
        return shape is None or next(shape(value), None) is None

    return plainly


@lru_cache(maxsize=64)
def _ready(name: str) -> tuple[dict[str, Callable[[Any], bool]], frozenset[str], dict[str, tuple[str, str]]]:
    """A schema made ready: the predicates of its keys, the required keys, the nested ones."""
    schema = SCHEMAS[name]
    required = frozenset(key for key, rules in schema.items() if rules.get("required"))
    return {key: right(rules) for key, rules in schema.items()}, required, NESTED.get(name, {})


def _walk(name: str, values: dict[str, Any], path: Path, found: list[Doubt]) -> None:
    predicates, required, nested = _ready(name)
    unknown = _right if name in OPEN else _wrong
    doubts = ((key, value) for key, value in values.items() if not predicates.get(key, unknown)(value))
    doubtful = dict(islice(doubts, MOST + 1))
    complete = required <= values.keys()
    if not complete:
        doubtful |= {key: values[key] for key in required if key in values}
    if doubtful or not complete:
        found.append(Doubt(name, path, doubtful, complete))
    for key, (how, inner) in nested.items():
        if key in values:
            _nested(how, inner, values[key], (*path, key), found)


def _nested(how: str, name: str, value: Any, path: Path, found: list[Doubt]) -> None:
    if how == "inside":
        if isinstance(value, dict):
            _walk(name, value, path, found)
        return
    for below, item in _items(how, value):
        if isinstance(item, dict):
            _walk(name, item, (*path, *below), found)
        elif how not in _MIXED:
            found.append(Doubt(name, (*path, *below), {}, stray=True))


def _items(how: str, value: Any) -> Iterable[tuple[Path, Any]]:
    if how in ("each", "parts"):
        return (((index,), item) for index, item in enumerate(value)) if isinstance(value, list) else ()
    if not isinstance(value, dict):
        return ()
    if how == "grouped":
        groups = ((name, group) for name, group in value.items() if isinstance(group, dict))
        return (((name, key), item) for name, group in groups for key, item in group.items())
    return (((name,), item) for name, item in value.items())
