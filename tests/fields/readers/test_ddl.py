"""Columns of SQL, in the dialects and dumps that people have."""

from __future__ import annotations

import logging

import pytest

from policycheck.fields.readers.ddl import read_ddl
from policycheck.fields.readers.named import Bad, Named

DUMP = """\
-- PostgreSQL database dump; with a semicolon
SET search_path = public;
CREATE TABLE IF NOT EXISTS public.members (
  id bigint PRIMARY KEY,
  email varchar(255) NOT NULL, -- mail; here
  last_ip inet DEFAULT '0.0.0.0; x',
  tags text[],
  CONSTRAINT u UNIQUE (email)
);
COPY public.members (id) FROM stdin;
1\ta; CREATE TABLE x (y int);
\\.
\\connect other
CREATE FUNCTION f() RETURNS int AS $$ begin; CREATE TABLE zz (a int); end; $$ LANGUAGE plpgsql;
COMMENT ON COLUMN public.members.last_ip IS 'where from';
COMMENT ON COLUMN public.nothing.x IS 'no such table';
ALTER TABLE public.members ADD COLUMN phone text, ADD COLUMN nick text;
ALTER TABLE ONLY public.members ADD CONSTRAINT p PRIMARY KEY (id);
CREATE TABLE later AS SELECT 1;
"""


def test_a_dump() -> None:
    reading = read_ddl(DUMP)
    assert [bad.line for bad in reading.bad] == [19]  # AS SELECT
    assert reading.fields == (
        Named("id", "public.members", "bigint", line=3),
        Named("email", "public.members", "varchar(255)", line=3),
        Named("last_ip", "public.members", "inet", text="where from", line=3),
        Named("tags", "public.members", "array<text>", line=3),
        Named("phone", "public.members", "text", line=17),
        Named("nick", "public.members", "text", line=17),
    )


@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        (
            "CREATE TABLE `orders` (`id` int NOT NULL AUTO_INCREMENT, `ip` varbinary(16) COMMENT 'buyer', "
            "PRIMARY KEY (`id`), KEY `k` (`id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8",
            [("orders", "id", "int", ""), ("orders", "ip", "varbinary(16)", "buyer")],
        ),
        (
            "CREATE TABLE [dbo].[Users] ([Id] int IDENTITY(1,1) NOT NULL, [LastName] nvarchar(50) NULL)",
            [("dbo.Users", "Id", "int", ""), ("dbo.Users", "LastName", "varchar(50)", "")],
        ),
        (
            "create table ds.ev (usr STRUCT<email STRING, ips ARRAY<STRUCT<ip STRING>>>, n INT64)",
            [
                ("ds.ev", "usr", "struct<email text, ips array<struct<ip text>>>", ""),
                ("ds.ev", "usr.email", "text", ""),
                ("ds.ev", "usr.ips", "array<struct<ip text>>", ""),
                ("ds.ev", "usr.ips[].ip", "text", ""),
                ("ds.ev", "n", "bigint", ""),
            ],
        ),
        ('CREATE TEMPORARY TABLE "Ä b" ("Straße" text)', [("Ä b", "Straße", "text", "")]),
        ("CREATE INDEX i ON t (email)", []),
        ("INSERT INTO t VALUES ('CREATE TABLE x (y int)')", []),
        ("", []),
    ],
)
def test_dialects(statement: str, columns: list[tuple[str, str, str, str]]) -> None:
    reading = read_ddl(statement)
    assert [(field.object, field.path, field.type, field.text) for field in reading.fields] == columns
    assert reading.bad == ()


def test_what_no_dialect_takes_is_told_and_the_rest_is_read() -> None:
    reading = read_ddl("CREATE TABLE a (x int);\n\nCREATE TABLE broken (a b c d e (;\nCREATE TABLE b (y int);\n")
    assert [field.key for field in reading.fields] == ["a.x", "b.y"]
    assert reading.bad == (Bad(3, "a statement about a table that no known SQL dialect takes"),)


def test_the_parser_says_nothing_on_its_own(caplog: pytest.LogCaptureFixture) -> None:
    level = logging.getLogger("sqlglot").level
    read_ddl("CREATE TABLE p PARTITION OF m FOR VALUES FROM (1) TO (2); ALTER TABLE x ADD nonsense nonsense nonsense")
    assert caplog.records == []
    assert logging.getLogger("sqlglot").level == level


@pytest.mark.parametrize("rest", ["AS SELECT email FROM a", "(LIKE a INCLUDING ALL)", "() INHERITS (a)"])
def test_tables_whose_columns_are_not_named_are_told(rest: str) -> None:
    reading = read_ddl(f"CREATE TABLE a (id int);\nCREATE TABLE b {rest};")
    assert [field.path for field in reading.fields] == ["id"]
    assert [bad.line for bad in reading.bad] == [2]


def test_partitions_are_told_with_their_whole() -> None:
    partition = "CREATE TABLE b PARTITION OF a FOR VALUES FROM (1) TO (2)"
    reading = read_ddl(f"CREATE TABLE a (id int) PARTITION BY RANGE (id);\n{partition};")
    assert reading.bad == ()
