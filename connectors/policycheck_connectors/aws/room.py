"""One account and Region while a family looks at it: calls that are answered, or booked as a gap with their reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from botocore import __version__ as VERSION
from botocore.exceptions import ClientError, EndpointConnectionError, PaginationError

from policycheck.model.dataclass import dataclass
from policycheck_connectors.aws.errors import ENTERING, UnknownCall, gap_of, is_entering, reason_of
from policycheck_connectors.aws.limits import Budget, Spent
from policycheck_connectors.aws.sessions import Sessions
from policycheck_connectors.files.book import Gap, Seen

#: An answer that says that there is none, such as NoSuchBucketPolicy.
ABSENT: Mapping[str, Any] = {}
_MOST_PAGES = 20_000
#: One kind of resource, or all those of which nothing is known when a call is not answered.
Kinds = str | tuple[str, ...]
_MORE = re.compile(r"(?:Is)?Truncated|HasMore\w*")
_AGAIN = "try again; report it if it stays"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a family looks. ``region`` is empty for what belongs to an account as a whole.

    ``account`` is the id that facts carry, ``key`` the one under which Sessions knows its credentials.
    """

    account: str
    region: str
    partition: str
    key: str

    def arn(self, service: str, rest: str) -> str:
        """The ARN of something here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{rest}"


class Room:
    """What a family may do: ask, list, and say what it could not see. ``connector`` is the name for facts.

    ``calls`` maps the calls that may be made here to the IAM actions that they need.
    ``cut_short`` tells that something was not seen for a reason that passes: a budget, or credentials that expired.
    With ``sample``, only so many items of the first page of each list are told: a doctor tries each call, no more.
    ``dataset_tag`` is the key of the tag that names a dataset.
    """

    def __init__(
        self,
        place: Place,
        calls: Mapping[str, tuple[str, ...]],
        connector: str,
        sessions: Sessions,
        budget: Budget,
        sample: int | None = None,
        dataset_tag: str = "",
    ) -> None:
        self.place = place
        self.connector = connector
        self.dataset_tag = dataset_tag
        self.seen = Seen()
        self._known = calls
        self._sessions = sessions
        self._budget = budget
        self._sample = sample
        self.calls: Counter[str] = Counter()
        self.cut_short = False
        #: What to know of what was seen: services that are not offered in the Region.
        self.notes: dict[str, None] = {}

    def ask(
        self, resource: Kinds, call: str, absent: tuple[str, ...] = (), region: str = "", **keys: Any
    ) -> Mapping[str, Any] | None:
        """The answer of ``service.operation``; ABSENT for an error code in ``absent``; None when it was not seen.

        ``region`` is where to ask, when that is another Region than the room's.
        """
        actions = self._known[call]
        try:
            self._take(call)
            answer: Mapping[str, Any] = self._method(call, region)(**keys)
        except Spent as spent:
            self._spent(resource, spent)
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code", "")) in absent:
                return ABSENT
            self._failed(resource, call, actions, error)
        except Exception as error:
            self._failed(resource, call, actions, error)
        else:
            return answer
        return None

    def each(
        self, resource: Kinds, call: str, path: str, absent: tuple[str, ...] = (), token: str = "NextToken", **keys: Any
    ) -> Iterator[Any]:
        """The items under ``path`` in all pages of ``service.operation``; a page that fails is a gap and the end.

        ``token`` is the key of the next page's token, in question and answer, where boto3 has no paginator.
        """
        for page in self.pages(resource, call, absent, token, **keys):
            items = page.get(path)
            if isinstance(items, list):
                yield from items[: self._sample]
            elif items is not None or path not in page:
                if path not in page and page.get("ResponseMetadata", {}).get("HTTPStatusCode") == 200:
                    continue
                self.gap(resource, f"{call} gave an answer of an unknown shape", "report this with the call's name")

    def listed(self, page: Mapping[str, Any], path: str) -> Iterator[Any]:
        """The items under ``path`` of one page, as many as are wanted."""
        yield from (page.get(path) or ())[: self._sample]

    def pages(
        self, resource: Kinds, call: str, absent: tuple[str, ...] = (), token: str = "NextToken", **keys: Any
    ) -> Iterator[Mapping[str, Any]]:
        """All pages of ``service.operation``."""
        service, _, operation = call.partition(".")
        actions = self._known[call]
        try:
            client = self._client(service)
            walk = client.get_paginator(operation).paginate(**keys) if client.can_paginate(operation) else None
            pages = iter(walk) if walk is not None else self._by_hand(client, operation, token, keys)
            told: set[int] = set()
            before = ABSENT
            for _ in range(_MOST_PAGES):
                self._take(call)
                page = next(pages, None)
                if page is None:
                    if any(value is True and _MORE.fullmatch(key) for key, value in before.items()):
                        self.gap(resource, f"{call} says that there is more and does not tell it", _AGAIN)
                    return
                _once(page, told)
                before = page
                yield page
                if self._sample:
                    return
            self.gap(resource, f"{call} did not end after {_MOST_PAGES} pages", _AGAIN)
        except Spent as spent:
            self._spent(resource, spent)
        except PaginationError:
            self.gap(resource, f"{call} gave the same page twice", _AGAIN)
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code", "")) not in absent:
                self._failed(resource, call, actions, error)
        except Exception as error:
            # The parsers of botocore raise whatever an odd answer makes them stumble over.
            self._failed(resource, call, actions, error)

    def gap(self, resource: Kinds, reason: str, help: str, where: str = "") -> None:
        """Note that something of this kind of resource was not seen. With ``where``, the reason is a plural."""
        self._book(resource, Gap(reason, help, where))

    def regions(self) -> frozenset[str]:
        """The Regions of the partition here that the installed botocore knows."""
        return self._sessions.regions(self.place.partition)

    def count(self, resource: str, number: int = 1) -> None:
        """Count what was seen of this kind of resource."""
        self.seen.counts[resource] += number

    def _take(self, call: str) -> None:
        """Before each call: another room may have acted in this thread since the last one."""
        self._sessions.act(self.place.key)
        self._budget.take()
        self.calls[call] += 1

    def _spent(self, resource: Kinds, spent: Spent) -> None:
        self.cut_short = True
        self.gap(
            resource, str(spent), "raise `call_budget` or `time_budget`; the next pull goes on where this one stood"
        )

    def _failed(self, resource: Kinds, call: str, actions: tuple[str, ...], error: Exception) -> None:
        service = call.partition(".")[0]
        if isinstance(error, EndpointConnectionError) and not self._offered(service):
            self.notes[f"{service} is not offered in {self.place.region}, as far as botocore {VERSION} knows"] = None
            return
        reason = reason_of(error).asked_at(self._sessions.asked_at(service))
        self.cut_short = self.cut_short or reason.passing
        if is_entering(error, call):
            call, actions = ENTERING
        self._book(resource, gap_of(call, actions, reason))

    def _book(self, resource: Kinds, gap: Gap) -> None:
        for kind in (resource,) if isinstance(resource, str) else resource:
            self.seen.gap(kind, gap)

    def _by_hand(self, client: Any, operation: str, token: str, keys: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        method = _operation(client, operation)
        page = method(**keys)
        known: set[str] = set()
        while True:
            yield page
            following = page.get(token)
            if not following:
                return
            if following in known:
                raise PaginationError(message="the same token twice")
            known.add(following)
            page = method(**{**keys, token: following})

    def _offered(self, service: str) -> bool:
        return not self.place.region or self._sessions.offered(service, self.place.region, self.place.partition)

    def _client(self, service: str, region: str = "") -> Any:
        return self._sessions.client(self.place.key, region or self.place.region, service)

    def _method(self, call: str, region: str) -> Any:
        service, _, operation = call.partition(".")
        return _operation(self._client(service, region), operation)


def _operation(client: Any, name: str) -> Any:
    """The method of a client for one operation; UnknownCall where the models of an old botocore lack it."""
    if name not in client.meta.method_to_api_mapping:
        raise UnknownCall
    return getattr(client, name)


def _once(page: Mapping[str, Any], told: set[int]) -> None:
    """Refuse a page that came before, under whatever token; an empty page may come often. Raises PaginationError."""
    content = {key: value for key, value in page.items() if isinstance(value, list) and value}
    digest = hash(repr(content))
    if content and digest in told:
        raise PaginationError(message="the same page twice")
    told.add(digest)
