"""Cerberus errors to problems: one sentence, one place, one help each; nobody ever sees a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cerberus import errors

from policycheck.declared.checker import VALUE, errors_of
from policycheck.declared.conforming import Doubt
from policycheck.declared.document import Document, Path
from policycheck.declared.notes import Notes
from policycheck.declared.schemas import SCHEMAS
from policycheck.declared.words import brief, listed, meant


class Said(NamedTuple):
    """What to say about one error, and where."""

    rule: str
    path: Path
    message: str
    help: str
    on_key: bool = False


_NOUNS = {"string": "text", "list": "a list", "dict": "a mapping", "whole": "a whole number"}


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
    remove(document, said.path)


def remove(document: Document, path: Path) -> None:
    """Put None where a refused value stands."""
    holder: Any = document.values
    for step in path[:-1]:
        holder = holder[step]
        if holder is None:
            return
    if path:
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
    return Said("PC003", error.document_path[:-1], f"`{key}` is missing", help, True)


def _type(document: Document, error: Any) -> Said:
    wanted = error.constraint if isinstance(error.constraint, str) else "dict"
    example = f"write `{error.document_path[-1]}: {_rules(error)['meta']}`"
    return wrong_type(document, error.document_path, error.value, wanted, example)


def wrong_type(document: Document, path: Path, value: object, wanted: str, example: str) -> Said:
    """What to say when a value is of another type than wanted (a Cerberus type name)."""
    name = _name(path)
    if value is None:
        return Said("PC003", path, f"{name} has no value", f"{example}, or remove it")
    if wanted == "string" and isinstance(value, bool | int | float):
        return Said("PC003", path, *unquoted(document.written(path), value))
    return Said("PC003", path, f"{name} must be {_NOUNS[wanted]}", example)


def unquoted(written: str, value: object) -> tuple[str, str]:
    """Sentence and help for a word or number that YAML took for something other than text."""
    help = f'put it in quotes: "{written}"'
    if isinstance(value, bool):
        return f"`{written}` without quotes means {str(value).lower()} in YAML, not text", help
    if str(value) == written:
        return f"`{written}` without quotes is a number, not text", help
    return f"`{written}` without quotes is the number {value} in YAML, not text", help


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
    if not message:
        value = error.value
        for step in below:
            value = value[step]
        return wrong_type(document, path, value, "string", f"write `{_rules(error)['meta']}`")
    return Said(rule, path, message, help, rule == "PC002")


def _empty(document: Document, error: Any) -> Said:
    key = error.document_path[-1]
    return Said("PC003", error.document_path, f"`{key}` is empty", f"write `{key}: {_rules(error)['meta']}`")


def _allowed(document: Document, error: Any) -> Said:
    key, allowed = error.document_path[-1], [str(value) for value in error.constraint]
    message = f"`{key}` cannot be `{brief(str(error.value))}`"
    help = f"write one of {listed(allowed)}" if len(allowed) > 1 else f"write `{allowed[0]}`"
    return Said("PC003", error.document_path, message, help)


def _least(document: Document, error: Any) -> Said:
    message = f"`{error.document_path[-1]}` must be at least {error.constraint}"
    return Said("PC003", error.document_path, message, f"write `{_rules(error)['meta']}`")


_SAY: dict[int, Callable[[Document, Any], Said]] = {
    errors.UNKNOWN_FIELD.code: _unknown,
    errors.REQUIRED_FIELD.code: _missing,
    errors.BAD_TYPE.code: _type,
    errors.EMPTY_NOT_ALLOWED.code: _empty,
    errors.UNALLOWED_VALUE.code: _allowed,
    errors.MIN_VALUE.code: _least,
    VALUE.code: _value,
}
