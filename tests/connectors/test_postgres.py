"""The connector ``postgres`` against a real server: what it sees with no right but CONNECT, and what it cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from policycheck.model.facts import Attachment, DataGrant, Fact, Principal, Relation
from policycheck_connectors.interface import ConnectorError, PullContext
from policycheck_connectors.postgres import session as session_module
from policycheck_connectors.postgres.permissions import sql
from policycheck_connectors.postgres.session import session
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run
from tests.connectors.lab import Pulled, entry
from tests.servers.postgres import PASSWORD, Server

ROLES = (
    f"CREATE ROLE auditor LOGIN PASSWORD '{PASSWORD}'",
    "CREATE ROLE lumen",
    "CREATE ROLE readers",
    "CREATE ROLE vendor_acme LOGIN NOINHERIT VALID UNTIL '2027-03-31 00:00:00+00'",
    'CREATE ROLE "PUBLIC"',
    "GRANT readers TO vendor_acme",
)
TABLES = (
    "ALTER DATABASE connected OWNER TO lumen",
    "CREATE SCHEMA crm AUTHORIZATION lumen",
    "CREATE TABLE members (id bigint, email text, last_ip inet, gone text)",
    "ALTER TABLE members OWNER TO lumen, DROP COLUMN gone",
    "ALTER TABLE members ENABLE ROW LEVEL SECURITY",
    'CREATE TABLE crm."odd.name" ("User Name" text)',
    'ALTER TABLE crm."odd.name" OWNER TO lumen',
    "CREATE VIEW contacts AS SELECT email, last_ip AS seen_from FROM members",
    "ALTER VIEW contacts OWNER TO lumen",
    "CREATE VIEW mine WITH (security_invoker = on) AS SELECT count(*) FROM members",
    "CREATE MATERIALIZED VIEW daily AS SELECT id FROM members",
    "GRANT SELECT (last_ip, id), UPDATE (email) ON members TO vendor_acme",
    "GRANT SELECT, INSERT ON members TO readers",
    "GRANT SELECT ON contacts TO PUBLIC",
    'GRANT SELECT ON daily TO "PUBLIC"',
    "GRANT USAGE ON SCHEMA crm TO readers",
)


def pull(root: Path, environ: Mapping[str, str], **options: object) -> Pulled:
    facts: list[Fact] = []
    made = build(entry("postgres", **options), root)
    made.context = PullContext(environ=environ)
    coverage = run([made], facts.append)
    return Pulled(tuple(facts), coverage)


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    postgres.roles(*ROLES)
    return postgres.create("connected", *TABLES)


@pytest.fixture(scope="module")
def environ(postgres: Server, database: str) -> dict[str, str]:
    return {"LUMEN_DB": postgres.dsn(database, "auditor", PASSWORD)}


@pytest.fixture(scope="module")
def pulled(environ: dict[str, str]) -> Pulled:
    return pull(Path(), environ, credentials={"dsn": {"env": "LUMEN_DB"}})


def test_everything_is_seen_without_a_right(pulled: Pulled) -> None:
    assert pulled.statuses() == [
        ("connected", "principals", "complete", pulled.coverage[0].seen),
        ("connected", "relations", "complete", 5),
        ("connected", "data_grants", "complete", len(pulled.of(DataGrant))),
    ]


def test_roles_with_their_attributes(pulled: Pulled) -> None:
    roles = {p.name: p for p in pulled.of(Principal)}
    assert roles["vendor_acme"] == Principal(
        "postgres",
        "connected",
        "vendor_acme",
        "user",
        "vendor_acme",
        "c",
        "pg_roles vendor_acme",
        tags=(("login", ""), ("valid_until", "2027-03-31T00:00:00Z")),
    )
    assert (roles["readers"].kind, roles["readers"].tags) == ("group", (("inherit", ""),))
    assert ("superuser", "") in roles["postgres"].tags
    assert (roles["PUBLIC"].id, roles["pg_read_all_data"].kind) == ('"PUBLIC"', "group")


def test_memberships(pulled: Pulled) -> None:
    assert [(a.principal, a.layer, a.arn) for a in pulled.of(Attachment) if not a.arn.startswith("pg_")] == [
        ("vendor_acme", "member", "readers")
    ]


def test_relations_with_their_columns(pulled: Pulled) -> None:
    at = "postgres:connected.public"
    where = "pg_class public.members"
    relations = pulled.of(Relation)
    assert [(r.resource, r.kind, r.owner, r.columns, r.row_security, r.invoker, r.shows) for r in relations] == [
        ('postgres:connected.crm."odd.name"', "table", "lumen", ("User Name",), False, False, ()),
        (f"{at}.contacts", "view", "lumen", ("email", "seen_from"), False, False,
         (f"{at}.members(email)", f"{at}.members(last_ip)")),
        (f"{at}.daily", "materialized view", "postgres", ("id",), False, False, (f"{at}.members(id)",)),
        (f"{at}.members", "table", "lumen", ("id", "email", "last_ip"), True, False, ()),
        (f"{at}.mine", "view", "postgres", ("count",), False, True, (f"{at}.members",)),
    ]  # fmt: skip
    assert [r.where for r in relations if r.resource.endswith("members")] == [where]


def test_grants_as_they_were_given(pulled: Pulled) -> None:
    at = "postgres:connected.public"
    told = {(g.principal, g.privilege, g.resource, g.columns, g.kind) for g in pulled.of(DataGrant)}
    assert {g for g in told if g[4] == "relation"} == {
        ("vendor_acme", "SELECT", f"{at}.members", ("id", "last_ip"), "relation"),
        ("vendor_acme", "UPDATE", f"{at}.members", ("email",), "relation"),
        ("readers", "SELECT", f"{at}.members", None, "relation"),
        ("readers", "INSERT", f"{at}.members", None, "relation"),
        ("PUBLIC", "SELECT", f"{at}.contacts", None, "relation"),
        ('"PUBLIC"', "SELECT", f"{at}.daily", None, "relation"),
    }
    assert ("readers", "USAGE", "postgres:connected.crm", None, "schema") in told
    assert ("PUBLIC", "CONNECT", "postgres:connected", None, "database") in told
    assert not any(g.where == "" for g in pulled.of(DataGrant))


def test_a_database_can_be_called_otherwise(environ: dict[str, str]) -> None:
    found = pull(Path(), environ, credentials={"dsn": {"env": "LUMEN_DB"}}, label="lumen-prod")
    assert {fact.account for fact in found.of(Relation)} == {"lumen-prod"}
    assert "postgres:lumen-prod.public.members" in {fact.resource for fact in found.of(Relation)}


def test_the_connection_string_may_be_in_a_file(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "secret").write_text(environ["LUMEN_DB"] + "\n")
    assert pull(tmp_path, {}, credentials={"dsn": {"file": "secret"}}).whole()


def test_a_service_of_libpq(tmp_path: Path, postgres: Server, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "services").write_text(f"[lumen]\nhost={postgres.directory}\ndbname={database}\nuser=auditor\n")
    (tmp_path / "pgpass").write_text(f"*:*:*:auditor:{PASSWORD}\n")
    (tmp_path / "pgpass").chmod(0o600)
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    assert pull(tmp_path, {}, service="lumen").whole()


@pytest.mark.parametrize(
    ("dsn", "reason"),
    [
        ("{dsn} password=wrong-Pa55word", "PostgreSQL: the password was refused"),
        ("{dsn}", "PostgreSQL: the server asks for a password, and none was given"),
        ("{dsn} dbname=nowhere-Pa55word password={password}", "PostgreSQL: there is no such database"),
        ("host=/nowhere-Pa55word user=auditor", "PostgreSQL: nothing listens there"),
        ("host=127.0.0.1 port=1 user=Pa55word", "PostgreSQL: nothing listens there"),
        ("service=nope-Pa55word", "PostgreSQL: there is no such service in the service file"),
        ("wrong-Pa55word", "the connection string cannot be read"),
    ],
)
def test_no_connection_is_a_gap_that_quotes_nothing(
    postgres: Server, database: str, dsn: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    full = dsn.format(dsn=postgres.dsn(database, "auditor"), password=PASSWORD)
    found = pull(Path(), {"DSN": full, "PGPASSFILE": "/nowhere"}, credentials={"dsn": {"env": "DSN"}})
    assert [(row.resource, row.status, row.reason) for row in found.coverage] == [
        (resource, "unseen", reason) for resource in ("principals", "relations", "data_grants")
    ]
    assert all(row.help for row in found.coverage)
    assert "Pa55word" not in f"{found} {capfd.readouterr()}"


def test_what_is_refused_is_a_gap_and_the_rest_goes_on(postgres: Server, environ: dict[str, str]) -> None:
    postgres.run("connected", "REVOKE SELECT ON pg_catalog.pg_rewrite FROM PUBLIC")
    try:
        found = pull(Path(), environ, credentials={"dsn": {"env": "LUMEN_DB"}})
    finally:
        postgres.run("connected", "GRANT SELECT ON pg_catalog.pg_rewrite TO PUBLIC")
    assert [(row.resource, row.status, row.reason) for row in found.coverage] == [
        ("principals", "complete", ""),
        ("relations", "unseen", "permission denied"),
        ("data_grants", "complete", ""),
    ]


def test_a_connection_that_breaks_leaves_what_was_read(
    postgres: Server, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from policycheck_connectors.postgres import queries

    monkeypatch.setattr(queries, "SHOWS", "SELECT pg_terminate_backend(pg_backend_pid())")
    found = pull(Path(), environ, credentials={"dsn": {"env": "LUMEN_DB"}})
    assert [(row.status, row.reason) for row in found.coverage] == [
        ("complete", ""), ("unseen", "the connection was lost"), ("unseen", "the connection was lost"),
    ]  # fmt: skip
    assert found.of(Principal)


def test_a_statement_that_takes_too_long(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from policycheck_connectors.postgres import queries

    monkeypatch.setattr(session_module, "STATEMENT_TIMEOUT", 1)
    monkeypatch.setattr(queries, "SHOWS", "SELECT pg_sleep(60)")
    found = pull(Path(), environ, credentials={"dsn": {"env": "LUMEN_DB"}})
    assert [row.status for row in found.coverage] == ["complete", "unseen", "complete"]
    assert "took longer than" in found.coverage[1].reason


@pytest.mark.parametrize("role", ["auditor2", 'it\'s %s "odd"'])
def test_what_permissions_prints_suffices_and_less_does_not(postgres: Server, role: str) -> None:
    identifier = role.replace('"', '""')
    options: dict[str, object] = {"credentials": {"dsn": {"env": "DB"}}}
    postgres.create("narrow", "REVOKE CONNECT ON DATABASE narrow FROM PUBLIC", *sql(role).split(";\n")[:3])
    postgres.run("narrow", f"ALTER ROLE \"{identifier}\" PASSWORD '{PASSWORD}'")
    dsn = make_conninfo(postgres.dsn("narrow"), user=role, password=PASSWORD)
    assert pull(Path(), {"DB": dsn}, **options).whole()
    postgres.run("narrow", f'REVOKE CONNECT ON DATABASE narrow FROM "{identifier}"')
    found = pull(Path(), {"DB": dsn}, **options)
    reason = "PostgreSQL: the user may not connect to this database (GRANT CONNECT)"
    assert {(row.status, row.reason) for row in found.coverage} == {("unseen", reason)}


def test_users_that_may_not_come_in(postgres: Server, database: str) -> None:
    postgres.run(
        "postgres", "CREATE ROLE nologin PASSWORD 'x'", "CREATE ROLE full LOGIN CONNECTION LIMIT 0 PASSWORD 'x'"
    )
    for user, reason in (("nologin", "the user may not log in"), ("full", "the server has no connection left")):
        found = pull(Path(), {"DB": postgres.dsn(database, user, "x")}, credentials={"dsn": {"env": "DB"}})
        assert found.reasons() == [f"PostgreSQL: {reason}"]


def test_nothing_can_be_written(postgres: Server, environ: dict[str, str]) -> None:
    with (
        pytest.raises(ConnectorError, match="SQLSTATE 25006"),
        session(postgres.dsn("connected"), {}) as connection,
    ):
        connection.execute("CREATE TABLE public.mischief ()")


def test_tls_is_checked_unless_something_says_less(
    postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What libpq is asked for; over a Unix socket it then ignores it."""
    import psycopg

    asked: list[object] = []
    connect = psycopg.connect

    def listening(**words: object) -> object:
        asked.append(words.get("sslmode"))
        return connect(**words)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg, "connect", listening)
    dsn = postgres.dsn("connected")
    less = f"{dsn} sslmode=require"
    for text, option in ((dsn, ""), (less, ""), (dsn, "prefer"), (less, "prefer")):
        with session(text, {}, option):
            pass
    with session(dsn, {"PGSSLMODE": "require"}):
        pass
    assert asked == ["verify-full", "require", "prefer", "prefer", None]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sslmode": "no"}, "option `sslmode` is not one of PostgreSQL's"),
        ({"label": 3}, "option `label` must be a string"),
    ],
)
def test_options_that_cannot_be_used(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConnectorError, match="connector c: ") as error:
        build(entry("postgres", **options), Path())
    assert message in error.value.message


@pytest.mark.parametrize(
    ("credentials", "message"),
    [
        ({"dsn": {"env": "NOT_SET"}}, "the environment variable NOT_SET is not set"),
        ({"dsn": {"file": "nowhere"}}, "the credential file nowhere cannot be read (No such file or directory)"),
        ({"dsn": {"file": "empty"}}, "the credential file empty is empty"),
        ({"dsn": {"file": "binary"}}, "the credential file binary cannot be read (it is not UTF-8)"),
        ({"dsn": "postgresql://literal"}, "credential `dsn` must be a reference"),
        ({"dsn": {"vault": "x"}}, "credential `dsn` must be a reference"),
    ],
)
def test_credentials_that_refer_to_nothing(tmp_path: Path, credentials: dict[str, object], message: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    found = pull(tmp_path, {}, credentials=credentials)
    assert found.reasons() == [message]
    assert not found.facts
