"""One partition of a snapshot: what belongs to one account of one system, the unit of evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import (
    Attachment,
    Attestation,
    CatalogEntry,
    Coverage,
    Credential,
    DataGrant,
    PolicyDocument,
    Principal,
    Provider,
    Relation,
    Trust,
    Use,
    VendorField,
)
from policycheck.model.findings import SnapshotInfo
from policycheck.model.shares import Encryption, Setting, Share
from policycheck.model.units import Control, Unit


@dataclass(frozen=True, slots=True)
class Partition:
    """Everything of one account of one system that is judged together.

    ``trusts`` are those of roles, ``resources`` the policies of all other resources (Trust of kind ``resource``).
    ``relations`` and ``data_grants`` are what a database holds, and who was given which privilege there; ``shares``
    what else was given to others, ``settings`` what stops some of that.
    """

    system: str
    account: str
    principals: tuple[Principal, ...]
    attachments: tuple[Attachment, ...]
    trusts: tuple[Trust, ...]
    resources: tuple[Trust, ...] = ()
    relations: tuple[Relation, ...] = ()
    data_grants: tuple[DataGrant, ...] = ()
    shares: tuple[Share, ...] = ()
    settings: tuple[Setting, ...] = ()


class FactSource(Protocol):
    """What a snapshot answers; anything with these can be judged."""

    @property
    def info(self) -> SnapshotInfo:
        """Which snapshot this is."""
        ...

    def partitions(self) -> Iterator[Partition]:
        """The partitions, ordered by system and account, one in memory at a time."""
        ...

    def accounts(self) -> frozenset[str]:
        """The accounts of all roles in AWS."""
        ...

    def resource_policies(self) -> Iterator[Trust]:
        """The policies of all resources that are not roles, of every account."""
        ...

    def clouds(self) -> frozenset[str]:
        """The ARN partitions of all roles: ``aws``, ``aws-cn``."""
        ...

    def canonical_ids(self) -> frozenset[str]:
        """The canonical user ids of our own AWS accounts."""
        ...

    def documents(self) -> Mapping[str, PolicyDocument]:
        """Policy documents by hash."""
        ...

    def units(self) -> tuple[Unit, ...]:
        """All units of AWS organizations."""
        ...

    def controls(self) -> tuple[Control, ...]:
        """All organization policies, one for each target."""
        ...

    def encryption(self) -> tuple[Encryption, ...]:
        """With which keys the resources of all accounts are encrypted."""
        ...

    def key_grants(self) -> tuple[Share, ...]:
        """The grants of all keys of KMS."""
        ...

    def lake_grants(self) -> tuple[DataGrant, ...]:
        """The grants of Lake Formation, of all accounts."""
        ...

    def credentials(self) -> tuple[Credential, ...]:
        """All credentials."""
        ...

    def uses(self) -> tuple[Use, ...]:
        """When principals last used what they may use."""
        ...

    def providers(self) -> tuple[Provider, ...]:
        """All identity providers."""
        ...

    def catalog(self) -> tuple[CatalogEntry, ...]:
        """What the catalogs of the systems describe."""
        ...

    def vendor_fields(self) -> tuple[VendorField, ...]:
        """All vendor fields."""
        ...

    def attestations(self) -> tuple[Attestation, ...]:
        """All attestations."""
        ...

    def coverage(self) -> tuple[Coverage, ...]:
        """What was looked at and what was not."""
        ...
