"""Connector entries of policycheck.yaml: their type, their options, and credentials by reference only (PC009)."""

from __future__ import annotations

import re
from typing import Any

from policycheck.declared.context import Context
from policycheck.declared.document import Document, Path
from policycheck.declared.secrets import find
from policycheck.declared.view import View
from policycheck.declared.words import brief, meant

_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SECRET = re.compile(
    r"(?i)(?:.*[_-])?(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|access_?key|external_?id)\Z"
)
_HELP = "write `{env: NAME}` for an environment variable or `{file: PATH}`, and revoke the secret if it is real"

#: Keys that every connector entry has.
COMMON = frozenset({"name", "type", "credentials"})


def hide(document: Document) -> None:
    """Mark every literal under ``credentials`` as private, before anything of it is shown."""
    entries: Any = document.values.get("connectors")
    for index, entry in enumerate(entries) if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            for key, value in entry.items():
                if key == "credentials" or _SECRET.match(key):
                    _hide(document, ("connectors", index, key), value)


def _hide(document: Document, path: Path, value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not _refers(key, item):
                _hide(document, (*path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _hide(document, (*path, index), item)
    else:
        document.private.append(document.extent(path))


def _refers(key: str, value: Any) -> bool:
    return isinstance(value, str) and (key == "file" or (key == "env" and bool(_ENV.match(value))))


def config(context: Context, view: View) -> None:
    """All connector entries."""
    for entry in view.each("connectors"):
        if context.types is not None and entry.has("type"):
            _type(context, entry, context.types)
        for key, value in entry.values.items():
            if key == "credentials":
                _credentials(context, entry, value)
            elif _SECRET.match(key) and not _reference(value):
                _literal(context, entry, entry.below(key), key)


def _type(context: Context, entry: View, types: Any) -> None:
    name = entry.text("type")
    if name not in types:
        help = meant(name, types, "known types")
        context.notes.add("PC004", entry.document, entry.below("type"), f"unknown connector type `{brief(name)}`", help)
        return
    known = types[name] | COMMON
    # Those of `rest` are in the definition that the entry names.
    for key in entry.values if name != "rest" else ():
        if key not in known:
            message = f"connector type `{name}` has no option `{brief(key)}`"
            help = meant(key, known, "its options")
            context.notes.add("PC002", entry.document, entry.below(key), message, help, on_key=True)
    if context.options is not None:
        _options(context, entry, name)


def _options(context: Context, entry: View, name: str) -> None:
    """Values that a pull would refuse; what must be a reference and is none is told as a literal secret."""
    assert context.options is not None
    for option, message, help, severity, rule in context.options(name, entry.values):
        path = entry.below(option) if rule == "PC002" else (*entry.path, *(option or "type").split("."))
        if rule == "PC002" or not _SECRET.match(option) or _reference(entry.values.get(option)):
            context.notes.add(rule, entry.document, path, message, help, severity=severity, on_key=rule == "PC002")


def _reference(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and all(_refers(*item) for item in value.items())


def _credentials(context: Context, entry: View, value: object) -> None:
    path = entry.below("credentials")
    if not isinstance(value, dict):
        _literal(context, entry, path, "credentials")
        return
    for name, item in value.items():
        if not _reference(item):
            _literal(context, entry, (*path, name), name)


def _literal(context: Context, entry: View, path: Path, name: str) -> None:
    if find(entry.document.written(path)):
        return  # its shape has told already
    message = f"`{brief(name)}` must name where its secret is, not hold it"
    context.notes.add("PC009", entry.document, path, message, _HELP)
