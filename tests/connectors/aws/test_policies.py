"""Every resource that can have a policy: the policy is found, and a resource without one is known to have none."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from policycheck.model.facts import PolicyDocument, Trust
from tests.servers.aws import HOME, REGION, Aws, document

if TYPE_CHECKING:
    from tests.connectors.aws.conftest import Live

VENDOR = "444455556666"
#: Makes one resource with this policy, or without one for an empty text, and answers its ARN.
Make = Callable[[Aws, str], str]


def policy(action: str, resource: str = "*") -> str:
    return document(Principal={"AWS": VENDOR}, Action=action, Resource=resource)


def bucket(aws: Aws, text: str) -> str:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="lumen-exports", CreateBucketConfiguration={"LocationConstraint": REGION})
    if text:
        s3.put_bucket_policy(Bucket="lumen-exports", Policy=text)
    return "arn:aws:s3:::lumen-exports"


def key(aws: Aws, text: str) -> str:
    return str(aws.client("kms").create_key(**({"Policy": text} if text else {}))["KeyMetadata"]["Arn"])


def topic(aws: Aws, text: str) -> str:
    return str(aws.client("sns").create_topic(Name="members", Attributes={"Policy": text} if text else {})["TopicArn"])


def queue(aws: Aws, text: str) -> str:
    aws.client("sqs").create_queue(QueueName="members", Attributes={"Policy": text} if text else {})
    return f"arn:aws:sqs:{REGION}:{HOME}:members"


def function(aws: Aws, text: str) -> str:
    trust = document(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    role = aws.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return event")
    client = aws.client("lambda")
    arn = client.create_function(
        FunctionName="export",
        Runtime="python3.12",
        Role=role,
        Handler="main.handler",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"SENDGRID_API_KEY": "planted-secret"}},
    )["FunctionArn"]
    if text:
        client.add_permission(
            FunctionName="export", StatementId="vendor", Action="lambda:InvokeFunction", Principal=VENDOR
        )
    return str(arn)


def secret(aws: Aws, text: str) -> str:
    client = aws.client("secretsmanager")
    arn = str(client.create_secret(Name="sendgrid", SecretString="planted-secret")["ARN"])
    if text:
        client.put_resource_policy(SecretId=arn, ResourcePolicy=text)
    return arn


def repository(aws: Aws, text: str) -> str:
    client = aws.client("ecr")
    arn = str(client.create_repository(repositoryName="members")["repository"]["repositoryArn"])
    if text:
        client.set_repository_policy(repositoryName="members", policyText=text)
    return arn


def domain(aws: Aws, text: str) -> str:
    client = aws.client("opensearch")
    made = client.create_domain(DomainName="members", **({"AccessPolicies": text} if text else {}))
    return str(made["DomainStatus"]["ARN"])


def bus(aws: Aws, text: str) -> str:
    client = aws.client("events")
    arn = str(client.create_event_bus(Name="members")["EventBusArn"])
    if text:
        client.put_permission(EventBusName="members", Action="events:PutEvents", Principal=VENDOR, StatementId="vendor")
    return arn


def stream(aws: Aws, text: str) -> str:
    client = aws.client("kinesis")
    client.create_stream(StreamName="members", ShardCount=1)
    arn = f"arn:aws:kinesis:{REGION}:{HOME}:stream/members"
    if text:
        client.put_resource_policy(ResourceARN=arn, Policy=text)
    return arn


def table(aws: Aws, text: str) -> str:
    client = aws.client("dynamodb")
    arn = client.create_table(
        TableName="members",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    if text:
        client.put_resource_policy(ResourceArn=arn, Policy=text)
    return str(arn)


def catalog(aws: Aws, text: str) -> str:
    if text:
        aws.client("glue").put_resource_policy(PolicyInJson=text)
    return f"arn:aws:glue:{REGION}:{HOME}:catalog"


MAKERS: list[tuple[str, Make, str]] = [
    ("s3", bucket, policy("s3:GetObject", "arn:aws:s3:::lumen-exports/*")),
    ("kms", key, policy("kms:Decrypt")),
    ("sns", topic, policy("sns:Subscribe")),
    ("sqs", queue, policy("sqs:ReceiveMessage")),
    ("lambda", function, "by AddPermission"),
    ("secretsmanager", secret, policy("secretsmanager:GetSecretValue")),
    ("ecr", repository, policy("ecr:BatchGetImage")),
    ("opensearch", domain, policy("es:ESHttpGet")),
    ("eventbuses", bus, "by PutPermission"),
    ("kinesis", stream, policy("kinesis:GetRecords")),
    ("dynamodb", table, policy("dynamodb:GetItem")),
    ("glue", catalog, policy("glue:GetTable")),
]


@pytest.mark.parametrize(("service", "make", "text"), MAKERS, ids=[service for service, _, _ in MAKERS])
def test_a_policy_is_found(aws: Aws, live: Live, service: str, make: Make, text: str) -> None:
    arn = make(aws, text)
    pulled = live(services=[service], regions=[REGION])
    assert pulled.whole(), pulled.reasons()
    documents = {fact.hash: json.loads(fact.text) for fact in pulled.of(PolicyDocument)}
    (trust,) = [fact for fact in pulled.of(Trust) if fact.resource == arn]
    assert (trust.account, trust.kind) == (HOME, "resource")
    assert VENDOR in json.dumps(documents[trust.document])
    assert "planted-secret" not in repr(pulled)


#: AWS, and moto, give these a policy of their own at once; a catalog without a policy is no resource in moto.
WITH_DEFAULT = {"kms", "sns"}


@pytest.mark.parametrize(("service", "make", "text"), MAKERS, ids=[service for service, _, _ in MAKERS])
def test_no_policy_is_known_to_be_none(aws: Aws, live: Live, service: str, make: Make, text: str) -> None:
    arn = make(aws, "")
    pulled = live(services=[service], regions=[REGION])
    assert pulled.whole(), pulled.reasons()
    (trust,) = [fact for fact in pulled.of(Trust) if fact.resource == arn]
    assert (trust.document == "") == (service not in WITH_DEFAULT)
