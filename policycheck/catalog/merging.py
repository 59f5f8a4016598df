"""New fields into a file that a person has edited: at the end of its ``fields``, and nothing else is touched.

Text is inserted at the positions that the parser tells, instead of writing the file anew from a tree: comments, order,
quotes, indentation and line ends stay as they are to the byte. The result is read again, and has to be what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from policycheck.catalog.judging import Entry
from policycheck.catalog.writing import line, scalar, value


class NotMergedError(Exception):
    """A file whose ``fields`` are written in a way that nothing can be added to."""


def merged(text: str, entries: Sequence[Entry]) -> str:
    """The text of a catalog file with more fields; the same text when there are none. Raises NotMergedError."""
    if not entries:
        return text
    fields = _fields(text)
    if not isinstance(fields, yaml.MappingNode) or not fields.value:
        raise NotMergedError
    new = _flow(text, fields, entries) if fields.flow_style else _block(text, fields, entries)
    if not _as_meant(text, new, entries):
        raise NotMergedError
    return new


def _fields(text: str) -> yaml.Node | None:
    # The C loader counts bytes of another encoding; a catalog file has 1 MiB at most.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next((node for key, node in pairs if key.value == "fields"), None)


def _flow(text: str, fields: yaml.MappingNode, entries: Sequence[Entry]) -> str:
    end = fields.value[-1][1].end_mark.index
    added = "".join(f", {scalar(entry.name)}: {value(entry)}" for entry in entries)
    return text[:end] + added + text[end:]


def _block(text: str, fields: yaml.MappingNode, entries: Sequence[Entry]) -> str:
    indent = " " * fields.value[0][0].start_mark.column
    newline = "\r\n" if "\r\n" in text else "\n"
    at = _line_after(text, _end(fields))
    # Comments that stand as deep as the fields belong to what is above them.
    while (match := re.match(rf"{indent}[ ]*#[^\n]*(?:\n|\Z)", text[at:])) is not None:
        at += match.end()
    before = text[:at] + ("" if text[:at].endswith("\n") else newline)
    return before + "".join(f"{indent}{line(entry)}{newline}" for entry in entries) + text[at:]


def _end(node: yaml.Node) -> int:
    """Where the last text of a node ends; the mark of a block collection lies behind the comments after it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.index)


def _line_after(text: str, at: int) -> int:
    if at and text[at - 1] == "\n":
        return at
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _as_meant(old: str, new: str, entries: Sequence[Entry]) -> bool:
    """Whether the new text says what the old one said and the entries, in their order."""
    try:
        before: Any = yaml.safe_load(old)
        after: Any = yaml.safe_load(new)
        added: Any = yaml.safe_load("\n".join(f"{scalar(entry.name)}: {value(entry)}" for entry in entries))
    except yaml.YAMLError:
        return False
    wanted = {**before, "fields": {**before["fields"], **added}}
    new_names = added.keys().isdisjoint(before["fields"])
    return bool(new_names and after == wanted and list(after["fields"]) == list(wanted["fields"]))
