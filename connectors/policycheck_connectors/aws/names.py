"""The names of the service families that a pull looks at, each with the ``module:attribute`` of its Family.

``OPT_IN`` are those that a pull takes only when they are asked for.
"""

from __future__ import annotations

_IN = "policycheck_connectors.aws.families"

FAMILIES: dict[str, str] = {
    "organizations": f"{_IN}.organizations:FAMILY",
    "iam": f"{_IN}.iam:FAMILY",
    "credential-report": f"{_IN}.report:FAMILY",
    "identity-providers": f"{_IN}.providers:FAMILY",
    "last-accessed": f"{_IN}.last_accessed:FAMILY",
    "s3": f"{_IN}.s3:FAMILY",
    "s3-access-points": f"{_IN}.s3:POINTS",
    "kms": f"{_IN}.keys:FAMILY",
    "sns": f"{_IN}.messaging:TOPICS",
    "sqs": f"{_IN}.messaging:QUEUES",
    "lambda": f"{_IN}.functions:FAMILY",
    "secretsmanager": f"{_IN}.policies:SECRETS",
    "ecr": f"{_IN}.policies:REPOSITORIES",
    "opensearch": f"{_IN}.policies:DOMAINS",
    "eventbuses": f"{_IN}.policies:BUSES",
    "kinesis": f"{_IN}.policies:STREAMS",
    "dynamodb": f"{_IN}.policies:TABLES",
    "glue": f"{_IN}.policies:CATALOG",
    "glue-tables": f"{_IN}.datasets:TABLES",
    "dataset-tags": f"{_IN}.datasets:TAGS",
    "cognito": f"{_IN}.clients:CLIENTS",
    "apigateway": f"{_IN}.clients:KEYS",
    "eventbridge": f"{_IN}.events:FAMILY",
    "ram": f"{_IN}.ram:FAMILY",
    "ec2-images": f"{_IN}.copies:MACHINES",
    "rds-snapshots": f"{_IN}.copies:DATABASES",
    "lakeformation": f"{_IN}.lakeformation:FAMILY",
    "pipes": f"{_IN}.pipes:FAMILY",
    "firehose": f"{_IN}.firehose:FAMILY",
    "logs": f"{_IN}.logs:FAMILY",
    "logs-account": f"{_IN}.logs:ACCOUNT_WIDE",
    "s3-replication": f"{_IN}.s3_out:FAMILY",
    "appflow": f"{_IN}.appflow:FAMILY",
    "dms": f"{_IN}.dms:TASKS",
    "dms-serverless": f"{_IN}.dms:CONFIGS",
    "kept-secrets": f"{_IN}.kept:SECRETS",
    "kept-parameters": f"{_IN}.kept:PARAMETERS",
}
OPT_IN: frozenset[str] = frozenset({"last-accessed"})
