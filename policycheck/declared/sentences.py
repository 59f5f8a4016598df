"""Cerberus errors to problems: one sentence, one place, one help each; nobody ever sees a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from policycheck.declared.checker import VALUE, errors_of
from policycheck.declared.document import Document, Path
from policycheck.declared.lean import errors
from policycheck.declared.notes import Notes
from policycheck.declared.schemas import SCHEMAS
from policycheck.declared.shapes import SHAPES
from policycheck.declared.words import brief, listed, meant
from policycheck.declared.wrong import Doubt, Wrong


class Said(NamedTuple):
    """What to say about one error, and where. ``keep``: the value there stays, only something in it is missing."""

    rule: str
    path: Path
    message: str
    help: str
    on_key: bool = False
    keep: bool = False


_NOUNS = {
    "string": "text",
    "list": "a list",
    "dict": "a mapping",
    "whole": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def tell(document: Document, doubts: list[Doubt], notes: Notes) -> None:
    """Let Cerberus judge what is in doubt; each of its errors becomes a problem, and None in the document's values."""
    for doubt in doubts:
        if doubt.stray:
            _tell(document, _stray(doubt), notes)
            continue
        for error in errors_of(doubt.schema, doubt.values, doubt.path, doubt.complete):
            _tell(document, _SAY[error.code](document, error), notes)


def _tell(document: Document, said: Said, notes: Notes) -> None:
    notes.add(said.rule, document, said.path, said.message, said.help, on_key=said.on_key)
    if not said.keep:
        remove(document, said.path)


def remove(document: Document, path: Path) -> None:
    """Put None where a refused value stands."""
    holder: Any = document.values
    for step in path[:-1]:
        holder = holder[step]
        if holder is None:
            return
    holder[path[-1]] = None


def _rules(error: Any) -> dict[str, Any]:
    rules: dict[str, Any] = SCHEMAS[error.schema_path[0]][error.document_path[-1]]
    return rules


def _unknown(document: Document, error: Any) -> Said:
    name, path = error.schema_path[0], error.document_path
    key = str(path[-1])
    if name == "shared" and key in SCHEMAS["policy"]:
        holder = "a profile" if path[0] == "profiles" else "`defaults`"
        help = "it holds `never`, `limits` and `review`, which can only tighten a policy"
        return Said("PC002", path, f"{holder} cannot hold `{key}`", help, True)
    help = meant(key, SCHEMAS[name], "known keys here")
    return Said("PC002", path, f"unknown key `{brief(key)}`", help, True)


def _missing(document: Document, error: Any) -> Said:
    key = error.document_path[-1]
    help = f"add `{key}: {_rules(error)['meta']}`"
    return Said("PC003", error.document_path[:-1], f"`{key}` is missing", help, True, True)


def _type(document: Document, error: Any) -> Said:
    rules, path = _rules(error), error.document_path
    wanted = error.constraint if isinstance(error.constraint, str) else "dict"
    written = document.written(path)
    if wanted == "string" and "allowed" in rules and written and written not in rules["allowed"]:
        return _choice(path, written, rules["allowed"])
    return _wrong_type(document, error, (), error.value, wanted)


def _wrong_type(document: Document, error: Any, below: Path, value: object, wanted: str) -> Said:
    """A value, or one below it, of another type than wanted (a Cerberus type name)."""
    rules, path = _rules(error), (*error.document_path, *below)
    example = f"write `{error.document_path[-1]}: {rules['meta']}`"
    if value is None:
        return Said("PC003", path, f"{_name(path)} has no value", f"{example}, or remove it")
    if wanted == "string" and isinstance(value, bool | int | float):
        written = document.written(path)
        return _unquoted(path, written, value, _quoted(rules, below, written))
    return Said("PC003", path, f"{_name(path)} must be {_NOUNS[wanted]}", example)


def _quoted(rules: dict[str, Any], below: Path, written: str) -> Wrong | None:
    """What would still be wrong with a value if it stood in quotes."""
    value: Any = written
    for step in reversed(below):
        value = [value] if isinstance(step, int) else {step: value}
    return next(SHAPES[rules["shape"]](value), None) if "shape" in rules else None


def _unquoted(path: Path, written: str, value: object, wrong: Wrong | None) -> Said:
    """A word or number that YAML took for something other than text, unless quotes would not make it right."""
    help = f'put it in quotes: "{written}"'
    if wrong is not None:
        return Said("PC003", path, wrong.message, wrong.help)
    if isinstance(value, bool):
        return Said("PC003", path, f"`{written}` without quotes means {str(value).lower()} in YAML, not text", help)
    if str(value) == written:
        return Said("PC003", path, f"`{written}` without quotes is a number, not text", help)
    return Said("PC003", path, f"`{written}` without quotes is the number {value} in YAML, not text", help)


def _stray(doubt: Doubt) -> Said:
    schema, path = SCHEMAS[doubt.schema], doubt.path
    required = [key for key, rules in schema.items() if rules.get("required")] or list(schema)
    help = f"write its keys, such as `{required[0]}: {schema[required[0]]['meta']}`"
    return Said("PC003", path, f"{_name(path)} must be a mapping", help)


def _name(path: Path) -> str:
    return f"`{brief(str(path[-1]))}`" if isinstance(path[-1], str) else f"an item of `{path[-2]}`"


def _value(document: Document, error: Any) -> Said:
    below, message, help, rule = error.info
    path = (*error.document_path, *below)
    if message:
        return Said(rule, path, message, help, rule == "PC002")
    value = error.value
    for step in below:
        value = value[step]
    return _wrong_type(document, error, below, value, "string")


def _empty(document: Document, error: Any) -> Said:
    key = error.document_path[-1]
    return Said("PC003", error.document_path, f"`{key}` is empty", f"write `{key}: {_rules(error)['meta']}`")


def _allowed(document: Document, error: Any) -> Said:
    return _choice(error.document_path, str(error.value), [str(value) for value in error.constraint])


def _choice(path: Path, written: str, allowed: list[str]) -> Said:
    help = f"write one of {listed(allowed)}" if len(allowed) > 1 else f"write `{allowed[0]}`"
    return Said("PC003", path, f"`{path[-1]}` cannot be `{brief(written)}`", help)


def _bound(document: Document, error: Any) -> Said:
    side = "least" if error.code == errors.MIN_VALUE.code else "most"
    message = f"`{error.document_path[-1]}` must be at {side} {error.constraint}"
    help = f"write `{error.document_path[-1]}: {_rules(error)['meta']}`"
    return Said("PC003", error.document_path, message, help)


_SAY: dict[int, Callable[[Document, Any], Said]] = {
    errors.UNKNOWN_FIELD.code: _unknown,
    errors.REQUIRED_FIELD.code: _missing,
    errors.BAD_TYPE.code: _type,
    errors.EMPTY_NOT_ALLOWED.code: _empty,
    errors.UNALLOWED_VALUE.code: _allowed,
    errors.MIN_VALUE.code: _bound,
    errors.MAX_VALUE.code: _bound,
    VALUE.code: _value,
}
