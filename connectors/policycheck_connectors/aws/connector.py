"""The type ``aws``: accounts, Regions and service families, pulled in threads and told in a fixed order."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from botocore.exceptions import ClientError

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import SERVICES, Coverage, Fact
from policycheck_connectors.aws import settings as options
from policycheck_connectors.aws.accounts import Home, chosen, regions
from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.choice import ACCOUNTS
from policycheck_connectors.aws.diagnosis import diagnosed
from policycheck_connectors.aws.errors import ENTERING, FAILURES, NO_ACTION, Reason, is_entering, reason_of
from policycheck_connectors.aws.families.identity import FAMILY as IDENTITY
from policycheck_connectors.aws.family import ACCOUNT, ONCE, Family
from policycheck_connectors.aws.limits import Budget
from policycheck_connectors.aws.parts import MOMENT, Parts
from policycheck_connectors.aws.room import Place, Room
from policycheck_connectors.aws.sessions import Sessions
from policycheck_connectors.aws.uncovered import beyond, left_out
from policycheck_connectors.credentials import secret
from policycheck_connectors.files.book import Gap, Seen
from policycheck_connectors.interface import Check, Connector

IDENTITY_CALL = "sts.get_caller_identity"
#: Tasks that wait or are done but not told yet, for each thread: bounds the memory.
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Task:
    """One family in one place."""

    place: Place
    family: Family

    @property
    def name(self) -> str:
        """For progress and for the part on disk."""
        return " ".join(filter(None, (self.place.account, self.place.region, self.family.name)))


@dataclass(frozen=True, slots=True)
class Done:
    """What a task saw; ``kept``: in an earlier pull."""

    facts: tuple[Fact, ...]
    coverage: tuple[Coverage, ...]
    complete: bool
    cut_short: bool = False
    kept: bool = False


class Aws(Connector):
    """Reads live AWS accounts with read-only calls."""

    type: ClassVar[str] = "aws"
    resources: ClassVar[tuple[str, ...]] = (ACCOUNTS,)
    waits: ClassVar[bool] = True
    system = "aws"

    def __init__(self, name: str, entry: Mapping[str, object], root: Path) -> None:
        super().__init__(name, entry, root)
        self.settings = options.read(entry)
        self._budget = Budget(self.settings.call_budget, self.settings.time_budget)
        self._rows: list[Coverage] = []
        self._sample: int | None = None
        self._parts: Parts | None = None
        self._kept = 0
        self._cut_short = False

    @property
    def _jobs(self) -> int:
        return self.context.jobs or self.settings.jobs

    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        """Yield the facts of every account; one that refuses leaves gaps, the others go on."""
        begun = self._home()
        if isinstance(begun, Reason):
            return self.blind(IDENTITY_CALL, begun.text, begun.help)
        sessions, home = begun
        self._parts = self._begun()
        tasks = self._tasks(sessions, home)
        yield from self._run(tasks, sessions)
        times = self._parts.times(self._kept, len(tasks)) if self._parts else ""
        return tuple(_noted(row, times) if row.resource == ACCOUNTS else row for row in self._rows)

    def doctor(self) -> Iterator[Check]:
        """Who we are, which accounts answer, which calls are denied in a first sample of each list, what that hides."""
        self._sample = 1
        begun = self._home()
        if isinstance(begun, Reason):
            yield Check("credentials", "failed", begun.text, begun.help)
            return
        sessions, home = begun
        at = sessions.asked_at("sts")
        yield Check("credentials", "ok", f"act as {home.arn}" + (f", asked at {at}" if at else ""))
        tasks = self._tasks(sessions, home)
        refused = [row for row in self._rows if row.status != "complete"]
        reached = sum(row.seen for row in self._rows if row.resource == ACCOUNTS)
        status = "failed" if not reached else "warning" if refused else "ok"
        yield Check("accounts", status, f"{reached} let us in")
        for row in refused:
            whole = row.resource == ACCOUNTS and row.where != ENTERING[0]
            yield Check("accounts" if whole else f"account {row.account or '?'}", "failed", row.reason, row.help)
        if not tasks:
            return
        self._rows.clear()
        for _ in self._run(tasks, sessions):
            pass
        yield from diagnosed(self._rows, self._budget.used())

    def done(self) -> None:
        """The snapshot is stored: forget the kept parts, unless the pull was cut short and can be gone on with."""
        if self._parts is None:
            return
        if self._cut_short:
            self._parts.cut_short()
        else:
            self._parts.drop()
        self._parts.release()

    def _external_id(self) -> str:
        kind, target = self.settings.external_id
        held = {"credentials": {"external_id": {kind: target}}} if kind else {}
        return secret(held, "external_id", self.context.environ, self.root)

    def _home(self) -> tuple[Sessions, Home] | Reason:
        """Who we are, else the whole sentence why that could not be asked."""
        asked = ""
        try:
            sessions = Sessions(replace(self.settings, jobs=self._jobs), self._external_id())
            asked = sessions.asked_at("sts")
            if self.settings.via:
                sessions.use_hub()
            answer = sessions.client("", sessions.region, "sts").get_caller_identity()
        except (*FAILURES, RuntimeError) as error:
            told = reason_of(error)
            # Whoever answers the first call decides about all of them.
            reason = replace(told, strange=told.strange or isinstance(error, ClientError)).asked_at(asked)
            text = f"{_failed_first(error)} {reason.text}"
            return replace(reason, text=text, help=reason.help or _mended(error))
        return sessions, Home.of(str(answer["Arn"]), str(answer["Account"]))

    def _begun(self) -> Parts | None:
        """The parts of an interrupted pull, or of this one; None when nothing may or can be kept."""
        if self.context.state is None:
            return None
        now = self.context.taken_at
        kept = Parts(self.context.state / self.name, json.dumps(asdict(self.settings), sort_keys=True, default=sorted))
        if why := kept.claim(now):
            self.context.say(f"{self.name}: {why}; if this one is interrupted, there is nothing to go on with")
            return None
        oldest = datetime.strptime(now, MOMENT) - timedelta(minutes=self.settings.resume_within)
        began = kept.begin(now, oldest.strftime(MOMENT) if self.context.resume else now, self.context.newest)
        if began != now:
            self.context.say(f"{self.name} goes on with the pull that began at {began}")
        return kept

    def _tasks(self, sessions: Sessions, home: Home) -> list[Task]:
        families = [family(name) for name in self.settings.families]
        room = self._room(Place(home.account, "", home.partition, ""), IDENTITY, sessions)
        accounts = chosen(self.settings, home, room)
        # Without an account, what is known of the organization must not pass for a pull that saw something.
        tasks = [Task(room.place, each) for each in families if each.where == ONCE and accounts]
        for account in accounts:
            place = self._entered(account, home, sessions, room)
            if place:
                tasks += self._of_account(place, families, sessions, room)
        hubs = tuple(dict.fromkeys((home.account, *(arn.split(":")[4] for arn in self.settings.via))))
        if others := [account for account in hubs if account not in accounts]:
            whose = f"account {' and '.join(others)}"
            room.notes[f"asks from {whose}: ours, unless a policy recognises it or a vendor publishes it"] = None
        self._rows += [replace(row, callers=hubs) for row in self._coverage(room, (ACCOUNTS,))]
        self._rows.append(self._scope())
        return tasks

    def _scope(self) -> Coverage:
        """What lies outside of this connector: told with each pull, and no gap, as it is the same every night."""
        chosen, place = self.settings.families, (self.name, self.type, self.system, "", SERVICES, "complete", "")
        return Coverage(*place, len(chosen), left_out=tuple(left_out(chosen)), beyond=beyond())

    def _entered(self, account: str, home: Home, sessions: Sessions, room: Room) -> Place | None:
        """The place of an account whose role lets us in, else None and a gap."""
        if account == home.account:
            room.count(ACCOUNTS)
            return Place(account, "", home.partition, "")
        sessions.enter(account, home.partition)
        try:
            sessions.client(account, sessions.region, "sts").get_caller_identity()
        except (*FAILURES, RuntimeError) as error:
            reason = reason_of(error).asked_at(sessions.asked_at("sts"))
            self._cut_short = self._cut_short or reason.passing
            text = f"the role {self.settings.role} could not be assumed: {_failed_first(error)} {reason.text}"
            self._rows.append(
                Coverage(
                    self.name,
                    self.type,
                    self.system,
                    account,
                    ACCOUNTS,
                    "unseen",
                    ENTERING[0],
                    0,
                    text,
                    reason.help or f"let the role's trust admit {home.arn}",
                )
            )
            return None
        room.count(ACCOUNTS)
        return Place(account, "", home.partition, account)

    def _of_account(self, place: Place, families: list[Family], sessions: Sessions, room: Room) -> list[Task]:
        tasks = [Task(place, each) for each in families if each.where == ACCOUNT]
        own = self._room(place, IDENTITY, sessions)
        for region in regions(self.settings, place, own, sessions.region):
            there = Place(place.account, region, place.partition, place.key)
            tasks += [Task(there, each) for each in families if each.where not in (ACCOUNT, ONCE)]
        if own.seen.gaps:
            self._rows += self._coverage(own, tuple(own.seen.gaps))
        return tasks

    def _run(self, tasks: list[Task], sessions: Sessions) -> Iterator[Fact]:
        """Work in threads, tell in the order of ``tasks``: the same accounts give the same snapshot."""
        waiting: deque[tuple[Task, Future[Done]]] = deque()
        rest = iter(tasks)
        told = 0
        # Left without ``with``, which would wait for calls that are being tried again.
        pool = ThreadPoolExecutor(self._jobs, thread_name_prefix="policycheck-aws")
        try:
            while True:
                while len(waiting) < self._jobs * _AHEAD and (task := next(rest, None)):
                    waiting.append((task, pool.submit(self._work, task, sessions)))
                if not waiting:
                    return
                task, future = waiting.popleft()
                done = future.result()
                told += 1
                self.context.tell(f"{self.name}: {told}/{len(tasks)} {task.name}")
                if self._parts and done.complete:
                    self._parts.save(task.name, done.facts, done.coverage)
                self._cut_short = self._cut_short or done.cut_short
                self._kept += done.kept
                self._rows += done.coverage
                yield from done.facts
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, task: Task, sessions: Sessions) -> Done:
        kept = self._parts.load(task.name) if self._parts else None
        if kept:
            return Done(tuple(kept[0]), tuple(kept[1]), complete=False, kept=True)
        room = self._room(task.place, task.family, sessions)
        facts: list[Fact] = []
        try:
            facts.extend(task.family.pull(room))
        except Exception as error:
            # One answer of an unforeseen shape must not take the others with it.
            for resource in task.family.resources:
                reason = f"{task.family.name} stopped with an unexpected {type(error).__name__}"
                room.seen.gap(resource, Gap(reason, "report this with the name of the service"))
        rows = self._coverage(room, task.family.resources, task)
        return Done(tuple(facts), rows, complete=not room.seen.gaps, cut_short=room.cut_short)

    def _room(self, place: Place, what: Family, sessions: Sessions) -> Room:
        sample = None if what is IDENTITY else self._sample
        return Room(place, what.calls, self.name, sessions, self._budget, sample, self.settings.dataset_tag)

    def _coverage(self, room: Room, resources: tuple[str, ...], task: Task | None = None) -> tuple[Coverage, ...]:
        where = " ".join(filter(None, (task.family.name, task.place.region))) if task else "accounts"
        system = task.family.system if task else self.system
        rows = _rows(self, room.seen, resources, system, room.place.account, where)
        return tuple(replace(row, note="; ".join(room.notes)) for row in rows)


def _noted(row: Coverage, note: str) -> Coverage:
    return replace(row, note="; ".join(filter(None, (row.note, note))))


def _mended(error: Exception) -> str:
    """What helps when one of the first calls was denied."""
    entering = "let the trust of the first role in `via` admit these credentials, which need sts:AssumeRole"
    return entering if _failed_first(error) == ENTERING[0] else NO_ACTION


def _failed_first(error: Exception) -> str:
    """Which of the first calls failed: with ``via``, it may be that into the first of those roles."""
    return ENTERING[0] if is_entering(error, IDENTITY_CALL) else IDENTITY_CALL


def _rows(
    connector: Aws, seen: Seen, resources: tuple[str, ...], system: str, account: str, where: str
) -> Iterator[Coverage]:
    shim = _Entry(connector.name, connector.type, resources)
    for row in seen.rows(shim, system, account):  # type: ignore[arg-type]
        yield Coverage(
            row.connector,
            row.type,
            row.system,
            row.account,
            row.resource,
            row.status,
            where,
            row.seen,
            row.reason,
            row.help,
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    type: str
    resources: tuple[str, ...]
