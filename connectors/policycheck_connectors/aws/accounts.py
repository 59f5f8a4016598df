"""Which accounts and Regions a pull looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from botocore import __version__ as VERSION

from policycheck.model.dataclass import dataclass
from policycheck_connectors.aws.choice import of_organization
from policycheck_connectors.aws.room import Place, Room
from policycheck_connectors.aws.settings import ENABLED, ORGANIZATION, Settings, known_regions, nearest

#: The kind of resource under which gaps of Regions stand.
REGIONS = "regions"


@dataclass(frozen=True, slots=True)
class Home:
    """Who we are: the account of the ambient credentials, its partition, and our own ARN."""

    account: str
    partition: str
    arn: str

    @staticmethod
    def of(arn: str, account: str) -> Home:
        """What ``sts.get_caller_identity`` tells."""
        return Home(account, arn.split(":")[1] if arn.count(":") > 4 else "aws", arn)


def chosen(settings: Settings, home: Home, room: Room) -> tuple[str, ...]:
    """The accounts, in order; what of an organization cannot be seen or chosen is a gap of ``room``."""
    if not settings.accounts:
        return (home.account,)
    if settings.accounts != (ORGANIZATION,):
        return settings.accounts
    return of_organization(settings, home.account, room)


def regions(settings: Settings, place: Place, room: Room, home_region: str) -> tuple[str, ...]:
    """The Regions to look at in one account."""
    if settings.regions != (ENABLED,):
        return tuple(_known(settings.regions or (home_region,), place.partition, room))
    answer = room.ask(REGIONS, "ec2.describe_regions", AllRegions=False)
    found = tuple(sorted(str(region["RegionName"]) for region in answer.get("Regions", ()))) if answer else ()
    if not found and answer is not None:
        room.gap(REGIONS, "ec2.describe_regions named no Region", "try again; report it if it stays")
    return found or (home_region,)


def _known(named: Iterable[str], partition: str, room: Room) -> Iterator[str]:
    """Those of these Regions that there are: nothing answers in a misspelt one, and nothing would be told of it."""
    known = room.regions() | known_regions(partition)
    for region in named:
        if region in known:
            yield region
        else:
            help = nearest(region, known, "take it out of `regions`")
            reason = f"{region} is no Region of the partition {partition} that botocore {VERSION} knows"
            room.gap(REGIONS, reason, f"{help}; a Region that is newer needs a newer boto3")
