"""The table of DESIGN: each row, and each precedence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policycheck.cli.exits import ExitCode, decide
from policycheck.model.findings import CheckResult, Finding

OK, FINDINGS, INCOMPLETE = ExitCode.OK, ExitCode.FINDINGS, ExitCode.INCOMPLETE

Kind = dict[str, Any]
AT, ABOVE, BELOW = ({"severity": severity} for severity in ("medium", "critical", "low"))
BLIND: Kind = {"rule": "PC601", "severity": "info"}
DRAFT: Kind = {"severity": "critical", "enforced": False}


def test_the_codes_are_the_documented_ones() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "INCOMPLETE": 3,
        "INTERNAL": 4,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize(
    ("kinds", "accepted", "code"),
    [
        pytest.param([], [], OK, id="nothing found"),
        pytest.param([BELOW], [], OK, id="below the threshold"),
        pytest.param([AT], [], FINDINGS, id="at the threshold"),
        pytest.param([ABOVE], [], FINDINGS, id="above the threshold"),
        pytest.param([BELOW, AT], [], FINDINGS, id="the worst decides"),
        pytest.param([DRAFT], [], OK, id="draft and observe never fail"),
        pytest.param([DRAFT, AT], [], FINDINGS, id="a draft hides nobody else's finding"),
        pytest.param([BLIND], [], INCOMPLETE, id="something was not seen"),
        pytest.param([{**BLIND, "severity": "critical"}], [], INCOMPLETE, id="not seen never counts toward fail-on"),
        pytest.param([{**BLIND, "enforced": False}], [], INCOMPLETE, id="not seen for a draft is not seen"),
        *(pytest.param([{"rule": f"PC60{n}"}], [], INCOMPLETE, id=f"PC60{n}") for n in (1, 2, 3, 4)),
        *(pytest.param([{"rule": rule}], [], FINDINGS, id=rule) for rule in ("PC106", "PC107", "PC202", "PC203")),
        pytest.param([AT, BLIND], [], FINDINGS, id="1 wins over 3"),
        pytest.param([BLIND, BELOW, DRAFT], [], INCOMPLETE, id="3 wins over 0"),
        pytest.param([], [AT, BLIND], OK, id="accepted findings count nowhere"),
        pytest.param([BLIND], [AT], INCOMPLETE, id="accepted findings hide nothing"),
    ],
)
def test_each_row_and_each_precedence(
    kinds: list[Kind],
    accepted: list[Kind],
    code: ExitCode,
    make_finding: Callable[..., Finding],
    make_result: Callable[..., CheckResult],
) -> None:
    result = make_result(*(make_finding(**k) for k in kinds), accepted=tuple(make_finding(**k) for k in accepted))
    assert decide(result) is code


@pytest.mark.parametrize("severity", ["info", "low", "medium", "high", "critical"])
@pytest.mark.parametrize("fail_on", ["info", "low", "medium", "high", "critical"])
def test_the_threshold_is_the_projects(
    severity: str, fail_on: str, make_finding: Callable[..., Finding], make_result: Callable[..., CheckResult]
) -> None:
    order = ["info", "low", "medium", "high", "critical"]
    fails = order.index(severity) >= order.index(fail_on)
    assert decide(make_result(make_finding(severity=severity), fail_on=fail_on)) is (FINDINGS if fails else OK)
