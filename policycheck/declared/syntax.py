"""What is wrong with a text that is not YAML, in plain words."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml
from yaml.reader import Reader

_TAB = re.compile(r" *\t[ \t]*(?=[^\s#])")

#: Part of the parser's problem -> sentence, help, whether the place is where the broken thing began.
_SENTENCES: tuple[tuple[str, str, str, bool], ...] = (
    (
        "mapping values are not allowed",
        "`: ` stands where no key can begin",
        "indent the line like its neighbours, or put a text that holds `: ` in quotes",
        False,
    ),
    ("could not find expected ':'", "this line has no `: ` after its key", "write `key: value`", True),
    ("did not find expected ':'", "this line has no `: ` after its key", "write `key: value`", True),
    ("scanning a quoted scalar", "a quoted text is not closed", "add the closing quote", True),
    ("unknown escape character", "a `\\` in double quotes begins no known escape", "use single quotes instead", False),
    ("flow sequence", "a list in `[ ]` is not closed", "separate items with `,` and end the list with `]`", True),
    ("flow mapping", "a mapping in `{ }` is not closed", "separate entries with `,` and end it with `}`", True),
    ("flow node", "a list or mapping is not closed", "end the list with `]`, the mapping with `}`", False),
    ("block scalar", "the indentation of this text is broken", "indent all its lines alike, with spaces", False),
    ("block collection", "the indentation is broken here", "begin each item of a list with `- ` in one column", False),
    ("block mapping", "the indentation is broken here", "begin all keys of a mapping in one column", False),
    ("anchor", "`&` or `*` must be followed by a name", "put a text that begins with `&` or `*` in quotes", False),
    ("alias", "`&` or `*` must be followed by a name", "put a text that begins with `&` or `*` in quotes", False),
    ("tag", "`!` begins a tag, which is not allowed", "put a text that begins with `!` in quotes", False),
    ("directive", "`%` begins a directive, which is not allowed", "put a text that begins with `%` in quotes", False),
    ("cannot start any token", "this character cannot begin a value", "put the text in quotes", False),
)


class Fault(NamedTuple):
    """Where (0-based) and what."""

    line: int
    column: int
    message: str
    help: str


#: What is said of a tab in the indentation, wherever it is found.
TAB = ("a tab is used for indentation", "indent with spaces: YAML does not take tabs")

_QUOTED = re.compile(r"""#.*|"(?:[^"\\]|\\.)*+"?|'[^']*+'?""")


def explain(error: yaml.YAMLError, text: str) -> Fault:
    """The fault behind an error of the parser; never quotes the text."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _character(text)
    mark: Any = error.problem_mark or error.context_mark
    if _on_tab(text, mark):
        return Fault(mark.line, mark.column, *TAB)
    told = f"{error.problem} {error.context}"
    for part, message, help, begun in _SENTENCES:
        if part in told:
            place = error.context_mark if begun and error.context_mark else mark
            return _within(text, Fault(place.line, place.column, message, help))
    return Fault(mark.line, mark.column, "this is not YAML", "check the indentation, the quotes and the brackets")


def _on_tab(text: str, mark: Any) -> bool:
    line = "".join(text.splitlines()[mark.line : mark.line + 1])
    return line[mark.column : mark.column + 1] == "\t" and not line[: mark.column].strip()


def _within(text: str, fault: Fault) -> Fault:
    """The same fault; one at the end of the text moves to the last bracket that is still open, or to the last line."""
    lines = text.splitlines()
    if fault.line < len(lines):
        return fault
    opened: list[int] = []
    plain = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    for match in re.finditer(r"[\[\]{}]", plain):
        if match[0] in "[{":
            opened.append(match.start())
        elif opened:
            opened.pop()
    before = text[: opened[-1] + 1].splitlines() if opened else lines or [""]
    return fault._replace(line=len(before) - 1, column=len(before[-1]) - 1 if opened else 0)


def _character(text: str) -> Fault:
    """The first character that YAML does not allow."""
    match = Reader.NON_PRINTABLE.search(text)
    before = text[: match.start()] if match else ""
    return Fault(
        len(before.splitlines()) - 1 if before and not before.endswith("\n") else before.count("\n"),
        len(before) - before.rfind("\n") - 1,
        "a control character stands here",
        "remove it: a file holds printable text only",
    )


def tab_indents(text: str) -> list[tuple[int, int]]:
    """Line and column (0-based) of the first tab of each line that is indented with one."""
    if "\t" not in text:
        return []
    matches = ((number, _TAB.match(line)) for number, line in enumerate(text.splitlines()))
    return [(number, match[0].index("\t")) for number, match in matches if match]
