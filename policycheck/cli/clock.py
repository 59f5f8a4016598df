"""The clock of a run: the real one, or the day that POLICYCHECK_TODAY names (for demos, tests and replays)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

VARIABLE = "POLICYCHECK_TODAY"


def today(environ: Mapping[str, str]) -> date:
    """Today in UTC; raises UsageProblem when the variable is not a date."""
    word = environ.get(VARIABLE, "")
    if not word:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(word)
    except ValueError:
        from policycheck.model.problems import UsageProblem

        raise UsageProblem(f"{VARIABLE} is not a date: {word!r}", "write it as 2026-11-20, or unset it") from None


def now_utc(environ: Mapping[str, str]) -> str:
    """This moment as ``2026-11-20T08:15:00Z``; midnight when the day is set."""
    if environ.get(VARIABLE):
        return f"{today(environ).isoformat()}T00:00:00Z"
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def since(moment: str, now: str) -> str:
    """How long ago a moment was, in the largest whole unit: ``3 days``, ``1 hour``; both as ``now_utc`` has them."""
    from policycheck.reports.words import count

    seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(moment)).total_seconds()
    for unit, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit:
            return count(int(seconds // unit), word)
    return "less than a minute"
