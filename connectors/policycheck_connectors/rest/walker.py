"""Records of a definition's requests: all pages, all parents, all values of ``each``; what is missing is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import islice, product
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.definitions import Request
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.lacking import Lacking
from policycheck_connectors.rest.lists import items
from policycheck_connectors.rest.paging import Pager
from policycheck_connectors.rest.parting import parts
from policycheck_connectors.rest.session import Session
from policycheck_connectors.rest.templates import fill_path, filled, plain, search
from policycheck_connectors.rest.transport import Answer, Ask, Json, with_query

Values = Mapping[str, str]
_PARENTS = "more parents than `parents` of the definition allows"


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the definition's ``map`` sees it; ``whole``: its details came too."""

    value: Json
    values: Values
    whole: bool = True


@dataclass(slots=True)
class Tally:
    """What one request gave: lists that were asked for and those that failed, with the first reason of each kind.

    ``of_lists`` are the reasons for which lists failed; the others concern the request.
    """

    asked: int = 0
    failed: int = 0
    records: int = 0
    gaps: dict[str, str] = field(default_factory=dict)
    of_lists: set[str] = field(default_factory=set)

    def gap(self, reason: str, help: str) -> None:
        """Remember a reason, with its help."""
        self.gaps.setdefault(reason, help)

    def tell(self, lacking: Lacking) -> None:
        """Remember the records about which nothing further could be asked, if there are any."""
        if lacking:
            self.gap(lacking.reason, lacking.help)


class Walker:
    """Runs requests in order. ``taken`` has, for a request that others stand under, the places of each record."""

    def __init__(self, session: Session, headers: Mapping[str, str], options: Values) -> None:
        self._session = session
        self._headers = headers
        self._options = options
        self._taken: dict[str, list[Values]] = {}
        self._lacking: dict[str, Lacking] = {}
        self._known: set[frozenset[tuple[str, str]]] = set()
        self._tables: dict[str, dict[str, Json]] = {}

    def records(self, request: Request, children: tuple[Request, ...], tally: Tally) -> Iterator[Record]:
        """Every record of a request; ``tally`` tells afterwards what is missing. Failure when nothing else can work."""
        # A parent without records, or one that failed, leaves its children nothing to ask.
        for child in children:
            self._taken.setdefault(child.name, [])
            self._lacking[child.name] = Lacking(request, f"`{child.name}`", child.take)
        details = Lacking(request, f"`{request.detail}`", request.take)
        if request.name in self._lacking:
            tally.tell(self._lacking[request.name])
        for values in self._places(request, tally):
            tally.asked += 1
            try:
                for record in self._list(request, values, tally, details):
                    self._remember(children, record, values)
                    self._learn(request, record)
                    yield record
            except Failure as failure:
                meant = _meant(request, failure)
                if meant is None:
                    continue
                tally.failed += 1
                tally.of_lists.add(meant[0])
                tally.gap(*meant)
                if failure.final:
                    raise
        tally.tell(details)

    def _remember(self, children: tuple[Request, ...], record: Record, values: Values) -> None:
        for child in children:
            taken = self._lacking[child.name].taken(record.value)
            if taken is None:
                continue
            place = {**values, **taken}
            # Several records may lead to one place, which is asked once.
            if (key := frozenset((*place.items(), ("", child.name)))) not in self._known:
                self._known.add(key)
                self._taken[child.name].append(place)

    def _learn(self, request: Request, record: Record) -> None:
        for table, (key, value) in request.learns.items():
            self._tables.setdefault(table, {})[plain(search(key, record.value))] = search(value, record.value)

    def _places(self, request: Request, tally: Tally) -> Iterator[Values]:
        """The values with which a request is asked: each parent, with each combination of constants."""
        parents = self._taken.get(request.name, []) if request.under else [self._options]
        most = min(request.sample or request.parents, request.parents)
        if len(parents) > most and not request.sample:
            tally.gap(_PARENTS, f"{len(parents)} were found and {most} were asked about: raise `parents`")
        for parent in islice(parents, most):
            for chosen in product(*request.each.values()):
                yield {**parent, **dict(zip(request.each, chosen, strict=True))}

    def _list(self, request: Request, values: Values, tally: Tally, details: Lacking) -> Iterator[Record]:
        pager = Pager(request.paging)
        ask: Ask | None = pager.first(self._ask(request, values, request.query))
        if request.count:
            counted = self._session.ask(self._ask(request, values, request.count))
            pager.total = _count(search(request.total, counted.body))
        while ask is not None:
            answer = self._session.ask(ask)
            found = items(request, answer)
            _whole(answer, tally)
            if request.total and pager.total is None:
                pager.total = _count(search(request.total, answer.body))
            for part in (part for item in self._session.hidden(found) for part in parts(request, item, values)):
                tally.records += 1
                yield self._record(request, part, values, tally, details)
            ask = pager.next(ask, answer, found)
        if pager.total is not None and pager.read < pager.total:
            reason = f"the vendor declares {pager.total} records of `{request.name}` and gave {pager.read}"
            tally.gap(reason, "run again: the list may have changed meanwhile")

    def _record(self, request: Request, item: Json, values: Values, tally: Tally, details: Lacking) -> Record:
        value = item if isinstance(item, dict) else {"value": item}
        value = {**value, "_": dict(values)}
        if request.look_up:
            found = {
                name: self._tables.get(table, {}).get(plain(search(key, value)))
                for name, (table, key) in request.look_up.items()
            }
            value = {**value, "looked": found}
        if not request.detail:
            return Record(value, values)
        taken = details.taken(value)
        if taken is None:
            return Record({**value, "detail": None}, values, whole=False)
        try:
            answer = self._session.ask(self._detail(request, {**values, **taken}))
            detail = self._session.hidden(search(request.detail_records, answer.body))
            if detail is None:
                raise Failure("the answer has no details where the definition expects them", "report it")
            _whole(answer, tally)
            return Record({**value, "detail": detail}, values)
        except Failure as failure:
            meant = _meant(request, failure)
            if meant is not None:
                tally.gap(*meant)
            if failure.final:
                raise
            return Record({**value, "detail": None}, values, whole=False)

    def _detail(self, request: Request, values: Values) -> Ask:
        headers = filled({**self._headers, **request.headers}, values)
        return Ask(self._session.base + fill_path(request.detail, values), "GET", headers)

    def _ask(self, request: Request, values: Values, query: Values) -> Ask:
        url = with_query(self._session.base + fill_path(request.path, values), filled(query, values))
        headers = filled({**self._headers, **request.headers}, values)
        body: dict[str, Any] | None = dict(filled(request.body, values)) if request.method == "POST" else None
        return Ask(url, request.method, headers, body)


def _meant(request: Request, failure: Failure) -> tuple[str, str] | None:
    """The reason of a failure and its help; None where the definition says that this status means "nothing"."""
    outcome = request.on.get(failure.status)
    if outcome is not None:
        return None if outcome.empty else (f"{outcome.reason} ({failure.status})", outcome.help)
    needs = f"{failure.help}: {', '.join(request.needs)}" if failure.status == 403 and request.needs else ""
    return failure.reason, needs or failure.help


def _whole(answer: Answer, tally: Tally) -> None:
    if answer.status == 206:
        tally.gap("the vendor gave a part of the answer alone (206)", "run again; if it stays, ask for smaller pages")


def _count(found: Json) -> int | None:
    if isinstance(found, str) and found.isdigit():
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
