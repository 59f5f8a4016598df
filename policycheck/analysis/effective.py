"""What an access can really read: its policies, and all that limits or stops a read beside them."""

from __future__ import annotations

from dataclasses import replace

from policycheck.analysis.decryption import Answer, Keys, Who
from policycheck.analysis.items import narrowed
from policycheck.analysis.lake_reads import GLUE, Lakes
from policycheck.analysis.reader import Reader, Undecided, container, service_of
from policycheck.analysis.readings import Reading, Stop, Way, united
from policycheck.aws.engine import Engine
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset
from policycheck.model.shares import Encryption
from policycheck.model.verdict import OUTSIDE, Access, Verdict

PAST_LAKE = "this reads the files in S3 directly, past Lake Formation"


@dataclass(frozen=True, slots=True)
class Readable:
    """What one access can read: datasets, those that something stops although a policy allows the read, what stayed
    open, and reads beyond the catalog."""

    datasets: tuple[Reading, ...]
    undecided: tuple[Undecided, ...]
    beyond: tuple[Verdict, ...]
    stopped: tuple[Stop, ...] = ()


class Effective:
    """Answers what an access can read, against one catalog. ``keys`` and ``lakes`` are None where there are no facts
    about them; without them it does not matter who reads."""

    def __init__(self, engine: Engine, reader: Reader, keys: Keys | None = None, lakes: Lakes | None = None) -> None:
        self._engine = engine
        self._reader = reader
        self._keys = keys
        self._lakes = lakes or Lakes((), lambda account, region: False)
        self._guarded: dict[str, bool] = {}
        self._memo: dict[tuple[Access, Who | None], Readable] = {}

    def readable(self, access: Access, who: Who | None = None) -> Readable:
        """Everything that this access can read in the hands of somebody."""
        found = self._reader.find(access)
        personal = who is not None and any(self._is_guarded(dataset) for dataset, _ in found.datasets)
        key = (access, who if personal else None)
        known = self._memo.get(key)
        if known is None:
            read = [self._read(access, dataset, ways, key[1]) for dataset, ways in found.datasets]
            datasets = tuple([each for each in read if isinstance(each, Reading)])
            stopped = tuple([each for each in read if isinstance(each, Stop)])
            known = self._memo[key] = Readable(datasets, found.undecided, found.beyond, stopped)
        return known

    def _is_guarded(self, dataset: Dataset) -> bool:
        """Whether it matters for a dataset who reads it."""
        known = self._guarded.get(dataset.name)
        if known is None:
            known = self._guarded[dataset.name] = any(
                service_of(location) == GLUE or (self._keys and self._keys.of(container(location)))
                for location in dataset.locations
            )
        return known

    def _read(self, access: Access, dataset: Dataset, ways: tuple[Way, ...], who: Who | None) -> Reading | Stop:
        """What all ways to a dataset give together; a Stop when every one of them is stopped."""
        readings: list[Reading] = []
        stops: list[Stop] = []
        for way in ways:
            found = self._through(access, dataset, way, who)
            if isinstance(found, Stop):
                stops.append(found)
            elif way.service == "s3" and self._lakes.governs(dataset):
                return found.noting(PAST_LAKE, mend=f"take {found.witness.action} on {_files(dataset)} away from it")
            else:
                readings.append(found)
        if not readings:
            return replace(stops[0], assumes=tuple(each for stop in stops for each in stop.assumes))
        return united(readings)

    def _through(self, access: Access, dataset: Dataset, way: Way, who: Who | None) -> Reading | Stop:
        whole = Reading(dataset, way.witness, dataset.fields)
        if way.service == GLUE:
            return self._lakes.read(dataset, way, who) if who else whole
        reading = narrowed(self._engine, access, way.service, way.locations, whole)
        return self._decrypted(access, way, reading, who) if who and self._keys else reading

    def _decrypted(self, access: Access, way: Way, reading: Reading, who: Who) -> Reading | Stop:
        """The reading where a key may stop it, container by container."""
        assert self._keys is not None
        places: dict[str, list[str]] = {}
        for location in way.locations:
            places.setdefault(container(location), []).append(location)
        locked = {place: found for place in places if (found := self._keys.of(place))}
        answers: list[tuple[Encryption, Answer]] = []
        for place, locations in places.items() if locked else ():
            if len(places) > 1 and self._reader.reads(access, tuple(locations)).status != OUTSIDE:
                continue
            if place not in locked:
                return reading
            answers.append((locked[place], self._keys.answer(access, who, locked[place])))
        return _unlocked(reading, answers)


def _files(dataset: Dataset) -> str:
    return ", ".join(where for where in dataset.locations if service_of(where) == "s3")


def _unlocked(reading: Reading, answers: list[tuple[Encryption, Answer]]) -> Reading | Stop:
    passed = [answer for _, answer in answers if not answer.stops]
    if passed or not answers:
        return reading.noting(*dict.fromkeys(answer.note for answer in passed if answer.note))
    keys = dict.fromkeys(encryption.key for encryption, _ in answers)
    assumes = dict.fromkeys(each for _, answer in answers for each in answer.assumes)
    return Stop(reading.dataset, reading.witness, f"KMS key {', '.join(keys)} does not let it decrypt", tuple(assumes))
