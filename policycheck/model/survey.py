"""What the listings show: vendors, grants, fields, exposures."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.model.facts import Coverage
from policycheck.model.findings import SnapshotInfo
from policycheck.model.grants import Exposure, Grant


@dataclass(frozen=True, slots=True)
class VendorRow:
    """One vendor: declared (``policy`` is its file), or only seen (``policy`` empty)."""

    vendor: str
    name: str
    kind: str
    stage: str
    owner: str
    policy: str
    grants: int
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was seen, joined, without a judgement. ``fields`` are the exposures that vendors hold
    themselves (origin other than ``readable``); ``exposures`` are all of them."""

    vendors: tuple[VendorRow, ...]
    grants: tuple[Grant, ...]
    fields: tuple[Exposure, ...]
    exposures: tuple[Exposure, ...]
    coverage: tuple[Coverage, ...]
    snapshot: SnapshotInfo
