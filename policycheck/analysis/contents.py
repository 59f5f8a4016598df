"""What the catalog tells of something that is sent: the fields of its source, and whether these are all of it."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.analysis.reader import widened
from policycheck.aws.actions import may_meet
from policycheck.aws.globs import PLAIN, Budget, Globs, OverBudget, Question
from policycheck.aws.patterns import matches
from policycheck.fields.classify import normal
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.facts import WHOLE, VendorField
from policycheck.model.locations import split_columns

#: Parts of a key path that wrap a record on its way, by the service that adds them: EventBridge, SQS and Kinesis
#: events, DynamoDB streams. Source: "Event message structure" of EventBridge; Lambda Developer Guide, example events.
WRAPPERS = frozenset({"detail", "body", "data", "message", "payload", "dynamodb", "newimage", "new_image", "old_image"})
_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Content:
    """The catalog's fields of something that is sent, each with its path there. ``rest``: there may be more, which no
    dataset describes."""

    fields: tuple[tuple[Dataset, DatasetField, str], ...]
    rest: bool


class Contents:
    """Looks up what is sent in one catalog; answers are kept."""

    def __init__(self, datasets: Iterable[Dataset]) -> None:
        self._places = [(each, [p for where in each.locations for p in widened(where)]) for each in datasets]
        self._globs = Globs(PLAIN)
        self._whole: dict[tuple[tuple[str, ...], tuple[str, ...]], Content] = {}

    def of(self, field: VendorField) -> Content | None:
        """What a field of a known source is made of, None when the catalog does not know a part of that name."""
        if not field.sources:
            return Content((), True) if field.path in WHOLE else None
        parts = () if field.path in WHOLE else _unwrapped(field.path)
        whole = self._of_whole(field.sources, field.without)
        if not parts:
            return whole
        if "*" in field.path:
            return Content(tuple(each for each in whole.fields if matches(field.path, each[1].name)), whole.rest)
        under = [each for each in whole.fields if _parts(each[1].name)[: len(parts)] == parts]
        if under:
            # The path itself, or what lies below it.
            paths = (field.path if _parts(each.name) == parts else each.name for _, each, _ in under)
            return Content(tuple((d, each, path) for (d, each, _), path in zip(under, paths, strict=True)), False)
        named = {part for dataset, _ in self._near(field.sources) for name in dataset.plain for part in [_parts(name)]}
        return Content((), False) if parts in named else None

    def _of_whole(self, sources: tuple[str, ...], without: tuple[str, ...]) -> Content:
        key = (sources, without)
        if key not in self._whole:
            self._whole[key] = self._read(*key)
        return self._whole[key]

    def _read(self, sources: tuple[str, ...], without: tuple[str, ...]) -> Content:
        cut = [split_columns(each) for each in without]
        gone = [location for location, columns in cut if columns is None]
        near = [(each, met) for each, met in self._near(sources) if not all(self._within(m, gone) for m in met)]
        fields = tuple(
            (dataset, field, field.name)
            for dataset, met in near
            for field in dataset.fields
            if not _removed(field.name, met, cut)
        )
        known = [*gone, *(place for _, places in self._near(sources) for place in places)]
        return Content(fields, not any(self._within(source, known) for source in sources))

    def _near(self, sources: tuple[str, ...]) -> list[tuple[Dataset, list[str]]]:
        """The datasets at the first of these sources that has any, each with its locations there."""
        for source in sources:
            met = [(each, [p for p in places if self._meet(p, source)]) for each, places in self._places]
            found = [(each, places) for each, places in met if places]
            if found:
                return found
        return []

    def _meet(self, one: str, other: str) -> bool:
        """Whether some place matches both; what cannot be decided is taken to meet."""
        if not may_meet(one, other):
            return False
        try:
            return self._globs.find(Question(((one,), (other,)), ()), Budget(_STEPS)) is not None
        except OverBudget:
            return True

    def _within(self, one: str, union: list[str]) -> bool:
        """Whether every place that ``one`` matches is in the union; what cannot be decided is not."""
        try:
            return bool(union) and self._globs.find(Question(((one,),), tuple(union)), Budget(_STEPS)) is None
        except OverBudget:
            return False


def _unwrapped(path: str) -> tuple[str, ...]:
    parts = _parts(path)
    while parts and parts[0] in WRAPPERS:
        parts = parts[1:]
    return parts


def _parts(name: str) -> tuple[str, ...]:
    return tuple(normal(part) for part in name.replace("[]", "").split(".") if part)


def _removed(name: str, places: list[str], cut: list[tuple[str, tuple[str, ...] | None]]) -> bool:
    """Whether a column is left out wherever it lies."""
    return all(any(_cuts(each, place, name) for each in cut) for place in places)


def _cuts(cut: tuple[str, tuple[str, ...] | None], place: str, name: str) -> bool:
    location, columns = cut
    return columns is not None and matches(location, place) and any(_same(column, name) for column in columns)


def _same(column: str, name: str) -> bool:
    return matches(column, name) or normal(column) == normal(name)
