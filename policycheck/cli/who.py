"""``policycheck who``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.observed import looked, looking_options
from policycheck.cli.terminal import patient


@click.command(
    cls=Command, epilog=examples("policycheck who user.device.ip_address", "policycheck who ip --offline --output json")
)
@click.argument("category")
@looking_options
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def who(app: App, category: str, snapshot: str | None, offline: bool, pull: bool, output: str) -> int:
    """Name the vendors that have, can read, or may have a CATEGORY of data (its key or an alias).

    Wider and narrower categories count too. Exits with 3 when something could not be seen or
    judged, since a vendor may then be missing. Looks at the same snapshot as `policycheck show`.
    """
    from policycheck.checks.check import check
    from policycheck.checks.show import survey
    from policycheck.cli.holders import answer, resolve
    from policycheck.reports import plain
    from policycheck.reports import who as report

    wanted, project = resolve(category), app.load()
    with looked(app, project, snapshot, offline, pull) as opened:
        judged = check(project, opened, app.today, from_store=True)
        result = answer(wanted, project, survey(project, opened, app.today), judged, opened.attestations())
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(result), stream)
        else:
            stream.writelines(f"{line}\n" for line in report.render(result, app.page(stream)))
    return ExitCode.INCOMPLETE if result.not_seen or result.unjudged else ExitCode.OK
