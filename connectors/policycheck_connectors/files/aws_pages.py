"""What the pages of an authorization-details export say about their own completeness, account by account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from policycheck_connectors.files.aws_entities import GROUPS, LISTS, POLICIES, ROLES, USERS, Read

RESOURCES = ("principals", "documents", "trusts")
_FEEDS = {ROLES: ("principals", "trusts"), USERS: ("principals",), GROUPS: ("principals",), POLICIES: ("documents",)}
_ALL_PAGES = "fetch all pages: `aws iam get-account-authorization-details` without --max-items and --no-paginate"
_ALL_LISTS = "export without --filter and without --query"
_LOOK = "look at that entry; what AWS itself exports is always readable"
_ONE = "keep one export of each account"


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a kind of resource was not seen whole; with ``where``, the first of some entries of which it is true."""

    reason: str
    help: str
    where: str = ""


@dataclass(slots=True)
class Page:
    """One answer of the API: its file, the accounts seen in it, the lists that it has.

    ``more``: it says that another page follows. ``cut``: it ends too early.
    """

    name: str
    accounts: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    more: bool = False
    cut: bool = False
    gaps: list[tuple[str, Gap]] = field(default_factory=list)

    def gap(self, resources: Iterable[str], reason: str, help: str, where: str = "") -> None:
        """Note what could not be seen on this page."""
        self.gaps.extend((resource, Gap(reason, help, where)) for resource in resources)


@dataclass(slots=True)
class Seen:
    """What was seen of one account. ``gaps`` has, for each kind of resource, each gap and how often it occurred."""

    pages: list[Page] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RESOURCES, 0))
    gaps: dict[str, dict[str, tuple[Gap, int]]] = field(default_factory=lambda: {word: {} for word in RESOURCES})

    def gap(self, resource: str, gap: Gap) -> None:
        """Note a gap; of gaps with the same reason the first one's place is told, with the number of them."""
        first, times = self.gaps[resource].get(gap.reason, (gap, 0))
        self.gaps[resource][gap.reason] = (first, times + 1)


class Ledger:
    """Books what every entry gave; ``accounts`` tells the result when all files were read."""

    def __init__(self) -> None:
        self._accounts: dict[str, Seen] = {}
        self._pages: list[Page] = []

    def page(self, name: str, account: str) -> Page:
        """A new page of the file ``name``, of an account when what is around it says so."""
        page = Page(name, {account} if account else set())
        self._pages.append(page)
        return page

    def book(self, page: Page, key: str, read: Read, where: str) -> None:
        """Count what an entry of the list ``key`` gave."""
        if read.account:
            page.accounts.add(read.account)
        seen = self._accounts.setdefault(read.account, Seen()).counts if read.account else dict.fromkeys(RESOURCES, 0)
        seen["documents"] += read.documents
        if key != POLICIES:
            seen["principals"] += 1
            seen["trusts"] += key == ROLES and "trusts" not in read.flaws
        page.gap(read.flaws, "entries have a part that cannot be read", _LOOK, where)
        if read.conflict:
            page.gap(_FEEDS[key], "entries are described in two ways", _ONE, where)

    def unreadable(self, page: Page, key: str, where: str) -> None:
        """Note an entry of the list ``key`` that is none."""
        page.gap(_FEEDS[key], "entries cannot be read", _LOOK, where)

    def accounts(self) -> Iterator[tuple[str, Seen]]:
        """Every account (empty: pages that name none) with its counts and gaps."""
        self._assign()
        spare = sum(not page.more for page in self._accounts[""].pages) if "" in self._accounts else 0
        open_ended = [account for account, seen in self._accounts.items() if _open_ended(seen)]
        for account, seen in sorted(self._accounts.items()):
            for page in seen.pages:
                for resource, gap in page.gaps:
                    seen.gap(resource, gap)
            if account in open_ended and (account == "" or len(open_ended) > spare):
                _note(seen, RESOURCES, "the last page says that more pages follow", _ALL_PAGES)
            self._lists(account, seen)
            yield account, seen

    def _assign(self) -> None:
        """Give every page to its accounts; one without goes to the only account, or follows the page before."""
        known, before = sorted(self._accounts), Page("")
        for page in self._pages:
            if not page.accounts and len(known) == 1:
                page.accounts.add(known[0])
            elif not page.accounts and before.name == page.name:
                page.accounts |= before.accounts
            for account in page.accounts or {""}:
                self._accounts.setdefault(account, Seen()).pages.append(page)
            before = page

    def _lists(self, account: str, seen: Seen) -> None:
        if any(page.cut for page in seen.pages) or (account == "" and len(self._accounts) > 1):
            return
        there = set[str]().union(*(page.lists for page in seen.pages))
        for key in LISTS:
            if key not in there:
                _note(seen, _FEEDS[key], f"the export has no {key}", _ALL_LISTS)


def _open_ended(seen: Seen) -> bool:
    return any(page.more for page in seen.pages) and all(page.more for page in seen.pages)


def _note(seen: Seen, resources: tuple[str, ...], reason: str, help: str) -> None:
    for resource in resources:
        seen.gap(resource, Gap(reason, help))
