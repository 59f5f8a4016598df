"""IAM enforced by the server: the printed policy suffices, and one action less is a gap that names the action."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.iam.access_control import IAMRequestBase

from policycheck_connectors.aws import permissions
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.families.identity import FAMILY as IDENTITY
from policycheck_connectors.aws.names import FAMILIES
from tests.connectors.aws import everything, watch
from tests.connectors.aws.estate import Estate, quick
from tests.connectors.aws.everything import CALLS, where
from tests.connectors.aws.rounds import apart
from tests.connectors.aws.test_least_privilege import CORE, operations
from tests.connectors.lab import Pulled
from tests.servers.aws import HOME, REGION, Aws

pytestmark = pytest.mark.unmeasured

#: Every action that a call needs, with its family.
ACTIONS = sorted({(name, action) for name, call in CALLS for action in family(name).calls[call]})
#: Those that the connector itself needs to find accounts and Regions; sts:AssumeRole is denied in test_every_call.py.
OWN = [action for action in IDENTITY.actions() if action != "sts:AssumeRole"]
ROUNDS = [
    *apart({action: {name for name, needed in ACTIONS if needed == action} for _, action in ACTIONS}),
    *(frozenset({action}) for action in OWN),
]
#: Calls that the server asks another action for than AWS, beside those that it takes by the name of the call.
OWN_NAMES = {
    "s3.list_buckets": "s3:ListAllMyBuckets",
    "s3.get_public_access_block": "s3:ListBucket",
    "s3.get_bucket_ownership_controls": "s3:ListBucket",
    "s3.get_bucket_notification_configuration": "s3:GetBucketNotification",
    "s3.get_bucket_replication": "s3:ListBucket",
    "s3.get_bucket_encryption": "s3:ListBucket",
    "s3control.get_public_access_block": "s3:GetPublicAccessBlock",
}


def own_names(action: str) -> set[str]:
    """What the server asks for in place of an action, beside the action itself."""
    calls = {call for name, call in CALLS if action in family(name).calls[call]}
    calls |= {call for call, actions in IDENTITY.calls.items() if action in actions}
    return {_own_name(call) for call in calls}


def _own_name(call: str) -> str:
    service, _, operation = call.partition(".")
    signed = CORE.get_service_model(service).signing_name
    return OWN_NAMES.get(call, f"{signed}:{operations(service)[operation]}")


def without(lacking: frozenset[str]) -> dict[str, Any]:
    """The printed policy but for some actions, and with the server's own names."""
    document: Any = permissions.policy(FAMILIES)
    refused = set().union(*(own_names(action) for action in lacking)) if lacking else set()
    for statement in document["Statement"]:
        kept = [each for each in statement["Action"] if each not in lacking]
        renamed = {name for each in kept for name in own_names(each)} - refused
        statement["Action"] = sorted({*kept, *renamed}) or ["none:None"]
    return dict(document)


def enforce(aws: Aws, free: str) -> None:
    """From now on a key needs a policy; ``free`` requests need none, such as ``inf``."""
    headers = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{aws.url}/moto-api/reset-auth", free.encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30):
        pass


def make_user(aws: Aws, name: str, policy: object) -> dict[str, str]:
    """The environment of a user who may do what the policy allows."""
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="audit", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


@dataclass(slots=True)
class Guarded:
    """The account with IAM enforced, and a user for each set of actions that lack."""

    estate: Estate
    users: dict[frozenset[str], dict[str, str]]
    _pulled: dict[frozenset[str], Pulled] = field(default_factory=dict)

    def pull(self, lacking: frozenset[str], patch: pytest.MonkeyPatch) -> Pulled:
        """What the user who lacks these sees of all families, asked once."""
        if lacking not in self._pulled:
            self._pulled[lacking] = self.ask(lacking, patch, *FAMILIES, regions=[REGION])
        return self._pulled[lacking]

    def ask(self, lacking: frozenset[str], patch: pytest.MonkeyPatch, *services: str, **options: object) -> Pulled:
        """What the user who lacks these sees now."""
        for name, value in {**self.estate.aws.environ(), **self.users[lacking]}.items():
            patch.setenv(name, value)
        with quick(self.estate):
            pulled = self.estate.pull(*services, **options)
        assert not watch.wrongs(self.estate.aws.wire.calls())
        self.estate.aws.wire.heard.clear()
        return pulled


@pytest.fixture(scope="module")
def guarded(_server: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    _server.reset()
    everything.plant(_server)
    lacking = (frozenset[str](), *ROUNDS)
    users = {each: make_user(_server, f"audit-{number}", without(each)) for number, each in enumerate(lacking)}
    # The users are administrators of the data lake, as the connector's role has to be.
    admins = [{"DataLakePrincipalIdentifier": f"arn:aws:iam::{HOME}:user/audit-{n}"} for n in range(len(lacking))]
    _server.client("lakeformation").put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": admins})
    enforce(_server, "0")
    with pytest.MonkeyPatch.context() as patch:
        # It reckons signatures of requests without a body wrongly, and they are not what is looked at here.
        patch.setattr(IAMRequestBase, "check_signature", _believed)
        yield Guarded(Estate(_server, tmp_path_factory.mktemp("guarded")), users)
    enforce(_server, "inf")
    _server.reset()


def _believed(self: Any) -> None:
    pass


def test_the_printed_policy_suffices(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled = guarded.pull(frozenset(), monkeypatch)
    assert pulled.whole(), "\n".join(pulled.reasons())


@pytest.mark.parametrize(("name", "action"), ACTIONS)
def test_one_action_less_is_a_gap_that_names_it(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch, name: str, action: str
) -> None:
    (lacking,) = (each for each in ROUNDS if action in each)
    pulled = guarded.pull(lacking, monkeypatch)
    rows = [row for row in pulled.coverage if row.status != "complete" and row.where == where(name)]
    assert {row.account for row in rows} == {HOME}, f"{action} lacks and the pull is clean"
    assert any(f"it needs {action}" in row.reason for row in rows), pulled.reasons()
    assert any(f"allow {action}" in row.help for row in rows)


@pytest.mark.parametrize("action", ["", *OWN])
def test_finding_accounts_and_regions_needs_what_is_printed(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    lacking = frozenset({action} - {""})
    wanted = {"ids": [HOME], "units": ["ou-ab12-11111111"], "tags": {"stage": "prod"}}
    options: dict[str, Any] = {"accounts": "organization", "role": "audit", "include": wanted, "regions": "enabled"}
    pulled = guarded.ask(lacking, monkeypatch, "organizations", **options)
    # Nothing here has that unit and that tag, which is told when they could be looked for.
    lacks = [reason for reason in pulled.reasons() if "which matches no active account" not in reason]
    assert bool(lacks) == bool(action), pulled.reasons()
    assert any(f"it needs {action}" in reason for reason in pulled.reasons()) == bool(action)
