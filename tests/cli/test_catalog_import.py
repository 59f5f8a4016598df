"""``policycheck catalog import`` as a user runs it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.servers.postgres import PASSWORD, Server

SQL = "CREATE TABLE public.members (\n  email text,\n  last_login_ip inet,\n  xq7 jsonb\n);\n"
LOCATION = "postgres:lumen.{name}"
WRITTEN = """\
# Learned from schema.sql (ddl) by `policycheck catalog import`.
# Yours to edit: the next import adds what is new and changes nothing else. `review` marks what a person has to decide:
# write the category, or none, and take `review` away.
dataset: members
locations: ["postgres:lumen.public.members"]
fields:
  email: user.contact.email
  last_login_ip: user.device.ip_address
  xq7: {review: "nothing tells what it holds"}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "policycheck.yaml").write_text("version: 1\n")
    (tmp_path / "schema.sql").write_text(SQL)
    return tmp_path


def files(project: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(project.glob("catalog/*"))}


def learn(policycheck: Run, project: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return policycheck("catalog", "import", "schema.sql", "--location", LOCATION, *more, cwd=project)


def test_what_is_written_and_what_is_said(policycheck: Run, project: Path) -> None:
    done = learn(policycheck, project)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "catalog/members.yaml: new, 3 fields; 1 to review\n"
        "1 field marked `review`: a person has to decide; `policycheck validate` counts them\n"
    )
    assert files(project) == {"members.yaml": WRITTEN}
    checked = policycheck("validate", cwd=project)
    assert checked.returncode == 0
    assert "warning[PC106]: 1 field waits for a person: xq7\n --> catalog/members.yaml:9:17" in checked.stdout


def test_a_dry_run_shows_a_diff_and_writes_nothing(policycheck: Run, project: Path) -> None:
    done = learn(policycheck, project, "--dry-run")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:4] == [
        "--- /dev/null",
        "+++ b/catalog/members.yaml",
        "@@ -0,0 +1,9 @@",
        "+# Learned from schema.sql (ddl) by `policycheck catalog import`.",
    ]
    assert done.stderr.endswith("1 file would change; nothing was written\n")
    assert files(project) == {}


def test_edits_stay_and_new_fields_come_at_the_end(policycheck: Run, project: Path) -> None:
    learn(policycheck, project)
    edited = WRITTEN.replace(
        '  xq7: {review: "nothing tells what it holds"}\n',
        "  # decided on 2026-11-20\n  xq7: {category: user.behavior, depth: history}  # click stream\n  fax: none\n",
    )
    (project / "catalog/members.yaml").write_text(edited)
    (project / "schema.sql").write_text(SQL + "ALTER TABLE public.members ADD phone_number text;\n")
    assert learn(policycheck, project).stderr == (
        "catalog/members.yaml: 1 new field; kept, though the source does not have fax\n"
    )
    merged = edited + "  phone_number: user.contact.phone_number\n"
    assert files(project) == {"members.yaml": merged}
    third = learn(policycheck, project)
    assert files(project) == {"members.yaml": merged}
    assert third.stderr.endswith("nothing new\n")


def test_modes_of_files_stay(policycheck: Run, project: Path) -> None:
    learn(policycheck, project)
    path = project / "catalog/members.yaml"
    path.chmod(0o640)
    (project / "schema.sql").write_text(SQL + "ALTER TABLE public.members ADD phone_number text;\n")
    learn(policycheck, project)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_place_that_nobody_told_is_a_warning(policycheck: Run, project: Path) -> None:
    policycheck("catalog", "import", "schema.sql", cwd=project)
    assert 'locations: ["unknown:public.members"]' in files(project)["members.yaml"]
    shown = policycheck("validate", cwd=project).stdout
    assert "warning[PC106]: nobody has said where `members` lies\n --> catalog/members.yaml:5:13" in shown


def test_what_cannot_be_read_of_a_source_is_never_silence(policycheck: Run, project: Path) -> None:
    (project / "schema.sql").write_text(SQL + "CREATE TABLE (((;\n")
    done = learn(policycheck, project)
    assert done.returncode == 3
    assert "not read: schema.sql: line 6: a statement about a table that no known SQL dialect takes\n" in done.stderr
    assert set(files(project)) == {"members.yaml"}


def test_sources_outside_of_the_project_are_named_without_their_path(
    policycheck: Run, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "schema.sql"
    elsewhere.write_text(SQL)
    policycheck("catalog", "import", elsewhere, cwd=project)
    assert files(project)["members.yaml"].startswith("# Learned from schema.sql (ddl) by")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no SOURCE to learn from"),
        (["nowhere.sql"], "nowhere.sql cannot be read (No such file or directory)"),
        (["binary"], "binary is not UTF-8 at byte 1"),
        (["policycheck.yaml"], "policycheck.yaml: it is not clear what this is"),
        (["schema.sql", "--format", "dbt"], "schema.sql: this is no manifest.json or catalog.json of dbt"),
        (["schema.sql", "--into", "elsewhere"], "the project does not read a catalog from elsewhere"),
        (["schema.sql", "--dsn-env", "X"], "--dsn-env belongs to --format postgres"),
        (["two.sql", "--dataset", "c"], "no dataset of the sources is called c"),
        (["schema.sql", "--format", "postgres"], "a database is no file: leave SOURCE out"),
        (["--format", "postgres", "--dsn-env", "NOT_SET"], "the environment variable NOT_SET is not set"),
        (["postgresql://u:Pa55word@h/d"], "a connection string cannot be given as a source"),
        (["host=h password=Pa55word"], "a connection string cannot be given as a source"),
    ],
)
def test_one_clear_error(policycheck: Run, project: Path, arguments: list[str], message: str) -> None:
    (project / "two.sql").write_text("CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n")
    (project / "binary").write_bytes(b"\xff\xfe")
    done = policycheck("catalog", "import", *arguments, cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    error, help = done.stderr.splitlines()
    assert error == f"error: {message}"
    assert help.startswith("help: ")
    assert "Pa55word" not in done.stderr
    assert files(project) == {}


def test_all_conflicts_at_once_and_nothing_written(policycheck: Run, project: Path) -> None:
    (project / "catalog").mkdir()
    (project / "catalog/members.yaml").write_text("dataset: people\nlocations: [x]\nfields: {a: none}\n")
    (project / "catalog/notes.yaml").write_text("dataset: memos\nlocations: [y]\nfields: {a: none}\n")
    (project / "schema.sql").write_text(SQL + "CREATE TABLE notes (id int);\nCREATE TABLE other (id int);\n")
    done = policycheck("catalog", "import", "schema.sql", cwd=project)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: nothing was written: catalog/members.yaml exists, and is not the dataset members; "
        "catalog/notes.yaml exists, and is not the dataset notes",
        "help: move it, or give the dataset another name with --dataset",
    ]
    assert set(files(project)) == {"members.yaml", "notes.yaml"}


def test_a_directory_that_cannot_be_written(policycheck: Run, project: Path) -> None:
    (project / "catalog").write_text("")
    done = policycheck("catalog", "import", "schema.sql", cwd=project)
    assert done.returncode == 2


def test_dbt_in_two_files(policycheck: Run, project: Path) -> None:
    node = {"database": "lumen", "schema": "public", "name": "members"}
    schema = "https://schemas.getdbt.com/dbt/{}.json"
    manifest = {
        "metadata": {"dbt_schema_version": schema.format("manifest/v12"), "adapter_type": "postgres"},
        "nodes": {"model.x.members": {**node, "columns": {"email": {"name": "email", "tags": ["pii"]}}}},
    }
    warehouse = {
        "metadata": {"dbt_schema_version": schema.format("catalog/v1")},
        "nodes": {"model.x.members": {"metadata": node, "columns": {"last_login_ip": {"type": "inet"}}}},
    }
    (project / "manifest.json").write_text(json.dumps(manifest))
    (project / "catalog.json").write_text(json.dumps(warehouse))
    done = policycheck("catalog", "import", "manifest.json", "catalog.json", cwd=project)
    assert (done.returncode, done.stderr) == (0, "catalog/members.yaml: new, 2 fields\n")
    assert files(project)["members.yaml"].splitlines()[3:] == [
        "dataset: members",
        'locations: ["postgres:lumen.public.members"]',
        "fields:",
        "  email: user.contact.email  # pii",
        "  last_login_ip: user.device.ip_address",
    ]


@pytest.mark.parametrize("way", ["variable", "libpq"])
def test_a_live_database(policycheck: Run, project: Path, postgres: Server, way: str) -> None:
    postgres.roles(f"CREATE ROLE auditor LOGIN PASSWORD '{PASSWORD}'")
    postgres.create(
        "learned",
        "CREATE TABLE members (email text, last_login_ip inet)",
        "COMMENT ON TABLE members IS 'Who has an account'",
        "CREATE VIEW seen AS SELECT last_login_ip FROM members",
        "CREATE TABLE log (email text, on_day date) PARTITION BY RANGE (on_day)",
        "CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    )
    dsn = postgres.dsn("learned", "auditor", PASSWORD)
    libpq = {"PGHOST": str(postgres.directory), "PGDATABASE": "learned", "PGUSER": "auditor", "PGPASSWORD": PASSWORD}
    arguments, env = (["--dsn-env", "DB"], {"DB": dsn}) if way == "variable" else ([], libpq)
    done = policycheck("catalog", "import", "--format", "postgres", *arguments, cwd=project, env=env)
    assert (done.returncode, set(files(project))) == (0, {"log.yaml", "members.yaml", "seen.yaml"}), done.stderr
    assert files(project)["members.yaml"].splitlines()[0] == (
        "# Learned from the database learned (postgres) by `policycheck catalog import`."
    )
    assert files(project)["members.yaml"].splitlines()[3:] == [
        "# Who has an account",
        "dataset: members",
        'locations: ["postgres:learned.public.members"]',
        "fields:",
        "  email: user.contact.email",
        "  last_login_ip: user.device.ip_address",
    ]
    assert PASSWORD not in "".join((*files(project).values(), done.stderr))
    assert policycheck("validate", cwd=project).returncode == 0


def test_a_database_that_refuses_quotes_nothing(policycheck: Run, project: Path, postgres: Server) -> None:
    postgres.roles("CREATE ROLE auditor LOGIN PASSWORD 'other'")
    env = {"DB": postgres.dsn("postgres", "auditor", PASSWORD)}
    done = policycheck("catalog", "import", "--format", "postgres", "--dsn-env", "DB", cwd=project, env=env)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: PostgreSQL: the password was refused")
    assert PASSWORD not in done.stderr
