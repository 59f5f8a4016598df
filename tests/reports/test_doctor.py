"""What a doctor found, set for people."""

from __future__ import annotations

import re

import pytest

from policycheck.reports.doctor import lines
from policycheck.reports.page import Page
from policycheck_connectors.interface import Check

GAP = Check(
    "kms eu-west-1",
    "warning",
    "kms.list_keys was denied: it needs kms:ListKeys (in 111122223333, 444455556666, 123456789012 and 22 more); "
    "this hides resource policies, shares",
    "allow kms:ListKeys and kms:GetKeyPolicy and kms:ListGrants and kms:DescribeKey",
)


def test_a_gap_is_wrapped_behind_its_mark() -> None:
    assert "\n".join(lines("prod", GAP, Page(80))) == (
        """\
gap    prod: kms eu-west-1: kms.list_keys was denied: it needs kms:ListKeys (in
       111122223333, 444455556666, 123456789012 and 22 more); this hides
       resource policies, shares
       help: allow kms:ListKeys and kms:GetKeyPolicy and kms:ListGrants and
             kms:DescribeKey"""
    )


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("status", ["ok", "warning", "failed"])
def test_no_line_is_wider_than_the_page(width: int, status: str) -> None:
    check = Check(GAP.subject, status, GAP.text, GAP.help)
    told = list(lines("prod", check, Page(width)))
    assert all(len(line) <= width for line in told)
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines("prod", check, Page(width, color=True))]
    assert plain == told


def test_a_check_that_is_well_is_one_line() -> None:
    assert list(lines("prod", Check("calls", "ok", "all were\nanswered"), Page())) == [
        "ok     prod: calls: all were answered"
    ]
