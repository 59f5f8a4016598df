"""An account with something for every call to find, and pulls of it that cost little: clients are made once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import botocore.session
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
    people(aws)


def people(aws: Aws) -> None:
    """Make an organization of two accounts, a user with a key, and a vendor's role."""
    aws.organization(1)
    organizations = aws.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    iam = aws.client("iam")
    iam.create_user(UserName="sendgrid")
    iam.create_access_key(UserName="sendgrid")
    iam.create_role(RoleName="vendor-import", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="vendor-import", PolicyName="read", PolicyDocument=READ)


#: To make clients costs more than to use them: they serve all tests of a process.
_SESSIONS: dict[str, Sessions] = {}


@dataclass(slots=True)
class Estate:
    """The account, and what is seen of each family when nothing is wrong."""

    aws: Aws
    root: Path
    _whole: dict[str, Pulled] = field(default_factory=dict)

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
        """Those of an earlier pull with the same options, with the credentials of now."""
        key = json.dumps([self.aws.url, settings.profile, settings.role, settings.jobs, settings.via, external_id])
        if key not in _SESSIONS:
            _SESSIONS[key] = Sessions(settings, external_id)
        made = _SESSIONS[key]
        made._ambient = made._session(botocore.session.Session(profile=settings.profile or None))
        # Those assumed with the credentials of then: another module may have had others.
        made._accounts.clear()
        return made


@contextmanager
def quick(estate: Estate | None = None, *, again: bool = True) -> Iterator[None]:
    """Retries wait for nothing and are not rationed over the pulls of a module, which share their clients.

    Without ``again``, nothing is tried again.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExponentialBackoff, "delay_amount", _at_once)
        patch.setattr(RetryQuota, "acquire", lambda self, amount: again)
        if estate:
            patch.setattr(connector, "Sessions", estate.sessions)
        yield


def known(pulled: Pulled) -> set[str]:
    """The facts, but for those that say that a control is not known, and for where each stands."""
    told = ({name: getattr(fact, name) for name in fact.__slots__} for fact in pulled.facts)
    unplaced = ({**fact, "where": "", "parent": ""} for fact in told if fact.get("kind") != "scp" or fact["id"])
    return {repr(sorted(fact.items())) for fact in unplaced}


def _at_once(self: Any, context: Any) -> float:
    return 0
