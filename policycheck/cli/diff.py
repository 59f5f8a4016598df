"""``policycheck diff``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.terminal import patient


@click.command(
    cls=Command,
    epilog=examples(
        "policycheck diff main",
        "policycheck diff main HEAD --output markdown --fail-on widened",
        "policycheck diff 2026-11-19T030000Z-0001",
    ),
)
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--fail-on",
    type=click.Choice(["widened"]),
    help="Exit with 1 when something is wider or judged less severely, or may be.",
)
@click.option("--output", type=click.Choice(["text", "markdown", "json"]), default="text", help="Format of the output.")
@pass_app
def diff(app: App, old: str, new: str | None, fail_on: str | None, output: str) -> int:
    """Tell what changed for each vendor from OLD to NEW.

    Both are stored snapshots, which tells what vendors gained and lost; or both are git revisions, which tells what the
    policies newly allow, and whom they newly recognise. Without NEW: the newest snapshot, or the files as they are now.
    Exits with 3 when something could not be seen, decided or read.
    """
    from policycheck.cli.comparing_editions import drift_between
    from policycheck.cli.repository import base
    from policycheck.reports import drift as reports
    from policycheck.reports import plain

    found = drift_between(app, old, new)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(reports.document(found), stream)
        elif output == "markdown":
            stream.write(reports.markdown(found, base(app.project_root())))
        else:
            stream.writelines(f"{line}\n" for line in reports.lines(found, app.page(stream)))
    app.tell(reports.headline(found))
    if fail_on and found.widened:
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if found.undecided else ExitCode.OK
