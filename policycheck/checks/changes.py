"""What is different between two snapshots that were judged by the same policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from policycheck.model.findings import CheckResult, Finding
from policycheck.model.grants import Exposure, Grant
from policycheck.model.overview import Changes
from policycheck.model.survey import Survey

T = TypeVar("T")


def changes(old: tuple[CheckResult, Survey], new: tuple[CheckResult, Survey]) -> Changes:
    """From the old to the new. Findings that are accepted count as there: they did not come or go."""
    (old_result, old_survey), (result, survey) = old, new
    was = _instances((*old_result.findings, *old_result.accepted))
    still = {finding.fingerprint for finding in (*result.findings, *result.accepted)}
    gained, lost = _apart(old_survey.exposures, survey.exposures, _exposure)
    let_in, let_out = _apart(old_survey.grants, survey.grants, _grant)
    return Changes(
        since=old_result.snapshot.taken_at,
        new=tuple(sorted({finding for finding, _ in _instances(result.findings) - was})),
        gone=tuple(f for f in old_result.findings if f.fingerprint not in still),
        gained=gained,
        lost=lost,
        let_in=let_in,
        let_out=let_out,
        blind=_blind(old_result) or _blind(result),
    )


def _instances(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.fingerprint, each.fingerprint) for finding in findings for each in finding.instances}


def _blind(result: CheckResult) -> bool:
    return any(each.unseen for each in result.findings)


def _apart(old: Iterable[T], new: Iterable[T], key: Callable[[T], object]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """What only the new have, and what only the old have; each once."""
    before, after = {key(each): each for each in old}, {key(each): each for each in new}
    gained = tuple(each for name, each in after.items() if name not in before)
    return gained, tuple(each for name, each in before.items() if name not in after)


def _exposure(each: Exposure) -> object:
    return (each.vendor, each.category, each.form, each.depth, each.origin, each.place, each.system)


def _grant(each: Grant) -> object:
    return (each.system, each.account, each.principal, each.party, each.vendor, each.direction, each.external_id)
