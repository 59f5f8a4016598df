from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from policycheck.cli.clock import now_utc, today
from policycheck.model.problems import UsageProblem


def test_the_day_can_be_set() -> None:
    environ = {"POLICYCHECK_TODAY": "2026-11-20"}
    assert (today(environ), now_utc(environ)) == (date(2026, 11, 20), "2026-11-20T00:00:00Z")


@pytest.mark.parametrize("environ", [{}, {"POLICYCHECK_TODAY": ""}])
def test_without_it_the_real_clock_counts(environ: dict[str, str]) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    moment = datetime.fromisoformat(now_utc(environ).replace("Z", "+00:00"))
    assert before <= moment <= datetime.now(UTC)
    assert before.date() <= today(environ) <= datetime.now(UTC).date()


@pytest.mark.parametrize("word", ["yesterday", "2026-13-01", "20.11.2026"])
def test_what_is_no_date_is_a_usage_error(word: str) -> None:
    with pytest.raises(UsageProblem, match="POLICYCHECK_TODAY is not a date") as error:
        now_utc({"POLICYCHECK_TODAY": word})
    assert error.value.help == "write it as 2026-11-20, or unset it"
