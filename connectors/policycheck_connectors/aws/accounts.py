"""Which accounts and Regions a pull looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from botocore import __version__ as VERSION

from policycheck_connectors.aws.room import Place, Room
from policycheck_connectors.aws.settings import ENABLED, ORGANIZATION, Selection, Settings, known_regions, nearest

#: The kind of resource under which gaps of this room stand.
ACCOUNTS, REGIONS = "accounts", "regions"


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
    """The accounts, in order; a part of an organization that cannot be listed is a gap of ``room``."""
    if not settings.accounts:
        return (home.account,)
    if settings.accounts != (ORGANIZATION,):
        return settings.accounts
    return tuple(
        str(account["Id"])
        for account in room.each(ACCOUNTS, "organizations.list_accounts", "Accounts")
        # State replaces Status in newer answers.
        if account.get("State", account.get("Status")) == "ACTIVE" and _wanted(settings, str(account["Id"]), room)
    )


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


def _wanted(settings: Settings, account: str, room: Room) -> bool:
    include = not settings.include or _matches(settings.include, account, room)
    return include and not (settings.exclude and _matches(settings.exclude, account, room))


def _matches(selection: Selection, account: str, room: Room) -> bool:
    if account in selection.ids:
        return True
    if selection.units and selection.units & set(_above(account, room)):
        return True
    if not selection.tags:
        return False
    tags = room.each(ACCOUNTS, "organizations.list_tags_for_resource", "Tags", ResourceId=account)
    return bool(selection.tags & {(str(tag["Key"]), str(tag["Value"])) for tag in tags})


def _above(unit: str, room: Room) -> Iterator[str]:
    """The units above an account, up to the root."""
    while True:
        parents = list(room.each(ACCOUNTS, "organizations.list_parents", "Parents", ChildId=unit))
        if len(parents) != 1:
            return
        unit = str(parents[0]["Id"])
        yield unit
        if parents[0].get("Type") == "ROOT":
            return
