"""Keys of our systems that we gave to vendors, keys of our own, and the one that nobody should have."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.facts import Coverage, Credential, Fact, VendorField
from tests.checks.lab import OURS, Lab, told
from tests.checks.test_access_keys import SEEN, USER, claimed, key

__all__ = ["claimed"]

ROOT = f"arn:aws:iam::{OURS}:root"
KNOWS = ("scopes", "created", "status")


def client(name: str = "acme-sync", *hosts: str, **more: Any) -> Credential:
    """An app client of a Cognito user pool."""
    given = {"scopes": ("email",), "created": "2026-10-01T00:00:00Z", "status": "active", "knows": KNOWS, **more}
    return Credential("cognito", OURS, f"id-{name}", name, "iam", f"cognito {name}", hosts=hosts, **given)


def reads(name: str, *attributes: str) -> list[Fact]:
    """What an app client may read."""
    return [
        VendorField("cognito", f"id-{name}", name, a, "iam", f"cognito {name}", origin="readable") for a in attributes
    ]


def seen(system: str, *resources: str) -> list[Coverage]:
    return [Coverage("iam", "aws", system, OURS, resource, "complete", system, 1) for resource in resources]


@pytest.fixture
def clients(lab: Lab) -> Lab:
    """A policy that declares an app client and what it may read, and an inventory that has it."""
    lab.acme["access"].append({"system": "cognito", "held_by": "vendor", "scopes": ["email"]})
    lab.coverage = seen("cognito", "credentials", "fields")
    lab.facts = [client(), *reads("acme-sync", "email")]
    return lab


def test_an_app_client_within_its_policy(clients: Lab) -> None:
    assert told(clients.judge()) == []
    survey = clients.survey()
    assert [(e.vendor, e.category, e.place, e.account) for e in survey.exposures if e.system == "cognito"] == [
        ("acme", "user.contact.email", "cognito acme-sync.email", OURS)
    ]
    assert [(g.vendor, g.held_by, g.direction) for g in survey.grants if g.system == "cognito"] == [
        ("acme", "vendor", "inbound")
    ]


def test_scopes_and_attributes_beyond_the_policy(clients: Lab) -> None:
    clients.facts = [client(scopes=("email", "phone")), *reads("acme-sync", "email", "birthdate", "tier_internal_x")]
    result = clients.judge()
    assert sorted((f.rule, f.vendor) for f in result.findings) == [
        ("PC101", "acme"),
        ("PC106", "acme"),
        ("PC208", "acme"),
    ]
    (birthdate,) = (f for f in result.findings if f.rule == "PC101")
    assert birthdate.instances[0].observed == (
        "acme-sync can read cognito acme-sync.birthdate (of those who sign in there)"
    )
    assert birthdate.help.startswith("take `birthdate` out of the readable attributes of app client acme-sync; or")


def test_an_app_client_is_whose_host_it_sends_users_to(clients: Lab) -> None:
    clients.acme["recognise"]["hosts"] = ["acme.example"]
    clients.facts = [client("sync", "auth.acme.example", "localhost"), *reads("sync", "birthdate")]
    assert [(f.rule, f.vendor) for f in clients.judge().findings] == [("PC101", "acme")]


def test_an_app_client_that_was_declared_and_is_gone(clients: Lab) -> None:
    clients.facts = []
    assert told(clients.judge()) == [("PC401", "acme", "low", "unused")]


@pytest.mark.parametrize("hosts", [(), ("app.lumen.example",), ("localhost", "app.lumen.example")])
def test_an_app_client_of_our_own_is_not_judged(lab: Lab, hosts: tuple[str, ...]) -> None:
    lab.config["own_hosts"] = ["lumen.example"]
    lab.coverage = seen("cognito", "credentials", "fields")
    lab.facts = [client("web", *hosts), *reads("web", "email", "birthdate")]
    assert told(lab.judge()) == []
    assert [e for e in lab.survey().exposures if e.system == "cognito"] == []


@pytest.mark.parametrize(
    ("host", "rule", "vendor"), [("login.umbrella.example", "PC203", None), ("auth.rest.braze.com", "PC202", "braze")]
)
def test_an_app_client_of_a_stranger(lab: Lab, host: str, rule: str, vendor: str | None) -> None:
    lab.facts = [client("sync", host), *reads("sync", "email")]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == (rule, vendor)
    assert host in finding.instances[0].observed
    assert [(e.vendor, e.host, e.category) for e in lab.survey().exposures if e.system == "cognito"] == [
        (host, host, "user.contact.email")
    ]


def api_key(name: str, **more: Any) -> Credential:
    given = {"scopes": ("a1b2c3/prod",), "created": "2026-10-01T00:00:00Z", "status": "active", "knows": KNOWS, **more}
    return Credential("apigateway", OURS, f"id-{name}", name, "iam", f"apigateway.get_api_keys {name}", **given)


def test_a_key_of_an_api_is_judged_where_a_vendor_claims_it(lab: Lab) -> None:
    lab.acme["limits"] = {"key_max_age_days": 60}
    lab.coverage = seen("apigateway", "credentials")
    lab.facts = [api_key("acme-hooks"), api_key("our-own-frontend", created="2020-01-01T00:00:00Z")]
    assert told(lab.judge()) == [("PC208", "acme", "high", "violation")]
    lab.acme["access"].append({"system": "apigateway", "held_by": "vendor", "scopes": ["a1b2c3/prod"]})
    assert told(lab.judge()) == []
    lab.facts = [api_key("acme-hooks", created="2026-01-01T00:00:00Z")]
    assert told(lab.judge()) == [("PC301", "acme", "medium", "violation")]


def test_what_aws_does_not_tell_needs_a_person(lab: Lab) -> None:
    lab.acme["limits"] = {"unused_after_days": 60}
    lab.acme["access"].append({"system": "apigateway", "held_by": "vendor", "scopes": ["a1b2c3/prod"]})
    lab.coverage = seen("apigateway", "credentials")
    lab.facts = [api_key("acme-hooks")]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.help) == (
        "PC601",
        "AWS does not tell it: cover the system by `observe` with an attestation",
    )


def test_stages_that_nobody_saw_are_not_compared(lab: Lab) -> None:
    lab.acme["access"].append({"system": "apigateway", "held_by": "vendor", "scopes": ["a1b2c3/prod"]})
    lab.coverage = seen("apigateway", "credentials")
    lab.facts = [api_key("acme-hooks", scopes=None, knows=("created", "status"))]
    assert [f.rule for f in lab.judge().findings] == ["PC601"]


@pytest.mark.parametrize(("used", "words"), [(None, "never used"), ("2026-11-01T00:00:00Z", "last used on 2026-11-01")])
def test_an_access_key_of_the_root_user(lab: Lab, used: str | None, words: str) -> None:
    lab.facts = [
        key(ROOT, f"{ROOT} access key 1", last_used=used),
        key(ROOT, f"{ROOT} console password", mfa=True),
    ]
    lab.coverage = [SEEN]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.severity.word, finding.vendor) == ("PC209", "high", None)
    assert [i.observed for i in finding.instances] == [
        f"the root user of account {OURS} has an active access key, {words}"
    ]


def test_a_password_without_a_second_factor_says_so(claimed: Lab) -> None:
    claimed.acme["limits"] = {"unused_after_days": 30}
    claimed.facts = [key(USER, f"{USER} console password", last_used="2026-01-01T00:00:00Z", mfa=False)]
    (finding,) = claimed.judge().findings
    assert finding.rule == "PC302"
    assert finding.instances[0].observed.endswith("last used on 2026-01-01, and no second factor protects it")
