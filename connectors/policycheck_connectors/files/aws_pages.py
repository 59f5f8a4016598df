"""What the pages of an authorization-details export say about their own completeness, account by account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Principal, Trust
from policycheck_connectors.files.aws_entities import GROUPS, LISTS, POLICIES, ROLES, USERS, Read
from policycheck_connectors.files.book import Gap, Seen

RESOURCES = ("principals", "documents", "trusts")
_FEEDS = {ROLES: ("principals", "trusts"), USERS: ("principals",), GROUPS: ("principals",), POLICIES: ("documents",)}
_ALL_PAGES = "fetch all pages: `aws iam get-account-authorization-details` without --max-items and --no-paginate"
_ALL_LISTS = "export without --filter and without --query"
_LOOK = "look at that entry; what AWS itself exports is always readable"
_ONE = "keep one export of each account"


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
        # A policy of AWS says nothing of the account in whose export it is.
        seen = self._accounts.setdefault(read.account, Seen()) if read.account else Seen()
        if read.account:
            page.accounts.add(read.account)
        seen.counts["documents"] += read.documents
        seen.counts["principals"] += sum(isinstance(fact, Principal) for fact in read.facts)
        seen.counts["trusts"] += sum(isinstance(fact, Trust) for fact in read.facts)
        for resource in read.flaws:
            seen.gap(resource, Gap("entries with a part that cannot be read", _LOOK, where))
        for resource in _FEEDS[key] if read.conflict else ():
            seen.gap(resource, Gap("entries that two exports describe in two ways", _ONE, where))

    def unreadable(self, page: Page, key: str, where: str) -> None:
        """Note an entry of the list ``key`` that is none."""
        page.gap(_FEEDS[key], "entries that cannot be read", _LOOK, where)

    def accounts(self) -> Iterator[tuple[str, Seen]]:
        """Every account (empty: pages that name none) with its counts and gaps."""
        pages = self._by_account()
        unended = {account for account, its in pages.items() if its and all(page.more for page in its)}
        # A last page may hold policies of AWS only, and so be of no account.
        if len(unended - {""}) <= sum(not page.more for page in pages.get("", ())):
            unended -= pages.keys() - {""}
        for account in sorted(pages):
            seen = self._accounts.setdefault(account, Seen())
            for page in pages[account]:
                seen.names.add(page.name)
                for resource, gap in page.gaps:
                    seen.gap(resource, gap)
            if account in unended:
                _note(seen, RESOURCES, "the last page says that more pages follow", _ALL_PAGES)
            if (account or len(pages) == 1) and not any(page.cut for page in pages[account]):
                _note_lists(seen, pages[account])
            if account or len(pages) == 1 or seen.gaps:
                yield account, seen

    def _by_account(self) -> dict[str, list[Page]]:
        """The pages of every account; one that names none is of the only account, or of the page before in its file."""
        known, before = sorted(self._accounts), Page("")
        pages: dict[str, list[Page]] = {}
        for page in self._pages:
            if not page.accounts and len(known) == 1:
                page.accounts.add(known[0])
            elif not page.accounts and before.name == page.name:
                page.accounts |= before.accounts
            for account in page.accounts or {""}:
                pages.setdefault(account, []).append(page)
            before = page
        return pages


def _note_lists(seen: Seen, pages: list[Page]) -> None:
    there = set[str]().union(*(page.lists for page in pages))
    for key in LISTS:
        if key not in there:
            _note(seen, _FEEDS[key], f"the export has no {key}", _ALL_LISTS)


def _note(seen: Seen, resources: tuple[str, ...], reason: str, help: str) -> None:
    for resource in resources:
        seen.gap(resource, Gap(reason, help))
