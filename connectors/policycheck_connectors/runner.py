"""Running connectors: one that fails becomes coverage, the rest goes on; those that wait for answers wait together."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TypeAlias

from policycheck.model.facts import Coverage, Fact
from policycheck_connectors.interface import Connector, ConnectorError

_EVERY = 1000
#: Facts that one connector may have ready before its turn comes; then it waits.
_READY = 50_000
#: Seconds after which somebody who waits is told for whom.
_BEAT = 0.5
_REPORT = "what was read before is kept; report this with the shape of the source, without its values"

Rows: TypeAlias = tuple[Coverage, ...]


def run(
    connectors: Iterable[Connector],
    sink: Callable[[Fact], None],
    progress: Callable[[str, int], None] | None = None,
    waiting: Callable[[int, tuple[str, ...]], None] | None = None,
) -> Rows:
    """Pull every connector into ``sink``; ``progress`` hears a connector's name and its facts so far.

    While several work beside each other, ``waiting`` hears now and then how many are done and which are not.

    Facts come in the order of the connectors, whichever is ready first. Whatever a connector raises becomes an
    ``unseen`` row that quotes nothing of the error but its class, since messages of libraries quote data. Errors of
    ``sink`` and ``progress`` are the caller's and are passed on.
    """
    listed = tuple(connectors)
    several = sum(each.waits for each in listed) > 1
    pulls = [_Beside(each) if several and each.waits else None for each in listed]
    coverage: list[Coverage] = []
    try:
        for each in filter(None, pulls):
            each.start()
        for connector, beside in zip(listed, pulls, strict=True):
            facts = _safely(connector) if beside is None else beside.facts(lambda: _tell(pulls, waiting))
            coverage.extend(_told(connector.name, facts, sink, progress or _silent))
    finally:
        for each in filter(None, pulls):
            each.stop()
    return tuple(coverage)


def _tell(pulls: Iterable[_Beside | None], waiting: Callable[[int, tuple[str, ...]], None] | None) -> None:
    """Tell who of those that work beside each other is done, and who is not."""
    started = [each for each in pulls if each is not None]
    late = tuple(each.name for each in started if not each.done)
    if waiting is not None and late:
        waiting(len(started) - len(late), late)


def _told(
    name: str,
    facts: Generator[Fact, None, Rows],
    sink: Callable[[Fact], None],
    progress: Callable[[str, int], None],
) -> Rows:
    number = 0
    progress(name, 0)
    while True:
        try:
            fact = next(facts)
        except StopIteration as stop:
            progress(name, number)
            rows: Rows = stop.value
            return rows
        sink(fact)
        number += 1
        if number % _EVERY == 0:
            progress(name, number)


def _safely(connector: Connector) -> Generator[Fact, None, Rows]:
    """The facts of a connector, and its coverage whatever happens."""
    try:
        return (yield from connector.pull())
    except ConnectorError as error:
        return connector.blind("", error.message, error.help)
    except Exception as error:
        return connector.blind("", f"the connector stopped with an unexpected {type(error).__name__}", _REPORT)


class _Beside:
    """A connector that runs in a thread of its own until its turn comes."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._queue: queue.Queue[Fact | Rows] = queue.Queue(_READY)
        self._stopped = threading.Event()
        # An interrupted program must not wait for a vendor's answer.
        self._thread = threading.Thread(target=self._pull, daemon=True)

    @property
    def name(self) -> str:
        """The connector's name."""
        return self._connector.name

    @property
    def done(self) -> bool:
        """Whether it has asked everything."""
        return not self._thread.is_alive()

    def start(self) -> None:
        """Begin to pull."""
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end at its next fact."""
        self._stopped.set()

    def facts(self, idle: Callable[[], None]) -> Generator[Fact, None, Rows]:
        """What was pulled, as it comes; ``idle`` is called now and then while nothing does."""
        while True:
            try:
                item = self._queue.get(timeout=_BEAT)
            except queue.Empty:
                idle()
                continue
            if isinstance(item, tuple):
                return item
            yield item

    def _pull(self) -> None:
        try:
            for item in _ended(_safely(self._connector)):
                if not self._put(item):
                    return
        except BaseException as error:
            # Whoever waits for this thread must hear that it is over.
            why = f"the connector stopped with an unexpected {type(error).__name__}"
            self._put(self._connector.blind("", why, _REPORT))

    def _put(self, item: Fact | Rows) -> bool:
        """Whether somebody still wants it."""
        while not self._stopped.is_set():
            try:
                self._queue.put(item, timeout=1)
            except queue.Full:
                continue
            return True
        return False


def _ended(facts: Generator[Fact, None, Rows]) -> Iterator[Fact | Rows]:
    yield (yield from facts)


def _silent(name: str, facts: int) -> None:
    pass
