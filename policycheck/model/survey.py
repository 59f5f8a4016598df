"""What the listings show: vendors, grants, fields, exposures."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage
from policycheck.model.findings import SnapshotInfo
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence


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
class StoppedRead:
    """A dataset that policies let a vendor read through the principal ``via`` and that something else keeps from it.

    ``by`` is a sentence on what stops the read, ``assumes`` are sentences on what that rests on. ``categories`` are
    those of the dataset's fields. ``party`` is who would read where ``via`` is what it is let into.
    """

    vendor: str
    account: str
    via: str
    dataset: str
    action: str
    by: str
    categories: tuple[str, ...]
    assumes: tuple[str, ...] = ()
    party: str = ""


@dataclass(frozen=True, slots=True)
class UnlistedRead:
    """Something that a vendor can read through the principal ``via`` and that no dataset of the catalog describes.

    ``action`` is the request as it is granted, ``places`` are the resources that were seen and that it reaches; none:
    only the grant is known. ``party`` is who reads where ``via`` is what it is let into.
    """

    vendor: str
    system: str
    account: str
    via: str
    action: str
    places: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    party: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """What the policies of a principal through which a vendor acts allow it: their texts, canonical JSON."""

    vendor: str
    account: str
    principal: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was seen, joined, without a judgement. ``fields`` are the exposures that vendors hold
    themselves (origin other than ``readable``); ``exposures`` are all of them; ``stopped`` are none; ``unlisted`` may
    hold more of them."""

    vendors: tuple[VendorRow, ...]
    grants: tuple[Grant, ...]
    fields: tuple[Exposure, ...]
    exposures: tuple[Exposure, ...]
    coverage: tuple[Coverage, ...]
    snapshot: SnapshotInfo
    stopped: tuple[StoppedRead, ...] = ()
    unlisted: tuple[UnlistedRead, ...] = ()
    reached: tuple[Reached, ...] = ()
