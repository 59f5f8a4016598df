"""The answers of the calls that tell a resource's policy, as the AWS CLI prints them.

Shapes: the service models of botocore, such as s3 GetBucketPolicy, kms GetKeyPolicy, sns GetTopicAttributes, sqs
GetQueueAttributes, lambda GetPolicy, secretsmanager GetResourcePolicy, ecr GetRepositoryPolicy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from policycheck_connectors.files.aws_arns import ACCOUNT, Place, account_of, only_resource
from policycheck_connectors.files.aws_documents import decoded
from policycheck_connectors.files.aws_resource_settings import KEYS
from policycheck_connectors.files.values import text_of

_POLICIES = (
    *("Policy", "policy", "ResourcePolicy", "resourcePolicy", "policyText", "PolicyInJson", "AccessPolicies"),
    *("PolicyDocument", "policyDocument", "document"),
)
_ARNS = (
    *("arn", "Arn", "ARN", "TopicArn", "QueueArn", "ResourceArn", "resourceArn", "BackupVaultArn"),
    *("EndpointArn", "LineageGroupArn"),
)
_NAMES = {"repositoryName": "ecr", "FileSystemId": "efs", "fileSystemId": "efs"}
_ACCOUNTS = ("account", "registryId")
_AROUND = ("Attributes", "DomainStatus", "policy", "ResourcePolicy", "resourcePolicy", "Policy")
_DOCUMENT = ("Version", "Id", "Statement")
#: The keys of an answer that are looked at; all others are passed over while reading.
KNOWN = frozenset((*_POLICIES, *_ARNS, *_NAMES, *_ACCOUNTS, *_AROUND, *_DOCUMENT, *KEYS, "Name", "Error"))

_ERROR = re.compile(r"An error occurred \((\w{1,64})\) when calling the \w+ operation")
_WITHOUT = frozenset(
    {
        *("NoSuchBucketPolicy", "NoSuchAccessPointPolicy", "RepositoryPolicyNotFoundException", "PolicyNotFound"),
        *("PolicyNotFoundException", "ResourcePolicyNotFoundException", "NoSuchPolicy"),
        # What Lambda, Glue and others answer when there is no policy, and when the resource itself is gone.
        *("ResourceNotFoundException", "EntityNotFoundException"),
    }
)
_DENIED = re.compile(r".*(?:AccessDenied|Unauthorized|NotAuthorized|Forbidden).*")

NO_POLICY = "answers without a policy"
ERRORS = "answers that tell of an error"
DENIED = "calls that were denied"


class Nothing(Exception):
    """The resource has no policy."""


class Unreadable(ValueError):
    """Why nothing can be told from an answer: a plural such as ``calls that were denied``."""


def error_text(start: bytes) -> str | None:
    """The code of the error that the CLI wrote in place of an answer, None when it is none."""
    match = _ERROR.search(start[:1024].decode("utf-8", "replace"))
    return match.group(1) if match and start.lstrip()[:1] not in (b"{", b"[", b'"') else None


def judge(code: str) -> None:
    """Raise what the code of an error means: Nothing or Unreadable."""
    if code in _WITHOUT:
        raise Nothing
    raise Unreadable(DENIED if _DENIED.fullmatch(code) else ERRORS)


class Answer:
    """One answer: ``place`` is the resource as far as answer and path tell it.

    ``bare``: it has no keys beside those that are known, which an answer about something else would have.
    """

    def __init__(self, value: Mapping[str, object], place: Place, *, bare: bool) -> None:
        self._value, self._at = _unwrapped(value)
        self._bare = bare and all(key in KNOWN for key in value)
        self.place = self._placed(place)

    def policy(self) -> tuple[object, tuple[str, ...]]:
        """The policy as it came and the keys that lead to it; Nothing or Unreadable when there is none."""
        error = self._value.get("Error")
        if isinstance(error, Mapping):
            judge(str(error.get("Code")))
        if "Statement" in self._value:
            return {key: self._value[key] for key in _DOCUMENT if key in self._value}, self._at
        for key in _POLICIES:
            if key in self._value:
                return _taken(key, self._value[key]), (*self._at, key)
        if self._complete():
            raise Nothing
        raise Unreadable(NO_POLICY)

    def _placed(self, place: Place) -> Place:
        for key in _ACCOUNTS:
            if (told := text_of(self._value.get(key))) and ACCOUNT.fullmatch(told):
                place = replace(place, account=told)
        for key, service in _NAMES.items():
            if name := text_of(self._value.get(key)):
                place = replace(place, service=service, name=name)
        for key in _ARNS:
            if (arn := text_of(self._value.get(key))) and arn.startswith("arn:"):
                place = replace(place, name=arn)
        return place

    def _complete(self) -> bool:
        """Whether an answer of this kind without a policy says that there is none."""
        service = self.place.name.split(":")[2] if self.place.name.count(":") > 4 else ""
        if service == "sqs":
            # Of a queue only what was asked for is told; who asked for all would have got the policy too.
            return "CreatedTimestamp" in self._value
        return service == "events" or (service == "secretsmanager" and self._bare and "Name" in self._value)


def owner(place: Place, policy: object) -> tuple[str, str]:
    """(ARN, account) of the resource that has a policy; ValueError when the two cannot be told."""
    arn = place.arn() if place.known() else _own(policy) or place.arn()
    account = account_of(arn) or place.account
    if not account:
        raise ValueError("no account")
    return arn, account


def _own(policy: object) -> str:
    """The only bucket or function that a policy speaks of, empty when there is none such."""
    try:
        value = json.loads(decoded(policy)) if isinstance(policy, str) else policy
    except (ValueError, RecursionError):
        return ""
    statements = value.get("Statement") if isinstance(value, Mapping) else None
    found: set[str] = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        resources = statement.get("Resource") if isinstance(statement, Mapping) else None
        for resource in resources if isinstance(resources, list) else [resources]:
            found.add(only_resource(resource))
    return found.pop() if len(found) == 1 else ""


def _unwrapped(value: Mapping[str, object]) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """The object that holds the policy, with what the outer one tells, and the keys that lead to it."""
    for key in _AROUND:
        inner = value.get(key)
        if isinstance(inner, Mapping) and "Statement" not in inner and any(k in inner for k in (*_POLICIES, *_ARNS)):
            return {**{k: v for k, v in value.items() if k != key}, **inner}, (key,)
    return value, ()


def _taken(key: str, policy: object) -> object:
    if policy is None or (key == "AccessPolicies" and policy == ""):
        raise Nothing
    if isinstance(policy, Mapping) and "Statement" not in policy:
        raise Unreadable(NO_POLICY)
    if not isinstance(policy, (str, Mapping)) or not policy:
        raise Unreadable(NO_POLICY)
    return policy
