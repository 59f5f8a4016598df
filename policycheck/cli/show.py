"""``policycheck show``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.observed import looked, looking_options
from policycheck.cli.terminal import fitted, patient


@click.command(
    cls=Command,
    epilog=examples(
        "policycheck show vendors",
        "policycheck show grants --output json",
        "policycheck show exposures --offline --vendor sendgrid",
    ),
)
@click.argument("what", type=click.Choice(["vendors", "grants", "fields", "exposures"]))
@looking_options
@click.option(
    "--vendor",
    "vendors",
    envvar="POLICYCHECK_SHOW_VENDOR",
    multiple=True,
    metavar="V",
    help="Only this vendor; repeats.",
)
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def show(
    app: App, what: str, snapshot: str | None, offline: bool, pull: bool, vendors: tuple[str, ...], output: str
) -> int:
    """List what was seen, joined with what is declared, without a judgement.

    vendors: declared or seen. grants: the ways in which a party can act or reach data. fields: what vendors hold
    themselves. exposures: fields and all data that vendors can read through grants.

    Of live systems, the newest stored snapshot is looked at while it is not older than snapshots.max_age_days, and said
    to be; without one they are asked. Files are read anew.
    """
    from policycheck.checks.show import survey
    from policycheck.reports import plain
    from policycheck.reports.listings import LISTINGS
    from policycheck.reports.words import count

    project, listing = app.load(), LISTINGS[what]
    with looked(app, project, snapshot, offline, pull) as opened:
        seen = survey(project, opened, app.today)
    rows, more = listing.rows(seen, vendors), (listing.stopped(seen, vendors), listing.unlisted(seen, vendors))
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(listing.document(rows, seen, *more), stream)
        else:
            stream.write(listing.text(rows, app.page(stream), fitted(stream, app.environ), *more))
    gaps = [each for each in seen.coverage if each.status != "complete"]
    if gaps:
        app.say(f"not everything was seen ({count(len(gaps), 'gap')}): `policycheck check` tells where and why")
    return ExitCode.OK
