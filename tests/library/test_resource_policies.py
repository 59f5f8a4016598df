"""The facts about resource policies."""

from __future__ import annotations

import pytest

from policycheck.library.catalogue import load_catalogue
from policycheck.library.resource_policies import load_resource_policies


@pytest.mark.parametrize(
    ("arn", "patterns"),
    [
        ("arn:aws:s3:::lumen-exports", ("arn:aws:s3:::lumen-exports", "arn:aws:s3:::lumen-exports/*")),
        (
            "arn:aws:dynamodb:eu-west-1:111122223333:table/members",
            (
                "arn:aws:dynamodb:eu-west-1:111122223333:table/members",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/members/*",
            ),
        ),
        ("arn:aws:sqs:eu-west-1:111122223333:orders", ("arn:aws:sqs:eu-west-1:111122223333:orders",)),
        ("arn:aws:glue:eu-west-1:111122223333:catalog", ("arn:aws:glue:eu-west-1:111122223333:*",)),
        (
            "arn:aws:new:eu-west-1:111122223333:a",
            tuple(f"arn:aws:new:eu-west-1:111122223333:a{s}" for s in ("", "/*", ":*")),
        ),
    ],
)
def test_a_policy_speaks_of_its_resource_and_what_is_in_it(arn: str, patterns: tuple[str, ...]) -> None:
    assert load_resource_policies().speaks_of(arn) == patterns


def test_every_service_is_one_of_aws() -> None:
    facts = load_resource_policies()
    services = {*facts.belongs, *facts.whole, *facts.exported_by} - {"default"}
    assert services <= set(load_catalogue().services())
