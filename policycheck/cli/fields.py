"""``policycheck fields``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import fitted, patient


@click.group(cls=Group, epilog=examples("policycheck fields classify columns.csv"))
def fields() -> None:
    """Tell which fields hold data about people, from their names."""


@fields.command(
    epilog=examples(
        "policycheck fields classify columns.csv",
        "policycheck fields classify openapi.yaml --output json",
        "pg_dump --schema-only shop | policycheck fields classify --format sql -",
        "policycheck fields classify event.json --vendor sendgrid",
    )
)
@click.argument("file", default="-")
@click.option(
    "--format",
    type=click.Choice(["csv", "json", "schema", "sql"]),
    help="What FILE is [default: found out from its name and content].",
)
@click.option(
    "--vendor",
    metavar="NAME",
    default="",
    help="Read the names by this vendor's key map first, where a row names no other.",
)
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def classify(app: App, file: str, format: str | None, vendor: str, output: str) -> int:
    """Tell for each field in FILE what it holds, in which form, how sure that is, and why.

    FILE, or standard input, is one of: CSV with the columns key_path[,sample_value][,type][,object][,vendor]; a JSON
    document or JSON Lines with samples; a JSON Schema, OpenAPI or Swagger document (JSON or YAML); SQL with CREATE
    TABLE. Values are looked at for their shape only. No project is needed; with --project its overrides count. Name
    the --vendor where you can: without, a field is known by its whole path only where all products agree on it.

    The category is a key of the taxonomy, `none` where nothing is about a person, and `-` (null in JSON) where the
    name does not tell. Exits with 2 when a part of FILE could not be read; the rest is told.
    """
    from policycheck.cli.classifying import answers, summarise
    from policycheck.reports import classified as report

    found = answers(app, file, format or "", vendor)
    with patient(sys.stdout) as stream:
        if output == "json":
            report.write_json(found, stream)
        else:
            report.write_text(found, stream, app.page(stream), fitted(stream, app.environ))
    summarise(app, found)
    return ExitCode.USAGE if found.tally.bad else ExitCode.OK


@fields.command(
    epilog=examples(
        "policycheck fields known",
        "policycheck fields known freshdesk",
        "policycheck fields known zendesk --personal --output json",
    )
)
@click.argument("vendor", default="")
@click.option("--personal", is_flag=True, help="Only fields that hold something about people.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def known(app: App, vendor: str, personal: bool, output: str) -> int:
    """Show the fields of VENDOR that are known by name, and what each holds; without VENDOR, the products.

    They are read from the public schemas of each product. `fields classify --vendor` and every check know a field by
    its name there before they ask the generic rules.
    """
    from policycheck.cli.knowing import fields_known, products_known

    if personal and not vendor:
        raise click.UsageError("--personal is about the fields of one VENDOR: name it")
    with patient(sys.stdout) as stream:
        if vendor:
            fields_known(app, vendor, stream, personal=personal, json=output == "json")
        else:
            products_known(app, stream, json=output == "json")
    return ExitCode.OK
