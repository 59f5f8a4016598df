"""What is known of the policies of AWS resources: of what they speak, and which conditions confine everybody."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ResourcePolicies:
    """``belongs``: by service, what follows the ARN of a resource for what its policy speaks of too; ``whole``:
    services with one policy for a whole account; ``confining``: lower-case condition keys of which a fixed value
    confines a statement for everybody; ``widest``: the shortest prefix of a fixed address range, by IP version;
    ``exported_by``: by service, the AWS CLI command that tells the policy of a resource; ``aws_accounts``:
    accounts of AWS itself."""

    belongs: Mapping[str, tuple[str, ...]]
    whole: frozenset[str]
    confining: frozenset[str]
    widest: Mapping[int, int]
    exported_by: Mapping[str, str]
    aws_accounts: frozenset[str]

    def speaks_of(self, arn: str) -> tuple[str, ...]:
        """The patterns of all that the policy of a resource can speak of."""
        parts = arn.split(":")
        service = parts[2] if len(parts) > 2 else ""
        if service in self.whole:
            return (":".join([*parts[:5], "*"]),)
        return (arn, *(arn + suffix for suffix in self.belongs.get(service, self.belongs["default"])))


@lru_cache(maxsize=1)
def load_resource_policies() -> ResourcePolicies:
    """The shipped facts."""
    raw = read_data("aws", "resource_policies.yaml")
    return ResourcePolicies(
        belongs={service: tuple(suffixes) for service, suffixes in raw["belongs"].items()},
        whole=frozenset(raw["whole"]),
        confining=frozenset(key.lower() for key in raw["confining"]),
        widest={4: raw["widest"]["ipv4"], 6: raw["widest"]["ipv6"]},
        exported_by=dict(raw["exported_by"]),
        aws_accounts=frozenset(account for entry in raw["aws_accounts"] for account in entry["accounts"]),
    )
