from __future__ import annotations

import re

import pytest

from policycheck.library.catalogue import load_catalogue
from policycheck.library.escalation import EscalationPath, Step, load_escalation
from policycheck.model.findings import Severity

PATHS = load_escalation()
IDS = [path.id for path in PATHS]

#: Actions of IAM whose resource decides: a policy may confine them to what is no principal at all.
FREE = {"iam"}


def test_ids_and_names_are_unique_and_the_gravest_come_first() -> None:
    assert len(set(IDS)) == len(PATHS)
    assert len({path.name for path in PATHS}) == len(PATHS)
    severities = [Severity[path.kind.severity.upper()] for path in PATHS]
    assert severities == sorted(severities, reverse=True)


@pytest.mark.parametrize("path", PATHS, ids=IDS)
def test_every_path_is_written_whole(path: EscalationPath) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", path.id)
    assert path.steps
    for text in (path.name, path.gives, path.source, path.kind.label):
        assert text == text.strip() != ""
        assert not text.endswith(".")
    assert bool(path.passed_to) == (path.steps[0].actions == ("iam:PassRole",)) == (path.kind.id == "role_passing")
    assert all(re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com", service) for service in path.passed_to)


@pytest.mark.parametrize("path", PATHS, ids=IDS)
def test_every_action_exists(path: EscalationPath) -> None:
    for action in (action for step in path.steps for action in step.actions):
        found = load_catalogue().action(action)
        assert found is not None, action
        assert (found.name, found.retired) == (action, "")


@pytest.mark.parametrize("path", PATHS, ids=IDS)
def test_resources_are_of_a_type_that_the_action_can_name(path: EscalationPath) -> None:
    for step in path.steps:
        for action in step.actions:
            known = {_start(each.arn) for each in load_catalogue().resource_types(action)}
            named = {_start(each) for each in step.resources if each != "*"}
            assert named <= known, action
            assert named or action.partition(":")[0] not in FREE, action


def _start(arn: str) -> tuple[str, str]:
    """Service and type of an ARN: ``iam``, ``role``."""
    parts = arn.split(":", 5)
    return parts[2], parts[5].partition("/")[0]


def test_a_step_names_the_resources_of_one_account() -> None:
    step = next(path.steps[0] for path in PATHS if path.id == "put-role-policy")
    assert step.locations("aws-cn", "111122223333") == ("arn:aws-cn:iam::111122223333:role/*",)
    assert step.locations() == ("arn:*:iam::*:role/*",)
    assert Step(("lambda:UpdateFunctionCode",)).locations("aws", "111122223333") == ("*",)
