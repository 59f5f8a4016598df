"""A small, clean project on disk, which each test spoils in one way and judges with the real parts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from policycheck.checks.check import check
from policycheck.checks.show import survey
from policycheck.declared.project import load
from policycheck.model.facts import Coverage, Fact
from policycheck.model.findings import CheckResult
from policycheck.model.survey import Survey
from policycheck.snapshots.reader import Snapshot, open_snapshot
from policycheck.snapshots.writer import Writer
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run

TODAY = date(2026, 11, 20)
OURS = "111122223333"
THEIRS = "444455556666"
STRANGER = "999999999999"
ROLE = f"arn:aws:iam::{OURS}:role/vendor-acme"


def trust(
    principal: Any, condition: Any = None, action: Any = "sts:AssumeRole", effect: str = "Allow"
) -> dict[str, Any]:
    """A trust policy with one statement."""
    statement = {"Effect": effect, "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def with_external_id(account: str = THEIRS, value: str = "f3a9c1d2e4b5-acme") -> dict[str, Any]:
    """A trust for an account with an ExternalId."""
    return trust({"AWS": f"arn:aws:iam::{account}:root"}, {"StringEquals": {"sts:ExternalId": value}})


def role(name: str, trusts: Any, *statements: Any, account: str = OURS, **more: Any) -> dict[str, Any]:
    """One entry of RoleDetailList, in the shape that the AWS command line prints."""
    inline = [{"PolicyName": "inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}]
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": "AROAEXAMPLE",
        "Arn": f"arn:aws:iam::{account}:role/{name}",
        "CreateDate": "2026-01-10T09:00:00+00:00",
        "AssumeRolePolicyDocument": trusts,
        "InstanceProfileList": [],
        "RolePolicyList": inline if statements else [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {"LastUsedDate": "2026-11-19T09:00:00+00:00", "Region": "eu-west-1"},
        **more,
    }


def allow(actions: Any, resources: Any, condition: Any = None) -> dict[str, Any]:
    """One Allow statement."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return {**statement, "Condition": condition} if condition else statement


TEMPLATES = allow("s3:GetObject", "arn:aws:s3:::lumen-mail-templates/*")

CONFIG: dict[str, Any] = {
    "version": 1,
    "policies": ["policies/"],
    "catalog": ["catalog/"],
    "own_accounts": [OURS],
    "connectors": [
        {"name": "iam", "type": "aws-authorization-details", "paths": ["exports/iam*.json"]},
        {"name": "keys", "type": "key-inventory", "system": "acme", "paths": ["exports/keys.csv"]},
        {"name": "acme-fields", "type": "vendor-fields", "system": "acme", "paths": ["exports/fields.json"]},
        {"name": "said", "type": "attestation", "paths": ["attestations/*.yaml"]},
        {"name": "shares", "type": "aws-resource-policies", "paths": ["exports/resources.json"]},
    ],
}

POLICY: dict[str, Any] = {
    "vendor": "acme",
    "name": "Acme Mail",
    "kind": "transactional_email",
    "use": ["essential.service.notifications.email"],
    "owner": "growth@lumen.example",
    "recognise": {"aws_accounts": [THEIRS], "keys": ["acme-*"]},
    "fields": [{"category": "user.contact.email"}],
    "access": [
        {
            "system": "aws",
            "principals": [ROLE],
            "allow": [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::lumen-mail-templates/*"]}],
        },
        {"system": "acme", "held_by": "us", "scopes": ["mail.send"]},
    ],
    "contract": {"dpa": "https://contracts.lumen.example/acme", "ends": date(2027, 3, 31)},
    "review": {"last": date(2026, 9, 1), "by": "privacy@lumen.example", "every_days": 180},
}

MEMBERS: dict[str, Any] = {
    "dataset": "member-exports",
    "subjects": {"kind": "customer", "count": 30000000, "regions": ["eu"]},
    "locations": ["arn:aws:s3:::lumen-exports/members/*"],
    "fields": {
        "email": "user.contact.email",
        "ip_history": {"category": "user.device.ip_address", "depth": "history"},
        "email_sha256": {"category": "user.contact.email", "form": "hashed"},
    },
}

ATTESTATION: dict[str, Any] = {
    "vendor": "acme",
    "system": "acme-console",
    "asked": "growth@lumen.example",
    "on": date(2026, 10, 1),
    "states": {"keys": [], "fields": ["user.contact.email"]},
}


class Lab:
    """The project as plain values: change them, then judge."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = copy.deepcopy(CONFIG)
        self.policies: dict[str, dict[str, Any]] = {"acme": copy.deepcopy(POLICY)}
        self.catalog: list[dict[str, Any]] = [
            copy.deepcopy(MEMBERS),
            {
                "dataset": "mail-templates",
                "locations": ["arn:aws:s3:::lumen-mail-templates/*"],
                "fields": "none",
                "why": "templates without data",
            },
        ]
        self.roles: list[dict[str, Any]] = [role("vendor-acme", with_external_id(), TEMPLATES)]
        self.iam: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "Policies": []}
        self.keys = [
            "id,name,scopes,created,last_used,expires",
            "k1,acme-live,mail.send,2026-10-01,2026-11-19,2027-01-01",
        ]
        self.fields: list[dict[str, Any]] = [{"name": "email", "type": "text"}]
        self.attestations: list[dict[str, Any]] = []
        self.resources: list[dict[str, Any]] = [
            {"arn": arn, "account": OURS, "policy": None}
            for arn in ("arn:aws:s3:::lumen-exports", "arn:aws:s3:::lumen-mail-templates")
        ]
        #: What a live connector would have told beside the exports.
        self.facts: list[Fact] = []
        self.coverage: list[Coverage] = []

    @property
    def acme(self) -> dict[str, Any]:
        """The one policy."""
        return self.policies["acme"]

    def write(self) -> None:
        """Put everything on disk."""
        for folder in ("policies", "catalog", "exports", "attestations"):
            (self.root / folder).mkdir(exist_ok=True)
        self._yaml("policycheck.yaml", self.config)
        for name, policy in self.policies.items():
            self._yaml(f"policies/{name}.yaml", policy)
        for dataset in self.catalog:
            self._yaml(f"catalog/{dataset['dataset']}.yaml", dataset)
        for number, statement in enumerate(self.attestations):
            self._yaml(f"attestations/{number}.yaml", statement)
        if not self.attestations:
            self.config["connectors"] = [c for c in self.config["connectors"] if c["name"] != "said"]
            self._yaml("policycheck.yaml", self.config)
        (self.root / "exports/resources.json").write_text(json.dumps(self.resources))
        export = {**self.iam, "RoleDetailList": self.roles, "IsTruncated": False}
        (self.root / "exports/iam.json").write_text(json.dumps(export))
        (self.root / "exports/keys.csv").write_text("\n".join(self.keys) + "\n")
        (self.root / "exports/fields.json").write_text(json.dumps(self.fields))

    def judge(
        self, today: date = TODAY, *, from_store: bool = False, taken_at: str = "2026-11-20T00:00:00Z"
    ) -> CheckResult:
        """Load, pull, write, read, check."""
        with self.snapshot(today, taken_at) as (project, snapshot):
            return check(project, snapshot, today, from_store=from_store)

    def survey(self) -> Survey:
        """Load, pull, write, read, list."""
        with self.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
            return survey(project, snapshot, TODAY)

    def snapshot(self, today: date, taken_at: str) -> Any:
        """The loaded project with an open snapshot."""
        self.write()
        loaded = load(self.root, today)
        assert loaded.project is not None, loaded.problems
        connectors = [build(entry, self.root) for entry in loaded.project.config.connectors]
        with Writer(self.root / "snapshots", taken_at, "", "test") as writer:
            for fact in self.facts:
                writer.add(fact)
            path = writer.commit((*run(connectors, writer.add, None), *self.coverage))
        return _Open(loaded.project, open_snapshot(path))

    def _yaml(self, name: str, value: Any) -> None:
        (self.root / name).write_text(yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False))


class _Open:
    def __init__(self, project: Any, snapshot: Snapshot) -> None:
        self._pair = (project, snapshot)

    def __enter__(self) -> Any:
        return self._pair

    def __exit__(self, *_: object) -> None:
        self._pair[1].close()


def organization(
    lab: Lab, statement: Mapping[str, Any], kind: str = "SERVICE", management: str = "123456789012"
) -> None:
    """An organization with one control policy on our account, beside AWS's own that allows everything."""
    of, name = f"{kind}_CONTROL_POLICY", "FullAWSAccess" if kind == "SERVICE" else "RCPFullAWSAccess"
    full = {"Id": f"p-{name}", "Type": of, "Name": name, "AwsManaged": True}
    limit = {"Id": "p-limit0001", "Type": of, "Name": "limit"}
    principal = {} if kind == "SERVICE" else {"Principal": "*"}
    everything = {"Version": "2012-10-17", "Statement": [{**allow("*", "*"), **principal}]}
    content = {"Version": "2012-10-17", "Statement": [{**statement, **principal}]}
    targets = ["r-ab12", OURS]
    parts: dict[str, Any] = {
        "organization.json": {"Organization": {"Id": "o-a1b2c3d4e5", "MasterAccountId": management}},
        "roots.json": {"Roots": [{"Id": "r-ab12", "Name": "Root", "PolicyTypes": [{"Type": of, "Status": "ENABLED"}]}]},
        "accounts.json": {"ParentId": "r-ab12", "Accounts": [{"Id": OURS, "Name": "prod"}]},
        "full.json": {"Policy": {"PolicySummary": full, "Content": json.dumps(everything)}},
        "limit.json": {"Policy": {"PolicySummary": limit, "Content": json.dumps(content)}},
        "full-targets.json": {"PolicyId": f"p-{name}", "Targets": [{"TargetId": t} for t in targets]},
        "limit-targets.json": {"PolicyId": "p-limit0001", "Targets": [{"TargetId": OURS}]},
    }
    (lab.root / "organization").mkdir(exist_ok=True)
    for file, part in parts.items():
        (lab.root / "organization" / file).write_text(json.dumps(part))
    lab.config["connectors"].append({"name": "org", "type": "aws-organization", "paths": ["organization/*.json"]})


def told(result: CheckResult) -> list[tuple[str, str | None, str, str]]:
    """(rule, vendor, severity, outcome) of each open finding."""
    return [(f.rule, f.vendor, f.severity.word, f.outcome) for f in result.findings]


Spoil = Callable[[Lab], None]
