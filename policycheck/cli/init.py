"""``policycheck init``."""

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
        "policycheck init",
        "policycheck init --adopt exports/aws.json",
        "policycheck init --adopt exports --dry-run",
    ),
)
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@click.option("--adopt", metavar="SOURCE", help="Draft a policy for each vendor in this export, directory or snapshot.")
@click.option("--dry-run", is_flag=True, help="Show what would be written and write nothing.")
@pass_app
def init(app: App, directory: Path | None, adopt: str | None, dry_run: bool) -> int:
    """Begin a project in DIR, or here: looks around, asks nothing, opens no connection, overwrites nothing.

    Finds exports by their content, credentials of AWS and vendors' keys by their names alone, and writes
    policycheck.yaml, policies/ and catalog/, a line in .gitignore and, where pre-commit is configured, a hook.

    With --adopt each vendor that is seen and has no policy gets a draft at stage observe: what its kind needs is
    allowed, what it has beyond that stands in comments and is what `policycheck check` finds. SOURCE is a file that
    `aws iam get-account-authorization-details` wrote, a directory with such exports, inventories of keys and
    definitions of fields, or a snapshot. Exits with 3 when a part of it could not be read.
    """
    from policycheck.cli.beginning import plan, write
    from policycheck.reports import beginnings

    made = plan(app, directory, adopt)
    with patient(sys.stdout) as stream:
        if dry_run:
            stream.writelines(beginnings.diff((each.path, made.root, each.old, each.new) for each in made.files))
        else:
            write(made)
        files = tuple((each.path, made.root, each.old is None, each.about) for each in made.files)
        stream.writelines(beginnings.lines(made.found, files, made.exists, dry_run))
    for line in (*made.missing, *made.notes):
        app.say(beginnings.note(line))
    app.say("nothing was written: --dry-run" if dry_run else f"next: {made.next}")
    return ExitCode.INCOMPLETE if made.missing else ExitCode.OK
