"""Resource policies of services that have a list call and a policy call, and nothing else that lets somebody in.

Shapes: the service models of botocore, such as sns GetTopicAttributes and ecr GetRepositoryPolicy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck_connectors.aws.encryption import CALLS, ENCRYPTION, Keys
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, policy_of
from policycheck_connectors.aws.room import Room

_R = RESOURCE_POLICIES
_GONE = ("ResourceNotFoundException", "PolicyNotFoundException")


def _secrets(room: Room) -> Iterator[Fact]:
    keys = Keys(room)
    for secret in room.each(SECRETS.resources, "secretsmanager.list_secrets", "SecretList"):
        arn = str(secret["ARN"])
        key = secret.get("KmsKeyId") or "alias/aws/secretsmanager"
        yield from keys.of(arn, key, f"secretsmanager.list_secrets {arn}")
        answer = room.ask(_R, "secretsmanager.get_resource_policy", SecretId=arn)
        if answer is not None:
            yield from policy_of(room, arn, answer.get("ResourcePolicy"), f"secretsmanager.get_resource_policy {arn}")


def _repositories(room: Room) -> Iterator[Fact]:
    none = ("RepositoryPolicyNotFoundException",)
    for repository in room.each(_R, "ecr.describe_repositories", "repositories"):
        arn, name = str(repository["repositoryArn"]), str(repository["repositoryName"])
        answer = room.ask(_R, "ecr.get_repository_policy", none, repositoryName=name)
        if answer is not None:
            yield from policy_of(room, arn, answer.get("policyText"), f"ecr.get_repository_policy {name}")
    registry = room.ask(_R, "ecr.get_registry_policy", ("RegistryPolicyNotFoundException",))
    if registry:
        yield from policy_of(room, room.place.arn("ecr", "*"), registry.get("policyText"), "ecr.get_registry_policy")


def _domains(room: Room) -> Iterator[Fact]:
    for domain in room.each(_R, "opensearch.list_domain_names", "DomainNames"):
        name = str(domain["DomainName"])
        answer = room.ask(_R, "opensearch.describe_domain", DomainName=name)
        if answer is not None:
            status = answer.get("DomainStatus", {})
            arn = str(status.get("ARN") or room.place.arn("es", f"domain/{name}"))
            yield from policy_of(room, arn, status.get("AccessPolicies"), f"opensearch.describe_domain {name}")


def _buses(room: Room) -> Iterator[Fact]:
    for bus in room.each(_R, "events.list_event_buses", "EventBuses"):
        yield from policy_of(room, str(bus["Arn"]), bus.get("Policy"), f"events.list_event_buses {bus.get('Name', '')}")


def _streams(room: Room) -> Iterator[Fact]:
    keys = Keys(room)
    for name in room.each(STREAMS.resources, "kinesis.list_streams", "StreamNames"):
        arn = room.place.arn("kinesis", f"stream/{name}")
        answer = room.ask(_R, "kinesis.get_resource_policy", _GONE, ResourceARN=arn)
        if answer is not None:
            policy = answer.get("Policy")
            yield from policy_of(room, arn, None if _empty(policy) else policy, f"kinesis.get_resource_policy {name}")
        summary = room.ask(ENCRYPTION, "kinesis.describe_stream_summary", StreamName=name)
        if summary is not None:
            told = summary.get("StreamDescriptionSummary", {})
            key = told.get("KeyId") if told.get("EncryptionType") == "KMS" else ""
            yield from keys.of(arn, key, f"kinesis.describe_stream_summary {name}")


def _tables(room: Room) -> Iterator[Fact]:
    keys = Keys(room)
    for name in room.each(TABLES.resources, "dynamodb.list_tables", "TableNames"):
        arn = room.place.arn("dynamodb", f"table/{name}")
        answer = room.ask(_R, "dynamodb.get_resource_policy", _GONE, ResourceArn=arn)
        if answer is not None:
            yield from policy_of(room, arn, answer.get("Policy"), f"dynamodb.get_resource_policy {name}")
        described = room.ask(ENCRYPTION, "dynamodb.describe_table", TableName=name)
        if described is not None:
            sse = described.get("Table", {}).get("SSEDescription", {})
            key = sse.get("KMSMasterKeyArn") if sse.get("SSEType") == "KMS" else ""
            yield from keys.of(arn, key, f"dynamodb.describe_table {name}")


def _catalog(room: Room) -> Iterator[Fact]:
    answer = room.ask(_R, "glue.get_resource_policy", ("EntityNotFoundException",))
    if answer is not None:
        yield from policy_of(
            room, room.place.arn("glue", "catalog"), answer.get("PolicyInJson"), "glue.get_resource_policy"
        )


def _empty(policy: object) -> bool:
    """Whether a document has no statement: Kinesis answers ``{}`` for a stream without a policy."""
    try:
        value = json.loads(policy) if isinstance(policy, str) and policy else policy
    except ValueError:
        return False
    return not value


SECRETS = Family(
    "secretsmanager",
    REGIONAL,
    (_R, ENCRYPTION),
    {
        "secretsmanager.list_secrets": ("secretsmanager:ListSecrets",),
        "secretsmanager.get_resource_policy": ("secretsmanager:GetResourcePolicy",),
        **CALLS,
    },
    "policies and keys of secrets; never a value",
    _secrets,
)
REPOSITORIES = Family(
    "ecr",
    REGIONAL,
    (_R,),
    {
        "ecr.describe_repositories": ("ecr:DescribeRepositories",),
        "ecr.get_repository_policy": ("ecr:GetRepositoryPolicy",),
        "ecr.get_registry_policy": ("ecr:GetRegistryPolicy",),
    },
    "policies of container repositories and of the registry",
    _repositories,
)
DOMAINS = Family(
    "opensearch",
    REGIONAL,
    (_R,),
    {
        "opensearch.list_domain_names": ("es:ListDomainNames",),
        "opensearch.describe_domain": ("es:DescribeDomain",),
    },
    "access policies of search domains",
    _domains,
)
BUSES = Family(
    "eventbuses",
    REGIONAL,
    (_R,),
    {"events.list_event_buses": ("events:ListEventBuses",)},
    "policies of event buses",
    _buses,
)
STREAMS = Family(
    "kinesis",
    REGIONAL,
    (_R, ENCRYPTION),
    {
        "kinesis.list_streams": ("kinesis:ListStreams",),
        "kinesis.get_resource_policy": ("kinesis:GetResourcePolicy",),
        "kinesis.describe_stream_summary": ("kinesis:DescribeStreamSummary",),
        **CALLS,
    },
    "policies and keys of data streams",
    _streams,
)
TABLES = Family(
    "dynamodb",
    REGIONAL,
    (_R, ENCRYPTION),
    {
        "dynamodb.list_tables": ("dynamodb:ListTables",),
        "dynamodb.get_resource_policy": ("dynamodb:GetResourcePolicy",),
        "dynamodb.describe_table": ("dynamodb:DescribeTable",),
        **CALLS,
    },
    "policies and keys of tables",
    _tables,
)
CATALOG = Family(
    "glue",
    REGIONAL,
    (_R,),
    {"glue.get_resource_policy": ("glue:GetResourcePolicy",)},
    "the policy of the data catalog",
    _catalog,
)
