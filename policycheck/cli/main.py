"""The program: its commands, its global options, and the way it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from policycheck import __version__
from policycheck.cli import errors
from policycheck.cli.app import App
from policycheck.cli.lazy import LazyGroup, Table, examples
from policycheck.cli.terminal import prepare

COMMANDS: Table = {
    "init": ("policycheck.cli.init:init", "Begin a project, and draft policies from what vendors have today."),
    "validate": ("policycheck.cli.validate:validate", "Find what is wrong in policy files, offline."),
    "pull": ("policycheck.cli.pull:pull", "Run the connectors and store what they saw as a snapshot."),
    "check": ("policycheck.cli.check:check", "Compare what vendors may have with what they have."),
    "show": ("policycheck.cli.show:show", "List vendors, grants, fields or exposures."),
    "who": ("policycheck.cli.who:who", "Name the vendors that have, or may have, a category of data."),
    "explain": ("policycheck.cli.explain:explain", "Tell what a rule means, why it matters and how to fix it."),
    "rules": ("policycheck.cli.rules:rules", "List the rules."),
    "config": ("policycheck.cli.config:config", "Show the configuration, and where each value comes from."),
    "connectors": ("policycheck.cli.connectors:connectors", "List the kinds of connectors and what they read."),
    "attest": ("policycheck.cli.attest:attest", "State what no connector can see, and list what is due."),
    "diff": ("policycheck.cli.diff:diff", "Tell what changed between two snapshots, or two revisions of the policies."),
    "report": ("policycheck.cli.report:report", "Write the register of vendors for an audit."),
    "baseline": ("policycheck.cli.baseline:baseline", "Keep the findings of the first day from failing runs."),
    "fields": ("policycheck.cli.fields:fields", "Tell which fields hold data about people, from their names."),
    "catalog": ("policycheck.cli.catalog:catalog", "Learn which fields our own datasets hold."),
    "iam": ("policycheck.cli.iam:iam", "Answer questions about AWS policies, offline."),
}

#: What a crash log may repeat of a command line.
WORDS = frozenset(
    {*COMMANDS, "vendors", "grants", "fields", "exposures", "list"}
    | {"compare", "simulate", "expand", "classify", "import", "new", "due", "write", "prune", "register"}
)


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"policycheck {__version__}")
        context.exit()


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={
        "auto_envvar_prefix": "POLICYCHECK",
        "max_content_width": 100,
    },
    epilog=examples(
        "policycheck init", "policycheck validate", "policycheck check", "policycheck who user.device.ip_address"
    ),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    allow_from_autoenv=False,
    help="Show the version.",
)
def cli() -> None:
    """Compare what third-party vendors MAY have with what they HAVE."""


def run(args: Sequence[str]) -> int:
    """Run the program with these arguments and return its exit code; every way to end is turned into one."""
    prepare()
    app = App(os.environ)
    return errors.guard(
        app, args, COMMANDS, lambda: cli.main(list(args), "policycheck", standalone_mode=False, obj=app)
    )


def main() -> None:
    """Run the program as the process was started, and exit."""
    code = run(sys.argv[1:])
    threads = sys.modules.get("threading")
    if threads is not None and threads.active_count() > 1:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End at once: calls of an interrupted pull may be tried again for minutes, and nobody wants their answers."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)
