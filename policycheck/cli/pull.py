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
    from policycheck.cli.judging import outside
    from policycheck.reports.sights import lines
    from policycheck.snapshots.reader import open_snapshot

    path = fresh(app, app.load())
    with open_snapshot(path) as snapshot:
        coverage = snapshot.coverage()
    with patient(sys.stdout) as stream:
        stream.write(f"{path}\n")
    for line in lines(coverage, app.page(sys.stderr)):
        app.say(line)
    for line in outside(coverage):
        app.say(line)
    return ExitCode.OK if all(each.status == "complete" for each in coverage) else ExitCode.INCOMPLETE
