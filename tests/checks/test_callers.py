"""The account from which a connector asks is ours: the trust of its own audit role lets in no stranger."""

from __future__ import annotations

import pytest

from policycheck.library.profiles import account_vendors
from policycheck.model.facts import Coverage
from tests.checks.lab import OURS, THEIRS, Lab, allow, role, with_external_id

HUB = "222233334444"
ROW = Coverage("prod", "aws", "aws", HUB, "accounts", "complete", "accounts", 1, callers=(HUB,))
READ = allow("iam:GetAccountAuthorizationDetails", "*")


def strangers(lab: Lab, account: str, *rows: Coverage) -> list[tuple[str, str | None]]:
    """What is said of a role that is called as ours and lets an account in."""
    lab.roles.append(role("PolicycheckReadOnly", with_external_id(account, "our-own-external-id"), READ))
    lab.coverage = list(rows)
    return [(f.rule, f.vendor) for f in lab.judge().findings if "PolicycheckReadOnly" in str(f.instances)]


def test_the_account_that_asks_is_ours(lab: Lab) -> None:
    assert strangers(lab, HUB, ROW) == []


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (Coverage("prod", "aws", "aws", HUB, "accounts", "complete", "accounts", 1),),
        (Coverage("prod", "aws", "aws", HUB, "accounts", "complete", "accounts", 1, callers=(OURS,)),),
        (Coverage("prod", "rest", "mailer", HUB, "accounts", "complete", "accounts", 1, callers=(HUB,)),),
    ],
)
def test_a_name_makes_nobody_ours(lab: Lab, rows: tuple[Coverage, ...]) -> None:
    assert strangers(lab, HUB, *rows) == [("PC203", None)]


def test_a_vendor_that_asks_for_us_stays_a_vendor(lab: Lab) -> None:
    row = Coverage("prod", "aws", "aws", THEIRS, "accounts", "complete", "accounts", 1, callers=(THEIRS,))
    assert {vendor for _, vendor in strangers(lab, THEIRS, row)} == {"acme"}
    del lab.acme["recognise"]["aws_accounts"]
    lab.acme["recognise"]["aws_principals"] = [f"arn:aws:iam::{THEIRS}:role/*"]
    assert [f.rule for f in lab.judge().findings if "PolicycheckReadOnly" in str(f.instances)]


def test_an_account_that_a_vendor_publishes_is_not_ours(lab: Lab) -> None:
    account, vendor = next(iter(account_vendors().items()))
    row = Coverage("prod", "aws", "aws", account, "accounts", "complete", "accounts", 1, callers=(account,))
    assert strangers(lab, account, row) == [("PC202", vendor)]
