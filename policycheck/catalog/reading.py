"""Which format a source has, by its content, and the drafts in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import yaml

from policycheck.catalog.dbt import is_dbt, read_dbt
from policycheck.catalog.drafts import Drafts, NotASourceError
from policycheck.catalog.named import from_reading
from policycheck.catalog.odcs import is_odcs, read_odcs
from policycheck.fields.readers.named import UnreadableError
from policycheck.fields.readers.schema import is_schema, read_json_schema

#: What a file may be; ``postgres`` is no file.
FILES = ("ddl", "dbt", "odcs", "json-schema")
FORMATS = (*FILES, "postgres")

_TABLE = re.compile(r"\bcreate\s+(?:\w+\s+){0,4}?table\b", re.IGNORECASE)
_HELP = f"name its format with --format {', '.join(FILES)}"


def read_source(text: str, name: str, format: str = "") -> Drafts:
    """The drafts in the text of a file; ``name`` is that of the file, without what it ends in.

    Raises NotASourceError, whose messages quote nothing of the text.
    """
    if format == "ddl" or (not format and text.lstrip()[:1] not in ("{", "[") and _TABLE.search(text)):
        return _ddl(text, name)
    document = _parsed(text)
    for known, belongs, read in _DOCUMENTS:
        if format == known or (not format and belongs(document)):
            if not belongs(document):
                raise NotASourceError(f"this is no {_CALLED[known]}", "leave --format out, or name what it is")
            return read(document, name)
    raise NotASourceError("it is not clear what this is", _HELP)


def _ddl(text: str, name: str) -> Drafts:
    # sqlglot takes long to import.
    from policycheck.fields.readers.ddl import read_ddl

    drafts = from_reading(read_ddl(text), "ddl", name)
    if not drafts.drafts and not drafts.missing:
        raise NotASourceError("no CREATE TABLE in it", _HELP)
    return drafts


def _schema(document: Any, name: str) -> Drafts:
    try:
        return from_reading(read_json_schema(document, name), "json-schema", name)
    except UnreadableError as error:
        raise NotASourceError(error.message, _HELP) from None


_DOCUMENTS: tuple[tuple[str, Callable[[object], bool], Callable[[Any, str], Drafts]], ...] = (
    ("dbt", is_dbt, lambda document, _: read_dbt(document)),
    ("odcs", is_odcs, lambda document, _: read_odcs(document)),
    ("json-schema", is_schema, _schema),
)
_CALLED = {
    "dbt": "manifest.json or catalog.json of dbt",
    "odcs": "contract of the Open Data Contract Standard",
    "json-schema": "JSON Schema",
}


def _parsed(text: str) -> Any:
    """JSON or YAML."""
    try:
        if text.lstrip()[:1] in ("{", "["):
            return json.loads(text)
    except (ValueError, RecursionError):
        raise NotASourceError("it begins like JSON and cannot be read as such", "write it anew") from None
    try:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise NotASourceError(f"it is neither SQL nor JSON, and no YAML{line}", _HELP) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotASourceError("it is neither SQL, JSON nor YAML", _HELP) from None
