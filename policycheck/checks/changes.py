"""Findings that are new or gone between two snapshots that were judged by the same policies, beside their drift."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.model.drift import Drift
from policycheck.model.findings import CheckResult, Finding
from policycheck.model.overview import Changes


def changes(old: CheckResult, new: CheckResult, drift: Drift) -> Changes:
    """From the old to the new. Findings that are accepted count as there: they did not come or go."""
    was = _instances((*old.findings, *old.accepted))
    still = {finding.fingerprint for finding in (*new.findings, *new.accepted)}
    return Changes(
        since=old.snapshot.taken_at,
        drift=drift,
        new=tuple(sorted({finding for finding, _ in _instances(new.findings) - was})),
        gone=tuple(each for each in old.findings if each.fingerprint not in still),
        blind=bool(drift.unseen) or any(each.unseen for each in (*old.findings, *new.findings)),
    )


def _instances(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.fingerprint, each.fingerprint) for finding in findings for each in finding.instances}
