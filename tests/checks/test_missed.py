"""PC601 says where something was not seen, and ``not at all`` only of what was looked at nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policycheck.checks.missed import missed
from policycheck.model.facts import Coverage
from tests.checks.lab import OURS, Lab

OTHER, THIRD = "222233334444", "333344445555"
DENIED = "ram.list_resources was denied: it needs ram:ListResources"
GAP = Coverage("prod", "aws", "aws", OURS, "shares", "unseen", "ram eu-west-1", 0, DENIED)
SEEN = Coverage("prod", "aws", "aws", OURS, "shares", "complete", "ec2-snapshots eu-west-1", 6)
HOOKS = Coverage("code", "github", "github", "", "credentials", "unseen", "GET /orgs/{org}/hooks", 0, "was refused")
APPS = replace(HOOKS, status="complete", where="GET /orgs/{org}/installations", seen=6, reason="")
FILE = Coverage("sent", "payload-samples", "", "", "samples", "partial", "a.jsonl", 3, "lines that are no JSON: 1")


@pytest.mark.parametrize(
    ("rows", "others", "words"),
    [
        ([GAP], [SEEN], f"not all of shares of aws (ram eu-west-1 of account {OURS})"),
        ([GAP], [], "shares of aws not at all"),
        ([GAP], [replace(GAP, where="ec2-snapshots eu-west-1", reason="other")], "shares of aws not at all"),
        ([GAP], [replace(SEEN, seen=0)], f"not all of shares of aws (ram eu-west-1 of account {OURS})"),
        ([GAP], [replace(SEEN, connector="other")], "shares of aws not at all"),
        ([GAP], [replace(SEEN, resource="trusts")], "shares of aws not at all"),
        ([replace(GAP, status="partial")], [], f"not all of shares of aws (ram eu-west-1 of account {OURS})"),
        (
            [GAP, replace(GAP, where="ram us-east-1")],
            [replace(SEEN, account=OTHER)],
            f"not all of shares of aws (ram eu-west-1 and ram us-east-1 of account {OURS})",
        ),
        (
            [replace(GAP, account=account) for account in (OURS, OTHER, THIRD, "444455556666")],
            [SEEN],
            f"not all of shares of aws (ram eu-west-1 of 4 accounts: {OURS}, {OTHER}, {THIRD} and 1 more)",
        ),
        (
            [GAP, replace(GAP, resource="trusts")],
            [SEEN],
            f"not all of shares of aws (ram eu-west-1 of account {OURS}), and trusts of aws not at all",
        ),
        (
            [GAP, replace(GAP, resource="trusts"), replace(GAP, system="kms")],
            [],
            "shares and trusts of aws and shares of kms not at all",
        ),
        (
            [replace(GAP, resource="accounts", where="accounts", status="partial")],
            [],
            f"not all of accounts of aws (account {OURS})",
        ),
        ([HOOKS], [APPS], "not all of credentials of github (GET /orgs/{org}/hooks)"),
        ([HOOKS], [], "credentials of github not at all"),
        ([FILE], [], "not all of samples of its sources"),
        ([replace(FILE, account=OURS, where=f"{OURS}.json")], [], "not all of samples of its sources"),
    ],
)  # fmt: skip
def test_words(rows: list[Coverage], others: list[Coverage], words: str) -> None:
    assert missed(rows, [*others, *rows]) == words


def test_a_finding_of_several_places_names_them(lab: Lab) -> None:
    lab.coverage = [SEEN, GAP, replace(GAP, where="ram us-east-1"), HOOKS, APPS]
    told = {f.message for f in lab.judge().findings if f.rule == "PC601"}
    assert told == {
        f"connector prod saw not all of shares of aws (ram eu-west-1 and ram us-east-1 of account {OURS}): {DENIED}",
        "connector code saw not all of credentials of github (GET /orgs/{org}/hooks): was refused",
    }
