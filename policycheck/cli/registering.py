"""The two sides of the register: the policies, and a stored snapshot where one is wanted."""

from __future__ import annotations

from policycheck.checks.register import register
from policycheck.cli.app import App
from policycheck.cli.observed import observed
from policycheck.model.problems import UsageProblem
from policycheck.model.register import Register


def registered(app: App, snapshot: str | None, declared: bool) -> Register:
    """The register; raises UsageProblem when a snapshot is named that is not to be looked at."""
    project = app.load()
    if declared:
        if snapshot:
            raise UsageProblem("--declared and --snapshot exclude each other", "--declared looks at no snapshot")
        return register(project, app.today)
    from policycheck.checks.check import check
    from policycheck.checks.show import survey

    with observed(app, project, snapshot, offline=snapshot is None) as opened:
        result = check(project, opened, app.today, from_store=True)
        return register(project, app.today, survey(project, opened, app.today), result)
