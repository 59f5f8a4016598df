"""ARNs of resources: as an answer tells them, or as the path of a file does.

Formats: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from policycheck.model.dataclass import dataclass

ACCOUNT = re.compile(r"\d{12}")
REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_ARN = re.compile(r"arn:aws[a-z-]*:(?!iam:|sts:|organizations:)[a-z0-9-]+:[a-z0-9-]*:(\d{12}|):[!-)+->@-~]{1,1024}")
_OWN = re.compile(
    r"(arn:aws[a-z-]*:s3:::[a-z0-9.-]{3,63})(?:/.*)?|(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w:$-]+)"
)
_SUFFIXES = (".gz", ".json", ".jsonl", ".ndjson", ".txt")

#: What follows ``arn:PARTITION:`` for the directory that a file is in. A bucket's ARN has neither region nor account.
_RESOURCES = {
    "acm-pca": "acm-pca:{region}:{account}:certificate-authority/{name}",
    "backup": "backup:{region}:{account}:backup-vault:{name}",
    "dynamodb": "dynamodb:{region}:{account}:table/{name}",
    "ecr": "ecr:{region}:{account}:repository/{name}",
    "efs": "elasticfilesystem:{region}:{account}:file-system/{name}",
    "events": "events:{region}:{account}:event-bus/{name}",
    "glacier": "glacier:{region}:{account}:vaults/{name}",
    "glue": "glue:{region}:{account}:catalog",
    "kinesis": "kinesis:{region}:{account}:stream/{name}",
    "kms": "kms:{region}:{account}:key/{name}",
    "lambda": "lambda:{region}:{account}:function:{name}",
    "opensearch": "es:{region}:{account}:domain/{name}",
    "s3": "s3:::{name}",
    "s3control": "s3:{region}:{account}:accesspoint/{name}",
    "secretsmanager": "secretsmanager:{region}:{account}:secret:{name}",
    "sns": "sns:{region}:{account}:{name}",
    "sqs": "sqs:{region}:{account}:{name}",
}
_ALIASES = {"s3api": "s3", "es": "opensearch", "elasticfilesystem": "efs"}
SERVICES = (*_RESOURCES, *_ALIASES)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a resource beside its answer; every part is empty when it is not known.

    ``name`` is the resource's name, or its whole ARN.
    """

    account: str = ""
    region: str = ""
    service: str = ""
    name: str = ""

    def known(self) -> bool:
        """Whether the ARN itself was told."""
        return self.name.startswith("arn:")

    def owner(self) -> str:
        """The account as far as it is known, empty otherwise."""
        try:
            return account_of(self.arn()) or self.account
        except ValueError:
            return self.account

    def arn(self) -> str:
        """The ARN of the resource; ValueError when a part that it needs is not known."""
        if self.known():
            return checked(self.name)
        form = _RESOURCES[_ALIASES.get(self.service, self.service)] if self.service else ""
        parts = {"account": self.account, "region": self.region, "name": self.name}
        lacks = any(f"{{{key}}}" in form and not part for key, part in parts.items())
        # A key has one id and any number of aliases; the id is in its ARN.
        if not form or lacks or self.name.startswith("alias/"):
            raise ValueError("not enough for an ARN")
        return checked(f"arn:{_partition(self.region)}:{form.format(**parts)}")


def checked(value: object) -> str:
    """The ARN of one resource that can have a resource policy; ValueError for anything else."""
    if not isinstance(value, str) or not _ARN.fullmatch(value):
        raise ValueError("not the ARN of a resource")
    return value


def account_of(arn: str) -> str:
    """The account in an ARN, empty for a bucket."""
    return arn.split(":", 5)[4]


def only_resource(resource: object) -> str:
    """The ARN of the bucket or function that an element of a policy speaks of, empty for anything else.

    S3 and Lambda take no policy that names another resource than the one that it is of.
    """
    match = _OWN.fullmatch(resource) if isinstance(resource, str) else None
    return (match.group(1) or match.group(2)) if match else ""


def place_of(name: str, account: str, region: str) -> Place:
    """What the path of a file tells: directories named by account, region and service, a file named by the resource.

    A file may also be named by the URL-encoded ARN. ``account`` and ``region`` count where the path tells none.
    """
    path = PurePosixPath(name)
    stem = path.name
    for suffix in _SUFFIXES:
        stem = stem.removesuffix(suffix)
    inner = list(reversed(path.parts[:-1]))
    return Place(
        next((part for part in inner if ACCOUNT.fullmatch(part)), account),
        next((part for part in inner if REGION.fullmatch(part)), region),
        next((part for part in inner if part in SERVICES), ""),
        unquote(stem),
    )


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
