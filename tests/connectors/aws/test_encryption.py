"""With which keys things are encrypted, as a live account tells it; and whether a vendor's role can decrypt them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from policycheck.model.shares import Encryption
from tests.checks.lab import Lab
from tests.connectors.aws.conftest import Live
from tests.servers.aws import HOME, REGION, Aws

MANAGED = f"arn:aws:kms:{REGION}:{HOME}:alias/aws"


def told(facts: Any) -> dict[str, tuple[str, str, bool]]:
    return {each.resource: (each.key, each.manager, each.default) for each in facts}


def _key(aws: Aws, *statements: Mapping[str, Any]) -> str:
    root = {"Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}, "Action": "kms:*", "Resource": "*", "Effect": "Allow"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [root, *statements]})
    return str(aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


def _bucket(aws: Aws, name: str, algorithm: str = "", key: str = "") -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if algorithm:
        default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key} if key else {})}
        rule = {"ApplyServerSideEncryptionByDefault": default}
        client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})


def test_buckets(aws: Aws, live: Live) -> None:
    key = _key(aws)
    aws.client("kms").create_alias(AliasName="alias/exports", TargetKeyId=key)
    other = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    _bucket(aws, "plain")
    _bucket(aws, "own", "AES256")
    _bucket(aws, "managed", "aws:kms")
    _bucket(aws, "by-arn", "aws:kms", key)
    _bucket(aws, "by-id", "aws:kms", key.rsplit("/", 1)[-1])
    _bucket(aws, "by-alias", "aws:kms:dsse", "alias/exports")
    _bucket(aws, "elsewhere", "aws:kms", other)
    pulled = live(services=["s3"], regions=[REGION])
    assert told(pulled.of(Encryption)) == {
        "arn:aws:s3:::plain": ("", "", True),
        "arn:aws:s3:::own": ("", "", True),
        "arn:aws:s3:::managed": (f"{MANAGED}/s3", "aws", True),
        "arn:aws:s3:::by-arn": (key, "customer", True),
        "arn:aws:s3:::by-id": (key, "customer", True),
        "arn:aws:s3:::by-alias": (key, "customer", True),
        "arn:aws:s3:::elsewhere": (other, "customer", True),
    }
    assert {row.status for row in pulled.coverage} == {"complete"}


def test_tables_streams_queues_and_secrets(aws: Aws, live: Live) -> None:
    key = _key(aws)
    tables, queues, streams = aws.client("dynamodb"), aws.client("sqs"), aws.client("kinesis")
    secrets = aws.client("secretsmanager")
    shape = {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    tables.create_table(TableName="plain", **shape)
    tables.create_table(
        TableName="keyed", SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}, **shape
    )
    queues.create_queue(QueueName="plain")
    queues.create_queue(QueueName="keyed", Attributes={"KmsMasterKeyId": key})
    queues.create_queue(QueueName="managed", Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    for name in ("plain", "keyed"):
        streams.create_stream(StreamName=name, ShardCount=1)
    streams.start_stream_encryption(StreamName="keyed", EncryptionType="KMS", KeyId=key)
    managed = secrets.create_secret(Name="managed", SecretString="x")["ARN"]
    keyed = secrets.create_secret(Name="keyed", SecretString="x", KmsKeyId=key)["ARN"]
    pulled = live(services=["dynamodb", "sqs", "kinesis", "secretsmanager"], regions=[REGION])
    place = f"{REGION}:{HOME}"
    assert told(pulled.of(Encryption)) == {
        f"arn:aws:dynamodb:{place}:table/plain": ("", "", False),
        f"arn:aws:dynamodb:{place}:table/keyed": (key, "customer", False),
        f"arn:aws:sqs:{place}:plain": ("", "", False),
        f"arn:aws:sqs:{place}:keyed": (key, "customer", False),
        f"arn:aws:sqs:{place}:managed": (f"{MANAGED}/sqs", "aws", False),
        f"arn:aws:kinesis:{place}:stream/plain": ("", "", False),
        f"arn:aws:kinesis:{place}:stream/keyed": (key, "customer", False),
        managed: (f"{MANAGED}/secretsmanager", "aws", False),
        keyed: (key, "customer", False),
    }
    assert {row.status for row in pulled.coverage} == {"complete"}


def test_a_key_that_cannot_be_found_is_a_gap(aws: Aws, live: Live) -> None:
    gone = f"arn:aws:kms:{REGION}:{HOME}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    _bucket(aws, "by-arn", "aws:kms", gone)
    _bucket(aws, "by-alias", "aws:kms", "alias/gone")
    pulled = live(services=["s3"], regions=[REGION])
    assert told(pulled.of(Encryption)) == {"arn:aws:s3:::by-arn": (gone, "", True)}
    (row,) = [row for row in pulled.coverage if row.resource == "encryption"]
    assert (row.status, row.seen) == ("partial", 2)
    assert row.reason.startswith("kms.describe_key ")


@pytest.fixture
def company(aws: Aws, tmp_path: Path) -> Lab:
    """A live account with a vendor's role that may read a bucket, and the project that speaks of them."""
    lab = Lab(tmp_path)
    lab.config["own_accounts"] = [HOME]
    services = ["iam", "s3", "kms", "dynamodb"]
    lab.config["connectors"] = [{"name": "prod", "type": "aws", "services": services, "regions": [REGION]}]
    role = f"arn:aws:iam::{HOME}:role/vendor-acme"
    lab.acme["access"][0]["principals"] = [role]
    lab.acme["access"] = lab.acme["access"][:1]
    trust = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}
    trust["Condition"] = {"StringEquals": {"sts:ExternalId": "f3a9c1d2e4b5-acme"}}
    iam = aws.client("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="vendor-acme", AssumeRolePolicyDocument=document)
    _give(aws, "s3:GetObject", ["arn:aws:s3:::lumen-exports/*", "arn:aws:s3:::lumen-mail-templates/*"])
    _bucket(aws, "lumen-mail-templates")
    return lab


def _give(aws: Aws, action: str, resources: list[str]) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": resources}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("iam").put_role_policy(RoleName="vendor-acme", PolicyName=action[:2], PolicyDocument=document)


def test_a_live_key_stops_a_read_until_a_grant_lets_it(aws: Aws, company: Lab) -> None:
    key = _key(aws)
    _bucket(aws, "lumen-exports", "aws:kms", key)
    findings = {f.rule: f for f in company.judge().findings}
    assert f"KMS key {key} does not let it decrypt" in findings["PC201"].instances[0].observed
    assert "PC101" not in findings
    role = f"arn:aws:iam::{HOME}:role/vendor-acme"
    aws.client("kms").create_grant(KeyId=key, GranteePrincipal=role, Operations=["Decrypt"])
    assert "PC101" in {f.rule for f in company.judge().findings}


def test_a_live_key_that_lets_the_role_in_stops_nothing(aws: Aws, company: Lab) -> None:
    key = _key(aws)
    _bucket(aws, "lumen-exports", "aws:kms", key)
    _give(aws, "kms:Decrypt", [key])
    findings = {f.rule: f for f in company.judge().findings}
    assert "PC101" in findings
    assert "does not let it decrypt" not in findings["PC201"].instances[0].observed
