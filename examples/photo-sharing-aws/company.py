"""Builds Lumen's AWS account as live resources, from the same exports that examples/photo-sharing reads as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

EXAMPLE = Path(__file__).resolve().parent.parent / "photo-sharing"
ACCOUNT, REGION = "111122223333", "eu-west-1"
#: Lumen's security account, from which policycheck looks; it is the account that moto gives to unknown keys.
SECURITY = "123456789012"


class Account:
    """The account of the exports, in the server at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url
        keys = {"aws_access_key_id": "demo", "aws_secret_access_key": "demo"}
        sts = boto3.client("sts", endpoint_url=url, region_name=REGION, **keys)
        role = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
        made = sts.assume_role(RoleArn=role, RoleSessionName="demo")["Credentials"]
        self._session = boto3.Session(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    def client(self, service: str) -> Any:
        """A client in the account."""
        return self._session.client(service, endpoint_url=self._url, region_name=REGION)

    def build(self) -> None:
        """Make everything that the exports name."""
        details = json.loads((EXAMPLE / f"exports/aws/account-{ACCOUNT}.json").read_text("utf-8"))
        iam = self.client("iam")
        for policy in details["Policies"]:
            self._policy(iam, policy)
        for group in details["GroupDetailList"]:
            self._group(iam, group)
        for role in details["RoleDetailList"]:
            self._role(iam, role)
        for user in details["UserDetailList"]:
            self._user(iam, user)
        for arn, policy in _resources():
            self._resource(arn, policy)

    def _policy(self, iam: Any, policy: dict[str, Any]) -> None:
        if ":iam::aws:" not in policy["Arn"]:
            (text,) = (v["Document"] for v in policy["PolicyVersionList"] if v["IsDefaultVersion"])
            iam.create_policy(PolicyName=policy["PolicyName"], Path=policy["Path"], PolicyDocument=json.dumps(text))

    def _group(self, iam: Any, group: dict[str, Any]) -> None:
        name = group["GroupName"]
        iam.create_group(GroupName=name, Path=group["Path"])
        for each in group["GroupPolicyList"]:
            document = json.dumps(each["PolicyDocument"])
            iam.put_group_policy(GroupName=name, PolicyName=each["PolicyName"], PolicyDocument=document)

    def _role(self, iam: Any, role: dict[str, Any]) -> None:
        name, boundary = role["RoleName"], role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        iam.create_role(
            RoleName=name,
            Path=role["Path"],
            AssumeRolePolicyDocument=json.dumps(role["AssumeRolePolicyDocument"]),
            Tags=role["Tags"],
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
        for each in role["RolePolicyList"]:
            document = json.dumps(each["PolicyDocument"])
            iam.put_role_policy(RoleName=name, PolicyName=each["PolicyName"], PolicyDocument=document)
        for each in role["AttachedManagedPolicies"]:
            iam.attach_role_policy(RoleName=name, PolicyArn=each["PolicyArn"])

    def _user(self, iam: Any, user: dict[str, Any]) -> None:
        name = user["UserName"]
        iam.create_user(UserName=name, Path=user["Path"], Tags=user.get("Tags", []))
        for each in user["AttachedManagedPolicies"]:
            iam.attach_user_policy(UserName=name, PolicyArn=each["PolicyArn"])
        for group in user["GroupList"]:
            iam.add_user_to_group(UserName=name, GroupName=group)

    def _resource(self, arn: str, policy: str) -> None:
        service, name = arn.split(":")[2], arn.split(":")[-1].rpartition("/")[-1]
        if service == "dynamodb":
            self.client("dynamodb").create_table(
                TableName=name,
                AttributeDefinitions=[{"AttributeName": "member_id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "member_id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
            return
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if policy:
            s3.put_bucket_policy(Bucket=name, Policy=policy)


def _resources() -> Iterator[tuple[str, str]]:
    """ARN and policy of every resource that the exports name, an empty policy for those without one."""
    exports = EXAMPLE / "exports/resource-policies"
    for file in sorted(exports.glob(f"{ACCOUNT}/*/s3/*.json")):
        yield f"arn:aws:s3:::{file.stem}", json.loads(file.read_text("utf-8"))["Policy"]
    for entry in json.loads((exports / "without-policy.json").read_text("utf-8")):
        yield entry["arn"], ""
