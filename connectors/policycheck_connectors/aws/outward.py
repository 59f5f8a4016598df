"""What the families that look at ways out share: the facts of one way, and how its two ends are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import CONSTANT, VendorField
from policycheck_connectors.aws.resources import account_of
from policycheck_connectors.aws.room import Room

#: The kind of resource of all ways out in coverage.
FLOWS = "flows"
_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: ``sender`` is the ARN of what sends, the rest as in VendorField."""

    room: Room
    sender: str
    where: str
    sources: tuple[str, ...] = ()
    host: str = ""
    party: str = ""
    destination: str = ""
    system: str = ""

    def sends(
        self, path: str, *, form: str | None = None, without: tuple[str, ...] = (), label: str = ""
    ) -> VendorField:
        """One field that goes this way."""
        return VendorField(
            self.system,
            self.room.place.account,
            self.sender,
            path,
            self.room.connector,
            self.where,
            label=label,
            origin="sent",
            form=form,
            category="none" if path == CONSTANT else None,
            host=self.host,
            party=self.party,
            destination=self.destination,
            sources=self.sources,
            without=without,
        )

    def all(self, paths: Iterator[str]) -> Iterator[VendorField]:
        """A field for each path, each once; CONSTANT when there is none."""
        self.room.count(FLOWS)
        for path in dict.fromkeys(paths) or (CONSTANT,):
            yield self.sends(path)


def host_of(room: Room, url: object, where: str) -> str:
    """The host of an address; empty, which is a gap, when it cannot be read."""
    try:
        found = urlsplit(str(url)).hostname
    except ValueError:
        found = None
    if not found:
        room.gap(FLOWS, "addresses that cannot be read", "look at the address in AWS", where)
    return found or ""


def other_account(room: Room, arn: str) -> str:
    """The account of an ARN when it is not the one that is looked at, else empty."""
    account = account_of(arn)
    return "" if account == room.place.account else account


def key_path(json_path: str) -> str:
    """``$.detail.items[0].email`` as ``detail.items[].email``; empty for ``$``, which is everything."""
    return _INDEX.sub("[]", json_path.removeprefix("$").removeprefix("."))


def bucket_of(way: Way, arn: str, owner: str = "") -> Way:
    """The same way into a bucket, whose ARN does not tell whose it is; ``owner`` is its account where that is told."""
    name = arn.rsplit(":", 1)[-1].partition("/")[0]
    party = owner if owner != way.room.place.account else ""
    return replace(way, host=f"{name}.s3.amazonaws.com", party=party, destination=f"{arn.rsplit(':', 1)[0]}:{name}")
