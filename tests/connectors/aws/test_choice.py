"""What of ``accounts: organization`` chooses nothing: it is told, and never clean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policycheck.snapshots.layout import snapshots_in
from policycheck.snapshots.reader import is_blind
from tests.connectors.aws.test_doctor import examined
from tests.servers import faults
from tests.servers.aws import HOME, Aws
from tests.servers.wire import App, Body, Disturb, Environ, Heard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run
    from tests.connectors.aws.conftest import Live

NOBODY, UNIT = "999988887777", "ou-zz99-00000000"
WHOLE: dict[str, Any] = {"accounts": "organization", "role": "audit", "services": ["organizations", "sqs"]}
NAMED = {"ids": [NOBODY], "units": [UNIT], "tags": {"stage": "nowhere"}}
WORDS = [f"the id {NOBODY}", "the tag stage=nowhere", f"the unit {UNIT}"]


def gaps(live: Live, **options: object) -> list[str]:
    """The reasons of the one row of accounts."""
    pulled = live(**WHOLE, **options)
    rows = [row for row in pulled.coverage if row.status != "complete"]
    assert {row.resource for row in rows} <= {"accounts"}
    return [reason for row in rows for reason in row.reason.split("; ")]


def listing(*accounts: str, state: str = "ACTIVE") -> Disturb:
    """``organizations.list_accounts`` tells these."""

    def answer(heard: Heard, environ: Environ, start: Any, app: App) -> Body:
        body = json.dumps({"Accounts": [{"Id": account, "State": state} for account in accounts]}).encode()
        start("200 OK", [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(body)))])
        return [body]

    return faults.on("organizations.list_accounts", answer)


def test_a_choice_that_matches_nothing_sees_nothing(aws: Aws, live: Live) -> None:
    aws.organization(2)
    pulled = live(**WHOLE, include=NAMED)
    (row,) = [row for row in pulled.coverage if row.status != "complete"]
    assert (pulled.facts, row.resource, row.status, row.seen) == ((), "accounts", "unseen", 0)
    assert row.reason.split("; ") == [
        "no account is chosen, of 3 active in the organization",
        *(f"`include` has {word}, which matches no active account of the organization" for word in WORDS),
    ]
    assert "correct the tag in `include`, or take it out" in row.help


def test_a_choice_that_is_partly_wrong_is_told(aws: Aws, live: Live) -> None:
    (home, first, second) = aws.organization(2)
    aws.client("organizations").tag_resource(ResourceId=first, Tags=[{"Key": "stage", "Value": "prod"}])
    half = {"ids": [home, NOBODY], "tags": {"stage": "prod", "team": "none"}}
    assert gaps(live, include=half) == [
        f"`include` has the id {NOBODY}, which matches no active account of the organization",
        "`include` has the tag team=none, which matches no active account of the organization",
    ]
    assert gaps(live, exclude=NAMED) == [
        f"`exclude` has {word}, which matches no account of the organization" for word in WORDS
    ]
    # What only accounts match that the other part decides about is no mistake.
    assert gaps(live, include={"ids": [home]}, exclude={"ids": [second], "tags": {"stage": "prod"}}) == []


def test_everything_excluded_is_told(aws: Aws, live: Live) -> None:
    assert gaps(live, exclude={"ids": aws.organization(1)}) == ["no account is chosen, of 2 active in the organization"]


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ((), "organizations.list_accounts does not name any account"),
        ((NOBODY,), f"organizations.list_accounts does not name our own account {HOME}"),
    ],
)
def test_an_organization_that_cannot_be_ours_is_told(aws: Aws, live: Live, listed: tuple[str, ...], told: str) -> None:
    aws.organization(0)
    aws.wire.disturb = listing(*listed)
    assert gaps(live) == [told]


def test_a_closed_account_may_be_excluded_but_not_included(aws: Aws, live: Live) -> None:
    aws.organization(0)
    aws.wire.disturb = listing(HOME, state="SUSPENDED")
    nothing = "no account is chosen, of 0 active in the organization"
    assert gaps(live, exclude={"ids": [HOME]}) == [nothing]
    reason = f"`include` has the id {HOME}, which matches no active account of the organization"
    assert gaps(live, include={"ids": [HOME]}) == [nothing, reason]


def test_what_cannot_be_asked_is_told_once_and_nothing_is_made_of_it(aws: Aws, live: Live) -> None:
    aws.organization(0)
    call = "organizations.list_tags_for_resource"
    aws.wire.disturb = faults.on(call, faults.refused("AccessDeniedException", 400))
    assert gaps(live, include={"tags": {"stage": "prod"}}) == [
        f"{call} was denied: it needs organizations:ListTagsForResource"
    ]


def test_doctor_fails_when_no_account_is_chosen(aws: Aws) -> None:
    aws.organization(0)
    (_, *told) = examined(accounts="organization", role="audit", include={"ids": [NOBODY]})
    assert [check[:2] for check in told] == [("accounts", "failed"), ("accounts", "failed")]
    assert told[0][2] == "0 let us in"
    assert f"`include` has the id {NOBODY}" in told[1][2]


def test_such_a_pull_is_blind_and_no_clean_run(aws: Aws, policycheck: Run, tmp_path: Path) -> None:
    aws.organization(0)
    options = json.dumps({"name": "prod", "type": "aws", **WHOLE, "include": {"ids": [NOBODY]}})
    (tmp_path / "policycheck.yaml").write_text(f"version: 1\nconnectors: [{options}]\n", encoding="utf-8")
    checked = policycheck("check", "--output", "json", cwd=tmp_path, env=aws.environ())
    assert checked.returncode == 3
    assert {each["rule"] for each in json.loads(checked.stdout)["findings"]} == {"PC601"}
    assert NOBODY in checked.stdout
    assert [is_blind(path) for path in snapshots_in(tmp_path / ".policycheck" / "snapshots")] == [True]
