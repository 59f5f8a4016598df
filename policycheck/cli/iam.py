"""``policycheck iam``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.terminal import patient


@click.group(cls=Group)
def iam() -> None:
    """Answer questions about AWS policies, offline."""


@iam.command(
    epilog=examples("policycheck iam expand 's3:Get*Acl'", "policycheck iam expand iam:PassRole --output json")
)
@click.argument("pattern")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Format of the output.")
@pass_app
def expand(app: App, pattern: str, output: str) -> int:
    """List the actions that a PATTERN matches today, with their access levels and resource types.

    A pattern is what stands under Action in a policy: SERVICE:NAME with `*` and `?`, in any letter case. The list is
    that of the catalogue, whose date is told; AWS may know newer actions, and a wildcard grants them too.
    """
    from policycheck.cli.expanding import expansion
    from policycheck.reports import expansions as report
    from policycheck.reports import plain

    found = expansion(pattern)
    with patient(sys.stdout) as stream:
        if output == "json":
            plain.dump(report.document(found), stream)
        else:
            stream.writelines(f"{line}\n" for line in report.listing(found, app.page(stream), stream.isatty()))
    return ExitCode.OK
