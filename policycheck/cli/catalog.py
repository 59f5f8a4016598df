"""``policycheck catalog``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import patient

_FORMATS = ["ddl", "dbt", "odcs", "json-schema", "postgres"]


@click.group(cls=Group, epilog=examples("policycheck catalog import schema.sql --location 'postgres:lumen.{name}'"))
def catalog() -> None:
    """Learn which fields our own datasets hold."""


@catalog.command(
    "import",
    epilog=examples(
        "policycheck catalog import target/manifest.json target/catalog.json --dry-run",
        "policycheck catalog import contracts/*.odcs.yaml",
        "policycheck catalog import schema.sql --location 'postgres:lumen.{name}'",
        "policycheck catalog import --format postgres --dsn-env LUMEN_DB",
    ),
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--format",
    "kind",
    envvar="POLICYCHECK_CATALOG_IMPORT_FORMAT",
    type=click.Choice(_FORMATS),
    help="What the sources are, instead of by their content.",
)
@click.option("--dsn-env", metavar="VAR", help="Environment variable that holds the connection string of a database.")
@click.option("--into", metavar="DIR", help="Where new files go [default: the first directory under `catalog`].")
@click.option("--dataset", default="", metavar="NAME", help="Only these of the source, by name with * and ?; or what "
              "to call the only one.")  # fmt: skip
@click.option("--location", default="", metavar="WHERE", help="Where the data lies when the source does not tell; "
              "{name} stands for the source's name of each.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show the changes and write nothing.")
@pass_app
def import_(
    app: App,
    sources: tuple[str, ...],
    kind: str | None,
    dsn_env: str | None,
    into: str | None,
    dataset: str,
    location: str,
    dry_run: bool,
) -> int:
    """Write datasets of the catalog from what already describes our data, each field classified.

    A SOURCE is a file: SQL with CREATE TABLE, manifest.json and catalog.json of dbt, a contract of the Open Data
    Contract Standard 3, or a JSON Schema. With --format postgres it is a live database, found as libpq does (PGHOST,
    PGSERVICE, password file) or by the connection string in the variable that --dsn-env names; never on the command
    line.

    A dataset that the catalog has already keeps all that people wrote: new fields are added at the end, nothing is
    changed or removed, and what the source no longer has is told. What a person has to decide is marked with `review`,
    which `policycheck validate` counts. Exits with 3 when a part of a source could not be read.
    """
    from policycheck.cli import importing
    from policycheck.reports.imports import diff, summary

    request = importing.Request(sources, kind or "", dsn_env or "", into or "", dataset, location)
    done = importing.plan(app, request)
    with patient(sys.stdout) as stream:
        if dry_run:
            stream.writelines(diff(done.files))
        else:
            importing.write(app, done)
    app.say("\n".join(summary(done.files, done.missing, dry_run)))
    return ExitCode.INCOMPLETE if done.missing else ExitCode.OK
