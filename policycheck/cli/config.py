"""``policycheck config``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import fitted, patient


@click.group(cls=Group, epilog=examples("policycheck config show", "policycheck config show --vendor sendgrid"))
def config() -> None:
    """Show the configuration, and where each value comes from."""


@config.command(epilog=examples("policycheck config show", "policycheck config show --vendor sendgrid"))
@click.option("--vendor", metavar="V", help="The merged policy of this vendor instead.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def show(app: App, vendor: str | None, output: str) -> int:
    """Print every value with its origin."""
    from policycheck.cli.settings import settings
    from policycheck.reports import plain
    from policycheck.reports import settings as report

    rows = settings(app.load(), vendor)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(rows, vendor), stream)
        else:
            stream.writelines(
                f"{line}\n" for line in report.listing(rows, app.page(stream), fitted(stream, app.environ))
            )
    return ExitCode.OK
