"""How things are planted: one function for each kind of thing, each of which answers with a planter."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from tests.servers.aws import HOME, document
from tests.servers.company.site import EU, Site

#: An unknown party, one whose account a vendor publishes, and two vendors that have policies.
STRANGER, DATADOG, ACME, BOREAL = "999999999999", "464622532012", "444455556666", "555555555555"
#: Plants one thing in the account and Region of these names.
Plant = Callable[[Site, str, str], object]


def root(account: str) -> dict[str, str]:
    """Everybody in an account, as a principal."""
    return {"AWS": f"arn:aws:iam::{account}:root"}


def external_id(value: str, operator: str = "StringEquals") -> dict[str, Any]:
    """The condition that a vendor's ExternalId is given."""
    return {operator: {"sts:ExternalId": value}}


def allow(actions: str | list[str], resource: str = "*", condition: Any = None) -> str:
    """An identity policy of one statement."""
    more = {"Condition": condition} if condition else {}
    return document(Action=actions, Resource=resource, **more)


def deny(action: str, **more: str) -> str:
    """A control policy that takes one action away; that of AWS beside it leaves all others."""
    taken = {"Effect": "Deny", "Action": action, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [taken]})


def open_to(principal: Any, action: str | list[str], resource: str = "*", condition: Any = None) -> str:
    """A resource policy of one statement."""
    more = {"Condition": condition} if condition else {}
    return document(Principal=principal, Action=action, Resource=resource, **more)


def filled(site: Site, account: str, text: str) -> str:
    """The text with what is known only when the company stands: {ACCOUNT} is the one it is planted in."""
    return text.replace("{ACCOUNT}", site.id(account)).replace("{ORGANIZATION}", site.organization)


def role(
    name: str,
    principal: Any,
    condition: Any = None,
    action: str = "sts:AssumeRole",
    inline: str = "",
    managed: str = "",
    path: str = "/",
    boundary: str = "",
) -> Plant:
    """A role that this principal may assume. ``managed`` is the text of a policy of ours that is attached."""
    more = {"Condition": condition} if condition else {}
    trust = document(Principal=principal, Action=action, **more)

    def plant(site: Site, account: str, region: str) -> None:
        iam = site.client("iam", account)
        text = filled(site, account, trust)
        bounds: dict[str, str] = {}
        if boundary:
            made = iam.create_policy(PolicyName=f"{name}-boundary", PolicyDocument=boundary)
            bounds["PermissionsBoundary"] = made["Policy"]["Arn"]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=text, Path=path, **bounds)
        if inline:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=inline)
        if managed:
            arn = iam.create_policy(PolicyName=f"{name}-policy", PolicyDocument=managed)["Policy"]["Arn"]
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)

    return plant


def user(name: str, text: str = "", group: str = "") -> Plant:
    """A user with an access key, in a group that has the policy when one is named."""

    def plant(site: Site, account: str, region: str) -> None:
        iam = site.client("iam", account)
        iam.create_user(UserName=name)
        iam.create_access_key(UserName=name)
        if group:
            iam.create_group(GroupName=group)
            iam.add_user_to_group(GroupName=group, UserName=name)
            iam.put_group_policy(GroupName=group, PolicyName="inline", PolicyDocument=text)
        elif text:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=text)

    return plant


def bucket(name: str, text: str = "") -> Plant:
    """A bucket with this policy."""

    def plant(site: Site, account: str, region: str) -> None:
        s3 = site.client("s3", account, region)
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **place)
        if text:
            s3.put_bucket_policy(Bucket=name, Policy=filled(site, account, text))

    return plant


def access_point(name: str, bucket: str, text: str) -> Plant:
    """A door of its own to a bucket, with this policy."""

    def plant(site: Site, account: str, region: str) -> None:
        client = site.client("s3control", account, region)
        client.create_access_point(AccountId=site.id(account), Name=name, Bucket=bucket)
        client.put_access_point_policy(AccountId=site.id(account), Name=name, Policy=text)

    return plant


def key(text: str) -> Plant:
    """A KMS key whose policy says this beside what every key's policy says."""

    def plant(site: Site, account: str, region: str) -> None:
        own = json.loads(open_to(root(site.id(account)), "kms:*"))
        own["Statement"] += json.loads(text)["Statement"] if text else []
        site.client("kms", account, region).create_key(Policy=json.dumps(own))

    return plant


def topic(name: str, text: str = "", protocol: str = "", endpoint: str = "") -> Plant:
    """A topic with this policy, or with a subscription."""

    def plant(site: Site, account: str, region: str) -> None:
        sns = site.client("sns", account, region)
        arn = sns.create_topic(Name=name, Attributes={"Policy": text} if text else {})["TopicArn"]
        if protocol:
            sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)

    return plant


def queue(name: str, text: str = "") -> Plant:
    """A queue with this policy."""

    def plant(site: Site, account: str, region: str) -> None:
        attributes = {"Policy": text} if text else {}
        site.client("sqs", account, region).create_queue(QueueName=name, Attributes=attributes)

    return plant


def function(name: str, principal: str, source_account: str = "") -> Plant:
    """A function that this principal may invoke. Its environment holds a secret that nobody may see."""

    def plant(site: Site, account: str, region: str) -> None:
        client = site.client("lambda", account, region)
        runs = f"{name}-runs"
        service = {"Service": "lambda.amazonaws.com"}
        made = site.client("iam", account).create_role(
            RoleName=runs, AssumeRolePolicyDocument=document(Principal=service, Action="sts:AssumeRole")
        )
        client.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=made["Role"]["Arn"],
            Handler="main.handler",
            Code={"ZipFile": _code()},
            Environment={"Variables": {"SENDGRID_API_KEY": SECRET}},
        )
        more = {"SourceAccount": source_account} if source_account else {}
        client.add_permission(
            FunctionName=name, StatementId="planted", Action="lambda:InvokeFunction", Principal=principal, **more
        )

    return plant


#: Planted wherever AWS keeps a secret beside what we read; it must never show up.
SECRET = "planted-secret-7f3a9b1c"


def _code() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return event")
    return code.getvalue()


def secret(name: str, text: str = "") -> Plant:
    """A secret with this policy."""

    def plant(site: Site, account: str, region: str) -> None:
        client = site.client("secretsmanager", account, region)
        client.create_secret(Name=name, SecretString=SECRET)
        if text:
            client.put_resource_policy(SecretId=name, ResourcePolicy=text)

    return plant


def repository(name: str, text: str) -> Plant:
    """A repository of container images with this policy."""

    def plant(site: Site, account: str, region: str) -> None:
        ecr = site.client("ecr", account, region)
        ecr.create_repository(repositoryName=name)
        ecr.set_repository_policy(repositoryName=name, policyText=text)

    return plant


def registry(text: str) -> Plant:
    """The policy of the whole registry of container images."""

    def plant(site: Site, account: str, region: str) -> None:
        arn = site.arn("ecr", account, region, "repository/*")
        site.client("ecr", account, region).put_registry_policy(policyText=text.replace('"*"', f'"{arn}"', 1))

    return plant


def domain(name: str, text: str) -> Plant:
    """A search domain with this access policy."""

    def plant(site: Site, account: str, region: str) -> None:
        site.client("opensearch", account, region).create_domain(DomainName=name, AccessPolicies=text)

    return plant


def bus(name: str, principal: str) -> Plant:
    """An event bus to which this account may send events."""

    def plant(site: Site, account: str, region: str) -> None:
        events = site.client("events", account, region)
        events.create_event_bus(Name=name)
        events.put_permission(EventBusName=name, Action="events:PutEvents", Principal=principal, StatementId="planted")

    return plant


def stream(name: str, text: str) -> Plant:
    """A Kinesis stream with this policy."""

    def plant(site: Site, account: str, region: str) -> None:
        kinesis = site.client("kinesis", account, region)
        kinesis.create_stream(StreamName=name, ShardCount=1)
        kinesis.put_resource_policy(ResourceARN=site.arn("kinesis", account, region, f"stream/{name}"), Policy=text)

    return plant


def table(name: str, text: str = "") -> Plant:
    """A DynamoDB table with this policy."""

    def plant(site: Site, account: str, region: str) -> None:
        dynamodb = site.client("dynamodb", account, region)
        arn = dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )["TableDescription"]["TableArn"]
        if text:
            dynamodb.put_resource_policy(ResourceArn=arn, Policy=text)

    return plant


def data_catalog(text: str) -> Plant:
    """The policy of the Glue data catalog."""

    def plant(site: Site, account: str, region: str) -> None:
        site.client("glue", account, region).put_resource_policy(PolicyInJson=text)

    return plant


def control(name: str, unit: str, text: str, kind: str = "SERVICE_CONTROL_POLICY") -> Plant:
    """A control policy on a unit of the organization."""

    def plant(site: Site, account: str, region: str) -> None:
        client = site.client("organizations")
        root = client.list_roots()["Roots"][0]
        if kind not in [each["Type"] for each in root["PolicyTypes"]]:
            client.enable_policy_type(RootId=root["Id"], PolicyType=kind)
        made = client.create_policy(Name=name, Description=name, Type=kind, Content=text)
        client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=site.units[unit])

    return plant


def security_account(name: str) -> Plant:
    """A role of ours that the management account may assume."""
    return role(name, root(HOME), region_free(EU))


def nothing(site: Site, account: str, region: str) -> None:
    """What is looked for was planted with a way."""


def region_free(region: str) -> dict[str, Any]:
    """A condition that says nothing about who it is."""
    return {"StringEquals": {"aws:RequestedRegion": region}}
