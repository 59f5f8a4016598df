"""Who is behind a party or a key: recognise entries decide, and only they."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.analysis.grants import Ours
from policycheck.analysis.identify import Identifier, host_of
from policycheck.model.declared import AccessRule, Integration, Observe, Policy, Recognise
from policycheck.model.facts import Credential
from policycheck.model.grants import TrustPath
from policycheck.model.places import Location

AT = Location("policies/x.yaml")
OURS = Ours(frozenset({"111122223333"}), frozenset({"o-a1b2c3d4e5"}))

POLICIES = (
    Policy(
        vendor="acme",
        at=AT,
        recognise=Recognise(
            aws_accounts=("444455556666",),
            aws_principals=("arn:aws:iam::555555555555:role/acme-*",),
            issuers=("https://id.acme.example/tenant/", "https://[odd].example"),
            keys=("acme-*", "[literal]"),
            tenants=("acme-eu",),
        ),
        access=(AccessRule("acme-api", AT), AccessRule("hub", AT)),
        integrations=(Integration("live", AT, tenant="acme-eu"),),
        observe=(Observe("acme-console", "attestation", 90, "", AT),),
    ),
    Policy(
        vendor="other",
        at=AT,
        recognise=Recognise(keys=("*-live",), oauth_apps=("other-app",), aws_accounts=("777777777777",)),
        access=(AccessRule("hub", AT), AccessRule("aws", AT)),
    ),
)
IDENTIFIER = Identifier(POLICIES, {"acme-mail": "acme", "stranger-mail": "stranger"})


def path(party: str, kind: str = "account", account: str = "", **more: Any) -> TrustPath:
    """A trust path with only what identification looks at."""
    return TrustPath(party, kind, account, "none", **more)


@pytest.mark.parametrize(
    ("given", "vendor", "by"),
    [
        (path("444455556666", account="444455556666"), "acme", "aws_accounts: 444455556666"),
        (path("arn:aws:iam::444455556666:root", account="444455556666"), "acme", "aws_accounts: 444455556666"),
        (
            path("arn:aws:iam::555555555555:role/acme-import", account="555555555555"),
            "acme",
            "aws_principals: arn:aws:iam::555555555555:role/acme-*",
        ),
        (path("arn:aws:iam::555555555555:role/else", account="555555555555"), None, ""),
        (path("999999999999", account="999999999999"), None, ""),
        (path("*", "everyone", principal_accounts=("444455556666",)), "acme", "aws_accounts: 444455556666"),
        (path("*", "everyone", principal_accounts=("444455556666", "777777777777")), None, ""),
        (path("*", "everyone", principal_accounts=("444455556666", "999999999999")), None, ""),
        (path("*", "everyone"), None, ""),
        (path("lambda.amazonaws.com", "service"), None, ""),
        (
            path("arn:aws:iam::111122223333:oidc-provider/id.acme.example/tenant", "federated"),
            "acme",
            "issuers: https://id.acme.example/tenant/",
        ),
        (
            path("arn:aws:iam::111122223333:oidc-provider/[odd].example", "federated"),
            "acme",
            "issuers: https://[odd].example",
        ),
        (path("arn:aws:iam::111122223333:oidc-provider/id.else.example", "federated"), None, ""),
    ],
)
def test_party(given: TrustPath, vendor: str | None, by: str) -> None:
    claim = IDENTIFIER.party(given)
    assert (claim.vendor, claim.by) == (vendor, by)


@pytest.mark.parametrize(
    ("system", "tenant", "name", "holder", "vendor", "rivals"),
    [
        ("hub", "", "acme-ci", None, "acme", ()),
        ("hub", "", "nightly-live", None, "other", ()),
        ("hub", "", "acme-live", None, "acme", ("other",)),
        ("hub", "", "[literal]", None, "acme", ()),
        ("hub", "", "other-app", None, "other", ()),
        ("hub", "", "thing", "other", "other", ()),
        ("hub", "", "thing", "stranger", None, ()),
        ("hub", "acme-eu", "thing", None, "acme", ()),
        ("acme-api", "", "thing", None, "acme", ()),
        ("acme-mail", "", "thing", None, "acme", ()),
        ("acme-console", "", "thing", None, "acme", ()),
        ("acme", "", "thing", "us", "acme", ()),
        ("acme", "", "thing", "other", "acme", ()),
        ("stranger-mail", "", "thing", None, None, ()),
        ("aws", "", "thing", None, None, ()),
    ],
)
def test_credential(
    system: str, tenant: str, name: str, holder: str | None, vendor: str | None, rivals: tuple[str, ...]
) -> None:
    claim = IDENTIFIER.credential(Credential(system, tenant, "id-1", name, "keys", "keys.csv:2", holder=holder))
    assert (claim.vendor, claim.rivals) == (vendor, rivals)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("https://Token.example/", "token.example"),
        ("arn:aws:iam::111122223333:oidc-provider/token.example/a", "token.example/a"),
        ("token.example", "token.example"),
    ],
)
def test_host_of(written: str, host: str) -> None:
    assert host_of(written) == host


@pytest.mark.parametrize(
    ("given", "external"),
    [
        (path("lambda.amazonaws.com", "service"), False),
        (path("111122223333", account="111122223333"), False),
        (path("444455556666", account="444455556666"), True),
        (path("444455556666", account="444455556666", organizations=("o-a1b2c3d4e5",)), True),
        (path("*", "everyone"), True),
        (path("*", "everyone", organizations=("o-a1b2c3d4e5",)), False),
        (path("*", "everyone", organizations=("o-a1b2c3d4e5", "o-other00000")), True),
        (path("*", "everyone", principal_accounts=("111122223333",)), False),
        (path("NotPrincipal", "everyone"), True),
        (path("NotPrincipal", "everyone", organizations=("o-a1b2c3d4e5",)), False),
        (path("arn:aws:iam::111122223333:saml-provider/idp", "federated"), True),
        (path("AIDAEXAMPLE", "unresolvable"), True),
        (path("a" * 64, "canonical"), True),
    ],
)
def test_external(given: TrustPath, external: bool) -> None:
    assert OURS.external(given) is external
