"""What lapses by calendar is a notice, and an error only where that is asked for."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Judge = Callable[..., object]
Problems = Callable[[str], list[str]]

EXCEPTION = "exceptions:\n- {rule: PC301, match: {key: a}, reason: up, owner: me, approved_by: it, expires: %s}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            EXCEPTION % "2026-11-19",
            "PC503 3:83-92 the exception for PC301 lapsed on 2026-11-19 | mend the finding, or have it approved anew",
        ),
        (
            EXCEPTION % "2026-11-20",
            "PC503 3:83-92 the exception for PC301 lapses today, on 2026-11-20 | mend the finding before that",
        ),
        (
            EXCEPTION % "2026-11-21",
            "PC503 3:83-92 the exception for PC301 lapses in 1 day, on 2026-11-21 | mend the finding before that",
        ),
        (
            EXCEPTION % "2026-12-04",
            "PC503 3:83-92 the exception for PC301 lapses in 14 days, on 2026-12-04 | mend the finding before that",
        ),
        (EXCEPTION % "2026-12-05", None),
        (
            "contract: {ends: 2026-11-19}\n",
            "PC501 2:18-27 the contract ended on 2026-11-19 | renew it, or end the access",
        ),
        ("contract: {ends: 2026-11-20}\n", None),
        ("contract: {dpa: x}\n", None),
        (
            "review: {last: 2026-01-01, every_days: 90}\n",
            "PC502 2:16-25 the review was due on 2026-04-01, 90 days after the last one | review the policy, then set `last`",
        ),
        (
            "review: {last: 2025-11-19}\n",
            "PC502 2:16-25 the review was due on 2026-11-19, 365 days after the last one | review the policy, then set `last`",
        ),
        ("review: {last: 2025-11-20}\n", None),
        (
            "extends: [eu-marketing]\nreview: {last: 2026-05-01}\n",
            "PC502 3:16-25 the review was due on 2026-10-28, 180 days after the last one | review the policy, then set `last`",
        ),
        ("review: {last: 2199-12-31, every_days: 36500}\n", None),
        ("review: {every_days: 9}\n", None),
        (
            "fields: [{category: user.name, until: 2026-11-19}]\n",
            "PC101 2:39-48 `user.name` was allowed until 2026-11-19 | remove it, or set a new date",
        ),
        ("fields: [{category: user.name, until: 2026-11-20}]\n", None),
        (
            "access: [{system: aws, until: 2026-11-19}]\n",
            "PC210 2:31-40 the access to aws ended on 2026-11-19 | remove it, or set a new date",
        ),
    ],
)
def test_notices(text: str, problem: str | None, policy: Problems) -> None:
    assert policy(text) == ([f"notice {problem}"] if problem else [])


def test_dates_makes_errors_of_notices_only(judge: Callable[..., object]) -> None:
    text = "vendor: v\ncontract: {ends: 2026-01-01}\nlimits: {key_max_age_days: 99}\n"
    plain, dated = judge({"policies/v.yaml": text}), judge({"policies/v.yaml": text}, dates=True)
    assert [problem.severity for problem in plain.problems] == ["notice", "warning"]  # type: ignore[attr-defined]
    assert [problem.severity for problem in dated.problems] == ["error", "warning"]  # type: ignore[attr-defined]
    assert plain.project is not None  # type: ignore[attr-defined]
    assert dated.project is None  # type: ignore[attr-defined]
