"""Words of strangers in YAML: as values that stay values, and in comments that stay comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TypeAlias

from policycheck.declared.ignores import looks_meant

#: The longest list on one line.
_WIDE = 100
#: An action, which no reader of YAML takes for anything else.
_PLAIN = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9*]*")
#: The longest line of a comment.
_LINE = 110
#: What explains, and what has a blank to fill in; behind a single ``#`` stands what is valid as it is.
WORDS = "## "
#: A value of an entry: text as YAML writes it, or a list or mapping of values.
Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"
_HIDDEN = "(left out: written like a comment for this program)"


def quoted(text: str) -> str:
    """A printable text as a double-quoted scalar; JSON's escapes of quotes and backslashes are YAML's."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def words(values: Iterable[str]) -> list[str]:
    """Texts as scalars, plain where nobody could take them for something else."""
    return [value if _PLAIN.fullmatch(value) else quoted(value) for value in values]


def entry(value: Mapping[str, Value], width: int) -> list[str]:
    """An item of a list: on one line when that is not wider than ``width``, else a line for each key."""
    line = f"- {_flow(value)}"
    return [line] if len(line) <= width else list(_item(value))


def _flow(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(each)}' for key, each in value.items())}}}"
    return f"[{', '.join(map(_flow, value))}]"


def _item(value: Mapping[str, Value]) -> Iterator[str]:
    start = "- "
    for key, each in value.items():
        line = f"{start}{key}: {_flow(each)}"
        if isinstance(each, str | Mapping) or len(line) <= _WIDE:
            yield line
        else:
            yield f"{start}{key}:"
            for one in each:
                yield from (f"    {line}" for line in (_item(one) if isinstance(one, Mapping) else [f"- {_flow(one)}"]))
        start = "  "


def commented(lines: Iterable[str], indent: str, sign: str = "# ") -> Iterator[str]:
    """Lines of an entry behind a sign; only words where one would be taken for a comment to this program."""
    shown = [f"{indent}{sign}{line}" for line in lines]
    if any(looks_meant(line) or not line.isprintable() for line in shown):
        return remark(f"{indent}{WORDS}", _HIDDEN)
    return iter(shown)


def comment(text: str) -> str:
    """A text for a comment: one line, nothing hidden, and never one that accepts a finding."""
    line = "".join(each if each.isprintable() else " " for each in text)
    return _HIDDEN if looks_meant(line) else line.strip()


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
