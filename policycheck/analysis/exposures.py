"""Which vendor has, or can read, which category: the join of grants, datasets, vendor fields and attestations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from policycheck.analysis.items import narrowed
from policycheck.analysis.principals import Reach
from policycheck.analysis.readings import Reading, Stop, Way, united
from policycheck.aws.engine import Engine
from policycheck.fields.classify import Classifier
from policycheck.library.data_actions import DataAction
from policycheck.library.profiles import Profile
from policycheck.library.resource_policies import load_resource_policies
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.facts import Attestation, VendorField
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED, Access, Verdict, Witness

#: Where a service's reading actions do something: a bucket's own ARN holds no data, its objects do.
#: Source: AWS Service Authorization Reference, resource types of each service.
OBJECT_PATTERNS: dict[str, tuple[str, ...]] = {"s3": ("arn:*:s3:::*/*",)}

#: The shape of a field that never had a value in any sample.
EMPTY = "empty"

#: A key that stands for others, whose names are not known: only the shape of the values tells what they are.
_STAND_IN = re.compile(r"(?:^|\.)\{(?:key|id|uuid|hash|date|secret|url)\}(?:\[\])*$")

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
class Readable:
    """What one access can read: datasets, those that something stops although a policy allows the read, what stayed
    open, and reads beyond the catalog."""

    datasets: tuple[Reading, ...]
    undecided: tuple[Undecided, ...]
    beyond: tuple[Verdict, ...]
    stopped: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What the policies alone let an access read: datasets with every way there."""

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


class Reader:
    """Answers what an access can read, against one catalog; answers are kept per access."""

    def __init__(self, engine: Engine, datasets: tuple[Dataset, ...], actions: Iterable[DataAction]) -> None:
        self._engine = engine
        self._datasets = tuple(d for d in datasets if d.locations)
        self._actions: dict[str, tuple[str, ...]] = {}
        for action in actions:
            service = action.action.split(":", 1)[0]
            self._actions[service] = (*self._actions.get(service, ()), action.action)
        self._by_service: dict[str, dict[str, tuple[str, ...]]] = {}
        self._found: dict[Access, _Found] = {}
        self._memo: dict[Access, Readable] = {}

    def readable(self, reach: Reach) -> Readable:
        """Everything that this access can read."""
        known = self._memo.get(reach.access)
        if known is None:
            known = self._memo[reach.access] = self._read(reach.access)
        return known

    def _read(self, access: Access) -> Readable:
        found = self._find(access)
        readings = [self._reading(access, dataset, ways) for dataset, ways in found.datasets]
        return Readable(tuple(readings), found.undecided, found.beyond)

    def _reading(self, access: Access, dataset: Dataset, ways: tuple[Way, ...]) -> Reading:
        """What all ways to a dataset give together."""
        readings: list[Reading] = []
        for way in ways:
            whole = Reading(dataset, way.witness, dataset.fields)
            reading = narrowed(self._engine, access, way.service, way.locations, whole)
            if reading.whole:
                return reading
            readings.append(reading)
        return united(readings)

    def _find(self, access: Access) -> _Found:
        known = self._found.get(access)
        if known is None:
            known = self._found[access] = self._search(access)
        return known

    def _search(self, access: Access) -> _Found:
        found: list[tuple[Dataset, tuple[Way, ...]]] = []
        undecided: list[Undecided] = []
        for dataset in self._datasets:
            verdicts = [(*at, self._engine.reads(access, self._of(at[0]), at[1])) for at in self._places(dataset)]
            ways = [Way(service, at, v.witnesses[0]) for service, at, v in verdicts if v.status == OUTSIDE]
            reasons = [verdict.reason for _, _, verdict in verdicts if verdict.status == UNDECIDED]
            if ways:
                found.append((dataset, tuple(ways)))
            elif reasons:
                undecided.append(Undecided(f"dataset {dataset.name}", reasons[0]))
        return _Found(tuple(found), tuple(undecided), tuple(self._beyond(access)))

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
        everything = tuple(each for d in self._datasets for location in d.locations for each in widened(location))
        named = self._engine.services(access)
        open_services = 0
        for service, actions in self._actions.items():
            if named is not None and service not in named:
                continue
            within = OBJECT_PATTERNS.get(service, ())
            known = tuple(p for p in everything if service_of(p) in (service, "*"))
            verdict = self._engine.reads_beyond(access, actions, known, within)
            if verdict.status != INSIDE:
                yield verdict
                open_services += 1
            if open_services == BEYOND_SHOWN:
                return


def limited_exposure(grant: Grant, evidence: tuple[Evidence, ...], reading: Reading, field: DatasetField) -> Exposure:
    """A field of what one access can read of a dataset; of how many people is not known when rows are limited."""
    exposure = readable_exposure(grant, evidence, reading.dataset, field, reading.witness)
    limits = (*reading.limits, *reading.notes)
    if not limits:
        return exposure
    subjects = None if reading.rows else exposure.subjects
    return replace(exposure, limits=limits, mend=reading.mend, subjects=subjects)


def readable_exposure(
    grant: Grant, evidence: tuple[Evidence, ...], dataset: Dataset, field: DatasetField, witness: Witness
) -> Exposure:
    """A grant that can read a dataset's location gives every field of that dataset; ``evidence`` is of the access."""
    return Exposure(
        vendor=grant.vendor or "",
        category=field.category,
        form=field.form,
        depth=field.depth,
        origin="readable",
        place=f"{dataset.name}.{field.name}",
        via=grant.principal,
        system=grant.system,
        evidence=(*evidence, _told(field)),
        dataset=dataset.name,
        field=field.name,
        account=grant.account,
        action=f"{witness.action} on {witness.resource}",
        subjects=dataset.count,
        decided_by=field.told.note if field.told else "catalog",
        at=field.at,
        subject_kind=dataset.subject_kind,
    )


def _told(field: DatasetField) -> Evidence:
    """Where the catalog says what a field is."""
    return field.told or Evidence("catalog", str(field.at))


def held_exposure(field: VendorField, vendor: str, classifier: Classifier, profile: Profile | None) -> Exposure | None:
    """A field that the vendor holds itself; None when it is known to hold nothing personal."""
    judged = classifier.classify(field, profile, vendor)
    if judged.category == "none":
        return None
    path = f"{field.object}.{field.path}" if field.object else field.path
    return Exposure(
        vendor=vendor,
        category=judged.category,
        form=judged.form,
        depth=judged.depth,
        origin=field.origin,
        place=f"{field.system} {path}",
        via=field.connector,
        system=field.system,
        evidence=(Evidence(field.connector, field.where),),
        field=path,
        account=field.tenant,
        tenant=field.tenant,
        decided_by=judged.decided_by,
        perhaps=judged.perhaps,
    )


def sent_exposure(field: VendorField, vendor: str, classifier: Classifier, profile: Profile | None) -> Exposure | None:
    """A field that samples show being sent; None when it holds nothing personal, or nothing was in it."""
    if field.shape == EMPTY:
        return None
    judged = classifier.classify(field, profile, vendor)
    if judged.decided_by.startswith("rule ") and _STAND_IN.search(field.path):
        judged = classifier.classify(replace(field, object="", path="value"), profile, vendor)
    if judged.category == "none":
        return None
    return Exposure(
        vendor=vendor,
        category=judged.category,
        form=judged.form,
        depth=judged.depth,
        origin=field.origin,
        place=f"{field.host} {field.object} {field.path}",
        via=field.connector,
        system=field.host,
        evidence=(Evidence(field.connector, field.where, _counted(field)),),
        field=f"{field.path} of {field.object}",
        decided_by=judged.decided_by,
        perhaps=judged.perhaps,
        host=field.host,
        records=field.records,
    )


def known_sent(field: VendorField, to: str, vendor: str, dataset: Dataset, each: DatasetField, path: str) -> Exposure:
    """A field of a dataset that is sent from there under this path, alone or as a part of a whole."""
    return Exposure(
        vendor=vendor,
        category=each.category,
        form=field.form if field.form and each.form == "raw" else each.form,
        depth=each.depth,
        origin=field.origin,
        place=f"{to} {field.object} {path}",
        via=field.connector,
        system=to,
        evidence=(
            Evidence(field.connector, field.where, _counted(field)),
            each.told or Evidence("catalog", str(each.at)),
        ),
        dataset=dataset.name,
        field=f"{path} of {field.object}",
        subjects=dataset.count,
        decided_by=f"catalog {dataset.name}.{each.name}",
        at=each.at,
        subject_kind=dataset.subject_kind,
        host=to,
        records=field.records,
    )


def unknown_sent(field: VendorField, to: str, vendor: str) -> Exposure:
    """Something that is sent and that nothing describes."""
    return Exposure(
        vendor=vendor,
        category=None,
        form="raw",
        depth="latest",
        origin=field.origin,
        place=f"{to} {field.object} {field.path}",
        via=field.connector,
        system=to,
        evidence=(Evidence(field.connector, field.where, _counted(field)),),
        field=f"{field.path} of {field.object}",
        host=to,
        records=field.records,
    )


def _counted(field: VendorField) -> str:
    if not field.records:
        return ""
    return count_of(field.records) + (f", the latest of {field.last_seen}" if field.last_seen else "")


def count_of(records: int) -> str:
    """``1 record``, ``1,200 records``."""
    return f"{records:,} record{'' if records == 1 else 's'}"


def attested_exposures(statement: Attestation) -> Iterator[Exposure]:
    """The categories that a person stated the vendor to hold; how it got them was not asked."""
    for category in statement.fields or ():
        yield Exposure(
            vendor=statement.vendor,
            category=category,
            form="raw",
            depth="latest",
            origin="",
            place=f"{statement.system} (stated)",
            via=statement.connector,
            system=statement.system,
            evidence=(Evidence(statement.connector, statement.where, f"stated on {statement.on}"),),
            decided_by="attestation",
        )
