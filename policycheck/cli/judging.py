"""A whole check: load, observe, judge, report, and say how it ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import outputs, selecting
from policycheck.cli.app import App
from policycheck.cli.clock import VARIABLE
from policycheck.cli.earlier import before, overview, settle
from policycheck.cli.exits import ExitCode, decide
from policycheck.cli.files import SourceFiles
from policycheck.cli.observed import observed
from policycheck.cli.repository import base
from policycheck.cli.sparing import spare
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Project
from policycheck.model.findings import CheckResult, Severity
from policycheck.reports.interface import Options
from policycheck.reports.order import tally_line
from policycheck.reports.page import Page
from policycheck.reports.registry import OVERVIEWS
from policycheck.reports.sights import outside
from policycheck.reports.words import count

if TYPE_CHECKING:
    from policycheck.checks.acceptance import Before

#: How many AWS services the line about who is let in names; `--output json` and `show grants` name all.
SERVICES_NAMED = 6


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of ``check``, beside where its output goes."""

    snapshot: str | None = None
    offline: bool = False
    vendors: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    group_by: str = "finding"
    fail_on: str | None = None
    min_severity: str = "info"
    new_only: bool = False
    no_ignores: bool = False

    @property
    def selection(self) -> selecting.Selection:
        """The findings that were asked for."""
        return selecting.Selection(self.vendors, self.owners, self.accounts)

    @property
    def whole(self) -> bool:
        """Whether it is about all that is open, and nothing that is accepted."""
        return not self.selection and not self.no_ignores

    @property
    def minimum(self) -> Severity:
        """The least severity to show."""
        return Severity[self.min_severity.upper()]


def judge(app: App, targets: Sequence[outputs.Output], exit_zero: bool, request: Request) -> ExitCode:
    """Run the check, write every output, then the tally; the exit code."""
    from policycheck.checks.check import check

    project = app.load()
    spare(targets, project)
    with observed(app, project, request.snapshot, request.offline) as snapshot:
        stored = request.offline or request.snapshot is not None
        fail_on = request.fail_on or project.config.fail_on
        known = before(project, snapshot.info.id, fail_on) if request.new_only else None
        result = check(
            project, snapshot, app.today, from_store=stored, before=known, accepting=not request.no_ignores,
            brief=request.whole,
        )  # fmt: skip
        tenants = {key.tenant for key in snapshot.credentials()} if request.accounts else set[str]()
        selecting.known(result, project, snapshot.accounts() | tenants, request.selection)
        more = overview(project, snapshot, app.today, result) if any(t.format in OVERVIEWS for t in targets) else None
    result = selecting.select(replace(result, fail_on=fail_on), request.selection)
    code = decide(result)
    screen = Options(
        page=app.page(sys.stdout),
        lines=SourceFiles(Path(project.config.root)),
        min_severity=request.minimum,
        group_by=request.group_by,
        exit_code=code,
        base=base(Path(project.config.root)),
        overview=more and selecting.overview(more, request.selection),
        new_only=request.new_only,
        asked=str(request.selection),
    )
    reached = outputs.write(targets, result, screen, replace(screen, page=Page()))
    if any(target.format == "github" for target in targets):
        outputs.summarise(app.environ.get("GITHUB_STEP_SUMMARY"), result, replace(screen, page=Page()))
    kept = settle(project, result, known) if reached and settles(request, result, code) else True
    page = app.page(sys.stderr)
    for line in outside(result.coverage, page):
        app.say(line)
    sentences = (
        f"judged as of {result.today}, as {VARIABLE} says" if app.environ.get(VARIABLE) else "",
        *remarks(project, result, request, known, kept),
        let_in(result) if result.parties else "",
        closing(result, request, stored),
    )
    for sentence in filter(None, sentences):
        app.tell(sentence)
    return ExitCode.OK if exit_zero else code


def settles(request: Request, result: CheckResult, code: ExitCode) -> bool:
    """Whether a later run may take this snapshot for what is known: everything in it was told, or nothing is new."""
    return request.whole and not hidden(result, request) and (not request.new_only or code == ExitCode.OK)


def hidden(result: CheckResult, request: Request) -> int:
    """How many open findings the reports leave out as not severe enough."""
    return sum(finding.severity < request.minimum for finding in result.findings)


def remarks(project: Project, result: CheckResult, request: Request, known: Before | None, kept: bool) -> Iterator[str]:
    """What is to be said about the baseline and about what is new."""
    if result.doubled:
        twice = f"{project.config.baseline} repeats {count(len(result.doubled), 'line')}"
        yield f"{twice}; `policycheck baseline prune` takes out what is there twice"
    if result.gone and not any(each.unseen for each in result.findings):
        entries = count(len(result.gone), "entry", "entries")
        yield f"{entries} of {project.config.baseline} no longer occur; `policycheck baseline prune` takes them out"
    if request.new_only and known and not known.noted:
        yield (
            f"nothing notes what was told of the snapshot {known.id}, judged by an older version, so every finding is "
            "new: `policycheck check` judges this one, `policycheck baseline write` accepts what is in it"
        )
    elif request.new_only and known:
        yield f"new since the snapshot {known.id}, the newest before this one that a check has judged"
    elif request.new_only:
        yield (
            "no earlier snapshot was judged, so every finding is new: `policycheck check` judges this one, "
            "`policycheck baseline write` accepts what is in it"
        )
    if not kept:
        yield "that this snapshot was judged cannot be noted beside it, so `--new-only` will not compare with it"


def let_in(result: CheckResult) -> str:
    """Who gets into AWS, in one line; outside parties that nobody claims are findings as well."""
    outside = [row for row in result.parties if row.external]
    services = [row.party for row in result.parties if not row.external]
    named = ", ".join(services[:SERVICES_NAMED]) + (", ..." if len(services) > SERVICES_NAMED else "")
    claimed = sum(1 for row in outside if row.vendor)
    words = []
    if outside:
        whose = f"{claimed} claimed by vendors, {len(outside) - claimed} by nobody"
        words.append(f"{count(len(outside), 'outside party', 'outside parties')} ({whose})")
    if services:
        words.append(f"{count(len(services), 'AWS service')} ({named})")
    return f"policies and shares let in {', and '.join(words)}; `policycheck show grants` lists them"


def closing(result: CheckResult, request: Request, stored: bool) -> str:
    """The tally, with the snapshot if it is an old one, what was selected and what was left out of the report."""
    left_out = hidden(result, request)
    notes = (
        f"snapshot of {result.snapshot.taken_at}" if stored else "",
        f"findings of {request.selection} only" if request.selection else "",
        f"{count(left_out, 'finding')} below {request.min_severity} not shown" if left_out else "",
    )
    remarks = "; ".join(filter(None, notes))
    return tally_line(result.tally) + (f" ({remarks})" if remarks else "")
