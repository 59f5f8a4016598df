"""Fields from whatever a file turns out to be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from typing import Any, BinaryIO

from policycheck.fields.readers.listing import read_list
from policycheck.fields.readers.named import Bad, Named, Reading, UnreadableError
from policycheck.fields.readers.sample import read_samples
from policycheck.fields.readers.schema import is_schema, read_json_schema

#: What a file can be told to be.
FORMATS = ("csv", "json", "schema", "sql")

_PEEK = 1 << 16
_ENDINGS = {
    ".csv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json", ".sql": "sql", ".ddl": "sql",
    ".yaml": "schema", ".yml": "schema",
}  # fmt: skip
_YAML = re.compile(r"^\s*(?:openapi|swagger|\"?\$schema\"?|properties|components|definitions|\$defs)\s*:", re.MULTILINE)


def read_any(stream: BinaryIO, name: str, format: str = "") -> Iterator[Named | Bad]:
    """The fields of a stream, in its order; a list is read row by row, all else as a whole.

    ``name`` is that of the file, for its ending; ``format`` one of FORMATS, found out when empty. Raises
    UnreadableError.
    """
    kind = format or _guessed(name, _beginning(stream))
    if kind == "csv":
        # An error in the middle of a file must not hide what follows it.
        yield from read_list(TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline=""))
        return
    reading = _WHOLE[kind](_text(stream))
    yield from reading.fields
    yield from reading.bad


def _beginning(stream: BinaryIO) -> str:
    peek: Callable[[int], bytes] | None = getattr(stream, "peek", None)
    return peek(_PEEK)[:_PEEK].decode("utf-8-sig", "replace") if peek else ""


def _guessed(name: str, beginning: str) -> str:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    start = beginning.lstrip()
    if not start:
        raise UnreadableError("there is nothing in it")
    if start[:1] in ("{", "["):
        return "json"
    if "key_path" in start.partition("\n")[0].lower():
        return "csv"
    if re.search(r"\bcreate\s+(?:\w+\s+){0,4}?table\b", start, re.IGNORECASE):
        return "sql"
    if _YAML.search(start):
        return "schema"
    raise UnreadableError("it is not clear what this is: a CSV has the column `key_path` in its first line")


def _text(stream: BinaryIO) -> str:
    try:
        return stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 at byte {error.start + 1:,}") from None


def _json(text: str) -> Reading:
    try:
        document = json.loads(text)
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" or ("\n" in text.strip() and error.lineno > 1 and _is_line(text)):
            return _lines(text.splitlines())
        raise UnreadableError(f"not JSON: {error.msg}, column {error.colno}", error.lineno) from None
    if is_schema(document):
        return read_json_schema(document)
    return _told(read_samples(document if isinstance(document, list) else [document]))


def _is_line(text: str) -> bool:
    """Whether the first line alone is a JSON document."""
    try:
        json.loads(text.lstrip().partition("\n")[0])
    except (ValueError, RecursionError):
        return False
    return True


def _lines(lines: Iterable[str]) -> Reading:
    """JSON Lines."""
    bad: list[Bad] = []

    def documents() -> Iterator[Any]:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                bad.append(Bad(number, "not a line of JSON"))

    found = read_samples(documents())
    return _told(Reading(found.fields, (*bad, *found.bad)))


def _told(reading: Reading) -> Reading:
    if not reading.fields and not reading.bad:
        raise UnreadableError("no object with keys in it")
    return reading


def _schema(text: str) -> Reading:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return read_json_schema(json.loads(text))
        except ValueError as error:
            raise UnreadableError(f"not JSON ({error})") from None
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise UnreadableError(f"not YAML: {error.problem}", line) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnreadableError("not YAML") from None
    if is_schema(document):
        return read_json_schema(document)
    return _told(read_samples(document if isinstance(document, list) else [document]))


def _sql(text: str) -> Reading:
    from policycheck.fields.readers.ddl import read_ddl

    reading = read_ddl(text)
    if not reading.fields and not reading.bad:
        raise UnreadableError("no CREATE TABLE in it")
    return reading


_WHOLE: dict[str, Callable[[str], Reading]] = {"json": _json, "schema": _schema, "sql": _sql}
