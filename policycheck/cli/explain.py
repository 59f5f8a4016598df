"""``policycheck explain``."""

from __future__ import annotations

import sys

import click

from policycheck.cli.app import App, pass_app
from policycheck.cli.exits import ExitCode
from policycheck.cli.lazy import Command, examples
from policycheck.cli.terminal import patient
from policycheck.model.problems import UsageProblem


@click.command(cls=Command, epilog=examples("policycheck explain PC101", "policycheck explain field-not-allowed"))
@click.argument("rule")
@pass_app
def explain(app: App, rule: str) -> int:
    """Tell what a RULE (its id or name) means, why it matters, what evidence it needs and how to fix it."""
    from policycheck.library.rules import load_rules
    from policycheck.reports.rules import page_of

    rules = load_rules()
    names = {each.name: each.id for each in rules.values()}
    found = rules.get(rule.upper()) or rules.get(names.get(rule.lower(), ""))
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(rule.lower(), names, n=1)
        raise UsageProblem(
            f"no such rule: {rule}", f"did you mean {near[0]}?" if near else "`policycheck rules` lists them"
        )
    with patient(sys.stdout) as stream:
        stream.writelines(f"{line}\n" for line in page_of(found, app.page(stream)))
    return ExitCode.OK
