"""Whom shares, lists and grants name."""

from __future__ import annotations

import pytest

from policycheck.analysis.parties import is_public, read
from policycheck.model.facts import PUBLIC
from policycheck.model.shares import AUTHENTICATED

_THEIRS, _ID = "arn:aws:organizations::444455556666", ("o-a1b2c3d4e5",)


@pytest.mark.parametrize(
    ("written", "kind", "account", "organizations", "public"),
    [
        (PUBLIC, "everyone", "", (), True),
        (AUTHENTICATED, "everyone", "", (), True),
        ("444455556666", "account", "444455556666", (), False),
        ("444455556666:IAMPrincipals", "account", "444455556666", (), False),
        ("arn:aws:iam::444455556666:role/reader", "account", "444455556666", (), False),
        ("arn:aws:iam::444455556666:saml-provider/sso:group/team", "account", "444455556666", (), False),
        ("arn:aws:quicksight:us-east-1:444455556666:group/default/team", "account", "444455556666", (), False),
        (f"{_THEIRS}:organization/o-a1b2c3d4e5", "everyone", "444455556666", _ID, False),
        (f"{_THEIRS}:ou/o-a1b2c3d4e5/ou-ab12-cdef3456", "everyone", "444455556666", _ID, False),
        ("a" * 64, "canonical", "", (), False),
        ("logging.s3.amazonaws.com", "service", "", (), False),
        ("AROAEXAMPLEEXAMPLE", "unresolvable", "", (), False),
        ("somebody", "unresolvable", "", (), False),
    ],
)  # fmt: skip
def test_a_party_is_read(written: str, kind: str, account: str, organizations: tuple[str, ...], public: bool) -> None:
    _, path = read(written)
    assert (path.kind, path.account, path.organizations, is_public(path)) == (kind, account, organizations, public)
