"""Words of strangers in YAML: as values that stay values, and in comments that stay comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from textwrap import wrap

from policycheck.declared.ignores import looks_meant

#: The longest list on one line.
_WIDE = 100
#: An action, which no reader of YAML takes for anything else.
_PLAIN = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9*]*")
#: The longest line of a comment.
_LINE = 110
_HIDDEN = "(left out: written like a comment for this program)"


def quoted(text: str) -> str:
    """A printable text as a double-quoted scalar; JSON's escapes of quotes and backslashes are YAML's."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def flow(values: Iterable[str], indent: str) -> str:
    """A list: on one line when it fits, else one item on each, below a key at ``indent``."""
    items = [value if _PLAIN.fullmatch(value) else quoted(value) for value in values]
    short = f"[{', '.join(items)}]"
    if len(short) <= _WIDE:
        return short
    return "\n" + "\n".join(f"{indent}  - {item}" for item in items)


def comment(text: str, *, keep: bool = False) -> str:
    """A text for a comment: one line, nothing hidden, and never one that accepts a finding. ``keep`` leaves blanks at
    its start."""
    line = "".join(each if each.isprintable() else " " for each in text)
    line = _HIDDEN if looks_meant(line) else line
    return line.rstrip() if keep else line.strip()


def remark(start: str, text: str) -> Iterator[str]:
    """A text as lines of a comment, each after ``start``, further ones indented."""
    words = comment(text)
    return iter(
        wrap(
            words,
            _LINE,
            initial_indent=start,
            subsequent_indent=f"{start}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
