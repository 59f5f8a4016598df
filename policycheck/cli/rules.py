"""``policycheck rules``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.terminal import fitted, patient


@click.command(cls=Command, epilog=examples("policycheck rules", "policycheck rules --output json"))
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def rules(app: App, output: str) -> int:
    """List the rules; `policycheck explain RULE` tells all about one."""
    from policycheck.library.rules import load_rules
    from policycheck.reports import plain
    from policycheck.reports import rules as report

    every = load_rules().values()
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(every), stream)
        else:
            stream.writelines(
                f"{line}\n" for line in report.listing(every, app.page(stream), fitted(stream, app.environ))
            )
    return ExitCode.OK
