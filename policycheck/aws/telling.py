"""Examples that a reader understands at once: real actions, resources and context values for a witness.

Action names are facts from the Service Authorization Reference; the order is the order of preference.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.aws.patterns import ARN_COLONS, literal, matches
from policycheck.model.verdict import MADE_UP

ACCOUNT = "111122223333"
REGION = "us-east-1"
ACTIONS = (
    "s3:GetObject", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:Query", "secretsmanager:GetSecretValue",
    "ssm:GetParameter", "kms:Decrypt", "rds-data:ExecuteStatement", "athena:GetQueryResults",
    "redshift:GetClusterCredentials",
    "sqs:ReceiveMessage", "kinesis:GetRecords", "logs:GetLogEvents", "logs:FilterLogEvents", "ses:GetContact",
    "cognito-idp:ListUsers", "lakeformation:GetDataAccess", "glue:GetTable", "es:ESHttpGet", "ecr:BatchGetImage",
    "iam:CreateAccessKey", "iam:PassRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:CreateUser",
    "iam:CreateRole", "iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy", "iam:GetRole", "iam:ListRoles",
    "sts:AssumeRole", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetBucketAcl", "s3:GetBucketPolicy",
    "s3:PutBucketPolicy", "s3:PutObjectAcl", "s3:ListAllMyBuckets", "s3:DeleteBucket", "s3:CreateBucket",
    "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:DescribeTable", "dynamodb:ListTables",
    "lambda:InvokeFunction", "lambda:GetFunction", "lambda:CreateFunction", "lambda:UpdateFunctionCode",
    "lambda:ListFunctions", "ec2:RunInstances", "ec2:DescribeInstances", "ec2:TerminateInstances",
    "ec2:CreateSnapshot", "ec2:ModifySnapshotAttribute", "ec2:GetPasswordData", "ec2:StartInstances",
    "ec2:StopInstances", "ec2:CreateTags", "ec2:DeleteTags", "rds:DescribeDBInstances", "rds:CreateDBSnapshot",
    "sns:Publish", "sns:Subscribe", "sns:ListTopics", "sqs:SendMessage", "sqs:GetQueueUrl", "sqs:ListQueues",
    "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey", "kms:ListKeys",
    "secretsmanager:PutSecretValue", "secretsmanager:ListSecrets", "secretsmanager:DescribeSecret",
    "ssm:SendCommand", "ssm:StartSession", "ssm:DescribeParameters", "ssm:PutParameter",
    "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:CreateLogGroup", "logs:StartQuery",
    "cloudwatch:GetMetricData", "cloudwatch:PutMetricData", "cloudwatch:ListMetrics", "cloudwatch:DescribeAlarms",
    "cloudtrail:StopLogging", "cloudtrail:LookupEvents", "cloudformation:CreateStack", "cloudformation:DescribeStacks",
    "ses:SendEmail", "ses:SendRawEmail", "organizations:LeaveOrganization", "organizations:DescribeOrganization",
    "glue:GetDatabases", "athena:StartQueryExecution", "ecr:GetAuthorizationToken", "ecs:RunTask", "ecs:ListClusters",
    "eks:DescribeCluster", "kinesis:PutRecord", "tag:GetResources", "support:DescribeCases",
    "config:GetResourceConfigHistory",
)  # fmt: skip
RANK = {action.lower(): index for index, action in enumerate(ACTIONS)}
SPELLED = {action.lower(): action for action in ACTIONS}
BY_SERVICE: dict[str, tuple[str, ...]] = {}
for _action in RANK:
    _service = _action.partition(":")[0]
    BY_SERVICE[_service] = (*BY_SERVICE.get(_service, ()), _action)
_RESOURCES = {
    "s3": "arn:aws:s3:::example/report.csv",
    "dynamodb": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/example",
    "iam": f"arn:aws:iam::{ACCOUNT}:role/example",
    "sts": f"arn:aws:iam::{ACCOUNT}:role/example",
    "lambda": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:example",
    "secretsmanager": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:example-AbCdEf",
    "kms": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "ec2": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0123456789abcdef0",
    "logs": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:example:*",
    "ssm": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/example",
}
_BUCKET = frozenset({"s3:listbucket", "s3:getbucketacl", "s3:getbucketpolicy", "s3:putbucketpolicy", "s3:createbucket",
                     "s3:deletebucket"})  # fmt: skip
_USER = frozenset({"iam:createaccesskey", "iam:createuser"})
NO_RESOURCE = frozenset(
    {
        "s3:listallmybuckets", "ec2:describeinstances", "iam:listroles", "lambda:listfunctions", "sns:listtopics",
        "sqs:listqueues", "kms:listkeys", "secretsmanager:listsecrets", "cloudwatch:getmetricdata",
        "cloudwatch:putmetricdata", "cloudwatch:listmetrics", "ecr:getauthorizationtoken", "tag:getresources",
        "support:describecases", "cloudtrail:lookupevents", "ssm:describeparameters", "ecs:listclusters",
    }
)  # fmt: skip
OTHER_ACCOUNT, OTHER_REGION = "444455556666", "eu-west-1"
SPARE = "someone-else"
"""A value for a policy variable when the usual one is taken."""
_DEFAULTS = ("aws", "s3", REGION, ACCOUNT, "example")


def actions_for(pattern: str) -> Iterator[str]:
    """Known actions that a lower-case action pattern matches, the most telling first."""
    service = pattern.partition(":")[0]
    known = RANK if "*" in service or "?" in service else BY_SERVICE.get(service, ())
    yield from (action for action in known if matches(pattern, action))
    if ":" in pattern and service.strip("*?"):
        yield pattern.replace("*", "x").replace("?", "x")


def spelling(action: str, written: tuple[str, ...]) -> str:
    """A lower-case action in the letters that a reader expects: as known, else as written in the policy."""
    if action in SPELLED:
        return SPELLED[action]
    for text in written:
        if text.lower() == action:
            return text
    for text in written:
        head = text.partition("*")[0].partition("?")[0]
        if ":" in head and action.startswith(head.lower()):
            rest = action[len(head) :]
            return head + (rest[:1].upper() + rest[1:])
    service, _, verb = action.partition(":")
    return f"{service}:{verb[:1].upper()}{verb[1:]}"


def resource_for(action: str) -> str:
    """An ARN that the action could name, or a star for an action without resources. Encoded form is the caller's."""
    if action in NO_RESOURCE:
        return "*"
    if action in _BUCKET:
        return "arn:aws:s3:::example"
    if action in _USER:
        return f"arn:aws:iam::{ACCOUNT}:user/example"
    service = action.partition(":")[0]
    return _RESOURCES.get(service, f"arn:aws:{service}:{REGION}:{ACCOUNT}:example")


def has_model(action: str) -> bool:
    """Whether ``resource_for`` knows what the service's ARNs look like."""
    return action.partition(":")[0] in _RESOURCES or action.lower() in NO_RESOURCE


def guesses(pattern: str, action: str) -> Iterator[str]:
    """Strings of an encoded resource pattern that read like an ARN."""
    if not pattern.strip("*"):
        usual = resource_for(action)
        yield literal(usual)
        yield from map(literal, _elsewhere(usual))
        return
    if "*" not in pattern and "?" not in pattern:
        yield pattern
        return
    model = resource_for(action).split(":", ARN_COLONS)
    parts = pattern.split(":", ARN_COLONS)
    yield from _short(parts, model)
    read = ":".join(_part(piece, index, model) for index, piece in enumerate(parts))
    if action.startswith("s3:") and action not in _BUCKET and pattern.endswith("*") and "/" not in read:
        yield f"{read}/report.csv"
    yield read
    yield pattern.replace("*", "").replace("?", "x")


def _elsewhere(arn: str) -> Iterator[str]:
    """ARNs like ``arn`` for a search that leaves out its account, region, name or partition."""
    parts = arn.split(":", ARN_COLONS)
    if len(parts) <= ARN_COLONS:
        return
    for index, other in ((4, OTHER_ACCOUNT), (3, OTHER_REGION)):
        if parts[index]:
            yield ":".join([*parts[:index], other, *parts[index + 1 :]])
    yield arn.replace("example", "another")
    if arn.endswith("/report.csv"):
        yield f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/example/object/report.csv"
    yield ":".join(["arn", "aws-cn", *parts[2:3], *["cn-north-1" if piece else "" for piece in parts[3:4]], *parts[4:]])


def _short(parts: list[str], model: list[str]) -> Iterator[str]:
    """An ARN for a pattern that ends with a star before its resource part."""
    if len(parts) <= ARN_COLONS and parts[-1].endswith("*") and len(model) > ARN_COLONS:
        filled = [_part(piece, index, model) for index, piece in enumerate(parts)]
        yield ":".join([*filled, *model[len(parts) :]])


def fitting(pattern: str, arn: str) -> Iterator[str]:
    """ARNs that an encoded pattern matches and that look like ``arn``, which may be a star."""
    if not pattern.strip("*"):
        yield literal(arn)
        return
    model, parts = arn.split(":", ARN_COLONS), pattern.split(":", ARN_COLONS)
    yield from _short(parts, model)
    if len(parts) == len(model) > ARN_COLONS:
        head = [_part(piece, index, model) for index, piece in enumerate(parts[:-1])]
        yield ":".join([*head, model[-1]])
        yield ":".join([*head, parts[-1].replace("*", "example").replace("?", "x")])


def _part(piece: str, index: int, model: list[str]) -> str:
    if not piece.strip("*") and piece:
        found = model[index] if index < len(model) else ""
        return found or _DEFAULTS[min(index, len(_DEFAULTS) - 1)]
    word = "example" if index >= ARN_COLONS else ""
    return piece.replace("*", word).replace("?", "x")


def variable_value(name: str) -> str:
    """A value for a policy variable or a context key that only has to exist."""
    if "account" in name:
        return ACCOUNT
    if "orgid" in name:
        return "o-a1b2c3d4e5"
    return {"aws:username": "alice", "aws:sourceip": "192.0.2.10", "aws:requestedregion": REGION}.get(name, MADE_UP)
