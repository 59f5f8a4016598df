"""Columns of the tables that SQL creates.

Statements are told apart here, so that dumps with data, functions and settings between the tables can be read; each
statement about a table is then parsed by sqlglot, in the first dialect that takes it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from policycheck.fields.readers.named import Bad, Named, Reading

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.expressions.core import Expression

#: Tried in this order, after the one that is asked for.
DIALECTS = ("postgres", "mysql", "tsql", "snowflake", "bigquery", "redshift", "oracle", "sqlite", "hive", "clickhouse")

_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`[^`]*`|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|;""",
    re.DOTALL,
)
_COPY = re.compile(r"^COPY [^\n]* FROM stdin;\n.*?^\\\.$", re.DOTALL | re.MULTILINE | re.IGNORECASE)
_NOISE = re.compile(r"\A(?:\s+|--[^\n]*\n?|/\*.*?\*/|\\[^\n]*\n)+", re.DOTALL)
_WANTED = re.compile(
    r"(?:CREATE\s+(?:\w+\s+){0,4}?TABLE\b|ALTER\s+TABLE\b(?=.*\bADD\b)|COMMENT\s+ON\s+COLUMN\b)", re.I | re.DOTALL
)
_PARTITION = re.compile(r"\bPARTITION\s+OF\b", re.IGNORECASE)


def read_ddl(text: str, dialect: str = "") -> Reading:
    """Every column of ``CREATE TABLE`` and ``ALTER TABLE ... ADD``, with the comments on it.

    ``object`` is the table as written, with its schema; ``path`` the column, with the parts of structures below it;
    ``type`` the SQL type; ``line`` that of the statement. ``dialect`` (a name of sqlglot's) is tried first.
    """
    fields: dict[tuple[str, str], Named] = {}
    bad: list[Bad] = []
    for line, statement in _statements(text):
        parsed = _parsed(statement, (dialect, *_guessed(statement)))
        if parsed is None:
            bad.append(Bad(line, "a statement about a table that no known SQL dialect takes"))
            continue
        columns = tuple(_columns(parsed, line))
        if not columns and _elsewhere(parsed, statement):
            bad.append(Bad(line, "a table whose columns are not named here: dump the schema of the database instead"))
        for field in columns:
            fields.setdefault((field.object.lower(), field.path.lower()), field)
        _comment(parsed, fields)
    return Reading(tuple(fields.values()), tuple(bad))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The statements about tables, each with its line."""
    text = _COPY.sub(lambda match: "\n" * match.group().count("\n"), text.replace("\r\n", "\n"))
    start, line = 0, 1
    ends = [match.end() for match in _TOKEN.finditer(text) if match.group() == ";"]
    for end in (*ends, len(text)):
        part = text[start:end]
        noise = _NOISE.match(part)
        begin = noise.end() if noise else 0
        if _WANTED.match(part, begin):
            yield line + part.count("\n", 0, begin), part[begin:].rstrip().rstrip(";")
        line += part.count("\n")
        start = end


def _guessed(statement: str) -> tuple[str, ...]:
    return ("mysql", *DIALECTS) if "`" in statement else DIALECTS


def _parsed(statement: str, dialects: tuple[str, ...]) -> Expression | None:
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    log = logging.getLogger("sqlglot")
    level = log.level
    # What it does not know it keeps as a text and warns of; we ask the next dialect instead.
    log.setLevel(logging.CRITICAL)
    try:
        for dialect in dict.fromkeys(name for name in dialects if name):
            try:
                found = parse_one(statement, dialect=dialect)
            except (SqlglotError, ValueError, RecursionError):
                continue
            if isinstance(found, (exp.Create, exp.Alter, exp.Comment)):
                return found
    finally:
        log.setLevel(level)
    return None


def _columns(parsed: Expression, line: int) -> Iterator[Named]:
    from sqlglot import exp

    if isinstance(parsed, exp.Create):
        table, columns = parsed.find(exp.Table), parsed.this.expressions
    elif isinstance(parsed, exp.Alter):
        table, columns = parsed.find(exp.Table), parsed.args.get("actions") or []
    else:
        return
    for column in columns:
        if isinstance(column, exp.ColumnDef) and table is not None:
            yield from _column(column, _name(table), "", line)


def _elsewhere(parsed: Expression, statement: str) -> bool:
    """Whether a table takes its columns from a query or table; those of a partition are told with its whole."""
    from sqlglot import exp

    return isinstance(parsed, exp.Create) and not _PARTITION.search(statement)


def _name(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts)


def _column(column: exp.ColumnDef, table: str, prefix: str, line: int) -> Iterator[Named]:
    from sqlglot import exp

    kind = column.args.get("kind")
    path = f"{prefix}{column.name}"
    comment = next(
        (c.kind.this.name for c in column.constraints if isinstance(c.kind, exp.CommentColumnConstraint)), ""
    )
    yield Named(path, table, kind.sql().lower() if kind else "", text=comment, line=line)
    inner = kind
    while isinstance(inner, exp.DataType) and inner.expressions:
        parts = inner.expressions
        path += "[]" if inner.this == exp.DataType.Type.ARRAY else ""
        for part in parts:
            if isinstance(part, exp.ColumnDef):
                yield from _column(part, table, f"{path}.", line)
        inner = parts[0]


def _comment(parsed: Expression, fields: dict[tuple[str, str], Named]) -> None:
    """``COMMENT ON COLUMN members.ip IS '...'`` becomes the text of that column."""
    from sqlglot import exp

    column, text = parsed.this, parsed.args.get("expression")
    if isinstance(parsed, exp.Comment) and isinstance(column, exp.Column) and isinstance(text, exp.Literal):
        parts = [part.name for part in column.parts]
        key = (".".join(parts[:-1]).lower(), parts[-1].lower())
        if key in fields:
            fields[key] = replace(fields[key], text=text.name)
