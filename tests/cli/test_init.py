"""The first day: ``policycheck init`` in directories as people have them, run as a person would run it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.cli import looking
from tests.checks.lab import allow, role, trust

Program = Callable[..., subprocess.CompletedProcess[str]]

DATADOG, NOBODY, OURS = "464622532012", "444455556666", "123456789012"
SECRET = "SG.a-secret-that-nobody-may-see"
HOOKS = """\
# our hooks
repos:
  - repo: https://git.example/hooks   # first
    rev: v1
    hooks:
      - id: trailing-whitespace
# the end
"""


def export(*roles: Mapping[str, Any]) -> str:
    """What `aws iam get-account-authorization-details` writes about some roles."""
    lists = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": list(roles), "Policies": []}
    return json.dumps({**lists, "IsTruncated": False})


def let_in(account: str, name: str, *statements: Any) -> dict[str, Any]:
    """A role that an account may assume."""
    return role(name, trust({"AWS": f"arn:aws:iam::{account}:root"}), *statements, account=OURS)


MONITORING = let_in(
    DATADOG, "DatadogIntegration", allow(["ec2:Describe*", "cloudwatch:ListMetrics"], "*"), allow("s3:GetObject", "*")
)
MAIL = let_in(NOBODY, "mail-import", allow("s3:GetObject", "arn:aws:s3:::shop-mail-templates/*"))


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory of a user who has no credentials and no keys."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in looking._AWS_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "work"
    root.mkdir()
    return root


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")


def everything(root: Path) -> dict[str, str]:
    """All files below a directory, those of git left out."""
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in found}


def valid(program: Program, root: Path) -> None:
    done = program("validate", cwd=root)
    assert (done.returncode, done.stdout) == (0, "")
    assert " 0 errors, 0 warnings, 0 notices" in done.stderr


def test_from_the_first_look_to_the_first_finding(program: Program, there: Path) -> None:
    write(there, {"exports/aws.json": export(MONITORING, MAIL)})
    first = program("init", cwd=there)
    assert (first.returncode, first.stdout) == (
        0,
        "found exports/aws.json: authorization details of AWS\n"
        "wrote policycheck.yaml: the project; connectors: aws\n"
        "wrote policies/README.md: what goes here, with an example\n"
        "wrote catalog/README.md: what goes here, with an example\n"
        "wrote .gitignore: .policycheck/ added: snapshots stay here\n",
    )
    assert first.stderr == "next: policycheck init --adopt exports/aws.json\n"
    valid(program, there)
    second = program("init", "--adopt", "exports/aws.json", cwd=there)
    assert (second.returncode, second.stderr) == (0, "next: policycheck check\n")
    assert second.stdout == (
        "wrote policies/datadog.yaml: Datadog, acts through 1 principal, 1 to review\n"
        "wrote policies/unknown-444455556666.yaml: to be named by a person, acts through 1 principal\n"
        "exists policycheck.yaml\n"
        "exists .gitignore with .policycheck/\n"
    )
    valid(program, there)
    third = program("check", "--output", "json", cwd=there)
    found = {(each["rule"], each["vendor"]) for each in json.loads(third.stdout)["findings"]}
    assert third.returncode == 0
    assert {("PC201", "datadog"), ("PC204", "datadog"), ("PC204", "unknown-444455556666")} <= found
    assert "PC203" not in {rule for rule, _ in found}
    assert ("PC201", "unknown-444455556666") not in found


def test_a_draft_declares_what_is_narrow_and_comments_what_is_broad(program: Program, there: Path) -> None:
    write(there, {"aws.json": export(MONITORING)})
    assert program("init", "--adopt", "aws.json", cwd=there).returncode == 0
    text = (there / "policies/datadog.yaml").read_text("utf-8")
    policy = yaml.safe_load(text)
    assert (policy["vendor"], policy["kind"], policy["stage"]) == ("datadog", "log_management_apm", "observe")
    assert policy["recognise"]["aws_accounts"] == [DATADOG]
    assert f"# {DATADOG}: https://docs.datadoghq.com/" in text
    (entry,) = policy["access"]
    assert entry["principals"] == [f"arn:aws:iam::{OURS}:role/DatadogIntegration"]
    assert [each["actions"] for each in entry["allow"]] == [["ec2:Describe*", "cloudwatch:ListMetrics"]]
    assert "# has today, too broad to be allowed: it could name its resources, and names none (policy inline)" in text
    assert "# - actions: [s3:GetObject]" in text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "has no export that is known"),
        ('{"RoleDetailList": [{"RoleName": "a", ', "nothing was written: aws.json: the file"),
        ("", "has no export that is known"),
    ],
)
def test_a_broken_export_is_one_error_and_nothing_is_written(
    program: Program, there: Path, content: str, reason: str
) -> None:
    write(there, {"aws.json": content})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert sorted(everything(there)) == ["aws.json"]
