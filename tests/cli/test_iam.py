from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from policycheck.library.data import data_root

if TYPE_CHECKING:
    from tests.cli.conftest import Here

EXPANDED = """\
3 actions match s3:Get*Acl in the catalogue of 2026-10-27. AWS may know newer ones, which match too.

ACTION                  ACCESS LEVEL  RESOURCE TYPES             NOTES
s3:GetBucketAcl         Read          accesspoint, bucket        -
s3:GetObjectAcl         Read          accesspointobject, object  -
s3:GetObjectVersionAcl  Read          accesspointobject, object  -
"""

NOTED = """\
1 action matches IAM:passrole in the catalogue of 2026-10-27.

ACTION        ACCESS LEVEL  RESOURCE TYPES   NOTES
iam:PassRole  Write         role (required)  passes roles
"""

RETIRED = """\
1 action matches codestar:CreateProject in the catalogue of 2026-10-27.

ACTION                  ACCESS LEVEL                   RESOURCE TYPES  NOTES
codestar:CreateProject  Write, Permissions management  only *          retired
"""

MISNAMED = """\
No action in the catalogue of 2026-10-27 matches s3:ListObjectsV2; AWS may know newer ones. Did you
  mean s3:ListBucket?
"""

UNKNOWN = "No action in the catalogue of 2026-10-27 matches nothing:*; AWS may know newer ones.\n"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("s3:Get*Acl", EXPANDED),
        ("IAM:passrole", NOTED),
        ("codestar:CreateProject", RETIRED),
        ("s3:ListObjectsV2", MISNAMED),
        ("nothing:*", UNKNOWN),
    ],
)
def test_a_pattern_is_expanded(here: Here, pattern: str, text: str) -> None:
    assert here("iam", "expand", pattern) == (0, text, "")


@pytest.mark.unmeasured
@pytest.mark.parametrize("pattern", ["*", "*:*"])
def test_everything_can_be_asked_for(here: Here, pattern: str) -> None:
    ended = here("iam", "expand", pattern)
    assert ended.code == 0
    assert ended.out.count("\n") > 22_000


def test_what_no_policy_could_say_is_wrong_usage(here: Here) -> None:
    ended = here("iam", "expand", "GetObject")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: not an action: GetObject\nhelp: write SERVICE:NAME, as in s3:GetObject;")


@pytest.mark.parametrize(
    ("pattern", "nearest"),
    [("s3:*", None), ("codestar:*", None), ("events:CreateEventBus", None), ("s3:GetObejct", "s3:GetObject")],
)
def test_json_has_its_published_shape(here: Here, pattern: str, nearest: str | None) -> None:
    ended = here("iam", "expand", pattern, "--output", "json")
    document = json.loads(ended.out)
    schema = json.loads((data_root() / "schemas" / "iam-expand.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert (ended.code, document["pattern"], document["nearest"]) == (0, pattern, nearest)
    assert bool(document["actions"]) == (nearest is None)


def test_json_tells_all_about_an_action(here: Here) -> None:
    document = json.loads(here("iam", "expand", "iam:PassRole", "--output", "json").out)
    assert document == {
        "schema": "policycheck/iam-expand/v1",
        "pattern": "iam:PassRole",
        "catalogue": {"date": "2026-10-27", "version": "0.1.202610271"},
        "nearest": None,
        "actions": [
            {
                "action": "iam:PassRole",
                "access_levels": ["Write"],
                "resource_types": [
                    {
                        "type": "role",
                        "arn": "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
                        "required": True,
                    }
                ],
                "condition_keys": ["iam:AssociatedResourceArn", "iam:PassedToService"],
                "dependent_actions": [],
                "tags": ["passes_roles"],
                "retired": None,
            }
        ],
    }
