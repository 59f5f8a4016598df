from __future__ import annotations

import json

import pytest

from policycheck.aws.engine import Engine
from policycheck.library.vocabulary import CatalogueVocabulary

ACCOUNT = "111122223333"


def policy(action: object, resource: object = "*") -> str:
    return json.dumps({"Statement": {"Effect": "Allow", "Action": action, "Resource": resource}})


#: Declared, actual, and the request that a reader is shown.
SHOWN = [
    (policy("s3:Put*"), policy("s3:GetObject*"), "s3:GetObject", "arn:aws:s3:::example/report.csv"),
    (policy(["glue:GetTable", "glue:GetDatabases"]), policy("GLUE:get*"), "glue:GetBlueprint",
     f"arn:aws:glue:us-east-1:{ACCOUNT}:blueprint/example"),
    (policy("s3:*"), policy("kendra:Q*", "arn:aws:kendra:*:*:index/lumen-*"), "kendra:Query",
     f"arn:aws:kendra:us-east-1:{ACCOUNT}:index/lumen-example"),
    (policy("s3:*"), policy("kendra:ListIndices"), "kendra:ListIndices", "*"),
    (policy("s3:*"), policy("rds:Describe*"), "rds:DescribeDBInstances",
     f"arn:aws:rds:us-east-1:{ACCOUNT}:db:example"),
    (policy("s3:*"), policy("madeup:Read*"), "madeup:ReadX", f"arn:aws:madeup:us-east-1:{ACCOUNT}:example"),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "actual", "action", "resource"), SHOWN)
def test_a_witness_names_what_aws_lists(declared: str, actual: str, action: str, resource: str) -> None:
    found = Engine(known=CatalogueVocabulary()).compare(declared, actual).excess
    assert [(witness.action, witness.resource) for witness in found] == [(action, resource)]


def test_what_is_listed() -> None:
    known = CatalogueVocabulary()
    assert known.listed("S3:getobject")
    assert not known.listed("s3:GetObjectX")
    assert not known.listed("madeup:Thing")
    assert known.formats("madeup:Thing") is None
    assert known.formats("kendra:ListIndices") == ()
