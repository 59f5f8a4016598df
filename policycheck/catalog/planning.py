"""Which file each draft goes to, and what that file then says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from policycheck.catalog.drafts import UNKNOWN, Draft, DraftField, slug, told_apart
from policycheck.catalog.judging import Entry, Namer, judged
from policycheck.catalog.merging import NotMergedError, merged
from policycheck.catalog.writing import line, whole
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does to one file. ``old`` is None for a new one, ``new`` equals ``old`` when nothing changes.

    ``added`` are the fields that are new, ``gone`` those of the file that the source does not have, ``places`` the
    source's locations that the file does not name.
    """

    path: str
    dataset: str
    old: str | None
    new: str
    added: tuple[Entry, ...] = ()
    gone: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    none: bool = False

    @property
    def waiting(self) -> int:
        """How many of the new fields wait for a person."""
        return sum(1 for entry in self.added if entry.review)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a draft goes nowhere, and how to mend that."""

    message: str
    help: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes of one import; with ``conflicts``, nothing is to be written."""

    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for: the directory of new files, the name or pattern of datasets, where they lie.

    ``location`` may hold ``{name}``, the name that the source gives.
    """

    into: str
    dataset: str = ""
    location: str = ""


class Planner:
    """Plans one import into a catalog. ``read`` answers with the text of a project's file, None when there is none."""

    def __init__(self, datasets: Iterable[Dataset], namer: Namer, read: Callable[[str], str | None]) -> None:
        self._datasets = tuple(datasets)
        self._namer = namer
        self._read = read

    def plan(self, drafts: Iterable[tuple[Draft, str]], wishes: Wishes) -> Plan:
        """What to do with drafts, each with the name of its source."""
        told = joined(drafts)
        named = told_apart(draft for draft, _ in told)
        chosen = chosen_drafts([(d, s) for d, (_, s) in zip(named, told, strict=True)], wishes)
        changes: list[Change] = []
        conflicts: list[Conflict] = []
        taken: dict[str, str] = {}
        for draft, source in chosen:
            found = self._one(draft, source, wishes.into)
            path = found.path if isinstance(found, Change) else ""
            if path and taken.setdefault(path, draft.qualified) != draft.qualified:
                message = f"{path}: {taken[path]} and {draft.qualified} of the source are both the dataset {draft.name}"
                found = Conflict(message, "import one at a time, with --dataset NAME")
            if isinstance(found, Conflict):
                conflicts.append(found)
            else:
                changes.append(found)
        return Plan(tuple(changes), tuple(conflicts))

    def _one(self, draft: Draft, source: str, into: str) -> Change | Conflict:
        places = [d for d in self._datasets if set(d.locations) & set(draft.located)]
        same = [d for d in self._datasets if d.name == draft.name]
        known = next((d for d in places if d in same), None) or next(iter((*places, *same)), None)
        if known is None:
            return self._new(draft, source, into)
        lies = [where for where in known.locations if not where.startswith(UNKNOWN)]
        if known not in places and draft.located and lies:
            message = f"{known.at.path}: the dataset {known.name} lies in {lies[0]}, the source's in {draft.located[0]}"
            help = "if both hold the same fields, add the location to the file; else name the other one with --dataset"
            return Conflict(message, help)
        return self._known(draft, known)

    def _new(self, draft: Draft, source: str, into: str) -> Change | Conflict:
        path = str(PurePosixPath(into, f"{draft.name}.yaml"))
        if self._read(path) is not None:
            help = "move it, or give the dataset another name with --dataset"
            return Conflict(f"{path} exists, and is not the dataset {draft.name}", help)
        entries = self._entries(draft)
        return Change(path, draft.name, None, whole(draft.name, draft.locations, draft.text, entries, source), entries)

    def _known(self, draft: Draft, dataset: Dataset) -> Change | Conflict:
        path = dataset.at.path
        text = self._read(path) or ""
        places = tuple(where for where in draft.located if where not in dataset.locations)
        if dataset.none_why:
            return Change(path, dataset.name, text, text, places=places, none=True)
        names = {name.casefold() for name in (*(f.name for f in dataset.fields), *dataset.plain)}
        has = {field.path.casefold() for field in draft.fields}
        added = tuple(e for e in self._entries(draft) if e.name.casefold() not in names)
        every = (*(f.name for f in dataset.fields), *dataset.plain)
        gone = tuple(name for name in every if name.casefold() not in has)
        try:
            new = merged(text, added)
        except NotMergedError:
            lines = "; ".join(line(entry) for entry in added[:3])
            return Conflict(
                f"{path}: nothing can be added to its `fields` as they are written", f"add it there: {lines}"
            )
        return Change(path, dataset.name, text, new, added, gone, places)

    def _entries(self, draft: Draft) -> tuple[Entry, ...]:
        return tuple(judged(field, draft.name, self._namer) for field in draft.fields)


def joined(drafts: Iterable[tuple[Draft, str]]) -> tuple[tuple[Draft, str], ...]:
    """Drafts of one place become one, whatever source they are from: dbt tells columns in two files."""
    found: dict[tuple[str, ...], tuple[Draft, str]] = {}
    for draft, source in drafts:
        key = tuple(where.partition(":")[2].casefold() for where in draft.locations)
        old, from_ = found.setdefault(key, (draft, source))
        if old is not draft:
            fields = _completed(old.fields, draft.fields)
            both = replace(old, fields=fields, text=old.text or draft.text, locations=old.located or draft.locations)
            found[key] = (both, from_ if from_ == source else f"{from_} and {source}")
    return tuple(found.values())


def _completed(fields: tuple[DraftField, ...], others: tuple[DraftField, ...]) -> tuple[DraftField, ...]:
    """Fields with what others tell of the same names, then the others."""
    told = {field.path.casefold(): field for field in others}
    known = [(field, told.pop(field.path.casefold(), field)) for field in fields]
    both = [replace(f, type=f.type or o.type, format=f.format or o.format, text=f.text or o.text) for f, o in known]
    return (*both, *told.values())


def chosen_drafts(drafts: Sequence[tuple[Draft, str]], wishes: Wishes) -> list[tuple[Draft, str]]:
    """Those that ``--dataset`` names; a single one is called that."""
    wanted = wishes.dataset
    kept = [pair for pair in drafts if not wanted or _named(pair[0], wanted)]
    if wanted and not kept and len(drafts) == 1:
        draft, source = drafts[0]
        kept = [(replace(draft, name=slug(wanted)), source)]
    return [(_placed(draft, wishes.location), source) for draft, source in kept]


def _named(draft: Draft, wanted: str) -> bool:
    return any(fnmatchcase(name, wanted) for name in (draft.name, draft.qualified, slug(draft.qualified)))


def _placed(draft: Draft, location: str) -> Draft:
    return replace(draft, locations=(location.replace("{name}", draft.qualified),)) if location else draft
