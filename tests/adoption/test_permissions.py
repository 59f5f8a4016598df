"""Policies of AWS as entries of a policy file: what is declared, what is too broad, and why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.adoption.needs import Need
from policycheck.adoption.permissions import LISTING, Permission, of_attachments, of_texts
from policycheck.model.facts import Attachment, PolicyDocument
from tests.checks.lab import allow

BUCKET = "arn:aws:s3:::shop-templates/*"
NO_NAME = "it could name its resources, and names none"


WATCHER = Need("log_management_apm", inventory=True, places=("arn:aws:s3:::shop-templates/*",))


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def attachment(layer: str, name: str, arn: str, digest: str | None) -> Attachment:
    return Attachment("aws", "111122223333", "arn:aws:iam::111122223333:role/r", layer, name, arn, digest, "c", "w")


@pytest.mark.parametrize(
    ("actions", "resources", "judged"),
    [
        ("s3:GetObject", BUCKET, [("s3:GetObject", "", "")]),
        ("s3:Get*", BUCKET, [("s3:Get*", "", "")]),
        ("s3:*", BUCKET, [("s3:*", "it is every action of a service, also those of tomorrow", "")]),
        ("*", BUCKET, [("*", "it is every action", "")]),
        ("s3:GetObject", "*", [("s3:GetObject", NO_NAME, "")]),
        ("s3:GetObject", "arn:aws:s3:::*", [("s3:GetObject", NO_NAME, "")]),
        ("s3:GetObject", "arn:aws:s3:::*/*", [("s3:GetObject", NO_NAME, "")]),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/*", [("dynamodb:GetItem", NO_NAME, "")]),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/orders", [("dynamodb:GetItem", "", "")]),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:*", [("sqs:SendMessage", NO_NAME, "")]),
        ("s3:ListAllMyBuckets", "*", [("s3:ListAllMyBuckets", "", "AWS lets it name no resource")]),
        ("ec2:Describe*", "*", [("ec2:Describe*", "", LISTING)]),
        ("ec2:TerminateInstances", "*", [("ec2:TerminateInstances", NO_NAME, "")]),
        ("made:Up", "*", [("made:Up", NO_NAME, "")]),
        (["ec2:Describe*", "s3:GetObject"], "*", [("ec2:Describe*", "", LISTING), ("s3:GetObject", NO_NAME, "")]),
    ],
)
def test_what_is_declared_and_what_is_too_broad(
    actions: Any, resources: str, judged: list[tuple[str, str, str]]
) -> None:
    found = of_texts([document(allow(actions, resources))], WATCHER).allowed
    assert [(*each.actions, each.broad, each.why) for each in found] == judged
    assert {each.resources for each in found} == {(resources,)}


@pytest.mark.parametrize(
    "statement",
    [
        allow('s3:GetObject"]\nvendor: evil', BUCKET),
        allow("s3:GetObject", "bucket"),
        allow("s3:GetObject", "arn:aws:s3:::a\nb"),
        allow([], BUCKET),
        allow(7, BUCKET),
        allow("s3:GetObject", BUCKET, {"NoSuchOperator": {"aws:x": "y"}}),
        allow("s3:GetObject", BUCKET, {"StringEquals": {"aws:x": "a\u2028b"}}),
    ],
)
def test_what_no_policy_file_takes_is_told_without_its_words(statement: Any) -> None:
    (found,) = of_texts([document(statement)], WATCHER).allowed
    assert found == Permission(words="something that cannot be written into a policy file as it is")


def test_a_condition_goes_with_its_permission() -> None:
    condition = {"Bool": {"aws:SecureTransport": "true"}}
    (found,) = of_texts([document(allow("s3:GetObject", BUCKET, condition))], WATCHER).allowed
    assert json.loads(found.conditions) == condition


def test_one_statement_that_is_no_list_and_what_else_decides() -> None:
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": BUCKET}
    alone = json.dumps({"Version": "2012-10-17", "Statement": allow("s3:GetObject", BUCKET)})
    found = of_texts([alone, document(deny, "no statement", {"Effect": "Maybe"})], WATCHER)
    assert [each.actions for each in found.allowed] == [("s3:GetObject",)]
    assert found.notes == ("a Deny takes some of this away",)


@pytest.mark.parametrize(
    ("statements", "beyond"),
    [
        ([allow(["ec2:Describe*", "s3:GetBucketPolicy"], "*")], ""),
        ([allow("*", "*")], "it has every action of a service: *"),
        ([allow(["s3:*", "a:*", "b:*", "c:*"], "*")], "it has every action of a service: s3:*, a:*, b:* and 1 more"),
        ([allow("s3:GetObject", "*")], "it reads content: s3:GetObject"),
        ([allow("ec2:TerminateInstances", "*")], "it changes things: ec2:TerminateInstances"),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], "it allows all but what it names"),
    ],
)
def test_a_policy_of_aws_is_declared_by_its_name_unless_it_gives_or_changes(statements: Any, beyond: str) -> None:
    text = document(*statements)
    documents = {"d": PolicyDocument("d", text, "c", "w")}
    attached = attachment("identity", "ViewOnly", "arn:aws:iam::aws:policy/job-function/ViewOnly", "d")
    (found,) = of_attachments([attached], documents, WATCHER).allowed
    assert (found.managed, found.sha256, found.beyond) == ("ViewOnly", "d", beyond)


def test_layers_and_documents_that_were_not_seen_are_told() -> None:
    documents = {"d": PolicyDocument("d", document(allow("s3:GetObject", BUCKET)), "c", "w")}
    own = "arn:aws:iam::111122223333:policy/read"
    found = of_attachments(
        [
            attachment("boundary", "limit", "", "d"),
            attachment("identity", "read", own, "d"),
            attachment("identity", "read", own, "d"),
            attachment("identity", "lost", "", None),
        ],
        documents,
        WATCHER,
    )
    assert [(each.actions, each.policy) for each in found.allowed] == [(("s3:GetObject",), "read")]
    assert found.notes == (
        "a permissions boundary takes some of this away",
        "the text of lost was not seen: what it allows is missing here",
    )


@pytest.mark.parametrize(
    ("need", "beyond"),
    [
        (WATCHER, ""),
        (Need("crm"), "it reads what there is"),
        (Need(), "nobody has said what it needs"),
    ],
)
def test_a_policy_of_aws_that_only_lists_is_for_those_who_watch(need: Need, beyond: str) -> None:
    documents = {"d": PolicyDocument("d", document(allow("ec2:Describe*", "*")), "c", "w")}
    attached = attachment("identity", "ViewOnly", "arn:aws:iam::aws:policy/job-function/ViewOnly", "d")
    (found,) = of_attachments([attached], documents, need).allowed
    assert found.beyond == beyond


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"NotAction": ["iam:*", "s3:*"], "Resource": "*"}, "every action but iam:*, s3:* on *"),
        ({"NotAction": "a:*", "NotResource": BUCKET}, f"every action but a:* on every resource but {BUCKET}"),
        (
            {"Action": "s3:GetObject", "NotResource": BUCKET, "Condition": {"Bool": {"aws:x": "true"}}},
            f"s3:GetObject on every resource but {BUCKET}, under conditions",
        ),
    ],
)
def test_what_is_told_by_what_it_leaves_out_is_words_alone(statement: Any, words: str) -> None:
    (found,) = of_texts([document({"Effect": "Allow", **statement})], WATCHER).allowed
    assert found == Permission(words=words)
