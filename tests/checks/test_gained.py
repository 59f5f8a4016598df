"""What one access allows beyond another, in the patterns that were granted: all of it, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.aws.engine import Engine
from policycheck.checks.gained import MOST, gained
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access

BUCKET = "arn:aws:s3:::lumen/*"
READ = {"Action": "s3:GetObject", "Resource": BUCKET}


def text(*statements: dict[str, Any]) -> str:
    allowed = [{"Effect": "Allow", **each} for each in statements]
    return json.dumps({"Statement": allowed, "Version": "2012-10-17"}, sort_keys=True)


def beyond(now: Access, was: Access) -> tuple[str, ...]:
    return gained(Engine(), now, was)[1]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([READ, {"Action": "s3:*", "Resource": "*"}], ["s3:* on *, for example s3:"]),
        ([READ, {"Action": "*", "Resource": "*"}], ["* on *, for example "]),
        # all of a kind together, what was there before not told
        ([{"Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "Resource": BUCKET}],
         [f"s3:PutObject, s3:DeleteObject on {BUCKET}, for example s3:PutObject on "]),
        ([READ, {"Action": ["kms:Decrypt"], "Resource": ["arn:aws:kms:eu-west-1:111122223333:key/k"]},
          {"Action": "kms:Decrypt", "Resource": "arn:aws:kms:eu-west-1:111122223333:key/l"},
          {"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:q"}],
         ["kms:Decrypt on arn:aws:kms:eu-west-1:111122223333:key/k, arn:aws:kms:eu-west-1:111122223333:key/l",
          "sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:q"]),
        # what is left out is told as left out
        ([READ, {"NotAction": "iam:*", "Resource": "*"}], ["everything but iam:* on *, for example "]),
        ([READ, {"Action": "s3:*", "NotResource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}],
         ["s3:* on everything but arn:aws:s3:::a/*, arn:aws:s3:::b/*, for example s3:"]),
        ([READ, {"Action": "s3:PutObject", "Resource": BUCKET, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}],
         [f"s3:PutObject on {BUCKET} under a condition, for example s3:PutObject on "]),
        # a document without Resource speaks of all of them
        ([READ, {"Action": "sts:GetCallerIdentity"}], []),
    ],
)  # fmt: skip
def test_patterns(statements: list[dict[str, Any]], expected: list[str]) -> None:
    found = beyond(Access((text(*statements),)), Access((text(READ),)))
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found


def test_a_denial_that_goes_gives_more_of_what_was_there() -> None:
    deny = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
    everything = {"Action": "s3:*", "Resource": BUCKET}
    was, now = Access((text(everything, deny),)), Access((text(everything),))
    assert beyond(now, was) == (f"more of s3:* on {BUCKET}, for example s3:DeleteObject on arn:aws:s3:::lumen/example",)
    assert beyond(was, now) == ()
    assert gained(Engine(), was, now)[0].status == INSIDE


def test_a_denial_of_the_new_one_counts() -> None:
    deny = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
    now = Access((text({"Action": ["kms:Decrypt", "s3:PutObject"], "Resource": "*"}), text(deny)))
    (found,) = beyond(now, Access((text(READ),)))
    assert found.startswith("s3:PutObject on *, for example s3:PutObject on ")


def test_a_boundary_that_goes() -> None:
    now = Access((text(READ),))
    was = Access((text(READ),), boundary=(text({"Action": "sqs:*", "Resource": "*"}),))
    assert beyond(now, was)[0].startswith(f"more of s3:GetObject on {BUCKET}, for example ")


def test_what_resource_policies_give_counts_beside() -> None:
    queue = text({"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:q"})
    was = Access((text(READ),))
    now = Access((text(READ),), others=(Access((queue,)),))
    assert beyond(now, was) == ("sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:q",)
    assert beyond(was, now) == ()


def test_many_pairs_are_asked_for_by_statement() -> None:
    actions = [f"s3:Get{n}" for n in range(MOST)]
    now = Access((text({"Action": actions, "Resource": [BUCKET, "arn:aws:s3:::other/*"]}),))
    (found,) = beyond(now, Access((text(READ),)))
    assert found.startswith("s3:Get0, s3:Get1, ")
    assert f"and {MOST - 40} more on {BUCKET}, arn:aws:s3:::other/*, for example " in found


def test_what_cannot_be_told_by_entry_is_told_by_request() -> None:
    """A budget that is enough for the whole and not for an entry would leave nothing to say."""
    now = Access((text({"Action": "s3:PutObject", "Resource": BUCKET}),))

    class Forgetful(Engine):
        asked = 0

        def contained(self, actual: Access, declared: tuple[str, ...]) -> Any:
            self.asked += 1
            return super().contained(actual if self.asked == 1 else Access(()), declared)

    verdict, phrases = gained(Forgetful(), now, Access((text(READ),)))
    assert verdict.status == OUTSIDE
    assert phrases == ("s3:PutObject on arn:aws:s3:::lumen/example",)


@pytest.mark.parametrize("document", ["{", "[]", '{"Statement": ["x"]}'])
def test_what_cannot_be_read_is_not_decided(document: str) -> None:
    verdict, phrases = gained(Engine(), Access((document,)), Access((text(READ),)))
    assert (verdict.status, phrases) == (UNDECIDED, ())
    verdict, phrases = gained(Engine(), Access((text({"Action": "sqs:*", "Resource": "*"}), document)), Access(()))
    assert verdict.status == UNDECIDED
