"""What the policies of an access let it read of the catalog, and what lies beyond that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.analysis.lake_reads import GLUE, lake_way
from policycheck.analysis.readings import Way
from policycheck.aws.engine import Engine
from policycheck.library.data_actions import DataAction
from policycheck.library.resource_policies import load_resource_policies
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access, Verdict

#: Where a service's reading actions do something: a bucket's own ARN holds no data, its objects do.
#: Source: AWS Service Authorization Reference, resource types of each service.
OBJECT_PATTERNS: dict[str, tuple[str, ...]] = {"s3": ("arn:*:s3:::*/*",)}

#: How many parts of the last piece of an ARN name a container of data. Source: as above.
_NAMED = {"s3": 1, "dynamodb": 2, "kinesis": 2, "es": 2}

#: After this many services with unknown data, the point is made: the rest is not searched.
BEYOND_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Undecided:
    """A reading question without an answer: PC604 reports it."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Datasets with every way there, what stayed open, and reads beyond the catalog."""

    datasets: tuple[tuple[Dataset, tuple[Way, ...]], ...]
    undecided: tuple[Undecided, ...]
    beyond: tuple[Verdict, ...]


def widened(location: str) -> tuple[str, ...]:
    """A location with what is in it: a bucket's ARN alone stands for its objects too, a table's for its indexes."""
    parts = location.split(":", 5)
    names = parts[5].split("/") if len(parts) == 6 else []
    service = service_of(location)
    whole = service == "logs" or len(names) == _NAMED.get(service)
    return load_resource_policies().speaks_of(location) if whole and not location.endswith("*") else (location,)


def service_of(location: str) -> str:
    """The service of an ARN pattern, ``*`` when it is not an ARN or a wildcard."""
    parts = location.split(":", 5)
    return parts[2] if len(parts) == 6 and "*" not in parts[2] else "*"


def container(location: str) -> str:
    """The ARN of the bucket, table, stream or the like that a location is in; it may be a pattern."""
    parts = location.split(":", 5)
    depth = _NAMED.get(service_of(location))
    return ":".join([*parts[:5], "/".join(parts[5].split("/")[:depth])]) if depth else location


class Reader:
    """Answers what the policies of an access let it read, against one catalog; answers are kept per access."""

    def __init__(self, engine: Engine, datasets: tuple[Dataset, ...], actions: Iterable[DataAction]) -> None:
        self._engine = engine
        self._datasets = tuple(d for d in datasets if d.locations)
        self._actions: dict[str, tuple[str, ...]] = {}
        for action in actions:
            service = action.action.split(":", 1)[0]
            self._actions[service] = (*self._actions.get(service, ()), action.action)
        self._by_service: dict[str, dict[str, tuple[str, ...]]] = {}
        self._found: dict[Access, Found] = {}
        self._locations: dict[str, tuple[str, ...]] = {}

    def find(self, access: Access) -> Found:
        """What the policies of an access let it read."""
        known = self._found.get(access)
        if known is None:
            known = self._found[access] = self._search(access)
        return known

    def reads(self, access: Access, locations: tuple[str, ...]) -> Verdict:
        """Whether something can be read at locations of one service."""
        return self._engine.reads(access, self._of(service_of(locations[0])), locations)

    def unlisted(self, access: Access, arn: str) -> bool:
        """Whether something that no dataset describes can be read of a bucket, table or other resource."""
        service = service_of(arn)
        within = (f"{arn}/*",) if service in OBJECT_PATTERNS else widened(arn)
        verdict = self._engine.reads_beyond(access, self._of(service), self._known(service), within)
        return verdict.status == OUTSIDE

    def strays(self, access: Access) -> bool:
        """Whether something can be read, or may be, that no dataset describes."""
        return any(True for _ in self._beyond(access))

    def _known(self, service: str) -> tuple[str, ...]:
        """All locations of the catalog that may be of a service."""
        if service not in self._locations:
            everything = (each for d in self._datasets for location in d.locations for each in widened(location))
            self._locations[service] = tuple(p for p in everything if service_of(p) in (service, "*"))
        return self._locations[service]

    def _search(self, access: Access) -> Found:
        found: list[tuple[Dataset, tuple[Way, ...]]] = []
        undecided: list[Undecided] = []
        for dataset in self._datasets:
            verdicts = [(*at, self._engine.reads(access, self._of(at[0]), at[1])) for at in self._places(dataset)]
            ways = [Way(service, at, v.witnesses[0]) for service, at, v in verdicts if v.status == OUTSIDE]
            ways += self._lake(access, dataset)
            reasons = [verdict.reason for _, _, verdict in verdicts if verdict.status == UNDECIDED]
            if ways:
                found.append((dataset, tuple(ways)))
            elif reasons:
                undecided.append(Undecided(f"dataset {dataset.name}", reasons[0]))
        return Found(tuple(found), tuple(undecided), tuple(self._beyond(access)))

    def _lake(self, access: Access, dataset: Dataset) -> list[Way]:
        tables = tuple(each for each in dataset.locations if service_of(each) == GLUE)
        way = lake_way(self._engine, access, tables) if tables else None
        return [way] if way else []

    def _of(self, service: str) -> tuple[str, ...]:
        """The reading actions of a service, ``*`` for all."""
        if service == "*":
            return tuple(a for names in self._actions.values() for a in names)
        return self._actions.get(service, ())

    def _places(self, dataset: Dataset) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The locations of a dataset by service, of the services that reading actions are known of."""
        places = self._by_service.get(dataset.name)
        if places is None:
            places = self._by_service[dataset.name] = {}
            for location in (each for written in dataset.locations for each in widened(written)):
                service = service_of(location)
                places[service] = (*places.get(service, ()), location)
        return ((service, locations) for service, locations in places.items() if self._of(service))

    def _beyond(self, access: Access) -> Iterator[Verdict]:
        named = self._engine.services(access)
        open_services = 0
        for service, actions in self._actions.items():
            if named is not None and service not in named:
                continue
            within = OBJECT_PATTERNS.get(service, ())
            verdict = self._engine.reads_beyond(access, actions, self._known(service), within)
            if verdict.status != INSIDE:
                yield verdict
                open_services += 1
            if open_services == BEYOND_SHOWN:
                return
