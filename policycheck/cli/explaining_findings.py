"""``explain FINGERPRINT``: one finding of a stored snapshot, looked up by its fingerprint or that of an instance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli.app import App
from policycheck.cli.files import SourceFiles
from policycheck.cli.observed import observed
from policycheck.model.findings import CheckResult, Finding
from policycheck.model.problems import UsageProblem

if TYPE_CHECKING:
    from policycheck.reports.page import SourceLines

#: A fingerprint, or as much of its beginning as tells it from others; no rule is called like one.
FINGERPRINT = re.compile(r"[0-9a-f]+", re.IGNORECASE)

#: Characters of a whole fingerprint, and of the shortest beginning that is looked up.
LENGTH, SHORTEST = 16, 4

#: Fingerprints that an error names.
NAMED = 6


def found(app: App, fingerprint: str, snapshot: str | None) -> tuple[CheckResult, Finding, SourceLines]:
    """The result, the finding in it, and the lines of the project's files; raises UsageProblem when there is not
    exactly one such finding."""
    from policycheck.checks.check import check

    fingerprint = fingerprint.lower()
    if not SHORTEST <= len(fingerprint) <= LENGTH:
        raise UsageProblem(
            f"a fingerprint has {LENGTH} characters, and {fingerprint} has {len(fingerprint)}",
            f"name the whole, or its beginning from {SHORTEST} characters on, as reports show it",
        )
    project = app.load()
    with observed(app, project, snapshot, offline=snapshot is None) as opened:
        result = check(project, opened, app.today, from_store=True)
    matching = [each for each in (*result.findings, *result.accepted) if _has(each, fingerprint)]
    names = sorted({each.fingerprint for each in matching})
    if not names:
        raise UsageProblem(
            f"no finding of the snapshot of {result.snapshot.taken_at} has the fingerprint {fingerprint}",
            "`policycheck check --offline` shows those that there are; --snapshot names an older one",
        )
    if len(names) > 1:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        raise UsageProblem(
            f"{fingerprint} is the beginning of several fingerprints", f"name one: {', '.join(names[:NAMED])}{more}"
        )
    return result, _joined(matching), SourceFiles(Path(project.config.root))


def _has(finding: Finding, start: str) -> bool:
    return any(each.startswith(start) for each in (finding.fingerprint, *(i.fingerprint for i in finding.instances)))


def _joined(parts: Sequence[Finding]) -> Finding:
    """The open part of a finding, since that is what somebody has to do something about; else the accepted one."""
    return next((each for each in parts if not each.accepted), parts[0])
