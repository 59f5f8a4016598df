"""PC601 names the account, the place and the reason; an account without any role was looked at."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding
from policycheck.reports.interface import Options
from policycheck.reports.page import Page
from policycheck.reports.text import TextReport
from tests.checks.lab import OURS, Lab

BARE = "222233334444"
FAILED = "dms.describe_replication_configs failed (HTTP 500)"
ROW = Coverage("iam", "aws", "aws", OURS, "settings", "partial", "dms-serverless eu-west-1", 0, FAILED)
SEEN = Coverage("iam", "aws", "aws", BARE, "principals", "complete", "iam")


def gap(result: CheckResult) -> Finding:
    (found,) = [f for f in result.findings if f.rule == "PC601" and FAILED in f.message]
    return found


def observed(result: CheckResult) -> list[str]:
    """What the text report says was observed of the one gap."""
    stream = io.StringIO()
    TextReport().write(replace(result, findings=(gap(result),)), stream, Options(Page(400), lambda path, line: ""))
    return [line.partition("observed: ")[2] for line in stream.getvalue().splitlines() if "observed: " in line]


def test_a_gap_names_its_account(lab: Lab) -> None:
    lab.coverage = [ROW]
    result = lab.judge()
    assert [each.observed for each in gap(result).instances] == [f"account {OURS}, dms-serverless eu-west-1: {FAILED}"]
    assert observed(result) == [f"account {OURS}, dms-serverless eu-west-1: {FAILED}"]


def test_a_place_that_names_its_account_does_not_say_it_twice(lab: Lab) -> None:
    lab.coverage = [replace(ROW, where=f"exports/{OURS}.json")]
    assert gap(lab.judge()).instances[0].observed == f"exports/{OURS}.json: {FAILED}"


def test_a_gap_without_account_or_place_names_its_connector(lab: Lab) -> None:
    lab.coverage = [replace(ROW, account="", where="")]
    assert gap(lab.judge()).instances[0].observed == f"iam: {FAILED}"


def test_one_cause_is_one_line_for_accounts_that_lack_the_same(lab: Lab) -> None:
    other = "dms-serverless us-east-1"
    pairs = [(OURS, ROW.where), (OURS, other), (BARE, ROW.where), (BARE, other), ("333344445555", other)]
    lab.coverage = [replace(ROW, account=account, where=where) for account, where in pairs]
    result = lab.judge()
    assert len(gap(result).instances) == len(pairs)
    assert observed(result) == [
        f"settings: {FAILED}, in 2 accounts: {OURS}, {BARE} [{ROW.where}, {other}]",
        f"settings: {FAILED}, in account 333344445555 [{other}]",
    ]


def test_of_many_accounts_the_first_are_named(lab: Lab) -> None:
    lab.coverage = [replace(ROW, account=f"2222333344{n:02}", where="") for n in range(12)]
    named = ", ".join(f"2222333344{n:02}" for n in range(10))
    assert observed(lab.judge()) == [f"settings: {FAILED}, in 12 accounts: {named} and 2 more accounts"]


def about(lab: Lab, *rows: Coverage) -> list[tuple[str, str]]:
    """What is said of a role that a policy names in an account without any."""
    lab.acme["access"][0]["principals"].append(f"arn:aws:iam::{BARE}:role/vendor-acme")
    lab.coverage = list(rows)
    return [(f.rule, f.message) for f in lab.judge().findings if BARE in str(f.instances) and f.vendor]


UNSEEN = ("PC601", f"account {BARE}, where acme has declared access, was not looked at")


def test_a_role_of_an_account_that_has_none_does_not_exist(lab: Lab) -> None:
    assert about(lab, SEEN) == [("PC401", "role/vendor-acme is declared for acme and does not exist")]


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (replace(SEEN, resource="settings"),),
        (replace(SEEN, system="postgres"),),
        (SEEN, replace(SEEN, status="partial", reason="iam.list_roles was denied")),
    ],
)
def test_an_account_that_was_not_seen_whole_is_a_gap(lab: Lab, rows: tuple[Coverage, ...]) -> None:
    assert about(lab, *rows) == [UNSEEN]


def test_what_would_read_the_same_is_told_once(lab: Lab) -> None:
    lab.coverage = [
        replace(ROW, account="", resource=resource, status="unseen") for resource in ("trusts", "documents")
    ]
    result = lab.judge()
    assert len(gap(result).instances) == 2
    assert observed(result) == [f"{ROW.where}: {FAILED}"]


def test_what_is_said_of_two_kinds_alike_is_told_once(lab: Lab) -> None:
    lab.coverage = [ROW, replace(ROW, resource="trusts")]
    assert observed(lab.judge()) == [f"account {OURS}, dms-serverless eu-west-1: {FAILED}"]
