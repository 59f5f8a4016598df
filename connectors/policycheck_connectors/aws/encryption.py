"""With which key of KMS a resource is encrypted, as facts.

Source: AWS KMS API Reference, DescribeKey; AWS KMS Developer Guide, "AWS managed keys".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.shares import Encryption
from policycheck_connectors.aws.room import Room

ENCRYPTION = "encryption"
#: What a family that tells encryption has to call beside its own calls.
CALLS: Mapping[str, tuple[str, ...]] = {"kms.describe_key": ("kms:DescribeKey",)}
_DESCRIBE = "kms.describe_key"
_MANAGED = "alias/aws/"


class Keys:
    """The keys that the resources of one room name, each asked for once."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._known: dict[tuple[str, str], tuple[str, str] | None] = {}

    def of(
        self, resource: str, told: object, where: str, region: str = "", default: bool = False
    ) -> Iterator[Encryption]:
        """The encryption of a resource by the key that it names: an id, an alias or the ARN of either.

        Without one (empty) reading needs no permission on a key. One that cannot be found is a gap.
        """
        place = self._room.place
        self._room.count(ENCRYPTION)
        found: tuple[str, str] | None = ("", "")
        if told:
            found = self._resolved(str(told), region or place.region)
        if found is not None:
            key, manager = found
            yield Encryption("aws", place.account, resource, key, self._room.connector, where, manager, default)

    def _resolved(self, told: str, region: str) -> tuple[str, str] | None:
        """(ARN, who manages the key), None when it could not be told."""
        if (told, region) not in self._known:
            self._known[told, region] = self._asked(told, region)
        return self._known[told, region]

    def _asked(self, told: str, region: str) -> tuple[str, str] | None:
        place = self._room.place
        arn = told if told.startswith("arn:") else f"arn:{place.partition}:kms:{region}:{place.account}:{_rest(told)}"
        _, _, _, of, account, rest = arn.split(":", 5)
        if rest.startswith(_MANAGED):
            # Describing it would make the key where there is none yet.
            return arn, "aws"
        if account != place.account and rest.startswith("key/"):
            # No other account can use a key that AWS manages.
            return arn, "customer"
        answer = self._room.ask(ENCRYPTION, _DESCRIBE, region=of, KeyId=arn)
        return _described(answer) if answer is not None else (arn, "") if rest.startswith("key/") else None


def _rest(told: str) -> str:
    return told if told.startswith("alias/") else f"key/{told}"


def _described(answer: Mapping[str, Any]) -> tuple[str, str]:
    key = answer.get("KeyMetadata", {})
    return str(key.get("Arn", "")), "aws" if key.get("KeyManager") == "AWS" else "customer"
