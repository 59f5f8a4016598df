"""``policycheck report``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import patient


@click.group(cls=Group, epilog=examples("policycheck report register"))
def report() -> None:
    """Write what an auditor asks for."""


@report.command(
    epilog=examples(
        "policycheck report register --output markdown > register.md",
        "policycheck report register --output csv --snapshot 2026-11-19T030000Z-0001",
    )
)
@click.option("--snapshot", metavar="NAME", help="Tell what this stored snapshot saw, not the newest.")
@click.option("--declared", is_flag=True, help="Only what policies declare, without a snapshot.")
@click.option(
    "--output", type=click.Choice(["markdown", "csv", "json"]), default="markdown", help="Format of the output."
)
@pass_app
def register(app: App, snapshot: str | None, declared: bool, output: str) -> int:
    """Write the register of vendors: purpose, people, data, access, contract, sub-processors, reviews.

    It joins the policies with the newest stored snapshot, and is what GDPR Art. 28 and 30, SOC 2 CC9.2 and ISO/IEC
    27001 A.5.19 ask for. Exits with 3 when something could not be seen.
    """
    from policycheck.cli.registering import registered
    from policycheck.reports import plain
    from policycheck.reports import register as reports
    from policycheck.reports.words import count

    found = registered(app, snapshot, declared)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(reports.document(found), stream)
        elif output == "csv":
            reports.write_csv(found, stream)
        else:
            stream.writelines(reports.markdown(found))
    for row in found.rows:
        for each in row.unseen:
            app.tell(f"not seen, which could concern {row.vendor}: {each}", "warning")
    if found.unseen:
        app.tell(f"{count(found.unseen, 'thing')} could not be seen: vendors may have more than the register tells")
    return ExitCode.INCOMPLETE if found.unseen else ExitCode.OK
