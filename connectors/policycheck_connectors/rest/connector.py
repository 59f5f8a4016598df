"""A vendor's API as a connector: one class for every definition."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from policycheck.model.definition_words import CREDENTIALS, FIELDS
from policycheck.model.definitions import Definition, Request
from policycheck.model.facts import Coverage, Fact
from policycheck_connectors import options as option
from policycheck_connectors.interface import Check, Connector, ConnectorError
from policycheck_connectors.rest import probing
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.mapping import Mapper
from policycheck_connectors.rest.session import Session
from policycheck_connectors.rest.settings import check_hosts, listed, resolve, secrets, without
from policycheck_connectors.rest.uniting import Uniting
from policycheck_connectors.rest.walker import Tally, Walker

#: What makes of a gap that no connector can close a planned one.
_PLAN = "then plan the blind spot with `observe` in the vendor's policy, and state it with `policycheck attest new`"
#: After how many records a line of progress is shown anew.
_EVERY = 100


class Rest(Connector):
    """Asks one account of one vendor."""

    type: ClassVar[str] = "rest"
    resources: ClassVar[tuple[str, ...]] = (CREDENTIALS, FIELDS)
    waits: ClassVar[bool] = True

    def __init__(self, name: str, options: Mapping[str, object], root: Path, definition: Definition) -> None:
        super().__init__(name, options, root)
        self.definition = definition
        self.system = option.text(options, "system", definition.system or definition.id)
        self.account = option.text(options, "tenant")
        resolve(definition, options)
        self._without = without(definition, options)
        # A definition of the project's own asks only hosts that policycheck.yaml lists.
        self._hosts = listed(options) if "definition" in options else None

    def _session(self) -> Session:
        held = secrets(self.definition, self.options, self.context.environ, self.root)
        values = resolve(self.definition, self.options, held)
        session = Session(self.definition, values, held, self.context.environ)
        if self._hosts is not None:
            check_hosts(session.hosts, self._hosts)
        return session

    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        """Every request in turn; one that fails does not hide the others."""
        session = self._session()
        walker = Walker(session, self.definition.headers, session.options)
        rows: list[Coverage] = []
        tallies: dict[str, Tally] = {}
        dead: Failure | None = None
        uniting = Uniting()
        for request in _ordered(self.definition.requests):
            if request.name in self._without:
                rows += self._left_out(request)
                continue
            tally = Tally()
            mapper = Mapper(request, (self.system, self.account, self.name), self._holder())
            if dead is None:
                try:
                    yield from self._request(walker, request, mapper, tally, uniting)
                except Failure as failure:
                    dead = failure
            if dead is not None:
                tally.gap(dead.reason, dead.help)
            rows += self._rows(request, tally, mapper, tallies.get(request.under))
            tallies[request.name] = tally
        yield from uniting.facts()
        return (*rows, *self._unknown())

    def _request(
        self, walker: Walker, request: Request, mapper: Mapper, tally: Tally, uniting: Uniting
    ) -> Iterator[Fact]:
        children = self._children(request)
        # Several lists, or several records of a sample, have the same field.
        told: set[Fact] = set()
        for number, record in enumerate(walker.records(request, children, tally)):
            if number % _EVERY == 0:
                self.context.tell(f"{self.name}: {request.name} ({number})")
            fact = mapper.fact(record) if request.facts else None
            if fact is None or fact in told or uniting.takes(request, record, fact):
                continue
            if request.facts == FIELDS:
                told.add(fact)
            yield fact

    def _holder(self) -> str:
        return "us" if self.definition.direction == "ours" else "vendor"

    def _children(self, request: Request) -> tuple[Request, ...]:
        return tuple(each for each in self.definition.requests if each.under == request.name)

    def _rows(self, request: Request, tally: Tally, mapper: Mapper, above: Tally | None) -> Iterator[Coverage]:
        where = f"{request.method} {request.path}"
        for resource, reason in mapper.unread.items():
            help = "the definition does not fit what the vendor answers: report it"
            yield self._row(resource, "partial", where, tally.records, reason, help)
        gaps = dict(tally.gaps)
        if request.partial:
            gaps.setdefault(request.partial, f"find out what a person sees; {_PLAN}")
        inherited = self._inherited(request, tally, above)
        yield from inherited
        if not gaps and not inherited:
            note = "" if request.confirmed else f"`{request.name}` is not confirmed by the vendor's reference"
            if request.facts:
                yield self._row(request.facts, "complete", where, tally.records, note=note)
            return
        if not request.facts and not request.learns and self._children(request):
            return  # told for what could not be asked: see `_inherited`
        seen = tally.records > 0 or tally.failed < tally.asked
        for reason, help in gaps.items():
            some = reason in tally.of_lists and tally.asked > 1
            part = f"for {tally.failed} of {tally.asked} lists: " if some else ""
            status = "partial" if seen else "unseen"
            row = self._row(request.facts or CREDENTIALS, status, where, tally.records, part + reason, help)
            yield replace(row, untold=reason == request.partial)

    def _inherited(self, request: Request, tally: Tally, above: Tally | None) -> tuple[Coverage, ...]:
        """What is missing of the records for which a request is asked, so that it could not be asked for all."""
        if above is None or not request.facts:
            return ()
        parent = next(each for each in self.definition.requests if each.name == request.under)
        gaps = {reason: help for reason, help in above.gaps.items() if reason not in tally.gaps}
        status = "partial" if tally.asked else "unseen"
        where = f"{parent.method} {parent.path}"
        return tuple(self._row(request.facts, status, where, 0, *gap) for gap in gaps.items())

    def _left_out(self, request: Request) -> Iterator[Coverage]:
        """A note where other requests tell the same kind of facts; else nothing looks at it, which the check tells."""
        others = (each for each in self.definition.requests if each.name not in self._without)
        if request.facts and any(each.facts == request.facts for each in others):
            where = f"{request.method} {request.path}"
            yield self._row(request.facts, "complete", where, 0, note=f"`without` leaves out `{request.name}`")

    def _unknown(self) -> Iterator[Coverage]:
        for each in self.definition.unknown:
            reason = f"{self.definition.name} has no call for it: {each.why}"
            yield replace(self._row(each.facts, "unseen", "", 0, reason, f"{each.attest}; {_PLAN}"), untold=True)

    def _row(
        self, resource: str, status: str, where: str, seen: int, reason: str = "", help: str = "", note: str = ""
    ) -> Coverage:
        place = (self.name, self.definition.id, self.system, self.account, resource, status, where)
        return Coverage(*place, seen, reason, help, note)

    def doctor(self) -> Iterator[Check]:
        """Whether the credential works, what it may see, and what is more than it needs."""
        try:
            session = self._session()
        except ConnectorError as error:
            yield Check("credential", "failed", error.message, error.help)
            return
        yield from probing.checks(self.definition, session)


def _ordered(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    """Requests that stand on their own first, since they find the parents of the others."""
    return tuple(sorted(requests, key=lambda request: bool(request.under)))
