"""The examples in the help of every command run, in a project that has what they name, and end as they should."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from policycheck.cli.main import cli, run
from tests.servers.postgres import PASSWORD

if TYPE_CHECKING:
    from tests.cli.conftest import Here
    from tests.servers.postgres import Server

#: Examples that end otherwise than with 0: the project holds findings, the second trust lets in more, and a directory
#: of exports holds files that tell no vendor.
CODES = {
    "policycheck check": 1,
    "policycheck check --output text --output json=result.json": 1,
    "policycheck check --output github --output sarif=policycheck.sarif --output markdown=comment.md": 1,
    "policycheck check --output html=report.html": 1,
    "policycheck check --new-only --fail-on high": 1,
    "policycheck check --offline --vendor sendgrid --fail-on critical": 1,
    "policycheck pull && policycheck check --offline": 1,
    "policycheck diff main HEAD --output markdown --fail-on widened": 1,
    "policycheck init --adopt exports --dry-run": 3,
    "policycheck iam compare declared.json actual.json": 1,
    "policycheck iam compare old-trust.json new-trust.json --principal arn:aws:iam::444455556666:root": 1,
}
#: What stands in the place of programs of others that examples pipe from.
PIPED = {"pg_dump --schema-only shop": "CREATE TABLE members (email text, last_ip inet);\n"}
#: The one that asks a live database.
LIVE = "policycheck catalog import --format postgres --dsn-env LUMEN_DB"


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            child = command.get_command(context, each)
            assert child is not None
            yield from _commands(f"{name} {each}", child)


COMMANDS = dict(_commands("policycheck", cli))


def _examples(command: click.Command) -> list[str]:
    return [line.strip() for line in (command.epilog or "").partition("Examples:\n")[2].splitlines()]


EXAMPLES = {line: name for name, command in COMMANDS.items() for line in _examples(command)}


def _policy(*actions: str, **more: Any) -> str:
    where = {} if "Principal" in more else {"Resource": "arn:aws:s3:::lumen-exports/*"}
    statement = {"Effect": "Allow", "Action": list(actions), **where, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _trust(**condition: Any) -> str:
    return _policy("sts:AssumeRole", Principal={"AWS": "arn:aws:iam::444455556666:root"}, **condition)


def _dbt(kind: str, **nodes: Any) -> str:
    schema = f"https://schemas.getdbt.com/dbt/{kind}.json"
    return json.dumps({"metadata": {"dbt_schema_version": schema, "adapter_type": "postgres"}, "nodes": nodes})


_MEMBERS = {"database": "lumen", "schema": "public", "name": "members"}
_ASKED = {"principal": "arn:aws:iam::111122223333:user/app", "action": "s3:GetObject", "context": {}}
_ODCS = """\
kind: DataContract
apiVersion: v3.0.2
id: members
version: 1.0.0
status: active
schema: [{name: members, properties: [{name: email, logicalType: string}]}]
"""

#: What HEAD allows and main does not.
MORE = '\nfields:\n  - {category: user.contact.phone_number, why: "members ask to be called back"}\n'
#: The files that the examples name beside those of the example project.
FILES = {
    "columns.csv": "object,key_path\nmember,email\nmember,last_ip\n",
    "openapi.yaml": "openapi: 3.0.3\ninfo: {title: shop, version: '1'}\npaths: {}\ncomponents: {schemas: {Member: "
    "{type: object, properties: {email: {type: string}}}}}\n",
    "event.json": '{"email": "dana@lumen.example", "ip": "192.0.2.7"}\n',
    "schema.sql": "CREATE TABLE public.payments (email text, last_ip inet);\n",
    "contracts/members.odcs.yaml": _ODCS,
    "target/manifest.json": _dbt("manifest/v12", members={**_MEMBERS, "columns": {"email": {"name": "email"}}}),
    "target/catalog.json": _dbt("catalog/v1", members={"metadata": _MEMBERS, "columns": {"ip": {"type": "inet"}}}),
    "policy.json": _policy("s3:GetObject"),
    "declared.json": _policy("s3:GetObject"),
    "actual.json": _policy("s3:GetObject", "s3:PutObject"),
    "old-trust.json": _trust(Condition={"StringEquals": {"sts:ExternalId": "lumen-7f2c"}}),
    "new-trust.json": _trust(),
    "pairs.jsonl": json.dumps(
        {"id": 1, "declared": json.loads(_policy("s3:Get*")), "actual": json.loads(_policy("s3:*"))}
    ),
    "requests.jsonl": json.dumps(
        {
            "id": 1,
            "identity_policies": [json.loads(_policy("s3:Get*"))],
            "request": {**_ASKED, "resource": "arn:aws:s3:::lumen-exports/a"},
        }
    ),
    "policies/brevo.yaml": "vendor: brevo\nkind: transactional_email\n",
    "lumen/policycheck.yaml": "version: 1\n",
}


@pytest.fixture(scope="module")
def prepared(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example in a git repository, whose HEAD allows more than main, with a snapshot of the night before."""
    project = tmp_path_factory.mktemp("prepared") / "project"
    shutil.copytree(example, project, ignore=shutil.ignore_patterns(".policycheck"))
    export = next((project / "exports" / "aws").glob("account-*.json"))
    for name, text in {**FILES, "exports/aws.json": export.read_text("utf-8")}.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, "utf-8")
    _git(project, "init", "--initial-branch=main")
    _git(project, "add", ".")
    _git(project, "commit", "--message=The example")
    _git(project, "switch", "--create", "more")
    policy = project / "policies" / "zendesk.yaml"
    policy.write_text(policy.read_text("utf-8").replace("\nfields:\n", MORE), "utf-8")
    _git(project, "commit", "--all", "--message=More")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        patch.setenv("POLICYCHECK_TODAY", "2026-11-19")
        assert run(["pull"]) == 0
    stored = project / ".policycheck" / "snapshots"
    next(stored.iterdir()).rename(stored / "2026-11-19T030000Z-0001")
    return project


def _git(project: Path, *words: str) -> None:
    who = ["-c", "user.name=Dana", "-c", "user.email=dana@lumen.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=project, check=True, capture_output=True)


@pytest.fixture
def inside(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project of one's own, which is where we are, on the day after the snapshot."""
    project = tmp_path / "project"
    shutil.copytree(prepared, project)
    monkeypatch.chdir(project)
    monkeypatch.setenv("POLICYCHECK_TODAY", "2026-11-20")
    return project


def _run(here: Here, monkeypatch: pytest.MonkeyPatch, line: str) -> tuple[int, str]:
    """What a shell makes of an example: the code of its last command of ours, and all that was printed."""
    printed = ""
    code = 0
    for command in line.split(" && "):
        before, _, piped = command.partition(" | ")
        ours = piped if before in PIPED else before
        ours, _, read = ours.partition(" < ")
        given = PIPED.get(before) or (Path(read).read_text("utf-8") if read else "")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8"))
        words = [found for word in shlex.split(re.sub(r" > \S+$", "", ours)) for found in _found(word)]
        assert words[0] == "policycheck"
        ended = here(*words[1:])
        code, printed = ended.code, f"{printed}{ended.out}{ended.err}"
    return code, printed


def _found(word: str) -> list[str]:
    """The files that a shell puts in the place of a pattern; the word where there are none."""
    return (
        [str(path) for path in sorted(Path().glob(word))] or [word]
        if re.fullmatch(r"[\w/.]*\*[\w/.]*", word)
        else [word]
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_shows_an_example_of_it(here: Here, name: str) -> None:
    examples = _examples(COMMANDS[name])
    assert [line for line in examples if f"{name} " in f"{line} ".replace("--project lumen ", "")] != []
    shown = here(*name.split()[1:], "--help").out
    assert [
        line for line in examples if " ".join(line.split()) not in " ".join(shown.replace("\\\n", "").split())
    ] == []


@pytest.mark.parametrize("line", [line for line in EXAMPLES if line != LIVE])
@pytest.mark.usefixtures("inside")
def test_an_example_runs(here: Here, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    code, printed = _run(here, monkeypatch, line)
    assert code == CODES.get(line, 0), printed
    assert printed.strip()


@pytest.mark.usefixtures("inside")
def test_the_example_that_asks_a_database_runs(here: Here, monkeypatch: pytest.MonkeyPatch, postgres: Server) -> None:
    postgres.roles(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    postgres.create("examples", "CREATE TABLE payments (email text, last_ip inet)")
    monkeypatch.setenv("LUMEN_DB", postgres.dsn("examples", "reader", PASSWORD))
    code, printed = _run(here, monkeypatch, LIVE)
    assert (code, "catalog/payments.yaml: new, 2 fields" in printed) == (0, True), printed


def test_what_is_said_of_examples_is_of_examples_that_exist() -> None:
    assert set(CODES) <= set(EXAMPLES)
    assert LIVE in EXAMPLES
