"""IAM enforced by the server: the printed policy suffices, and one action less is a gap that names the action."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from moto.iam.access_control import IAMRequestBase

from policycheck_connectors.aws import permissions
from policycheck_connectors.aws.catalog import family
from tests.connectors.aws.estate import CALLS, PLANTED, Estate, plant, quick
from tests.connectors.lab import Pulled
from tests.servers.aws import HOME, Aws

#: What the server answers without asking for the action.
UNENFORCED = {("s3", "s3:GetEncryptionConfiguration")}
#: Every action that one of the calls needs, with its family. Actions that all families share have none.
ACTIONS = sorted({(name, action) for name, call in CALLS for action in family(name).calls[call]} - UNENFORCED)
#: Actions that the server knows under a name of its own.
RENAMED = {
    "s3:GetAccountPublicAccessBlock": "s3:GetPublicAccessBlock",
    "s3:GetBucketPublicAccessBlock": "s3:ListBucket",
    "s3:GetBucketOwnershipControls": "s3:ListBucket",
}


def enforce(aws: Aws, free: str) -> None:
    """From now on a key needs a policy; ``free`` requests need none, such as ``inf``."""
    headers = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{aws.url}/moto-api/reset-auth", free.encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30):
        pass


class Keys:
    """Users of one policy each."""

    def __init__(self, aws: Aws) -> None:
        self._iam = aws.client("iam")

    def make(self, name: str, policy: object) -> dict[str, str]:
        """The environment of a user who may do what the policy allows."""
        self._iam.create_user(UserName=name)
        self._iam.put_user_policy(UserName=name, PolicyName="audit", PolicyDocument=json.dumps(policy))
        key = self._iam.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def without(action: str) -> dict[str, Any]:
    """The printed policy but for one action, and with the server's own names."""
    document: Any = permissions.policy(PLANTED)
    for statement in document["Statement"]:
        kept = [each for each in statement["Action"] if each != action]
        renamed = {RENAMED[each] for each in kept if each in RENAMED} - {RENAMED.get(action)}
        statement["Action"] = [*kept, *renamed] or ["none:None"]
    return dict(document)


@pytest.fixture(scope="module")
def guarded(
    _server: Aws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Estate, dict[str, dict[str, str]]]]:
    """The account with IAM enforced, and the credentials of users by the action that they lack, "" for none."""
    _server.reset()
    plant(_server)
    keys = Keys(_server)
    users = {"": keys.make("audit", without(""))}
    for number, action in enumerate(dict.fromkeys(action for _, action in ACTIONS)):
        users[action] = keys.make(f"audit-{number}", without(action))
    enforce(_server, "0")
    with pytest.MonkeyPatch.context() as patch:
        # It reckons signatures of requests without a body wrongly, and they are not what is looked at here.
        patch.setattr(IAMRequestBase, "check_signature", _believed)
        yield Estate(_server, tmp_path_factory.mktemp("guarded")), users
    enforce(_server, "inf")


def _believed(self: Any) -> None:
    pass


@pytest.fixture
def pull_as(guarded: tuple[Estate, dict[str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Pull families as the user who lacks an action."""
    estate, users = guarded
    for name, value in estate.aws.environ().items():
        monkeypatch.setenv(name, value)

    def pull(action: str, *services: str) -> Pulled:
        for name, value in users[action].items():
            monkeypatch.setenv(name, value)
        return estate.pull(*services)

    with quick():
        yield pull
    estate.aws.wire.heard.clear()


def test_the_printed_policy_suffices(pull_as: Any) -> None:
    pulled = pull_as("", *PLANTED)
    assert pulled.whole(), "\n".join(pulled.reasons())
    assert len(pulled.coverage) > len(PLANTED)


@pytest.mark.parametrize(("name", "action"), ACTIONS)
def test_one_action_less_is_a_gap_that_names_it(pull_as: Any, name: str, action: str) -> None:
    pulled = pull_as(action, name)
    rows = [row for row in pulled.coverage if row.status != "complete"]
    assert rows, f"{action} lacks and the pull is clean"
    assert {row.account for row in rows} == {HOME}
    assert any(f"it needs {action}" in row.reason for row in rows), pulled.reasons()
    assert any(f"allow {action}" in row.help for row in rows)
