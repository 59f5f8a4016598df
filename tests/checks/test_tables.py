"""Vendors' roles in a real PostgreSQL: what they can read joins with the catalog, and is held against the policy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.findings import CheckResult, Finding
from tests.checks.lab import Lab
from tests.servers.postgres import Server

AT = "postgres:lumen.public"
COLUMNS = "id bigint, email text, last_ip inet"

MEMBERS = {
    "dataset": "members",
    "subjects": {"kind": "customer", "count": 30000000},
    "locations": [f"{AT}.members"],
    "fields": {
        "id": "none",
        "email": "user.contact.email",
        "last_ip": {"category": "user.device.ip_address", "depth": "history"},
    },
}
ACCESS: dict[str, Any] = {
    "system": "postgres",
    "principals": ["vendor_acme"],
    "allow": [{"actions": ["SELECT"], "resources": [f"{AT}.members(id,email)"]}],
}

Database = Callable[..., Lab]


@pytest.fixture
def database(postgres: Server, tmp_path: Path) -> Database:
    """A project whose vendor acme has the role vendor_acme in the database lumen."""

    def made(*statements: str) -> Lab:
        postgres.roles("CREATE ROLE vendor_acme LOGIN", "CREATE ROLE owner")
        postgres.create("lumen", f"CREATE TABLE members ({COLUMNS})", "ALTER TABLE members OWNER TO owner", *statements)
        lab = Lab(tmp_path)
        lab.config["connectors"].append({"name": "db", "type": "postgres", "credentials": {"dsn": {"file": "dsn"}}})
        (tmp_path / "dsn").write_text(postgres.dsn("lumen"))
        lab.catalog.append(MEMBERS)
        lab.acme["access"].append(copy.deepcopy(ACCESS))
        return lab

    return made


#: What follows from the fields together, and from the kind of the vendor, is judged elsewhere.
ELSEWHERE = ("PC104", "PC109")


def told(result: CheckResult) -> list[tuple[str, str]]:
    """(rule, outcome) of each open finding."""
    return [(f.rule, f.outcome) for f in result.findings if f.rule not in ELSEWHERE]


def one(result: CheckResult, rule: str) -> Finding:
    (found,) = [finding for finding in result.findings if finding.rule == rule]
    return found


def test_columns_that_the_policy_allows_are_clean(database: Database) -> None:
    lab = database("GRANT SELECT (id, email) ON members TO vendor_acme")
    assert told(lab.judge()) == []
    survey = lab.survey()
    assert [(e.category, e.via, e.action) for e in survey.exposures if e.system == "postgres"] == [
        ("user.contact.email", "vendor_acme", f"SELECT on {AT}.members(email) through its own grant")
    ]
    assert [(g.principal, g.vendor, g.identified_by) for g in survey.grants if g.system == "postgres"] == [
        ("vendor_acme", "acme", "access: vendor_acme")
    ]


def test_a_column_that_was_granted_besides(database: Database) -> None:
    result = database("GRANT SELECT (id, email, last_ip) ON members TO vendor_acme").judge()
    assert told(result) == [("PC101", "violation"), ("PC201", "violation")]
    field, access = one(result, "PC101"), one(result, "PC201")
    assert (field.severity.word, access.severity.word) == ("critical", "high")
    assert field.message == "acme has user.device.ip_address (raw, history), which its policy does not allow"
    assert [each.observed for each in field.instances] == [
        f"vendor_acme can read members.last_ip (SELECT on {AT}.members(last_ip) through its own grant)"
    ]
    assert [each.observed for each in access.instances] == [
        f"vendor_acme may SELECT on {AT}.members(last_ip) (through its own grant)"
    ]
    assert access.instances[0].evidence[0].where == "pg_attribute public.members(id,email,last_ip)"
    assert (access.location.path, access.label) == ("policies/acme.yaml", "allows less than that")


@pytest.mark.parametrize(
    ("statements", "through"),
    [
        (["GRANT SELECT ON members TO vendor_acme"], "its own grant"),
        (["GRANT SELECT ON members TO PUBLIC"], "PUBLIC"),
        (["CREATE ROLE a", "CREATE ROLE b", "GRANT a TO b", "GRANT b TO vendor_acme",
          "GRANT SELECT ON members TO a"], "membership of a"),
        (["CREATE ROLE a", "GRANT a TO vendor_acme", "ALTER ROLE vendor_acme NOINHERIT",
          "GRANT SELECT ON members TO a"], "membership of a"),
        (["GRANT pg_read_all_data TO vendor_acme"], "membership of pg_read_all_data"),
        (["ALTER ROLE vendor_acme SUPERUSER"], "being a superuser"),
        (["CREATE ROLE root SUPERUSER", "GRANT root TO vendor_acme"], "membership of root, a superuser"),
        (["ALTER TABLE members OWNER TO vendor_acme"], "ownership"),
        (["GRANT owner TO vendor_acme"], "membership of owner, the owner"),
        (["GRANT SELECT (email) ON members TO vendor_acme", "GRANT SELECT (last_ip) ON members TO PUBLIC"],
         "PUBLIC"),
        (["GRANT SELECT ON members TO vendor_acme", "GRANT SELECT (last_ip) ON members TO PUBLIC"],
         "PUBLIC and its own grant"),
    ],
)  # fmt: skip
def test_every_way_to_a_column(database: Database, statements: list[str], through: str) -> None:
    result = database(*statements).judge()
    (instance,) = one(result, "PC101").instances
    assert instance.observed.endswith(f"(SELECT on {AT}.members(last_ip) through {through})")
    assert one(result, "PC201").instances[0].observed.endswith(f"(through {through})")


@pytest.mark.parametrize(
    "statements",
    [
        ["GRANT SELECT ON members TO vendor_acme", "REVOKE USAGE ON SCHEMA public FROM PUBLIC"],
        ["GRANT SELECT ON members TO vendor_acme", "REVOKE CONNECT ON DATABASE lumen FROM PUBLIC"],
        ["GRANT INSERT ON members TO vendor_acme"],
        ["GRANT SELECT ON members TO owner"],
        ["CREATE ROLE b", "GRANT vendor_acme TO b", "GRANT SELECT ON members TO b"],
        ["CREATE VIEW v WITH (security_invoker) AS SELECT last_ip FROM members",
         "GRANT SELECT ON v TO vendor_acme"],
    ],
)  # fmt: skip
def test_what_cannot_be_read(database: Database, statements: list[str]) -> None:
    lab = database(*statements)
    assert [e.category for e in lab.survey().exposures if e.system == "postgres"] == []
    assert {f.rule for f in lab.judge().findings} <= {"PC201"}


def test_usage_through_a_group_and_connect_through_itself(database: Database) -> None:
    lab = database(
        "CREATE ROLE a",
        "GRANT a TO vendor_acme",
        "REVOKE USAGE ON SCHEMA public FROM PUBLIC",
        "REVOKE CONNECT ON DATABASE lumen FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO a",
        "GRANT CONNECT ON DATABASE lumen TO vendor_acme",
        "GRANT SELECT (email) ON members TO PUBLIC",
    )
    assert [e.field for e in lab.survey().exposures if e.system == "postgres"] == ["email"]


def test_writing_beyond_the_policy_names_one_request_first(database: Database) -> None:
    result = database("GRANT DELETE, TRUNCATE, INSERT (email) ON members TO vendor_acme").judge()
    (instance,) = one(result, "PC201").instances
    assert instance.observed == (
        f"vendor_acme may DELETE on {AT}.members; INSERT on {AT}.members(email); TRUNCATE on {AT}.members "
        "(through its own grant)"
    )
    assert len(instance.witnesses) == 3


@pytest.mark.parametrize(
    ("allow", "rules"),
    [
        ({"actions": ["SELECT", "INSERT"], "resources": [f"{AT}.members"]}, []),
        ({"actions": ["*"], "resources": [f"{AT}.*"], "why": "all"}, []),
        ({"actions": ["select", "insert"], "resources": [f"{AT}.members(*)"]}, []),
        ({"actions": ["SELECT", "INSERT"], "resources": [f"{AT}.members(id, email, last_*)"]}, []),
        ({"actions": ["SELECT", "INSERT"], "resources": [f"{AT}.members(id,email)"]}, ["PC201"]),
        ({"actions": ["SELECT"], "resources": [f"{AT}.members"]}, ["PC201"]),
        ({"actions": ["SELECT", "INSERT"], "resources": [f"{AT}.member"]}, ["PC201"]),
    ],
)
def test_the_comparison_is_exact(database: Database, allow: dict[str, Any], rules: list[str]) -> None:
    lab = database("GRANT SELECT, INSERT ON members TO vendor_acme")
    lab.acme["fields"].append({"category": "user.device.ip_address", "depth": "history"})
    lab.acme["access"][-1]["allow"] = [allow]
    assert [rule for rule, _ in told(lab.judge())] == rules


def test_two_permissions_join(database: Database) -> None:
    lab = database("GRANT SELECT (id, email) ON members TO vendor_acme")
    lab.acme["access"][-1]["allow"] = [
        {"actions": ["SELECT"], "resources": [f"{AT}.members(id)"]},
        {"actions": ["SELECT"], "resources": [f"{AT}.members(email)"]},
    ]
    assert told(lab.judge()) == []


def test_a_relation_that_the_catalog_does_not_know(database: Database) -> None:
    lab = database("CREATE TABLE notes (body text, at date)", "GRANT SELECT (body) ON notes TO vendor_acme")
    lab.acme["access"][-1]["allow"][0]["resources"].append(f"{AT}.notes")
    finding = one(lab.judge(), "PC107")
    assert [each.observed for each in finding.instances] == [
        f"vendor_acme may SELECT on {AT}.notes(body); the catalog does not know the relation"
    ]


def test_a_column_that_came_after_the_catalog(database: Database) -> None:
    lab = database("ALTER TABLE members ADD phone text", "GRANT SELECT (email, phone) ON members TO vendor_acme")
    lab.acme["access"][-1]["allow"][0]["resources"] = [f"{AT}.members"]
    finding = one(lab.judge(), "PC107")
    assert [each.observed for each in finding.instances] == [
        f"vendor_acme may SELECT on {AT}.members(phone); the catalog does not know some columns"
    ]


def test_a_dataset_without_people_describes_all_its_columns(database: Database) -> None:
    lab = database("CREATE TABLE builds (id int, log text)", "GRANT SELECT ON builds TO vendor_acme")
    lab.catalog.append({"dataset": "builds", "locations": [f"{AT}.bui*"], "fields": "none", "why": "build logs"})
    lab.acme["access"][-1]["allow"][0]["resources"] = [f"{AT}.*"]
    assert told(lab.judge()) == []


def test_a_field_that_waits_for_a_person_is_never_nothing(database: Database) -> None:
    lab = database("ALTER TABLE members ADD data jsonb", "GRANT SELECT (data) ON members TO vendor_acme")
    lab.catalog[-1] = {**MEMBERS, "fields": {"id": "none", "data": {"review": "nothing tells what it holds"}}}
    lab.acme["access"][-1]["allow"][0]["resources"] = [f"{AT}.members"]
    result = lab.judge()
    assert [finding.rule for finding in result.findings] == ["PC106"]
    assert "members.data" in result.findings[0].message


def test_a_part_of_a_column_is_read_with_it(database: Database) -> None:
    lab = database("ALTER TABLE members ADD data jsonb", "GRANT SELECT (data) ON members TO vendor_acme")
    lab.catalog[-1] = {
        **MEMBERS,
        "fields": {"data.ips[]": "user.device.ip_address", "data.email": "user.contact.email"},
    }
    lab.acme["access"][-1]["allow"][0]["resources"] = [f"{AT}.members"]
    fields = {e.field: e.action.split(" through")[0] for e in lab.survey().exposures if e.system == "postgres"}
    assert fields == dict.fromkeys(("data.ips[]", "data.email"), f"SELECT on {AT}.members(data)")


def test_a_view_shows_the_tables_below_with_the_rights_of_its_owner(database: Database) -> None:
    lab = database(
        "CREATE VIEW seen AS SELECT last_ip, email AS contact FROM members",
        "ALTER VIEW seen OWNER TO owner",
        "GRANT SELECT ON seen TO vendor_acme",
    )
    lab.acme["access"][-1]["allow"][0]["resources"] = [f"{AT}.seen"]
    result = lab.judge()
    assert told(result) == [("PC101", "violation"), ("PC107", "gap")]
    assert [one(result, rule).instances[0].observed for rule in ("PC101", "PC107")] == [
        f"vendor_acme can read members.last_ip (SELECT on {AT}.seen(last_ip) through its own grant)",
        f"vendor_acme may SELECT on {AT}.seen(contact), which shows {AT}.members(email), {AT}.members(last_ip); "
        "the catalog does not know the relation",
    ]


def test_a_view_that_checks_its_reader_counts_when_the_reader_may(database: Database) -> None:
    lab = database(
        "CREATE VIEW v WITH (security_invoker) AS SELECT last_ip FROM members",
        "GRANT SELECT ON v TO vendor_acme",
        "GRANT SELECT (last_ip) ON members TO vendor_acme",
    )
    actions = {e.action.split(" through")[0] for e in lab.survey().exposures if e.system == "postgres"}
    assert actions == {f"SELECT on {AT}.v(last_ip)", f"SELECT on {AT}.members(last_ip)"}


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE VIEW a AS SELECT last_ip FROM members", "CREATE VIEW b AS SELECT last_ip FROM a"],
        ["CREATE VIEW b AS SELECT * FROM members"],
        ["CREATE MATERIALIZED VIEW b AS SELECT last_ip FROM members"],
    ],
)
def test_views_of_views_and_whole_rows(database: Database, statements: list[str]) -> None:
    lab = database(*statements, "GRANT SELECT (last_ip) ON b TO vendor_acme")
    lab.acme["access"][-1]["allow"][0]["resources"] = [f"{AT}.b"]
    result = lab.judge()
    assert told(result) == [("PC101", "violation")]
    assert f"SELECT on {AT}.b(last_ip)" in one(result, "PC101").instances[0].observed


def test_partitions_are_described_with_their_table(database: Database) -> None:
    lab = database(
        "CREATE TABLE log (email text, at date) PARTITION BY RANGE (at)",
        "CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "GRANT SELECT ON log, log_2026 TO vendor_acme",
    )
    fields = {"email": "user.contact.email", "at": "none"}
    lab.catalog.append({"dataset": "log", "locations": [f"{AT}.log"], "fields": fields})
    lab.acme["access"][-1]["allow"][0]["resources"] = [f"{AT}.log*"]
    assert told(lab.judge()) == []


@pytest.mark.parametrize(
    ("attribute", "assumed"), [("", True), ("ALTER ROLE vendor_acme BYPASSRLS", False)]
)  # fmt: skip
def test_row_level_security_is_said_and_not_believed(database: Database, attribute: str, assumed: bool) -> None:
    statements = ["ALTER TABLE members ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON members TO vendor_acme"]
    finding = one(database(*statements, *filter(None, [attribute])).judge(), "PC201")
    assert (f"row-level security of {AT}.members may hide rows; which, was not looked at" in finding.assumes) == assumed


def test_a_role_that_is_named_like_a_key(database: Database) -> None:
    lab = database("CREATE ROLE acme_reader", "GRANT SELECT (last_ip) ON members TO acme_reader")
    lab.acme["access"].pop()
    lab.acme["recognise"]["keys"].append("acme_*")
    result = lab.judge()
    # The role of the other tests is called like the vendor too, and no pattern has it.
    assert told(result) == [("PC101", "violation"), ("PC201", "violation"), ("PC203", "gap")]
    assert one(result, "PC201").label == "no entry names acme_reader"


def test_a_window_that_is_over(database: Database) -> None:
    lab = database("GRANT SELECT (email) ON members TO vendor_acme")
    lab.acme["access"][-1]["until"] = date(2026, 11, 1)
    finding = one(lab.judge(), "PC210")
    assert (finding.label, finding.instances[0].observed) == (
        "until 2026-11-01",
        "vendor_acme has privileges on 1 relations today",
    )


def test_a_role_that_is_declared_and_gone(database: Database) -> None:
    lab = database()
    lab.acme["access"][-1]["principals"] = ["vendor_acme_old"]
    lab.acme["recognise"]["keys"] = []
    assert [f.message for f in lab.judge().findings] == [
        "database role vendor_acme is called like Acme Mail, and no entry of its policy says whether it is",
        "role vendor_acme_old is declared for acme and does not exist",
    ]


def test_a_database_that_nobody_looked_at(database: Database) -> None:
    lab = database("GRANT SELECT (email) ON members TO vendor_acme")
    lab.acme["access"][-1]["allow"].append(
        {"actions": ["SELECT"], "resources": ["postgres:billing.public.cards(last4)"]}
    )
    assert [(f.rule, f.message) for f in lab.judge().findings] == [
        ("PC601", "database billing, where acme has declared access, was not looked at")
    ]


def test_a_server_that_does_not_answer_is_never_clean(database: Database, tmp_path: Path) -> None:
    lab = database()
    (tmp_path / "dsn").write_text("host=/nowhere dbname=lumen")
    result = lab.judge()
    assert {finding.rule for finding in result.findings} == {"PC601"}
    assert result.findings[0].message.endswith("not at all: PostgreSQL: nothing listens there")


def test_without_a_connector_the_blind_spot_is_told(database: Database) -> None:
    lab = database()
    lab.config["connectors"].pop()
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.message) == ("PC601", "nothing looks at the access of acme at postgres")
    assert "add a connector of type postgres" in finding.help
