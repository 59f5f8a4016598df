"""Comparison: soundness against a second evaluator, algebraic laws, and what a reader sees in a witness."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from policycheck.aws.engine import Engine
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access, Verdict
from tests.aws.strategies import text


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def stmt(effect: str, action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def allow(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return stmt("Allow", action, resource, **more)


def deny(action: object, resource: object = "*", **more: object) -> dict[str, Any]:
    return stmt("Deny", action, resource, **more)


def compare(actual: Any, declared: Any, boundary: Any = None) -> Verdict:
    access = Access((text(actual),), None if boundary is None else (text(boundary),))
    return Engine().contained(access, (text(declared),))


S3 = "arn:aws:s3:::"
CASES = [
    ("equal", doc(allow("s3:GetObject", S3 + "a/*")), doc(allow("s3:GetObject", S3 + "a/*")), INSIDE),
    ("letter case of actions", doc(allow("S3:getobject")), doc(allow("s3:GetObject")), INSIDE),
    ("letter case of ARNs", doc(allow("s3:GetObject", S3 + "A")), doc(allow("s3:GetObject", S3 + "a")), OUTSIDE),
    ("wildcard over its expansion", doc(allow("s3:Get*")), doc(allow(["s3:GetObject", "s3:GetBucketAcl"])), OUTSIDE),
    ("expansion in the wildcard", doc(allow(["s3:GetObject", "s3:GetX"])), doc(allow("s3:Get*")), INSIDE),
    ("open universe of actions", doc(allow("*")), doc(allow(["s3:*", "iam:*", "ec2:*"])), OUTSIDE),
    ("b* opens bb", doc(allow("s3:*", S3 + "b*")), doc(allow("s3:*", [S3 + "b", S3 + "b/*"])), OUTSIDE),
    ("objects are not the bucket", doc(allow("s3:*", S3 + "b")), doc(allow("s3:*", S3 + "b/*")), OUTSIDE),
    ("a union of patterns", doc(allow("s3:*", S3 + "x*")),
     doc(allow("s3:*", [S3 + "x", S3 + "x?", S3 + "x??*"])), INSIDE),
    ("a union with a hole", doc(allow("s3:*", S3 + "x*")), doc(allow("s3:*", [S3 + "x", S3 + "x??*"])), OUTSIDE),
    ("unions over statements", doc(allow("s3:Get*", S3 + "a/*")),
     doc(allow("s3:G*", S3 + "a/b*"), allow("*", S3 + "a/?*"), allow("s3:*", S3 + "a/")), INSIDE),
    ("NotResource with two buckets", doc({"Effect": "Allow", "Action": "s3:GetObject",
     "NotResource": [S3 + "a/*", S3 + "b/*"]}), doc(allow("s3:GetObject"), deny("s3:*", S3 + "a/*")), INSIDE),
    ("NotResource against the hole", doc(allow("s3:GetObject", S3 + "a/x")), doc({"Effect": "Allow",
     "Action": "s3:GetObject", "NotResource": [S3 + "a/*", S3 + "b/*"]}), OUTSIDE),
    ("NotAction", doc(allow("s3:GetObject")), doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), INSIDE),
    ("NotAction hole", doc(allow("iam:Get*")),
     doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), OUTSIDE),
    ("NotActions that cover all", doc(allow("*")), doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
     {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}), INSIDE),
    ("Deny takes away", doc(allow("s3:*"), deny("s3:Put*")), doc(allow("s3:*"), deny("s3:Put*")), INSIDE),
    ("Deny of the declared", doc(allow("s3:*")), doc(allow("s3:*"), deny("s3:Put*")), OUTSIDE),
    ("Deny removes the excess", doc(allow("s3:*", S3 + "*"), deny("*", S3 + "b*")),
     doc({"Effect": "Allow", "Action": "s3:*", "NotResource": S3 + "b*"}), INSIDE),
    ("denied by both in other words", doc({"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
     {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}), doc(allow("s3:Get*")), INSIDE),
    ("same condition", doc(allow("s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}})),
     doc(allow("s3:*", Condition={"bool": {"AWS:securetransport": True}})), INSIDE),
    ("more conditions", doc(allow("s3:*", Condition={"Bool": {"a:b": "true"}, "StringEquals": {"c:d": "e"}})),
     doc(allow("s3:*", Condition={"Bool": {"a:b": "true"}})), INSIDE),
    ("declared condition missing", doc(allow("s3:*")),
     doc(allow("s3:*", Condition={"Bool": {"a:b": "true"}})), OUTSIDE),
    ("equal variables", doc(allow("s3:*", S3 + "h/${aws:username}/*")),
     doc(allow("s3:*", S3 + "h/${aws:username}/*")), INSIDE),
    ("a variable in a star", doc(allow("s3:*", S3 + "h/${aws:username}/*")), doc(allow("s3:*", S3 + "h/*")), INSIDE),
    ("a star is wider than a variable", doc(allow("s3:*", S3 + "h/*")),
     doc(allow("s3:*", S3 + "h/${aws:username}/*")), OUTSIDE),
    ("two variables", doc(allow("s3:*", S3 + "h/${aws:username}/*")),
     doc(allow("s3:*", S3 + "h/${aws:userid}/*")), OUTSIDE),
    ("old version has no variables", {"Version": "2008-10-17", "Statement": allow("s3:*", S3 + "${aws:username}")},
     doc(allow("s3:*", S3 + "${aws:username}")), OUTSIDE),
    ("nothing allowed", doc(deny("s3:*")), doc(allow("iam:*")), INSIDE),
    ("nothing declared", doc(allow("s3:GetObject")), doc(), OUTSIDE),
    ("colon crossed or not", doc(allow("sqs:*", "arn:aws:sqs:a:b:c:d")), doc(allow("sqs:*", "arn:aws:*:d")), UNDECIDED),
]  # fmt: skip


@pytest.mark.parametrize(("actual", "declared", "status"), [r[1:] for r in CASES], ids=[r[0] for r in CASES])
def test_known_relations(actual: Any, declared: Any, status: str) -> None:
    verdict = compare(actual, declared)
    assert verdict.status == status
    assert (verdict.reason != "") == (status == UNDECIDED)


BAD = [
    ("bad JSON", "{"),
    ("unknown element", text(doc(allow("*", Extra=1)))),
    ("both Action and NotAction", text(doc(allow("*", NotAction="s3:*")))),
    ("no Effect", text(doc({"Action": "*", "Resource": "*"}))),
    ("unknown operator", text(doc(allow("*", Condition={"StringSame": {"a": "b"}})))),
    ("no Resource", text(doc({"Effect": "Allow", "Action": "*"}))),
    ("Principal in an identity policy", text(doc(allow("*", Principal="*")))),
]


@pytest.mark.parametrize("bad", [row[1] for row in BAD], ids=[row[0] for row in BAD])
def test_invalid_documents_are_never_half_applied(bad: str) -> None:
    engine, good = Engine(), text(doc(allow("*")))
    for access, declared in (
        (Access((bad, good)), (good,)),
        (Access((good,)), (good, bad)),
        (Access((good,), (bad,)), (good,)),
    ):
        verdict = engine.contained(access, declared)
        assert verdict.status == UNDECIDED
        assert "not valid" in verdict.reason


MEMBERS = "arn:aws:s3:::lumen-exports/members/*"
READS = [
    ("exact", allow("s3:GetObject", MEMBERS), OUTSIDE),
    ("wider", allow("s3:*"), OUTSIDE),
    ("one object of it", allow("s3:GetObject", "arn:aws:s3:::lumen-exports/members/2026/x.csv"), OUTSIDE),
    ("crossing patterns", allow("s3:Get*", "arn:aws:s3:::*/members/*/x"), OUTSIDE),
    ("another prefix", allow("s3:GetObject", "arn:aws:s3:::lumen-exports/orders/*"), INSIDE),
    ("another action", allow("s3:PutObject", MEMBERS), INSIDE),
    ("the bucket only", allow("s3:GetObject", "arn:aws:s3:::lumen-exports"), INSIDE),
]


@pytest.mark.parametrize(("statement", "status"), [r[1:] for r in READS], ids=[r[0] for r in READS])
def test_reads_by_intersection_of_languages(statement: Any, status: str) -> None:
    verdict = Engine().reads(Access((text(doc(statement)),)), ("s3:GetObject",), (MEMBERS,))
    assert verdict.status == status


def test_reads_after_deny() -> None:
    policy = text(doc(allow("s3:*"), deny("s3:GetObject", "arn:aws:s3:::lumen-exports/*")))
    assert Engine().reads(Access((policy,)), ("s3:GetObject",), (MEMBERS,)).status == INSIDE


BEYOND = [
    ("inside", allow("s3:GetObject", MEMBERS), (MEMBERS,), INSIDE),
    ("a bit more", allow("s3:GetObject", "arn:aws:s3:::lumen-exports/*"), (MEMBERS,), OUTSIDE),
    ("covered by two", allow("s3:GetObject", "arn:aws:s3:::lumen-*"), (MEMBERS, "arn:aws:s3:::lumen-*"), INSIDE),
    ("no location known", allow("s3:GetObject", MEMBERS), (), OUTSIDE),
    ("no such action", allow("s3:PutObject", "*"), (), INSIDE),
]


@pytest.mark.parametrize(("statement", "known", "status"), [r[1:] for r in BEYOND], ids=[r[0] for r in BEYOND])
def test_reads_beyond_known_locations(statement: Any, known: tuple[str, ...], status: str) -> None:
    verdict = Engine().reads_beyond(Access((text(doc(statement)),)), ("s3:GetObject",), known)
    assert verdict.status == status


TELLING = [
    (doc(allow("*")), "s3:GetObject", "arn:aws:s3:::example/report.csv"),
    (doc(allow("s3:*", S3 + "lumen-exports/*")), "s3:GetObject", S3 + "lumen-exports/example"),
    (doc(allow("iam:Create*")), "iam:CreateAccessKey", "arn:aws:iam::111122223333:user/example"),
    (doc(allow("ec2:Describe*")), "ec2:DescribeInstances", "*"),
    (doc(allow("sqs:*", "arn:aws:sqs:*:*:orders-*")), "sqs:ReceiveMessage",
     "arn:aws:sqs:us-east-1:111122223333:orders-example"),
]  # fmt: skip


@pytest.mark.parametrize(("actual", "action", "resource"), TELLING)
def test_witness_reads_like_a_real_request(actual: Any, action: str, resource: str) -> None:
    witness = compare(actual, doc(allow("sns:Publish"))).witnesses[0]
    assert (witness.action, witness.resource) == (action, resource)


ELSEWHERE = [
    (S3 + "*", "s3:*", "arn:aws:s3:us-east-1:111122223333:accesspoint/example/object/report.csv"),
    (S3 + "example/*", "s3:*", S3 + "another/report.csv"),
    ("arn:aws:s3*:*:*", "s3:*", "arn:aws-cn:s3:::example/report.csv"),
    (S3 + "*", "s3:ListBucket", "arn:aws-cn:s3:::example"),
    ("arn:aws:sqs:*:111122223333:*", "sqs:*", "arn:aws:sqs:us-east-1:444455556666:example"),
    ("arn:aws:sqs:us-east-1:*:*", "sqs:*", "arn:aws:sqs:eu-west-1:111122223333:example"),
    ("arn:aws:sqs:*", "sqs:*", "arn:aws-cn:sqs:cn-north-1:111122223333:example"),
    ("arn:aws:iam::111122223333:*", "iam:*", "arn:aws:iam::444455556666:user/example"),
]


@pytest.mark.parametrize(("declared", "action", "resource"), ELSEWHERE)
def test_witness_outside_of_a_whole_account_is_an_arn_too(declared: str, action: str, resource: str) -> None:
    witness = compare(doc(allow(action)), doc(allow(action, declared))).witnesses[0]
    assert witness.resource == resource


@cache
def managed() -> dict[str, str]:
    """AWS managed policies as moto ships them."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return {name: text(entry["Document"]) for name, entry in json.loads(aws_managed_policies_data).items()}


@pytest.mark.unmeasured
def test_every_managed_policy_is_inside_itself() -> None:
    engine = Engine()
    found = {name: engine.contained(Access((policy,)), (policy,)).status for name, policy in managed().items()}
    assert len(found) > 1400
    assert {name for name, status in found.items() if status != INSIDE} == set()


@pytest.mark.unmeasured
def test_every_managed_policy_against_one_declaration() -> None:
    declared = doc(
        allow(["s3:Get*", "s3:List*"], S3 + "lumen-*"), allow("ec2:Describe*"), deny("s3:*", S3 + "lumen-secret/*")
    )
    engine = Engine()
    for name, policy in managed().items():
        verdict = engine.contained(Access((policy,)), (text(declared),))
        assert verdict.status != UNDECIDED, name
        assert verdict.witnesses or verdict.status == INSIDE


def test_limiting_layers_and_what_was_not_seen() -> None:
    everything, get = text(doc(allow("*"))), text(doc(allow("s3:Get*")))
    rcp = text(doc({**allow("*"), "Principal": "*"}, {**deny("s3:GetObject"), "Principal": "*"}))
    engine = Engine()
    assert engine.contained(Access((everything,), None, ((get,),)), (get,)).status == INSIDE
    limited = Access((everything,), None, ((get,), (rcp,)))
    assert engine.contained(limited, (text(doc(allow("s3:GetB*"))),)).status == OUTSIDE
    assert engine.reads(Access((everything,), None, ((rcp,),)), ("s3:GetObject",), ("*",)).status == INSIDE
    assert engine.contained(Access((everything,), None, ((),)), ()).status == INSIDE
    assert engine.contained(Access((get,), None, (("{",),)), (get,)).status == UNDECIDED
    assert engine.contained(Access((get,), unseen=("SCPs",)), (get,)).assumes == ("SCPs",)


def _worst(size: int) -> list[tuple[str, Any, Any]]:
    def family(first: str, last: str, more: int = 0) -> str:
        return "*" + first + "?" * (size + more) + last + "*"

    holes = ["*x*", "*example*"]
    pigeons = [{"StringEquals": {f"p:{i}": str(h)}, "StringLike": {f"p:{j}": str(h)}}
               for h in range(size) for i in range(size + 1) for j in range(i)]  # fmt: skip
    return [
        ("resources", doc(allow("s3:*", family("a", "b")), {"Effect": "Deny", "Action": "*",
         "NotResource": family("b", "a")}), doc(allow("s3:*", [family("a", "a", 1), *holes]))),
        ("actions", doc(allow("s3:" + family("a", "b")), {"Effect": "Deny", "NotAction": "s3:" + family("b", "a"),
         "Resource": "*"}), doc(allow(["s3:" + family("a", "a", 1), "s3:*x*"]))),
        ("values", doc(allow("*", Condition={"StringLike": {"k:a": family("a", "b")}, "StringLikeIfExists":
         {"k:a": family("b", "a")}})),
         doc(allow("*", Condition={"StringLike": {"k:a": [family("a", "a", 1), *holes]}}))),
        ("contexts", doc(allow("*", Condition={"StringEquals": {f"p:{i}": [str(h) for h in range(size)]
         for i in range(size + 1)}})), doc(*[allow("*", Condition=condition) for condition in pigeons])),
    ]  # fmt: skip


@pytest.mark.parametrize(("actual", "declared"), [r[1:] for r in _worst(12)], ids=[r[0] for r in _worst(12)])
def test_worst_cases_end_undecided_at_the_budget(actual: Any, declared: Any) -> None:
    verdict = compare(actual, declared)
    assert (verdict.status, verdict.reason) == (UNDECIDED, "budget")
