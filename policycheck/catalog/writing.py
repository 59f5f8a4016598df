"""Entries as YAML that a person likes to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

from policycheck.catalog.judging import Entry

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_COMMENT = 100
_loader: Any = yaml.SafeLoader("")

HEAD = """\
# Learned from {source} by `policycheck catalog import`.
# Yours to edit: the next import adds what is new and changes nothing else. `review` marks what a person has to decide:
# write the category, or none, and take `review` away.
"""


def scalar(text: str) -> str:
    """A text as YAML, in quotes where it would otherwise be read as something else."""
    if _PLAIN.match(text) and _loader.resolve(yaml.ScalarNode, text, (True, False)).endswith(":str"):
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"


def value(entry: Entry) -> str:
    """What stands after the name of a field, in flow style."""
    parts: dict[str, Any] = {
        "category": entry.category,
        "form": "" if entry.form == "raw" else entry.form,
        "depth": "" if entry.depth == "latest" else entry.depth,
    }
    words = [f"{key}: {word}" for key, word in parts.items() if word]
    if entry.review:
        words.append(f"review: {_quoted(entry.review)}")
    return entry.category if words == [f"category: {entry.category}"] else "{" + ", ".join(words) + "}"


def line(entry: Entry) -> str:
    """A field's line, without its indentation, with what the source hinted at as a comment."""
    hint = comment(entry.hint)
    return f"{scalar(entry.name)}: {value(entry)}" + (f"  # {hint}" if hint else "")


def comment(text: str) -> str:
    """A text that stays on one line of a comment."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain if len(plain) <= _COMMENT else plain[: _COMMENT - 3].rstrip() + "..."


def whole(dataset: str, locations: Iterable[str], about: str, entries: Iterable[Entry], source: str) -> str:
    """A new file."""
    text = HEAD.format(source=comment(source))
    if comment(about):
        text += f"# {comment(about)}\n"
    text += f"dataset: {scalar(dataset)}\n"
    text += f"locations: [{', '.join(_quoted(where) for where in locations)}]\n"
    return text + "fields:\n" + "".join(f"  {line(entry)}\n" for entry in entries)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'
