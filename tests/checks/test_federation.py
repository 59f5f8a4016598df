"""Whom an identity provider vouches for: everybody at a shared issuer, unless a claim names the owner."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.library.federation import shared_issuers
from policycheck.model.facts import Coverage, Provider
from tests.checks.lab import OURS, TEMPLATES, Lab, role, told, trust

GITHUB = "token.actions.githubusercontent.com"
WEB, SAML = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"


def oidc(host: str) -> str:
    return f"arn:aws:iam::{OURS}:oidc-provider/{host}"


def deploys(lab: Lab, condition: Any, host: str = GITHUB, provider: str = "") -> None:
    """A role that an OIDC issuer can let people into."""
    lab.roles.append(role("deploy", trust({"Federated": provider or oidc(host)}, condition, WEB), TEMPLATES))


def claims(lab: Lab, host: str = GITHUB) -> None:
    """The policy recognises the issuer and declares the role."""
    lab.acme["recognise"]["issuers"] = [f"https://{host}"]
    lab.acme["access"][0]["principals"].append(f"arn:aws:iam::{OURS}:role/deploy")


WIDE = ("PC206", "acme", "critical", "violation")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, [WIDE]),
        ({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, [WIDE]),
        ({"StringLike": {f"{GITHUB}:sub": "*"}}, [WIDE]),
        ({"StringLike": {f"{GITHUB}:sub": "repo:*"}}, [WIDE]),
        ({"StringLike": {f"{GITHUB}:sub": "repo:lumen*"}}, [WIDE]),
        ({"StringLike": {f"{GITHUB}:sub": "repo:*/website:*"}}, [WIDE]),
        ({"StringLike": {f"{GITHUB}:sub": ["repo:lumen/a:*", "*:ref:refs/heads/main"]}}, [WIDE]),
        ({"StringNotEquals": {f"{GITHUB}:sub": "repo:lumen/a"}}, [WIDE]),
        ({"StringEqualsIfExists": {f"{GITHUB}:repository_owner": "lumen"}}, [WIDE]),
        ({"StringEquals": {f"{GITHUB}:sub": "${aws:PrincipalTag/sub}"}}, [WIDE]),
        ({"StringEquals": {"gitlab.com:sub": "project_path:lumen/a"}}, [WIDE]),
        ({"Null": {f"{GITHUB}:sub": "false"}}, [WIDE]),
        ({"StringLike": {f"{GITHUB}:sub": "repo:lumen/website:*"}}, []),
        ({"StringLike": {f"{GITHUB}:sub": "repo:lumen/*"}}, []),
        ({"StringEquals": {f"{GITHUB}:sub": "repo:lumen/website:environment:prod"}}, []),
        ({"ForAllValues:StringLike": {f"{GITHUB}:sub": "repo:lumen/*"}}, []),
        ({"StringLike": {f"{GITHUB}:sub": "repository_owner:lumen:*"}}, []),
        ({"StringEquals": {f"{GITHUB}:repository_owner": "lumen"}}, []),
        ({"StringLike": {f"{GITHUB}:sub": "*", f"{GITHUB}:repository": "lumen/*"}}, []),
    ],
)
def test_a_trust_in_a_shared_issuer_must_name_the_owner(lab: Lab, condition: Any, expected: list[Any]) -> None:
    deploys(lab, condition)
    claims(lab)
    assert told(lab.judge()) == expected


def test_the_weakest_of_two_ways_counts(lab: Lab) -> None:
    deploys(lab, {"StringLike": {f"{GITHUB}:sub": "repo:lumen/*"}})
    statement = lab.roles[-1]["AssumeRolePolicyDocument"]["Statement"]
    claims(lab)
    statement.append({**statement[0], "Condition": {"StringLike": {f"{GITHUB}:sub": "repo:lumen-labs/*"}}})
    assert told(lab.judge()) == []
    statement[1]["Condition"] = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
    assert told(lab.judge()) == [WIDE]


def test_what_the_finding_says(lab: Lab) -> None:
    deploys(lab, {"StringLike": {f"{GITHUB}:sub": "repo:*"}})
    (finding,) = lab.judge().findings
    assert (finding.vendor, finding.message) == (None, "anybody with a repository at GitHub can assume role/deploy")
    assert finding.instances[0].observed.endswith("; its condition on `sub` accepts repo:*")
    assert finding.help == (
        f'add `Condition: {{StringLike: {{"{GITHUB}:sub": "repo:OUR-ORG/OUR-REPO:*"}}}}` to the trust policy'
    )


def test_a_known_issuer_without_a_policy_is_named(lab: Lab) -> None:
    deploys(lab, {"StringLike": {f"{GITHUB}:sub": "repo:lumen/*"}})
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == ("PC202", "github")
    assert finding.help.startswith(f"write policies/github.yaml with `recognise: {{issuers: [{GITHUB}]}}`")


def test_an_issuer_of_one_customer_without_sub(lab: Lab) -> None:
    host = "oidc.circleci.example/org/1"
    deploys(lab, {"StringEquals": {f"{host}:aud": "1"}}, host)
    claims(lab, host)
    assert told(lab.judge()) == [("PC206", "acme", "medium", "violation")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"}}, []),
        ({"StringEquals": {"cognito-identity.amazonaws.com:amr": "x"}}, [("PC206", None, "critical", "violation")]),
    ],
)
def test_identity_pools_vouch_for_our_own_users(lab: Lab, condition: Any, expected: list[Any]) -> None:
    deploys(lab, condition, provider="cognito-identity.amazonaws.com")
    assert told(lab.judge()) == expected


def saml(issuer: str, name: str = "okta") -> Provider:
    arn = f"arn:aws:iam::{OURS}:saml-provider/{name}"
    return Provider("aws", OURS, arn, "saml", issuer, "iam", f"iam.get_saml_provider {arn}")


def test_the_vendor_behind_a_saml_provider_is_told_by_its_entity_id(lab: Lab) -> None:
    lab.roles.append(role("deploy", trust({"Federated": saml("").id}, None, SAML), TEMPLATES))
    claims(lab, "www.okta.example/exk1")
    lab.facts = [saml("http://www.okta.example/exk1")]
    assert told(lab.judge()) == []
    lab.facts = [saml("http://www.okta.example/other")]
    assert told(lab.judge())[0] == ("PC203", None, "high", "gap")


@pytest.mark.parametrize("status", ["complete", "partial"])
def test_providers_that_no_role_trusts_are_noted(lab: Lab, status: str) -> None:
    lab.facts = [
        saml("http://www.okta.example/exk1", "unused"),
        Provider("aws", OURS, oidc(GITHUB), "oidc", GITHUB, "iam", "iam.get_open_id_connect_provider"),
    ]
    lab.coverage = [Coverage("iam", "aws", "aws", OURS, "trusts", status, "iam", 1, "x" if status == "partial" else "")]
    deploys(lab, {"StringLike": {f"{GITHUB}:sub": "repo:lumen/*"}})
    claims(lab)
    notes = [f for f in lab.judge().findings if f.rule == "PC402"]
    assert [(f.severity.word, f.outcome, f.message) for f in notes] == (
        [("info", "unused", "saml-provider/unused is registered as identity provider, and no role trusts it")]
        if status == "complete"
        else []
    )


def test_every_example_names_its_owner() -> None:
    for issuer in shared_issuers().values():
        assert issuer.names_owner("sub", issuer.example)
        assert not issuer.names_owner("sub", "*")
        assert not issuer.names_owner("sub", "")
        assert not issuer.names_owner("nonce", "x")
        before = issuer.claims["sub"][0]
        assert not issuer.names_owner("sub", f"{before}*")
