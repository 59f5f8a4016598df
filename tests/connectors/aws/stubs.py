"""Answers to calls that moto lacks, each checked against the service's model by botocore's Stubber."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from policycheck_connectors.aws.sessions import Sessions
from tests.servers.aws import REGION

#: (operation, the parameters that are expected, the answer), in the order of the calls.
Answer = tuple[str, dict[str, Any], dict[str, Any]]


def answered(monkeypatch: pytest.MonkeyPatch, service: str, *answers: Answer) -> None:
    """Let one service answer like this, in this order, and all others as they do."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client(service, region_name=REGION, endpoint_url="http://127.0.0.1:1", **keys)
    stubber = Stubber(client)
    for operation, parameters, answer in answers:
        stubber.add_response(operation, answer, parameters)
    stubber.activate()
    monkeypatch.setattr(Sessions, "client", chosen_client(service, client))


def chosen_client(service: str, client: Any) -> Callable[[Sessions, str, str, str], Any]:
    """``Sessions.client`` with this client for one service."""
    plain = Sessions.client

    def chosen(sessions: Sessions, account: str, region: str, name: str) -> Any:
        return client if name == service else plain(sessions, account, region, name)

    return chosen
