"""S3's block of public access in the judgment of bucket policies: who is let in in spite of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.lab import OURS, THEIRS, Lab, allow, told

BUCKET, OBJECTS = "arn:aws:s3:::lumen-exports", "arn:aws:s3:::lumen-exports/members/*"
THEIR_ROOT = f"arn:aws:iam::{THEIRS}:root"
PUBLIC = {**allow("s3:GetObject", OBJECTS), "Principal": "*"}
VENDOR = {**allow("s3:GetObject", OBJECTS), "Principal": {"AWS": THEIR_ROOT}}
SERVICE = {
    **allow("s3:GetObject", OBJECTS, {"StringEquals": {"aws:SourceAccount": THEIRS}}),
    "Principal": {"Service": "cloudfront.amazonaws.com"},
}


def put(lab: Lab, *statements: Any, **blocks: dict[str, bool]) -> None:
    lab.resources = [each for each in lab.resources if each["arn"] != BUCKET]
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    lab.resources.append({"arn": BUCKET, "account": OURS, "policy": policy, **blocks})


RESTRICT = {"RestrictPublicBuckets": True}
CASES: dict[str, tuple[list[Any], dict[str, bool], dict[str, bool], set[str]]] = {
    "nothing blocks": ([PUBLIC], {}, {}, {"*"}),
    "the bucket restricts": ([PUBLIC], RESTRICT, {}, set()),
    "the account restricts": ([PUBLIC], {}, RESTRICT, set()),
    "switched off": ([PUBLIC], {"RestrictPublicBuckets": False}, {}, {"*"}),
    "only new policies are refused": ([PUBLIC], {"BlockPublicPolicy": True}, {}, {"*"}),
    "only lists are ignored": ([PUBLIC], {"IgnorePublicAcls": True}, {}, {"*"}),
    "a vendor beside everybody": ([PUBLIC, VENDOR], RESTRICT, {}, set()),
    "a vendor in a policy that is not public": ([VENDOR], RESTRICT, {}, {THEIR_ROOT}),
    "a service beside everybody": ([PUBLIC, SERVICE], RESTRICT, {}, {"cloudfront.amazonaws.com"}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_public_policy_that_is_restricted_lets_in_services_only(lab: Lab, name: str) -> None:
    statements, block, account, parties = CASES[name]
    put(lab, *statements, public_access_block=block, account_public_access_block=account)
    assert {grant.party for grant in lab.survey().grants if grant.principal == BUCKET} == parties
    rules = {rule for rule, *_ in told(lab.judge())}
    assert ("PC206" in rules) is ("*" in parties)
    # A role of the account itself keeps what the policy gives to everybody.
    assert ("PC201" in rules) is bool(parties or PUBLIC in statements)
