"""A file to a document: read, parsed, and searched for literal secrets. Every fault becomes a problem."""

from __future__ import annotations

import re
from typing import cast

import yaml

from policycheck.declared import secrets
from policycheck.declared.connectors import hide
from policycheck.declared.document import Document
from policycheck.declared.files import Found, Unreadable, read_text
from policycheck.declared.notes import Notes
from policycheck.declared.reading import Event, Reading, long_scalars, read
from policycheck.declared.syntax import TAB, explain, tab_indents
from policycheck.model.places import Location

_UNDER_CREDENTIALS = re.compile(r"credentials\b[\"']?\s*:([^\n]*(?:\n[ \t]+[^\n]*)*)")


def parse_file(found: Found, root: str | None, notes: Notes) -> Document | None:
    """The document in a file, None when there is none; problems go to ``notes``."""
    try:
        text = read_text(found, root)
    except Unreadable as fault:
        place = Location(found.shown, fault.line, fault.column)
        notes.put("PC001", Document(found.shown, fault.text), place, 1, fault.message, fault.help)
        return None
    return parse_text(found.shown, text, notes)


def parse_text(shown: str, text: str, notes: Notes) -> Document | None:
    """The document in a text, None when it is no YAML or no mapping."""
    document = Document(shown, text)
    try:
        reading = read(text)
    except yaml.YAMLError as error:
        document.private += _credentials(text)
        _secrets(document, notes)
        _syntax(document, error, notes)
        return None
    if reading.faults:
        document.private += _credentials(text)
    if isinstance(reading.value, dict):
        document.values = cast("dict[str, object]", reading.value)
        hide(document)
    _secrets(document, notes)
    for fault in reading.faults:
        location, span = _place(shown, fault.event)
        notes.put("PC001", document, location, span, fault.message, fault.help)
    for line, column in _tabs(text, reading)[:1]:
        _tab(document, line, column, notes)
    return document if reading.whole and _rooted(document, reading, notes) else None


def _rooted(document: Document, reading: Reading, notes: Notes) -> bool:
    if isinstance(reading.value, dict):
        return True
    message = "the file is empty" if reading.value is None else "the file must hold `key: value` lines"
    if not reading.faults:
        notes.add(
            "PC001", document, (), message, "begin with `vendor:`, `dataset:` or, in policycheck.yaml, `version:`"
        )
    return False


def _credentials(text: str) -> list[tuple[int, int]]:
    """Everything that stands under ``credentials``: hidden when the values there cannot be told apart."""
    return [match.span(1) for match in _UNDER_CREDENTIALS.finditer(text)]


def _place(shown: str, event: Event) -> tuple[Location, int]:
    start, end = event.start_mark, event.end_mark
    span = end.column - start.column if end.line == start.line else 1
    return Location(shown, start.line + 1, start.column + 1), span


def _secrets(document: Document, notes: Notes) -> None:
    help = "take it out and revoke it; name a secret by reference, as `{env: NAME}` or `{file: PATH}`"
    for start, _, what in secrets.find(document.text):
        notes.put("PC009", document, document.point(start), 1, f"this looks like {what}", help)


def _syntax(document: Document, error: yaml.YAMLError, notes: Notes) -> None:
    fault = explain(error, document.text)
    location = Location(document.path, fault.line + 1, fault.column + 1)
    notes.put("PC001", document, location, 1, fault.message, fault.help)


def _tab(document: Document, line: int, column: int, notes: Notes) -> None:
    location = Location(document.path, line + 1, column + 1)
    notes.put("PC001", document, location, 1, *TAB)


def _tabs(text: str, reading: Reading) -> list[tuple[int, int]]:
    """Tab indentation outside of texts that run over several lines."""
    found = tab_indents(text)
    if not found:
        return []
    texts = list(long_scalars(reading.spot))
    return [(line, column) for line, column in found if not any(a < line <= b for a, b in texts)]
