"""YAML files, read by the C parser into plain texts, lists and maps: nothing is guessed to be a number or a date."""

from __future__ import annotations

from typing import Any

from policycheck_connectors.files.jsontree import MAX_DEPTH
from policycheck_connectors.files.source import FileProblem, Source

MAX_YAML = 16 << 20
#: What a plain scalar says that means nothing.
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_AGAIN = "export it again, whole"
_CLOSED = (b"\n", b"}", b"]", b'"', b"'", b"...")


def yaml_values(source: Source) -> list[Any]:
    """The documents of a file; FileProblem when it is malformed or may be cut."""
    import yaml

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = yaml_text(source)
    try:
        values = list(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError as error:
        raise malformed(error) from None
    if not values:
        raise FileProblem("holds no YAML value", _AGAIN)
    return values


def yaml_text(source: Source) -> str:
    """The text of a file that is safe to compose; FileProblem when it is malformed or ends in the middle of a line."""
    raw = source.rest(MAX_YAML)
    if not raw.endswith(_CLOSED):
        raise FileProblem(
            "ends without a line break, so that it may be cut", "see its end, and end it with a line break"
        )
    try:
        # Tabs between tokens are good JSON and bad YAML; inside of a text they are as good as a space.
        text = raw.decode("utf-8").replace("\t", " ")
    except UnicodeDecodeError:
        raise FileProblem("is not UTF-8 text", "save the export as UTF-8") from None
    _shallow(text)
    return text


def _shallow(text: str) -> None:
    """Refuse deep nesting: the C parser recurses without a limit and would take the whole process down."""
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise FileProblem("is nested too deeply", _AGAIN)
    except yaml.YAMLError as error:
        raise malformed(error) from None


def malformed(error: Any) -> FileProblem:
    """An error of the parser as a problem with a line and without its message, which may quote the file."""
    mark = getattr(error, "problem_mark", None)
    line = f" at line {mark.line + 1}" if mark is not None else ""
    return FileProblem(f"is not valid YAML{line}", _AGAIN)
