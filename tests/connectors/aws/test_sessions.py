"""Clients are shared by accounts: each call must be signed for the account that it is about."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from botocore.exceptions import NoCredentialsError

from policycheck_connectors.aws import settings
from policycheck_connectors.aws.errors import reason_of
from policycheck_connectors.aws.limits import Budget
from policycheck_connectors.aws.room import Place, Room
from policycheck_connectors.aws.sessions import Sessions
from tests.servers.aws import Aws

ACCOUNTS = ("111122223333", "444455556666")
CALLS = {"secretsmanager.list_secrets": ("secretsmanager:ListSecrets",), "sts.get_caller_identity": ()}


def test_lists_of_two_accounts_may_be_read_in_turn(aws: Aws) -> None:
    for account in ACCOUNTS:
        for number in range(3):
            aws.client("secretsmanager", account).create_secret(Name=f"s{number}", SecretString="none")
    sessions = Sessions(settings.read({"accounts": list(ACCOUNTS), "role": "audit"}))
    rooms = []
    for account in ACCOUNTS:
        sessions.enter(account, "aws")
        rooms.append(Room(Place(account, "", "aws", account), CALLS, "c", sessions, Budget(100, 1)))
    call, one_by_one = "secretsmanager.list_secrets", {"PageSize": 1}
    listed = [room.each("secrets", call, "SecretList", PaginationConfig=one_by_one) for room in rooms]
    for pair in zip_longest(*listed):
        assert [secret["ARN"].split(":")[4] for secret in pair] == list(ACCOUNTS)
        # A call beside them, in the same thread, takes nothing from them.
        told = [room.ask("principals", "sts.get_caller_identity") or {} for room in rooms]
        assert [each["Account"] for each in told] == list(ACCOUNTS)


def test_one_client_serves_all_accounts(aws: Aws) -> None:
    sessions = Sessions(settings.read({"accounts": list(ACCOUNTS), "role": "audit"}))
    for account in ACCOUNTS:
        sessions.enter(account, "aws")
    clients = {id(sessions.client(account, "eu-west-1", "sns")) for account in (*ACCOUNTS, "")}
    assert len(clients) == 1


def test_no_credentials_anywhere_is_said(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(NoCredentialsError) as raised:
        Sessions(settings.read({})).client("", "", "sts").get_caller_identity()
    assert reason_of(raised.value).text == "found no credentials"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:5957", "http://127.0.0.1:5957"),
        ("https://user:canary@aws.lumen.example/canary", "https://aws.lumen.example"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80"),
        ("https://vpce-1.sts.eu-west-1.vpce.amazonaws.com", "vpce-1.sts.eu-west-1.vpce.amazonaws.com"),
        ("http://127.0.0.1:x", "an address that cannot be read"),
        ("", ""),
    ],
)
def test_an_endpoint_is_named_whole_and_without_secrets(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    sessions = Sessions(settings.read({}))
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    assert sessions.asked_at("sts") == told
