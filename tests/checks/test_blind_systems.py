"""PC601 for systems that no connector covers: the help names the connector that would."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policycheck.checks.check import check
from policycheck.cli.definitions import apis
from tests.checks.lab import TODAY, Lab

API = ("credentials", "fields")


def helped(lab: Lab, system: str, *told: tuple[str, tuple[str, ...]]) -> str:
    """The help for a system of which the policy speaks."""
    lab.acme["access"].append({"system": system, "held_by": "us", "scopes": ["x"]})
    with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
        result = check(replace(project, apis=told), snapshot, TODAY)
    (found,) = [f for f in result.findings if f.rule == "PC601" and f"at {system}" in f.message]
    return found.help.partition(";")[0]


@pytest.mark.parametrize(
    ("system", "told", "types"),
    [
        ("sendgrid", (("sendgrid", API),), "sendgrid"),
        ("sendgrid", (("sendgrid", ("credentials",)),), "sendgrid and one of type vendor-fields"),
        ("sendgrid", (("sendgrid", ("fields",)),), "key-inventory and one of type sendgrid"),
        ("acme-eu", (("acme", API),), "acme"),
        ("sendgrid", (("brevo", API),), "key-inventory and one of type vendor-fields"),
        ("cognito", (("acme", API),), "aws"),
    ],
)
def test_the_help_names_what_looks_there(
    lab: Lab, system: str, told: tuple[tuple[str, tuple[str, ...]], ...], types: str
) -> None:
    assert helped(lab, system, *told) == f"add a connector of type {types}"


def test_the_apis_of_the_systems_of_policies(lab: Lab) -> None:
    lab.acme["access"].append({"system": "sendgrid", "held_by": "us", "scopes": ["x"]})
    with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, _):
        assert apis(project) == (("sendgrid", API),)
        assert apis(replace(project, policies=())) == ()
