"""The facts about what limits reads beside policies: keys that encrypt, their grants, the grants of Lake Formation."""

from __future__ import annotations

from dataclasses import field

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage, DataGrant
from policycheck.model.partition import FactSource
from policycheck.model.shares import Encryption, Share


@dataclass(frozen=True, slots=True)
class Guards:
    """All of them. ``looked`` has (resource kind, account, Region) where everything of it was seen; the Region is empty
    for a source that does not go by Regions."""

    encryption: tuple[Encryption, ...] = ()
    key_grants: tuple[Share, ...] = ()
    lake_grants: tuple[DataGrant, ...] = ()
    looked: frozenset[tuple[str, str, str]] = field(default_factory=frozenset)

    def granted(self, key: str) -> bool:
        """Whether the grants of a key were all seen."""
        _, _, _, region, account, *_ = [*key.split(":"), "", "", "", ""]
        return self._saw("shares", account, region)

    def laked(self, account: str, region: str) -> bool:
        """Whether the grants of Lake Formation in a place were all seen."""
        return self._saw("data_grants", account, region)

    def _saw(self, kind: str, account: str, region: str) -> bool:
        return any((kind, account, each) in self.looked for each in (region, ""))


#: The families of a live pull that tell grants of keys and of Lake Formation. One Region each.
_FAMILIES = {"shares": "kms", "data_grants": "lakeformation"}


def guards_of(snapshot: FactSource) -> Guards:
    """Those of a snapshot."""
    looked = frozenset(found for row in snapshot.coverage() if (found := _looked(row)) is not None)
    return Guards(snapshot.encryption(), snapshot.key_grants(), snapshot.lake_grants(), looked)


def _looked(row: Coverage) -> tuple[str, str, str] | None:
    """What a row of coverage says was seen whole: of one family in one Region, or by a file."""
    if row.system != "aws" or row.status != "complete" or row.resource not in _FAMILIES:
        return None
    if row.type != "aws":
        return row.resource, row.account, ""
    family, _, region = row.where.partition(" ")
    return (row.resource, row.account, region) if family == _FAMILIES[row.resource] else None
