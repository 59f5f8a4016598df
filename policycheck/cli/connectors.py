"""``policycheck connectors``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import patient


@click.group(cls=Group)
def connectors() -> None:
    """List the kinds of connectors and what they read."""


@connectors.command("list", epilog=examples("policycheck connectors list"))
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def list_types(app: App, output: str) -> int:
    """List the types of connectors with their options."""
    from policycheck.reports import kinds as report
    from policycheck.reports import plain
    from policycheck_connectors.registry import types

    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(types()), stream)
        else:
            stream.writelines(f"{line}\n" for line in report.listing(types(), app.page(stream)))
    return ExitCode.OK
