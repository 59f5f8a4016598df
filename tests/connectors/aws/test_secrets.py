"""Secrets planted wherever the server can hold one: none is in a snapshot, a kept part, a log or a report."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from policycheck.cli.main import run as run_program
from policycheck.snapshots.writer import Writer
from policycheck_connectors.aws.names import FAMILIES
from tests.conftest import Run, clean_environment
from tests.connectors.aws.estate import Estate, quick
from tests.connectors.aws.test_policies import function
from tests.servers.aws import HOME, REGION, Aws
from tests.servers.wire import Heard

pytestmark = pytest.mark.unmeasured

CANARY = "qzxcanaryqzx"
#: A call of the last family of a pull.
LAST = "ssm.describe_parameters"
LONG = f"{CANARY}-{'0' * 40}"


def functions(aws: Aws) -> None:
    function(aws, "")
    aws.client("lambda").update_function_configuration(
        FunctionName="export", Environment={"Variables": {"SENDGRID_API_KEY": CANARY}}
    )


def secrets(aws: Aws) -> None:
    client = aws.client("secretsmanager")
    client.create_secret(Name="sendgrid/api-key", SecretString=CANARY)
    client.create_secret(Name="braze", SecretBinary=CANARY.encode())


def parameters(aws: Aws) -> None:
    ssm = aws.client("ssm")
    for name, kind in (("/prod/sendgrid/api_key", "SecureString"), ("/prod/stripe-token", "String")):
        ssm.put_parameter(Name=name, Value=CANARY, Type=kind)


def clients(aws: Aws) -> None:
    cognito = aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="members")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="braze", GenerateSecret=True)["UserPoolClient"]
    SECRETS.append(made["ClientSecret"])


def api_keys(aws: Aws) -> None:
    gateway = aws.client("apigateway")
    key = gateway.create_api_key(name="braze", value=LONG, enabled=True)["id"]
    plan = gateway.create_usage_plan(name="partners")["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")


def glue(aws: Aws) -> None:
    properties = {"JDBC_CONNECTION_URL": f"jdbc:mysql://db.example/?password={CANARY}", "PASSWORD": CANARY}
    aws.client("glue").create_connection(
        ConnectionInput={"Name": "crm", "ConnectionType": "JDBC", "ConnectionProperties": properties}
    )


def connections(aws: Aws) -> None:
    events = aws.client("events")
    key = {"ApiKeyName": "Authorization", "ApiKeyValue": CANARY}
    extra = {"HeaderParameters": [{"Key": "X-Token", "Value": CANARY, "IsValueSecret": True}]}
    made = events.create_connection(
        Name="braze",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": key, "InvocationHttpParameters": extra},
    )
    url = f"https://rest.iad-01.braze.com/users/track?token={CANARY}"
    to = events.create_api_destination(
        Name="braze", ConnectionArn=made["ConnectionArn"], InvocationEndpoint=url, HttpMethod="POST"
    )["ApiDestinationArn"]
    events.put_rule(Name="members", EventPattern=json.dumps({"source": ["lumen.members"]}))
    http = {"HeaderParameters": {"X-Token": CANARY}, "QueryStringParameters": {"key": CANARY}}
    target = {"Id": "1", "Arn": to, "RoleArn": f"arn:aws:iam::{HOME}:role/runs", "HttpParameters": http}
    mapped = {"InputPathsMap": {"email": "$.detail.email"}, "InputTemplate": f'{{"email": <email>, "key": "{CANARY}"}}'}
    events.put_targets(Rule="members", Targets=[{**target, "InputTransformer": mapped}])


def subscriptions(aws: Aws) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name="members")["TopicArn"]
    for endpoint in (f"https://user:{CANARY}@hooks.sendgrid.com/x", f"https://hooks.sendgrid.com/{CANARY}?t={CANARY}"):
        sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=endpoint)


def streams(aws: Aws) -> None:
    endpoint = {"Url": f"https://http-intake.logs.datadoghq.com/v1?dd-api-key={CANARY}", "Name": "Datadog"}
    s3 = {"RoleARN": f"arn:aws:iam::{HOME}:role/runs", "BucketARN": "arn:aws:s3:::lumen-exports"}
    common = {"CommonAttributes": [{"AttributeName": "token", "AttributeValue": CANARY}]}
    aws.client("firehose").create_delivery_stream(
        DeliveryStreamName="members",
        HttpEndpointDestinationConfiguration={
            "EndpointConfiguration": {**endpoint, "AccessKey": CANARY},
            "RequestConfiguration": common,
            "S3Configuration": s3,
        },
    )


def databases(aws: Aws) -> None:
    aws.client("dms").create_endpoint(
        EndpointIdentifier="crm", EndpointType="target", EngineName="mysql", Username="u", Password=CANARY
    )


def builds(aws: Aws) -> None:
    variable = {"name": "BRAZE_KEY", "value": CANARY, "type": "PLAINTEXT"}
    aws.client("codebuild").create_project(
        name="export",
        source={"type": "S3", "location": "lumen-exports/x.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [variable],
        },
        serviceRole=f"arn:aws:iam::{HOME}:role/runs",
    )


def users(aws: Aws) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="sendgrid")
    iam.create_login_profile(UserName="sendgrid", Password=LONG)
    SECRETS.append(iam.create_access_key(UserName="sendgrid")["AccessKey"]["SecretAccessKey"])


def buckets(aws: Aws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="lumen-exports", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="lumen-exports", Key="members.csv", Body=CANARY.encode())


def items(aws: Aws) -> None:
    client = aws.client("dynamodb")
    client.create_table(
        TableName="members",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName="members", Item={"id": {"S": CANARY}})
    url = aws.client("sqs").create_queue(QueueName="members")["QueueUrl"]
    aws.client("sqs").send_message(QueueUrl=url, MessageBody=CANARY)


def keys(aws: Aws) -> None:
    """An encryption context may hold personal data."""
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    constraints = {"EncryptionContextSubset": {"member": CANARY}}
    kms.create_grant(
        KeyId=key,
        GranteePrincipal="arn:aws:iam::444455556666:root",
        Operations=["Decrypt"],
        Constraints=constraints,
    )


#: Secrets that the server makes up itself.
SECRETS: list[str] = []
PLANTS: tuple[Callable[[Aws], None], ...] = (
    functions,
    secrets,
    parameters,
    clients,
    api_keys,
    glue,
    connections,
    subscriptions,
    streams,
    databases,
    builds,
    users,
    buckets,
    items,
    keys,
)


@pytest.fixture
def planted(aws: Aws) -> Iterator[Aws]:
    """An account full of secrets."""
    SECRETS.clear()
    for plant in PLANTS:
        plant(aws)
    yield aws
    SECRETS.clear()


def assert_nothing_leaked(text: str, where: object) -> None:
    for secret in (CANARY, *SECRETS):
        assert secret not in text, f"{where} tells a secret"


def test_no_secret_leaves(planted: Aws, policycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "policycheck.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    # One thing fails, so that errors and kept parts are looked at too.
    planted.wire.disturb = None
    pulled = policycheck("pull", cwd=tmp_path, env=planted.environ())
    assert pulled.returncode in (0, 3), pulled.stderr
    told = [pulled.stdout, pulled.stderr]
    for form in ("text", "json"):
        done = policycheck("check", "--offline", "--output", form, cwd=tmp_path)
        assert done.returncode in (1, 3), done.stderr
        told += [done.stdout, done.stderr]
    for text in told:
        assert_nothing_leaked(text, "the command line")
    tables = list(tmp_path.glob(".policycheck/snapshots/*/*.parquet"))
    assert len(tables) > 10
    for path in tables:
        with duckdb.connect() as con:
            rows = con.execute(f"SELECT * FROM read_parquet('{path}')").fetchall()
        assert_nothing_leaked(repr(rows), path.name)


CONFIG = f"version: 1\nconnectors: [{{name: prod, type: aws, services: {json.dumps(list(FAMILIES))}}}]\n"


def test_no_secret_is_in_the_parts_of_a_killed_pull(planted: Aws, tmp_path: Path) -> None:
    """The parts on disk when it was killed at its last request hold almost all that there is."""
    (tmp_path / "policycheck.yaml").write_text(CONFIG, encoding="utf-8")
    environ = {**clean_environment(), **planted.environ()}
    command = [sys.executable, "-m", "policycheck", "pull"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:

        def strike(heard: Heard, *_: Any) -> None:
            if heard.call == LAST:
                run.kill()

        planted.wire.disturb = strike
        _, said = run.communicate()
    assert run.returncode == -signal.SIGKILL
    parts = {path: path.read_text("utf-8") for path in (tmp_path / ".policycheck" / "pulls").rglob("*.*")}
    assert len(parts) > 20
    assert "sendgrid/api-key" in "".join(parts.values()), "the families with secrets are among them"
    for path, text in {**parts, tmp_path: said.decode()}.items():
        assert_nothing_leaked(text, path)


def test_no_secret_is_in_a_crash_log(
    planted: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error that ends the pull has all facts, and the secrets themselves, in its text and in its locals."""

    def fail(writer: Writer, coverage: object) -> Path:
        held = (CANARY, *SECRETS)
        raise ValueError(f"{held} {coverage}")

    (tmp_path / "policycheck.yaml").write_text(CONFIG.replace("prod", "x"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Writer, "commit", fail)
    assert run_program(["pull"]) == 4
    log = (tmp_path / ".policycheck" / "crash.log").read_text("utf-8")
    assert "ValueError at" in log
    captured = capsys.readouterr()
    for text in (log, captured.out, captured.err):
        assert_nothing_leaked(text, "the crash log")


def test_no_secret_is_logged_or_kept(planted: Aws, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Our own logs. Those of botocore tell bodies at level DEBUG, which the program never turns on."""
    with quick(), caplog.at_level(logging.DEBUG):
        pulled = Estate(planted, tmp_path).pull(*FAMILIES)
    assert_nothing_leaked(repr(pulled), "a fact")
    assert len(pulled.facts) > len(PLANTS)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("policycheck")]
    assert_nothing_leaked(repr(ours), "a log")


def test_the_server_holds_what_was_planted(planted: Aws) -> None:
    """The other tests would pass if nothing were there."""
    held = [
        planted.client("ssm").get_parameter(Name="/prod/stripe-token"),
        planted.client("secretsmanager").get_secret_value(SecretId="sendgrid/api-key"),
        planted.client("lambda").list_functions(),
        planted.client("glue").get_connection(Name="crm"),
        planted.client("apigateway").get_api_keys(includeValues=True),
        planted.client("codebuild").batch_get_projects(names=["export"]),
        planted.client("sns").list_subscriptions(),
        planted.client("kms").list_grants(KeyId=planted.client("kms").list_keys()["Keys"][0]["KeyId"]),
    ]
    assert [CANARY in repr(answer) for answer in held] == [True] * len(held)
    assert len(SECRETS) == 2
