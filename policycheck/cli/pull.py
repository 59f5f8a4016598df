"""``policycheck pull``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.observed import fresh, jobs_option
from policycheck.cli.terminal import patient


@click.command(
    cls=Command, epilog=examples("policycheck pull && policycheck check --offline", "policycheck pull --jobs 32")
)
@jobs_option
@pass_app
def pull(app: App) -> int:
    """Run the connectors and store what they saw as a snapshot, unjudged.

    Prints the path of the snapshot. Exits with 3 when a connector could not see everything.
    """
    from policycheck.reports.sights import lines, outside
    from policycheck.snapshots.reader import open_snapshot

    path = fresh(app, app.load())
    with open_snapshot(path) as snapshot:
        coverage = snapshot.coverage()
    with patient(sys.stdout) as stream:
        stream.write(f"{path}\n")
    page = app.page(sys.stderr)
    for line in (*lines(coverage, page), *outside(coverage, page)):
        app.say(line)
    return ExitCode.OK if all(each.status == "complete" for each in coverage) else ExitCode.INCOMPLETE
