"""What a Deny with NotPrincipal is believed to refuse, where AWS does not say it for certain."""

from __future__ import annotations

import json

import pytest

from policycheck.aws.documents import parse
from policycheck.aws.principals import read_party
from policycheck.aws.shares import hits

ACCOUNT, ROLE = "444455556666", "arn:aws:iam::444455556666:role/import"
ROOT, SESSION = f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:sts::{ACCOUNT}:assumed-role/import/nightly"


@pytest.mark.parametrize(
    ("listed", "refused"),
    [
        ([f"arn:aws:iam::{ACCOUNT}:role/other"], True),
        (["arn:aws:iam::111122223333:root"], True),
        # AWS may look at the session too, which is not listed: not believed, as it need not.
        ([ROLE, ROOT], False),
        ([ROLE], False),
        ([ROOT], False),
        # Who may take the role chooses the name of the session.
        ([SESSION, ROLE, ROOT], False),
        ([SESSION], False),
    ],
)
def test_a_deny_with_not_principal_refuses_a_role_only_when_that_is_certain(listed: list[str], refused: bool) -> None:
    entry = {"Effect": "Deny", "NotPrincipal": {"AWS": listed}, "Action": "s3:*", "Resource": "*"}
    (deny,) = parse(json.dumps({"Version": "2012-10-17", "Statement": [entry]})).statements
    assert hits(deny, read_party("AWS", ROLE)) is refused
