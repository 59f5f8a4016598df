"""``policycheck baseline``."""

from __future__ import annotations

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Group, examples
from policycheck.cli.observed import snapshot_options


@click.group(cls=Group, epilog=examples("policycheck baseline write", "policycheck baseline prune"))
def baseline() -> None:
    """Keep the findings that existed when the project adopted policycheck from failing runs.

    JSON, CSV, JUnit and HTML still list them, as accepted; the other formats count them. One that grows is open again.
    The file is meant for the first day only: a new finding is mended, declared with a reason, or excepted until a date.
    """


@baseline.command(epilog=examples("policycheck baseline write", "policycheck baseline write --offline"))
@snapshot_options
@click.option("--force", is_flag=True, help="Add what is found now to a baseline that is there already.")
@pass_app
def write(app: App, snapshot: str | None, offline: bool, force: bool) -> int:
    """Write the open findings of now into the baseline.

    What could not be seen and what is wrong with exceptions never goes in. Undo it with git.
    """
    from policycheck.cli.adopting import write as written

    written(app, snapshot, offline, force)
    return ExitCode.OK


@baseline.command(epilog=examples("policycheck baseline prune", "policycheck baseline prune --offline"))
@snapshot_options
@pass_app
def prune(app: App, snapshot: str | None, offline: bool) -> int:
    """Take out of the baseline what no longer occurs.

    Takes nothing out, and exits with 3, while something could not be seen: it may be there still.
    """
    from policycheck.cli.adopting import prune as pruned

    return ExitCode.OK if pruned(app, snapshot, offline) else ExitCode.INCOMPLETE
