"""What settings of a connector leave out, and what it cannot look at: planned, unless a policy needs it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding
from policycheck.reports.order import tally_line
from policycheck.reports.page import Page
from policycheck.reports.sights import outside
from tests.checks.lab import OURS, Lab

FILES = f"arn:aws:elasticfilesystem:eu-west-1:{OURS}:file-system/fs-0123456789abcdef0"
SCOPE = Coverage("iam", "aws", "aws", "", "services", "complete", "", 3)


def judged(lab: Lab, *left_out: tuple[str, str], beyond: tuple[tuple[str, str], ...] = ()) -> CheckResult:
    """The result where nothing else tells whom resources let in."""
    lab.config["connectors"] = [each for each in lab.config["connectors"] if each["name"] != "shares"]
    lab.coverage = [replace(SCOPE, left_out=left_out, beyond=beyond)]
    return lab.judge()


def told(result: CheckResult) -> list[Finding]:
    return [f for f in result.findings if f.rule == "PC601" and "declared access" in f.message]


def test_what_no_policy_needs_is_counted_and_no_gap(lab: Lab) -> None:
    result = judged(lab, ("kms", "kms"), ("appflow", ""), beyond=(("EFS", "elasticfilesystem"),))
    assert not told(result)
    assert result.tally.left_out == 2
    assert tally_line(result.tally).endswith(" not seen; 2 kinds of resources left out by `services`")


def test_what_a_policy_needs_is_a_gap_at_the_entry(lab: Lab) -> None:
    result = judged(lab, ("s3", "s3"), ("kms", "kms"))
    (found,) = told(result)
    assert (found.vendor, found.message) == (
        "acme",
        "acme has declared access to s3, and nothing looks at whom s3 resources let in",
    )
    assert found.location.path == "policies/acme.yaml"
    assert found.instances[0].observed == "`services` of iam leaves out s3"
    assert found.help == "add `s3` to `services` of connector iam, or take that option out"
    assert result.tally.left_out == 1


def test_a_list_of_everything_needs_none_of_it(lab: Lab) -> None:
    lab.acme["access"][0]["allow"].append({"actions": ["sqs:ListQueues"], "resources": ["*"], "why": "inventory"})
    assert not told(judged(lab, ("sqs", "sqs")))


def test_another_connector_that_tells_it_is_enough(lab: Lab) -> None:
    lab.coverage = [replace(SCOPE, left_out=(("s3", "s3"), ("iam", "iam")))]
    lab.config["connectors"][0]["name"] = "files"
    result = lab.judge()
    assert not told(result)
    assert result.tally.left_out == 2


def test_roles_and_users_are_needed_by_every_access(lab: Lab) -> None:
    lab.config["connectors"] = [each for each in lab.config["connectors"] if each["name"] != "iam"]
    result = judged(lab, ("iam", "iam"))
    assert [f.message for f in told(result)] == [
        "acme has declared access to aws, and nothing looks at who can act there"
    ]
    assert not [f for f in result.findings if "nothing looks at the access" in f.message]


@pytest.mark.parametrize("system", ["cognito", "apigateway"])
def test_a_service_that_policies_speak_of_as_a_system(lab: Lab, system: str) -> None:
    lab.acme["access"].append({"system": system, "scopes": ["x"]})
    result = judged(lab, (system, ""))
    (found,) = told(result)
    assert found.message == f"acme has declared access to {system}, and nothing looks at who can act there"
    assert found.help == f"add `{system}` to `services` of connector iam, or take that option out"
    assert not [f for f in result.findings if f"acme at {system}" in f.message]


def test_a_service_that_no_connector_looks_at(lab: Lab) -> None:
    lab.acme["access"][0]["allow"].append({"actions": ["elasticfilesystem:ClientMount"], "resources": [FILES]})
    (found,) = told(judged(lab, beyond=(("EFS", "elasticfilesystem"),)))
    assert found.instances[0].observed == "no connector looks at EFS"
    assert found.help == "look at its policies in EFS yourself, and accept this gap with a dated exception"


def test_both_are_named_within_the_width() -> None:
    beyond = tuple((f"Service {letter}", "") for letter in "ABCDEFGHIJKL")
    row = replace(SCOPE, left_out=(("kms", "kms"), ("appflow", "")), beyond=beyond)
    lines = list(outside([row, replace(SCOPE, resource="accounts")], Page(60)))
    assert lines == [
        "iam: `services` leaves out 2 kinds of resources: kms,",
        "  appflow",
        "iam: no connector looks at 12 services: Service A, Service",
        "  B, Service C and 9 more",
        "`policycheck check --offline --output json` names all of",
        "  these, under coverage",
    ]
    few = replace(row, left_out=(("kms", "kms"),), beyond=beyond[:3])
    assert list(outside([few], Page(100))) == [
        "iam: `services` leaves out 1 kind of resources: kms",
        "iam: no connector looks at 3 services: Service A, Service B, Service C",
    ]
