"""Running connectors: one that fails becomes coverage, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policycheck.model.facts import Coverage, Fact
from policycheck_connectors.interface import Connector, ConnectorError

_EVERY = 1000
_REPORT = "what was read before is kept; report this with the shape of the source, without its values"


def run(
    connectors: Iterable[Connector],
    sink: Callable[[Fact], None],
    progress: Callable[[str, int], None] | None = None,
) -> tuple[Coverage, ...]:
    """Pull every connector into ``sink``; ``progress`` hears a connector's name and its facts so far.

    Whatever a connector raises becomes an ``unseen`` row that quotes nothing of the error but its class, since
    messages of libraries quote data. Errors of ``sink`` and ``progress`` are the caller's and are passed on.
    """
    coverage: list[Coverage] = []
    for connector in connectors:
        coverage.extend(_pulled(connector, sink, progress or _silent))
    return tuple(coverage)


def _pulled(
    connector: Connector, sink: Callable[[Fact], None], progress: Callable[[str, int], None]
) -> tuple[Coverage, ...]:
    facts = 0
    pull = connector.pull()
    progress(connector.name, 0)
    while True:
        try:
            fact = next(pull)
        except StopIteration as stop:
            progress(connector.name, facts)
            rows: tuple[Coverage, ...] = stop.value
            return rows
        except ConnectorError as error:
            return connector.blind("", error.message, error.help)
        except Exception as error:
            return connector.blind("", f"the connector stopped with an unexpected {type(error).__name__}", _REPORT)
        sink(fact)
        facts += 1
        if facts % _EVERY == 0:
            progress(connector.name, facts)


def _silent(name: str, facts: int) -> None:
    pass
