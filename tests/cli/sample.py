"""A small project to run commands on, and ways to start them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TODAY = {"POLICYCHECK_TODAY": "2026-11-20"}

CONFIG = """\
version: 1
connectors:
  - {name: iam-export, type: aws-authorization-details, paths: [aws.json]}
  - {name: bucket-policies, type: aws-resource-policies, paths: [buckets.json]}
"""

BUCKETS = """\
[{"arn": "arn:aws:s3:::lumen-exports", "account": "111122223333", "policy": null},
 {"arn": "arn:aws:s3:::lumen-mail-templates", "account": "111122223333", "policy": null}]
"""

POLICY = """\
vendor: sendgrid
name: Twilio SendGrid
kind: transactional_email
use: [essential.service.notifications.email]
role: processor
owner: growth@lumen.example
recognise:
  aws_accounts: ["444455556666"]
fields:
  - category: user.contact.email
access:
  - system: aws
    principals: ["arn:aws:iam::111122223333:role/vendor-sendgrid-import"]
    allow:
      - actions: [s3:GetObject]
        resources: ["arn:aws:s3:::lumen-exports/members/*"]
contract: {dpa: "https://contracts.lumen.example/sendgrid", ends: 2027-03-31}
"""

CATALOG = """\
dataset: member-exports
subjects: {kind: customer, count: 30000000}
locations: ["arn:aws:s3:::lumen-exports/members/*"]
fields:
  email: user.contact.email
  ip_history: {category: user.device.ip_address, depth: history}
"""


def trusting(party: str, *conditions: str) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": party}, "Action": "sts:AssumeRole"}
    if conditions:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": conditions[0]}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(name: str, trust: dict[str, Any], *resources: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": list(resources)}
    policies = [{"PolicyName": "read", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}]
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROA{name.upper():0<17.17}",
        "Arn": f"arn:aws:iam::111122223333:role/{name}",
        "CreateDate": "2026-01-05T08:00:00Z",
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [],
        "RolePolicyList": policies if resources else [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {"LastUsedDate": "2026-11-19T03:10:00Z", "Region": "eu-west-1"},
    }


VENDOR = role("vendor-sendgrid-import", trusting("444455556666", "7f3c91ab"), "arn:aws:s3:::lumen-exports/members/*")
CLEAN = role("vendor-sendgrid-import", trusting("444455556666", "7f3c91ab"), "arn:aws:s3:::lumen-mail-templates/*")


def export(*roles: dict[str, Any]) -> str:
    return json.dumps({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []})


def snapshots(project: Path) -> list[str]:
    directory = project / ".policycheck" / "snapshots"
    return sorted(each.name for each in directory.iterdir()) if directory.exists() else []


def started(
    project: Path, *args: str, stdout: int = subprocess.PIPE, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    code = "from policycheck.cli.main import main; main()"
    environ = {**os.environ, **TODAY, "PYTHONPATH": os.pathsep.join(sys.path), **(env or {})}
    command = [sys.executable, "-c", code, *args]
    return subprocess.Popen(command, cwd=project, env=environ, stdout=stdout, stderr=subprocess.PIPE)
