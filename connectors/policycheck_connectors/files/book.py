"""Booking what was seen, and why not all of it, until all files of a run are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage
from policycheck_connectors.interface import Connector

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a kind of resource was not seen whole.

    With ``where``, the reason is a plural such as "entries that cannot be read", and ``where`` the first of them.
    """

    reason: str
    help: str
    where: str = ""


@dataclass(slots=True)
class Seen:
    """What was seen of one account or tenant: counts by kind of resource, files, gaps by kind and reason."""

    counts: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    gaps: dict[str, dict[str, tuple[Gap, int]]] = field(default_factory=dict)

    def gap(self, resource: str, gap: Gap) -> None:
        """Note a gap; of gaps with the same reason, the first one's place is told with the number of them."""
        of_resource = self.gaps.setdefault(resource, {})
        first, times = of_resource.get(gap.reason, (gap, 0))
        of_resource[gap.reason] = (first, times + 1)

    def rows(self, connector: Connector, system: str, account: str) -> Iterator[Coverage]:
        """A row for each of the connector's kinds of resource, then for attributes that have a gap."""
        where = listed(self.names)
        for resource in (*connector.resources, *sorted(set(self.gaps) - set(connector.resources))):
            gaps = self.gaps.get(resource, {}).values()
            count = self.counts[resource]
            status = "complete" if not gaps else "partial" if count or "." in resource else "unseen"
            reason = "; ".join(_sentence(gap, times) for gap, times in gaps)
            help = "; ".join(dict.fromkeys(gap.help for gap, _ in gaps if gap.help))
            yield Coverage(
                connector.name, connector.type, system, account, resource, status, where, count, reason, help
            )


class Book:
    """What was seen, by (system, tenant). A gap of a whole file counts for every tenant that the file speaks of."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._seen: dict[tuple[str, str], Seen] = {}
        self._files: list[tuple[str, str, Gap]] = []

    def at(self, system: str, tenant: str, name: str) -> Seen:
        """The entry of one tenant, about to be told something of by the file ``name``."""
        seen = self._seen.setdefault((system, tenant), Seen())
        seen.names.add(name)
        return seen

    def file_gap(self, name: str, resource: str, gap: Gap) -> None:
        """Note a gap of the file ``name``."""
        self._files.append((name, resource, gap))

    def rows(self) -> Iterator[Coverage]:
        """All rows; a file whose gap concerns no tenant counts for those that the connector's entry names."""
        for name, resource, gap in self._files:
            concerned = [seen for seen in self._seen.values() if name in seen.names]
            for seen in concerned or [self.at(self._connector.system, self._connector.account, name)]:
                seen.gap(resource, gap)
        for (system, tenant), seen in sorted(self._seen.items()):
            yield from seen.rows(self._connector, system, tenant)


def listed(names: Iterable[str]) -> str:
    """Names of files for a person, three at most: ``a.json, b.json, c.json and 4 more``."""
    ordered = sorted(names)
    more = f" and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
    return ", ".join(ordered[:_NAMED]) + more


def _sentence(gap: Gap, times: int) -> str:
    return f"{gap.reason}: {times}, the first at {gap.where}" if gap.where else gap.reason
