"""``policycheck validate``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.terminal import patient


@click.command(
    cls=Command,
    epilog=examples(
        "policycheck validate", "policycheck validate policies/sendgrid.yaml", "policycheck validate --output json"
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dates", is_flag=True, help="Count what has lapsed by calendar as an error.")
@click.option("--library", is_flag=True, help="Check the library instead: profiles, kinds, combinations ...")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def validate(app: App, files: tuple[Path, ...], dates: bool, library: bool, output: str) -> int:
    """Find what is wrong in the project's files, offline.

    With FILES only these are read, by the rules that need no other file: the way of a pre-commit hook. Without, the
    whole project is read and its files are held against each other. Exits with 2 when there are errors.
    """
    from policycheck.cli.validating import examine, examine_library
    from policycheck.reports import problems

    found, checked = examine_library(app, files) if library else examine(app, files, dates)
    with patient(sys.stdout) as stream:
        if output == "json":
            problems.write_json(found, checked, stream)
        else:
            problems.write_text(found, stream, app.page(stream))
    app.say(problems.tally_line(found, checked))
    return ExitCode.USAGE if problems.counts(found)["error"] else ExitCode.OK
