"""The baseline: written once, then only ever made shorter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from policycheck.checks.check import check
from policycheck.checks.growth import marks
from policycheck.cli.app import App
from policycheck.cli.files import atomic, public_mode
from policycheck.cli.observed import observed
from policycheck.declared.baseline import written
from policycheck.model.declared import Project
from policycheck.model.findings import CheckResult, Finding, Known
from policycheck.model.problems import UsageProblem
from policycheck.reports.clean import clean
from policycheck.reports.words import count


def write(app: App, snapshot: str | None, offline: bool, force: bool) -> None:
    """Add the open findings of now to the baseline; raises UsageProblem when there is one and ``force`` is not set."""
    project = app.load()
    name = project.config.baseline
    if (Path(project.config.root) / name).exists() and not force:
        help = "`policycheck baseline prune` takes out what is gone; --force adds what is found now"
        raise UsageProblem(f"there is a baseline already: {name}", help)
    result = _judged(app, project, snapshot, offline)
    new = list(entries(result.findings))
    kept = {(each.finding, each.instance): each for each in (*project.baseline, *new) if each.severity is not None}
    _save(project, kept.values())
    app.say(f"{name}: {count(len(new), 'instance')} of findings added, {len(kept)} in all")
    left = sum(not each.dateless for each in result.findings)
    if left:
        app.say(f"{count(left, 'finding')} left out: what could not be seen and what lapses needs a date or a plan")


def prune(app: App, snapshot: str | None, offline: bool) -> bool:
    """Take out what no longer occurs; False when something could not be seen, so that nothing was taken out."""
    project = app.load()
    name = project.config.baseline
    if not project.baseline:
        app.say(f"{name} has no entries")
        return True
    result = _judged(app, project, snapshot, offline)
    blind = sum(each.unseen for each in result.findings)
    out, narrower = len(project.baseline) - len(result.kept), _narrower(project.baseline, result.kept)
    if (out or narrower) and blind:
        app.say(
            f"nothing taken out of {name}: {count(len(result.gone), 'entry', 'entries')} did not occur, but "
            f"{count(blind, 'thing')} could not be seen (`policycheck check` tells which)"
        )
        return False
    if out or narrower:
        _save(project, result.kept)
    told = f", {narrower} of them with less than before" if narrower else ""
    app.say(f"{name}: {count(out, 'entry', 'entries')} taken out, {len(result.kept)} left{told}")
    return True


def _narrower(before: Iterable[Known], kept: Iterable[Known]) -> int:
    """How many of the entries that are kept hold less than they did."""
    held = {(each.finding, each.instance, each.severity, each.extent) for each in before}
    return sum((each.finding, each.instance, each.severity, each.extent) not in held for each in kept)


def _judged(app: App, project: Project, snapshot: str | None, offline: bool) -> CheckResult:
    with observed(app, project, snapshot, offline) as opened:
        return check(project, opened, app.today, from_store=offline or snapshot is not None, weigh=True)


def entries(findings: Iterable[Finding]) -> Iterator[Known]:
    """An entry for each instance of the findings that a baseline may hold."""
    for finding in findings:
        for each in finding.instances if finding.dateless else ():
            what = clean(finding.message)
            extent = marks(each.extent or ())
            yield Known(
                finding.rule, finding.vendor or "", finding.fingerprint, each.fingerprint, what, each.severity, extent
            )


def _save(project: Project, known: Iterable[Known]) -> None:
    path = Path(project.config.root) / project.config.baseline
    try:
        with atomic(path, public_mode()) as stream:
            stream.writelines(written(known))
    except OSError as error:
        raise UsageProblem(
            f"cannot write {project.config.baseline}: {error.strerror}", "make its directory writable"
        ) from None
