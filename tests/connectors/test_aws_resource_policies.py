"""Resource policies: the answer of every call, what tells the resource, and what is said when nothing does."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from policycheck.model.facts import PolicyDocument, Trust
from policycheck.model.shares import Encryption, Share
from policycheck_connectors.files import source
from policycheck_connectors.interface import ConnectorError
from policycheck_connectors.registry import build
from tests.connectors.lab import DATA, Pulled, entry, pull

TYPE = "aws-resource-policies"
A, B = "111122223333", "444455556666"
HOME = f"eu-west-1:{A}"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
NO_ARN = "policies whose resource is not told: 1, the first at "
NO_POLICY = "answers without a policy: 1, the first at "


def document(resource: object = "*", **more: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{B}:root"}, "Action": "x:Get", **more}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": resource}]}


ANY = json.dumps(document())
BUCKET = document(["arn:aws:s3:::lumen-exports", "arn:aws:s3:::lumen-exports/members/*"])


def told(pulled: Pulled) -> list[tuple[str, str]]:
    """(ARN, account) of every policy."""
    assert all(trust.kind == "resource" and trust.system == "aws" for trust in pulled.of(Trust))
    return [(trust.resource, trust.account) for trust in pulled.of(Trust)]


ANSWERS: dict[str, tuple[str, object, str]] = {
    "s3": ("s3/lumen-exports.json", {"Policy": json.dumps(document("arn:aws:s3:::*"))}, "s3:::lumen-exports"),
    "s3 by its policy": ("bucket.json", {"Policy": json.dumps(BUCKET)}, "s3:::lumen-exports"),
    "s3 with dots": ("s3api/static.lumen.example.json", {"Policy": ANY}, "s3:::static.lumen.example"),
    "kms": (f"kms/{KEY}.json", {"Policy": ANY, "PolicyName": "default"}, f"kms:{HOME}:key/{KEY}"),
    "sns": (
        "t.json",
        {"Attributes": {"TopicArn": f"arn:aws:sns:{HOME}:t", "Policy": ANY, "Owner": A}},
        f"sns:{HOME}:t",
    ),
    "sqs": ("q.json", {"Attributes": {"QueueArn": f"arn:aws:sqs:{HOME}:q", "Policy": ANY}}, f"sqs:{HOME}:q"),
    "lambda": (
        "f.json",
        {"Policy": json.dumps(document(f"arn:aws:lambda:{HOME}:function:resize:live")), "RevisionId": "1"},
        f"lambda:{HOME}:function:resize:live",
    ),
    "secretsmanager": (
        "s.json",
        {"ARN": f"arn:aws:secretsmanager:{HOME}:secret:mail/live-a1B2c3", "Name": "mail/live", "ResourcePolicy": ANY},
        f"secretsmanager:{HOME}:secret:mail/live-a1B2c3",
    ),
    "ecr": (
        "r.json",
        {"registryId": A, "repositoryName": "app/web", "policyText": ANY},
        f"ecr:{HOME}:repository/app/web",
    ),
    "efs": ("e.json", {"FileSystemId": "fs-1", "Policy": ANY}, f"elasticfilesystem:{HOME}:file-system/fs-1"),
    "events": (
        "b.json",
        {"Name": "b", "Arn": f"arn:aws:events:{HOME}:event-bus/b", "Policy": ANY},
        f"events:{HOME}:event-bus/b",
    ),
    "dynamodb": ("dynamodb/members.json", {"Policy": ANY, "RevisionId": "1"}, f"dynamodb:{HOME}:table/members"),
    "kinesis": ("kinesis/clicks.json", {"Policy": ANY}, f"kinesis:{HOME}:stream/clicks"),
    "glue": ("glue/catalog.json", {"PolicyInJson": ANY, "PolicyHash": "x"}, f"glue:{HOME}:catalog"),
    "glacier": ("glacier/old.json", {"policy": {"Policy": ANY}}, f"glacier:{HOME}:vaults/old"),
    "backup": (
        "v.json",
        {"BackupVaultName": "v", "BackupVaultArn": f"arn:aws:backup:{HOME}:backup-vault:v", "Policy": ANY},
        f"backup:{HOME}:backup-vault:v",
    ),
    "codeartifact": (
        "d.json",
        {"policy": {"resourceArn": f"arn:aws:codeartifact:{HOME}:domain/d", "revision": "1", "document": ANY}},
        f"codeartifact:{HOME}:domain/d",
    ),
    "redshift": (
        "n.json",
        {"ResourcePolicy": {"ResourceArn": f"arn:aws:redshift:{HOME}:namespace:n", "Policy": ANY}},
        f"redshift:{HOME}:namespace:n",
    ),
    "opensearch": (
        "o.json",
        {"DomainStatus": {"ARN": f"arn:aws:es:{HOME}:domain/o", "AccessPolicies": ANY, "Endpoint": "x"}},
        f"es:{HOME}:domain/o",
    ),
    "a document alone": ("exports/s3/lumen-exports.json.gz", document(), "s3:::lumen-exports"),
    "a text alone": ("exports/s3/lumen-exports.json", json.dumps(json.dumps(document())), "s3:::lumen-exports"),
    "the ARN as name": (
        quote(f"arn:aws:kms:{HOME}:key/{KEY}", safe="") + ".json",
        {"Policy": ANY},
        f"kms:{HOME}:key/{KEY}",
    ),
    "lines": ("l.jsonl", json.dumps({"arn": f"arn:aws:sns:{HOME}:t", "policy": document()}) + "\n", f"sns:{HOME}:t"),
    "a map": ("m.json", {f"arn:aws:sns:{HOME}:t": document()}, f"sns:{HOME}:t"),
    "a map of texts": ("m.json", {f"arn:aws:sns:{HOME}:t": ANY}, f"sns:{HOME}:t"),
    "a map of answers": ("m.json", {f"arn:aws:sns:{HOME}:t": {"Policy": ANY}}, f"sns:{HOME}:t"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_gives_the_policy_of_a_resource(tmp_path: Path, name: str) -> None:
    path, content, arn = ANSWERS[name]
    pulled = pull(tmp_path, TYPE, {path: content}, account=A, region="eu-west-1")
    assert told(pulled) == [(f"arn:aws:{arn}", A)]
    (read,) = pulled.of(PolicyDocument)
    assert (read.problem, pulled.of(Trust)[0].document, read.where) == ("", read.hash, pulled.of(Trust)[0].where)
    assert pulled.statuses() == [(A, "resource_policies", "complete", 1)]


def test_everything_that_a_file_tells(tmp_path: Path) -> None:
    pulled = pull(tmp_path, TYPE, {"r.json": (DATA / "aws-resource-policies.json").read_text()})
    hashes = {document.where: document.hash for document in pulled.of(PolicyDocument)}
    assert pulled.of(Trust) == [
        Trust("aws", A, arn, "resource", hashes[where], "c", where)
        for arn, where in (
            ("arn:aws:s3:::lumen-exports", "r.json#/0/policy"),
            (f"arn:aws:sns:{HOME}:member-events", "r.json#/1/Attributes/Policy"),
            (f"arn:aws:secretsmanager:{HOME}:secret:sendgrid/live-a1B2c3", "r.json#/2/ResourcePolicy"),
        )
    ]
    assert pulled.of(PolicyDocument)[0].text == (
        '{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},'
        '"Resource":"arn:aws:s3:::lumen-exports/members/*","Sid":"Vendor"}],"Version":"2012-10-17"}'
    )
    assert pulled.whole()


@pytest.mark.parametrize(
    ("path", "arn", "account"),
    [
        (f"policies/{B}/us-east-1/sqs/q.json", f"arn:aws:sqs:us-east-1:{B}:q", B),
        (f"policies/sqs/us-gov-west-1/{B}/q.txt", f"arn:aws-us-gov:sqs:us-gov-west-1:{B}:q", B),
        (f"{B}/cn-north-1/s3/b.json", "arn:aws-cn:s3:::b", B),
        ("s3control/ap.json", f"arn:aws:s3:{HOME}:accesspoint/ap", A),
    ],
)
def test_the_path_tells_more_than_the_options(tmp_path: Path, path: str, arn: str, account: str) -> None:
    pulled = pull(tmp_path, TYPE, {path: {"Policy": ANY}}, account=A, region="eu-west-1")
    assert told(pulled) == [(arn, account)]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("kms/alias%2Fmail.json", {"Policy": ANY}),
        ("policy.json", {"Policy": ANY}),
        ("policy.json", {"Policy": "{"}),
        ("policy.json", {"Policy": "[" * 100_000}),
        ("policy.json", {"Policy": json.dumps(document(["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]))}),
        ("policy.json", {"Policy": json.dumps(document(7))}),
        ("policy.json", {"Policy": '{"Statement": [7]}'}),
        ("policy.json", {"Policy": "[]"}),
        (f"sqs/{A}.json", {"arn": f"arn:aws:sqs:{HOME}:*", "policy": ANY}),
        ("x.json", {f"arn:aws:iam::{A}:role/r": document()}),
        ("arn%3Aaws.json", {"Policy": ANY}),
        ("policy.json", "An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: none"),
    ],
)
def test_a_policy_without_a_resource_is_a_gap_with_help(tmp_path: Path, path: str, content: object) -> None:
    pulled = pull(tmp_path, TYPE, {path: content}, account=A, region="eu-west-1")
    assert told(pulled) == []
    assert pulled.statuses() == [(A, "resource_policies", "unseen", 0)]
    assert pulled.reasons()[0].startswith(NO_ARN + path)
    assert "name the file `s3/BUCKET.json`" in pulled.coverage[0].help


def test_a_bucket_without_an_account_is_a_gap(tmp_path: Path) -> None:
    pulled = pull(tmp_path, TYPE, {"s3/b.json": {"Policy": ANY}, f"{B}/s3/c.json": {"Policy": ANY}})
    assert told(pulled) == [("arn:aws:s3:::c", B)]
    assert pulled.statuses() == [
        ("", "resource_policies", "unseen", 0),
        (B, "resource_policies", "complete", 1),
    ]


WITHOUT: dict[str, tuple[str, object, str]] = {
    "s3": (
        "s3/b.json",
        "\nAn error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does "
        "not exist\n",
        "s3:::b",
    ),
    "a later CLI": (
        "s3/b.json",
        "\naws: [ERROR]: An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: none",
        "s3:::b",
    ),
    "an error as JSON": (
        "ecr/r.json",
        {"Error": {"Code": "RepositoryPolicyNotFoundException"}},
        f"ecr:{HOME}:repository/r",
    ),
    "a secret": (
        "x.json",
        {"ARN": f"arn:aws:secretsmanager:{HOME}:secret:x", "Name": "x"},
        f"secretsmanager:{HOME}:secret:x",
    ),
    "a queue": (
        "x.json",
        {"Attributes": {"QueueArn": f"arn:aws:sqs:{HOME}:q", "CreatedTimestamp": "1700000000"}},
        f"sqs:{HOME}:q",
    ),
    "a bus": (
        "x.json",
        {"Name": "default", "Arn": f"arn:aws:events:{HOME}:event-bus/default"},
        f"events:{HOME}:event-bus/default",
    ),
    "a domain": (
        "x.json",
        {"DomainStatus": {"ARN": f"arn:aws:es:{HOME}:domain/d", "AccessPolicies": ""}},
        f"es:{HOME}:domain/d",
    ),
    "null": ("x.json", {f"arn:aws:sns:{HOME}:t": None}, f"sns:{HOME}:t"),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_a_resource_that_has_no_policy_was_seen(tmp_path: Path, name: str) -> None:
    path, content, arn = WITHOUT[name]
    pulled = pull(tmp_path, TYPE, {path: content}, account=A, region="eu-west-1")
    assert [(trust.resource, trust.document) for trust in pulled.of(Trust)] == [(f"arn:aws:{arn}", "")]
    assert pulled.of(PolicyDocument) == []
    assert pulled.statuses() == [(A, "resource_policies", "complete", 1)]


@pytest.mark.parametrize(
    ("content", "reason", "help"),
    [
        (
            "An error occurred (AccessDenied) when calling the GetBucketPolicy operation: x",
            "calls that were denied",
            "SecurityAudit",
        ),
        ({"Error": {"Code": "AccessDeniedException"}}, "calls that were denied", "SecurityAudit"),
        ({"Error": {"Code": "Throttling"}}, "answers that tell of an error", "again"),
        ({"Error": {}}, "answers that tell of an error", "again"),
        ({}, "answers without a policy", "this type reads"),
        ({"Policy": ""}, "answers without a policy", "this type reads"),
        ({"Policy": 7}, "answers without a policy", "this type reads"),
        ({"Policy": {}}, "answers without a policy", "this type reads"),
        (
            {"Policy": {"Arn": f"arn:aws:iam::{A}:policy/p", "PolicyName": "p"}},
            "answers without a policy",
            "this type reads",
        ),
        (
            {"ARN": f"arn:aws:secretsmanager:{HOME}:secret:x", "Name": "x", "SecretString": "s"},
            "answers without",
            "this type",
        ),
        ({"ARN": f"arn:aws:secretsmanager:{HOME}:secret:x"}, "answers without a policy", "this type reads"),
        ([{"ARN": f"arn:aws:secretsmanager:{HOME}:secret:x", "Name": "x", "Tags": []}], "answers without", "this type"),
        ({"Attributes": {"QueueArn": f"arn:aws:sqs:{HOME}:q"}}, "answers without a policy", "--attribute-names All"),
        ({"RoleDetailList": [{"Arn": "x"}]}, "answers without a policy", "this type reads"),
        ([7], "answers without a policy", "this type reads"),
        ("7", "answers without a policy", "this type reads"),
        ("[]", "holds no resource policy", "this type reads"),
        ("", "is empty", "export it again"),
        ("no JSON", "is not valid JSON (line 1", "export it again"),
        ('{"Policy": "', "is cut off after", "export it again"),
    ],
)
def test_what_cannot_be_told_is_never_none(tmp_path: Path, content: object, reason: str, help: str) -> None:
    pulled = pull(tmp_path, TYPE, {"s3/b.json": content}, account=A, region="eu-west-1")
    assert pulled.facts == ()
    assert pulled.statuses() == [(A, "resource_policies", "unseen", 0)]
    assert pulled.reasons()[0].startswith(reason)
    assert help in pulled.coverage[0].help


def test_a_file_that_may_not_be_read_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = source.opened

    def refusing(path: Path) -> Any:
        if path.name == "a.json":
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path)

    monkeypatch.setattr(source, "opened", refusing)
    pulled = pull(tmp_path, TYPE, {"s3/a.json": {"Policy": ANY}, "s3/b.json": {"Policy": ANY}}, account=A)
    assert told(pulled) == [("arn:aws:s3:::b", A)]
    assert pulled.statuses() == [(A, "resource_policies", "complete", 1), (A, "resource_policies", "unseen", 0)]
    assert pulled.reasons() == ["permission denied"]


def test_what_is_before_the_cut_is_kept(tmp_path: Path) -> None:
    whole = json.dumps({f"arn:aws:sns:{HOME}:{name}": document() for name in ("one", "two")})
    pulled = pull(tmp_path, TYPE, {"m.json": whole[:-30]})
    assert told(pulled) == [(f"arn:aws:sns:{HOME}:one", A)]
    assert pulled.statuses() == [(A, "resource_policies", "partial", 1)]
    assert pulled.reasons()[0].startswith("the file is cut off after")


def test_the_same_resource_twice(tmp_path: Path) -> None:
    arn, other = f"arn:aws:sns:{HOME}:t", document("*", Action="x:Put")
    same = pull(tmp_path, TYPE, {"a.json": {arn: document()}, "b.json": {arn: ANY}})
    assert told(same) == [(arn, A)]
    assert same.whole()
    two = pull(tmp_path, TYPE, {"a.json": {arn: document()}, "b.json": {arn: other}})
    assert told(two) == [(arn, A), (arn, A)]
    assert two.statuses() == [(A, "resource_policies", "partial", 1)]
    assert two.reasons() == [f"resources that two files describe in two ways: 1, the first at b.json#/{arn}"]


def test_a_policy_that_aws_would_refuse_is_told_with_its_problem(tmp_path: Path) -> None:
    pulled = pull(tmp_path, TYPE, {"s3/b.json": {"Policy": '{"PLANTED1": "PLANTED2"}'}}, account=A)
    (read,) = pulled.of(PolicyDocument)
    assert (read.text, read.problem) == ("", "it has no readable Statement")
    assert told(pulled) == [("arn:aws:s3:::b", A)]


def test_nothing_of_a_policy_text_but_its_elements_is_kept(tmp_path: Path) -> None:
    text = json.dumps({**document(Comment="PLANTED1", Sid="PLANTED 2!"), "Secret": {"PLANTED3": "PLANTED4"}})
    pulled = pull(tmp_path, TYPE, {"s3/b.json": {"Policy": text, "Note": "PLANTED5"}}, account=A)
    assert told(pulled) == [("arn:aws:s3:::b", A)]
    assert "PLANTED" not in repr(pulled)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("account", "1111", "option `account` must be an account id"),
        ("account", 111122223333, "option `account` must be a string"),
        ("region", "Ireland", "option `region` must be an AWS Region"),
    ],
)
def test_options_that_cannot_be_used(tmp_path: Path, option: str, value: object, message: str) -> None:
    with pytest.raises(ConnectorError, match=message):
        build(entry(TYPE, paths=["*.json"], **{option: value}), tmp_path)


GRANT = {"GranteePrincipal": f"arn:aws:iam::{B}:role/reader", "Operations": ["Decrypt"]}
BROKEN: dict[str, dict[str, Any]] = {
    "encryption is a word": {"encryption": KEY},
    "the key is no ARN": {"encryption": {"key": KEY}},
    "the key is a number": {"encryption": {"key": 7}},
    "an unknown manager": {"encryption": {"key": None, "manager": "vendor"}},
    "grants are no list": {"grants": "none"},
    "a grant is a word": {"grants": ["reader"]},
    "a grant without a grantee": {"grants": [{"Operations": ["Decrypt"]}]},
    "operations are no list": {"grants": [{**GRANT, "Operations": 7}]},
    "constraints are a word": {"grants": [{**GRANT, "Constraints": "none"}]},
    "a context is a list": {"grants": [{**GRANT, "Constraints": {"EncryptionContextSubset": ["a"]}}]},
    "a block that is not true or false": {"public_access_block": {"BlockPublicAcls": "yes"}},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_part_beside_a_policy_that_cannot_be_read_is_a_gap_and_the_policy_is_read(tmp_path: Path, name: str) -> None:
    arn = f"arn:aws:kms:{HOME}:key/{KEY}"
    entries = [{"arn": arn, "account": A, "policy": document(), **BROKEN[name]}]
    pulled = pull(tmp_path, TYPE, {"policies.json": entries})
    assert told(pulled) == [(arn, A)]
    assert not pulled.of(Encryption)
    assert not pulled.of(Share)
    (row,) = [row for row in pulled.coverage if row.status != "complete"]
    assert row.reason
    assert row.help
