"""``policycheck check``."""

from __future__ import annotations

from typing import Any

import click

from policycheck.cli import outputs
from policycheck.cli.app import App, pass_app
from policycheck.cli.judging import Request, judge
from policycheck.cli.lazy import Command, examples
from policycheck.cli.observed import snapshot_options
from policycheck.model.findings import Severity
from policycheck.reports.interface import GROUPS
from policycheck.reports.registry import FORMATS

SEVERITIES = [severity.word for severity in Severity]


@click.command(
    cls=Command,
    epilog=examples(
        "policycheck check",
        "policycheck check --output text --output json=result.json",
        "policycheck check --output github --output sarif=policycheck.sarif --output markdown=comment.md",
        "policycheck check --output html=report.html",
        "policycheck check --new-only --fail-on high",
        "policycheck check --offline --vendor sendgrid --fail-on critical",
    ),
)
@snapshot_options
@click.option(
    "--vendor",
    "vendors",
    envvar="POLICYCHECK_CHECK_VENDOR",
    multiple=True,
    metavar="V",
    help="Only findings about this vendor; repeats.",
)
@click.option(
    "--owner",
    "owners",
    envvar="POLICYCHECK_CHECK_OWNER",
    multiple=True,
    metavar="O",
    help="Only findings of this owner; repeats.",
)
@click.option(
    "--account",
    "accounts",
    envvar="POLICYCHECK_CHECK_ACCOUNT",
    multiple=True,
    metavar="A",
    help="Only findings in this account; repeats.",
)
@click.option("--group-by", type=click.Choice(GROUPS), default="finding", help="How the text is arranged.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit with 1 from this severity on [default: fail_on].")
@click.option("--min-severity", type=click.Choice(SEVERITIES), default="info", help="Show from this severity on.")
@click.option(
    "--output",
    "formats",
    envvar="POLICYCHECK_CHECK_OUTPUT",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help=f"{', '.join(FORMATS)}; repeats.",
)
@click.option("--new-only", is_flag=True, help="Only what nothing accepts and no earlier run has told.")
@click.option("--no-ignores", is_flag=True, help="As if no exception, comment or baseline accepted anything.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found or not seen.")
@pass_app
def check(app: App, /, formats: tuple[str, ...], exit_zero: bool, **settings: Any) -> int:
    """Compare what vendors may have with what they have.

    Pulls first, unless a stored snapshot is asked for. Exits with 1 on findings, with 3 when something could not be
    seen, with 0 only when everything was looked at and nothing was found.
    """
    return judge(app, outputs.parse(formats), exit_zero, Request(**settings))
