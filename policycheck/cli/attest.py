"""``policycheck attest``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import patient


@click.group(cls=Group, epilog=examples("policycheck attest new sendgrid", "policycheck attest due --within 60"))
def attest() -> None:
    """State what no connector can see: forms for a vendor's owner, and what is due."""


@attest.command(epilog=examples("policycheck attest new sendgrid", "policycheck attest new brevo --into attestations"))
@click.argument("vendor")
@click.option("--system", metavar="S", help="The system [default: the planned blind spot, else the vendor's own].")
@click.option("--into", metavar="DIR", help="Where to write [default: where a connector reads attestations].")
@pass_app
def new(app: App, vendor: str, system: str | None, into: str | None) -> int:
    """Write an attestation for a person to fill in.

    It has the questions about VENDOR, and counts only with the day and an answer. Nothing is overwritten.
    """
    from policycheck.cli.attesting import is_read, write

    path = write(app, vendor, system, into)
    with patient(sys.stdout) as stream:
        stream.write(f"{path}\n")
    if not is_read(app.load().config):
        app.say("nothing reads it yet: add `- {name: attestations, type: attestation, paths: [attestations/*.yaml]}`")
    return ExitCode.OK


@attest.command(epilog=examples("policycheck attest due", "policycheck attest due --within 0 --output json"))
@click.option(
    "--within", metavar="DAYS", type=click.IntRange(0), default=30, show_default=True, help="How far to look."
)
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def due(app: App, within: int, output: str) -> int:
    """List the attestations that are due, or will be within some days.

    They are those that policies plan under `observe`; `policycheck check` fails on what is overdue (PC602).
    """
    from policycheck.cli.attesting import due as found
    from policycheck.reports import attestations, plain

    rows = found(app, within)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(attestations.document(rows, app.today), stream)
        elif rows:
            stream.writelines(f"{line}\n" for line in attestations.lines(rows, app.today, app.page(stream)))
    if not rows:
        app.say(f"no attestation is due within {within} days")
    return ExitCode.OK
