"""Hosts that no vendor claims, with what is sent there."""

from __future__ import annotations

from policycheck.library.profiles import Profile
from policycheck.model.dataclass import dataclass
from policycheck.model.grants import Exposure


@dataclass(frozen=True, slots=True)
class Sent:
    """What one endpoint of a host gets: ``exposures`` are the personal fields and those that could not be classified,
    ``others`` is the number of fields that are neither. ``records`` is how many samples had the commonest field."""

    endpoint: str
    connector: str
    where: str
    records: int
    exposures: tuple[Exposure, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Stranger:
    """A host, or AWS account, that no policy recognises. ``looks_like`` is the profile that names it: a hint, no claim.

    ``account`` is the id of an account, whose ``host`` is then ``AWS account`` and the id.
    """

    host: str
    looks_like: Profile | None
    sent: tuple[Sent, ...]
    account: str = ""
