"""An account with something for every call to find, and pulls of it that cost little: clients are made once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import ExponentialBackoff

from policycheck.model.declared import ConnectorEntry
from policycheck.model.facts import Fact
from policycheck.model.places import Location
from policycheck_connectors.aws import connector
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.sessions import Sessions
from policycheck_connectors.aws.settings import Settings
from policycheck_connectors.interface import PullContext
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run
from tests.connectors.aws.test_policies import MAKERS
from tests.connectors.lab import Pulled
from tests.servers.aws import Aws, document

TRUST = document(Principal={"AWS": "444455556666"}, Action="sts:AssumeRole")
READ = document(Action="s3:GetObject", Resource="arn:aws:s3:::lumen-exports/*")

#: The families that find something here.
PLANTED = ("organizations", "iam", *(name for name, _, _ in MAKERS))
#: Calls that nothing here leads to: they look up keys that resources name by an alias, of which there is none.
UNREACHED = frozenset({"kms.describe_key", "s3.get_bucket_location"})
#: Each of the other calls with its family: what can go wrong one at a time.
CALLS = [(name, call) for name in PLANTED for call in family(name).calls if call not in UNREACHED]


def plant(aws: Aws) -> None:
    """Make one resource of each kind, an organization of two accounts, and a user with a key."""
    for _, make, text in MAKERS:
        make(aws, text)
    aws.organization(1)
    organizations = aws.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    iam = aws.client("iam")
    iam.create_user(UserName="sendgrid")
    iam.create_access_key(UserName="sendgrid")
    iam.create_role(RoleName="vendor-import", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="vendor-import", PolicyName="read", PolicyDocument=READ)


@dataclass(slots=True)
class Estate:
    """The account, and what is seen of each family when nothing is wrong."""

    aws: Aws
    root: Path
    _whole: dict[str, Pulled] = field(default_factory=dict)
    _kept: dict[str, Sessions] = field(default_factory=dict)

    def pull(self, *services: str, **options: object) -> Pulled:
        """Pull some families now."""
        entry = ConnectorEntry("prod", "aws", Location("policycheck.yaml", 1, 1), {"services": services, **options})
        made = build(entry, self.root)
        made.context = replace(PullContext(), taken_at="2026-11-20T00:00:00Z")
        facts: list[Fact] = []
        coverage = run([made], facts.append)
        return Pulled(tuple(facts), coverage)

    def whole(self, name: str) -> Pulled:
        """What a family sees undisturbed."""
        if name not in self._whole:
            self._whole[name] = self.pull(name)
            assert self._whole[name].whole(), self._whole[name].reasons()
        return self._whole[name]

    def sessions(self, settings: Settings, external_id: str = "") -> Sessions:
        """Those of an earlier pull with the same options."""
        key = json.dumps([settings.profile, settings.role, settings.jobs, settings.via, external_id])
        if key not in self._kept:
            self._kept[key] = Sessions(settings, external_id)
        return self._kept[key]


@contextmanager
def quick(estate: Estate | None = None) -> Iterator[None]:
    """Retries wait for nothing and are not rationed over the pulls of a module, which share their clients."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExponentialBackoff, "delay_amount", _at_once)
        patch.setattr(RetryQuota, "acquire", _always)
        if estate:
            patch.setattr(connector, "Sessions", estate.sessions)
        yield


def _at_once(self: Any, context: Any) -> float:
    return 0


def _always(self: Any, amount: int) -> bool:
    return True
