"""What changed of the catalog: what a location holds decides what a read of it means, and how severe it is."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.checks.edited import some, told
from policycheck.checks.severity import MANY, people
from policycheck.model.declared import Dataset, DatasetField, Project
from policycheck.model.drift import CHANGED, MILDER, NARROWER, WIDER, Change
from policycheck.model.places import Location

_PLAIN = "nothing about people"


def catalog(old: Project, new: Project) -> Iterator[Change]:
    """The datasets and the overrides that differ."""
    was, now = ({each.name: each for each in side.datasets} for side in (old, new))
    for name in sorted({*was, *now}):
        before, after = was.get(name), now.get(name)
        yield from _fields(name, before, after)
        yield from _locations(name, before, after)
        if before and after:
            yield from _people(name, before, after)
    yield from _overrides(old, new)


def _fields(name: str, was: Dataset | None, now: Dataset | None) -> Iterator[Change]:
    """Fields that changed alike are one row, and so are those of a dataset that is new."""
    one, two = _held(was), _held(now)
    if was is None and now is not None and now.fields:
        names = [f"{each.name} ({each.category or 'not judged'})" for each in now.fields]
        number = f"{len(names)} field{'s' if len(names) > 1 else ''}"
        what = f"{name} is described, with {number}: {some(names)}"
        yield Change("", "project", NARROWER, what, "in the catalog", now.place("fields"))
        two = dict.fromkeys(now.plain, _PLAIN)
    places = {each.name: each.at for side in (was, now) if side for each in side.fields}
    alike: dict[tuple[str, str], list[str]] = {}
    for field in sorted({*one, *two}):
        if one.get(field, "") != two.get(field, ""):
            alike.setdefault((one.get(field, ""), two.get(field, "")), []).append(field)
    for (before, after), fields in alike.items():
        # What is not told to be personal is less to find.
        sense = NARROWER if not before and after != _PLAIN else WIDER
        if len(fields) == 1:
            what = f"{name}.{fields[0]} counts as {after or _PLAIN}, was {before or 'not described'}"
        else:
            what = f"{len(fields)} fields of {name} count as {after or _PLAIN}, were {before or 'not described'}"
            what += f": {some(fields)}"
        at = places.get(fields[0]) if after else None
        yield Change("", "project", sense, what, "in the catalog", at or _at(was, now, "fields"))


def _held(dataset: Dataset | None) -> dict[str, str]:
    if dataset is None:
        return {}
    plain = dict.fromkeys(dataset.plain, _PLAIN)
    return plain | {each.name: _judged(each) for each in dataset.fields}


def _judged(field: DatasetField) -> str:
    review = ", to be reviewed" if field.review else ""
    return f"{field.category or 'not judged'} ({field.form}, {field.depth}{review})"


def _at(was: Dataset | None, now: Dataset | None, key: str) -> Location | None:
    return now.place(key) if now else was.at if was else None


def _locations(name: str, was: Dataset | None, now: Dataset | None) -> Iterator[Change]:
    old, new = set(was.locations if was else ()), set(now.locations if now else ())
    for location in sorted(old - new):
        what = f"{name} no longer describes {location}"
        yield Change("", "project", WIDER, what, "in the catalog", _at(was, now, "locations"))
    for location in sorted(new - old):
        # It was PC107 that a vendor could read it; now it is what the fields say.
        none = now.none_why if now else ""
        held = f"it holds {_PLAIN}" if none else "a read of it is judged by its fields, no longer as unknown (PC107)"
        sense, what = WIDER if none else MILDER, f"{name} describes {location} now: {held}"
        yield Change("", "project", sense, what, none or "in the catalog", _at(was, now, "locations"))
    before, after = (was.none_why if was else ""), (now.none_why if now else "")
    if was and now and after != before:
        sense, what = (CHANGED, "for another reason") if before and after else (WIDER, "") if after else (NARROWER, "")
        said = f"{name} holds {_PLAIN}" if after else f"{name} no longer says that it holds {_PLAIN}"
        yield Change("", "project", sense, f"{said} {what}".strip(), after or before, now.place("fields"))


def _people(name: str, was: Dataset, now: Dataset) -> Iterator[Change]:
    if was.count != now.count:
        many, were = (now.count or 0) >= MANY, (was.count or 0) >= MANY
        sense = CHANGED if many == were else NARROWER if many else MILDER
        step = f": {people(MANY)} or more are one step graver" if many != were else ""
        what = f"{name} is about {_number(now.count)}, was {_number(was.count)}{step}"
        yield Change("", "project", sense, what, "in the catalog", now.place("subjects"))
    for key, before, after in (
        ("subjects.kind", was.subject_kind, now.subject_kind), ("subjects.regions", was.regions, now.regions)
    ):  # fmt: skip
        if before != after:
            what = f"{name}: {key} is {told(after)}, was {told(before)}"
            yield Change("", "project", CHANGED, what, "in the catalog", now.place("subjects"))


def _number(count: int | None) -> str:
    return people(count) if count is not None else "nobody knows how many"


def _overrides(old: Project, new: Project) -> Iterator[Change]:
    overridden: list[dict[tuple[str, str, str], str]] = [
        {(each.field, each.system, each.vendor): f"{each.category} {each.form}".strip() for each in side.overrides}
        for side in (old, new)
    ]
    places = {(each.field, each.system, each.vendor): each.at for side in (old, new) for each in side.overrides}
    for key in sorted({*overridden[0], *overridden[1]}):
        before, after = overridden[0].get(key), overridden[1].get(key)
        if before != after:
            what = f"field {key[0]} is {after or 'judged by rules'}, was {before or 'judged by rules'}"
            yield Change(key[2], "project", WIDER if after else NARROWER, what, "by an override", places[key])
