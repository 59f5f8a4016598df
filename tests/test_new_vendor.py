"""A vendor is one file and no code: the policy shown in docs/writing-a-policy.md, added to a copy of the example."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parent.parent
TODAY = {"POLICYCHECK_TODAY": "2026-11-20"}
ACCOUNT = "777788889999"


@pytest.fixture
def project(example: Path, tmp_path: Path) -> Path:
    """The example, whose AWS account has one role more: it lets the new vendor's account read templates."""
    copy = tmp_path / "photo sharing"
    shutil.copytree(example, copy, ignore=shutil.ignore_patterns(".policycheck"))
    (export,) = (copy / "exports" / "aws").glob("*.json")
    details = json.loads(export.read_text("utf-8"))
    details["RoleDetailList"].append(_role())
    export.write_text(json.dumps(details), "utf-8")
    return copy


def _role() -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lumen-invoices/*"}
    return {
        "Path": "/",
        "RoleName": "vendor-mailjet-invoices",
        "RoleId": "AROAEXAMPLEMAILJET000",
        "Arn": "arn:aws:iam::111122223333:role/vendor-mailjet-invoices",
        "CreateDate": "2026-11-02T09:00:00+00:00",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "read", "PolicyDocument": {"Version": "2012-10-17", "Statement": [reading]}}],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {},
    }


def _documented_policy() -> str:
    page = (ROOT / "docs" / "writing-a-policy.md").read_text("utf-8")
    match = re.search(r"```yaml\n(vendor: mailjet\n.*?)```", page, re.S)
    assert match is not None
    return match[1]


def _about(report: str, word: str) -> list[tuple[str, str | None]]:
    findings = json.loads(report)["findings"]
    return sorted((each["rule"], each["vendor"]) for each in findings if word in json.dumps(each))


def test_a_vendor_is_added_by_one_file(policycheck: Run, project: Path) -> None:
    before = policycheck("check", "--output", "json", cwd=project, env=TODAY)
    assert ("PC203", None) in _about(before.stdout, ACCOUNT)

    (project / "policies" / "mailjet.yaml").write_text(_documented_policy(), "utf-8")

    validated = policycheck("validate", cwd=project, env=TODAY)
    assert validated.returncode == 0
    assert "mailjet" not in validated.stdout
    after = policycheck("check", "--output", "json", cwd=project, env=TODAY)
    assert _about(after.stdout, "vendor-mailjet-invoices") == [
        ("PC107", "mailjet"),
        ("PC201", "mailjet"),
        ("PC204", "mailjet"),
    ]
    others = [each for each in json.loads(before.stdout)["findings"] if ACCOUNT not in json.dumps(each)]
    kept = [each["fingerprint"] for each in json.loads(after.stdout)["findings"]]
    assert [each["fingerprint"] for each in others if each["fingerprint"] not in kept] == []
