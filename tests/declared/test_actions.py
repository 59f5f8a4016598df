"""PC008: AWS actions that no service has; PC007 where they can name no resource."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

AS_OF = "(as of 2026-10-27)"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("s3:GetObject", ""),
        ("S3:getobject", ""),
        ("s3:Get*", ""),
        ("codestar:CreateProject", ""),
        ("vpc-lattice:AssociateViaAWSService-EventsAndStates", ""),
        ("s3:GetObejct", f"AWS has no action `s3:GetObejct` {AS_OF} | did you mean `s3:GetObject`?"),
        ("s3:ListObjectsV2", f"AWS has no action `s3:ListObjectsV2` {AS_OF} | did you mean `s3:ListBucket`?"),
        ("s3:GetObejct*", f"no action of AWS matches `s3:GetObejct*` {AS_OF} | did you mean `s3:GetObject`?"),
        ("s3:Xyzzy?", f"no action of AWS matches `s3:Xyzzy?` {AS_OF} | if AWS has added it since, leave it"),
        ("dynamo:GetItem", f"AWS has no service `dynamo` {AS_OF} | did you mean `dynamodb:GetItem`?"),
        ("xyzzy:Get", f"AWS has no service `xyzzy` {AS_OF} | if AWS has added it since, leave it"),
    ],
)
@pytest.mark.parametrize("why", ["", "why: x, "])
def test_unknown_actions_are_warnings(action: str, message: str, why: str, policy: Callable[[str], list[str]]) -> None:
    allow = f'[{{{why}actions: ["{action}"], resources: ["arn:aws:s3:::b/*"]}}]'
    rows = policy(f"access:\n- system: aws\n  allow: {allow}\n")
    column = 22 + len(why)
    place = f"4:{column}-{column + len(action) + 1}"
    assert rows == ([f"warning PC008 {place} {message}"] if message else [])


@pytest.mark.parametrize("action", ["*", "s3:*"])
def test_all_actions_of_a_service_are_known(action: str, policy: Callable[[str], list[str]]) -> None:
    assert policy(f'access:\n- {{system: aws, allow: [{{why: x, actions: ["{action}"], resources: ["*"]}}]}}\n') == []


def test_all_actions_of_an_unknown_service(policy: Callable[[str], list[str]]) -> None:
    (row,) = policy('access:\n- {system: aws, allow: [{why: x, actions: ["efs:*"], resources: ["*"]}]}\n')
    assert row.endswith(f"AWS has no service `efs` {AS_OF} | did you mean `elasticfilesystem:*`?")


@pytest.mark.parametrize(
    ("actions", "right"),
    [
        ("[ec2:DescribeRegions]", True),
        ("[EC2:describeregions, sts:GetCallerIdentity, 's3:ListAllMyB*']", True),
        ("[ec2:DescribeRegions, s3:GetObject]", False),
        ("['ec2:Describe*']", False),
        ("[ec2:DescribeXyzzy]", False),
        ("['*']", False),
    ],
)
def test_every_resource_is_right_where_no_action_can_name_one(
    actions: str, right: bool, policy: Callable[[str], list[str]]
) -> None:
    rows = policy(f"access:\n- {{system: aws, allow: [{{actions: {actions}, resources: ['*']}}]}}\n")
    assert any("`*` allows every resource" in row for row in rows) is not right


def test_other_systems_have_actions_of_their_own(policy: Callable[[str], list[str]]) -> None:
    rows = policy("access:\n- {system: gcp, allow: [{actions: ['ec2:DescribeRegions', 'x:y'], resources: ['*']}]}\n")
    assert [row.split(" ")[1] for row in rows if "PC00" in row] == ["PC007"]


@pytest.mark.parametrize(
    ("access", "read"),
    [
        ("{system: sendgrid, held_by: us, scopes: [mail.send]}", []),
        ("{system: aws, allow: [{actions: [s3:GetObject], resources: ['arn:aws:s3:::b/*']}]}", ["_index.json"]),
        (
            "{system: aws, allow: [{actions: [ec2:DescribeRegions], resources: ['*']}]}",
            ["_index.json", "ec2.json"],
        ),
    ],
)
def test_only_what_a_policy_names_is_read(access: str, read: list[str], tmp_path: Path) -> None:
    """In a process of its own, since the catalogue is read once in a process."""
    (tmp_path / "policycheck.yaml").write_text("version: 1\n")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "v.yaml").write_text(f"vendor: v\naccess:\n- {access}\n")
    code = (
        "import sys, pathlib; opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and opened.append(str(args[0])))\n"
        "from policycheck.cli.main import run; run(['validate', 'policies/v.yaml'])\n"
        "print(*[pathlib.Path(path).name for path in opened if '/catalogue/' in path and path.endswith('.json')])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1].split() == read
