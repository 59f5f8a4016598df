"""The catalog that people wrote, completed by what AWS tells of our data: tables of Glue, tags that name a dataset.

What people wrote wins: a field or a ``fields: none`` of theirs is never changed. AWS adds locations, fields that they
left out, and datasets that they do not have; what contradicts them is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from policycheck.analysis.reader import widened
from policycheck.aws.patterns import matches
from policycheck.fields.classify import Classified, Classifier, normal
from policycheck.library.taxonomy import NONE, load_taxonomy
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset, DatasetField, Project
from policycheck.model.facts import CatalogEntry
from policycheck.model.places import Evidence, Location

_REVIEW = "judged by its name in a live catalog"
_NOTHING = "no column that AWS tells holds anything about people"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where AWS and the catalog disagree, as two sentences; ``dataset`` is the one that people wrote, None without."""

    entry: CatalogEntry
    dataset: Dataset | None
    message: str
    observed: str
    help: str


def completed(project: Project, entries: Iterable[CatalogEntry]) -> tuple[Project, tuple[Conflict, ...]]:
    """The project with what AWS tells in its catalog, and what does not fit."""
    found = tuple(entries)
    if not found:
        return project, ()
    work = _Work(project, found)
    datasets = work.run()
    return replace(project, datasets=datasets), tuple(work.conflicts)


class _Work:
    """One merge. ``merged`` has the datasets by name, those that people wrote first."""

    def __init__(self, project: Project, entries: tuple[CatalogEntry, ...]) -> None:
        self.conflicts: list[Conflict] = []
        self._written = project.datasets
        self._merged = {dataset.name: dataset for dataset in project.datasets}
        self._classifier = Classifier(load_taxonomy(), project.datasets, project.overrides)
        self._places = {entry.name: entry.at for entry in project.config.connectors}
        self._root = project.config.at
        self._tables = [entry for entry in entries if entry.kind == "table"]
        self._tags = {entry.resource: entry for entry in entries if entry.kind == "tagged"}

    def run(self) -> tuple[Dataset, ...]:
        """Every dataset, completed."""
        used = {tag.resource for table in self._tables for tag in [self._table(table)] if tag}
        for tag in self._tags.values():
            if tag.resource not in used:
                self._tagged(tag)
        return tuple(self._merged.values())

    def _table(self, table: CatalogEntry) -> CatalogEntry | None:
        """Put a table where it belongs; the tag that named its dataset, if one did."""
        tag = self._tag_of(table)
        written = self._describing((table.resource, *table.locations))
        if tag and written and written.name != tag.dataset:
            self._differs(tag, written)
        name = written.name if written else tag.dataset if tag else table.name
        dataset = self._merged.get(name)
        if dataset is None:
            if not table.columns:
                return tag
            dataset = Dataset(name, self._place(table))
        self._merged[name] = self._with_columns(_with_locations(dataset, table), table)
        return tag

    def _tagged(self, tag: CatalogEntry) -> None:
        """A resource that only has a tag: one more location of a dataset that somebody describes."""
        written = self._describing((tag.resource,))
        if written is not None:
            if written.name != tag.dataset:
                self._differs(tag, written)
        elif tag.dataset in self._merged:
            self._merged[tag.dataset] = _with_locations(self._merged[tag.dataset], tag)
        else:
            self._unknown(tag)

    def _tag_of(self, table: CatalogEntry) -> CatalogEntry | None:
        """The tag of a table, or of the bucket that it lies in."""
        if table.resource in self._tags:
            return self._tags[table.resource]
        buckets = (location.partition("/")[0] for location in table.locations if ":s3:::" in location)
        return next((self._tags[bucket] for bucket in buckets if bucket in self._tags), None)

    def _describing(self, resources: Iterable[str]) -> Dataset | None:
        """The dataset that people wrote for one of these."""
        wanted = tuple(resources)
        for dataset in self._written:
            patterns = [each for location in dataset.locations for each in (location, *widened(location))]
            if any(matches(pattern, resource) for pattern in patterns for resource in wanted):
                return dataset
        return None

    def _with_columns(self, dataset: Dataset, table: CatalogEntry) -> Dataset:
        judged = {
            column: self._classifier.name(column, table.name.rpartition(".")[2], type=type)
            for column, type in zip(table.columns, table.types, strict=True)
        }
        if dataset.none_why and dataset.none_why != _NOTHING:
            self._holds_after_all(dataset, table, judged)
            return dataset
        known = {normal(name.partition(".")[0]) for name in (*(f.name for f in dataset.fields), *dataset.plain)}
        new = {column: found for column, found in judged.items() if normal(column) not in known}
        fields = tuple(self._field(table, column, f) for column, f in new.items() if f.category != NONE)
        plain = tuple(column for column, found in new.items() if found.category == NONE)
        held = (*dataset.fields, *fields)
        return replace(dataset, fields=held, plain=(*dataset.plain, *plain), none_why="" if held else _NOTHING)

    def _field(self, table: CatalogEntry, column: str, found: Classified) -> DatasetField:
        told = Evidence(table.connector, table.where, found.decided_by)
        place = self._place(table)
        return DatasetField(column, found.category, place, found.form, found.depth, _REVIEW, told)

    def _place(self, entry: CatalogEntry) -> Location:
        return self._places.get(entry.connector, self._root)

    def _holds_after_all(self, dataset: Dataset, table: CatalogEntry, judged: Mapping[str, Classified]) -> None:
        personal = [f"{column} ({found.category})" for column, found in judged.items() if _personal(found)]
        if personal:
            message = f"dataset {dataset.name} says `fields: none`, and AWS describes columns about people there"
            observed = f"table {table.name} has {', '.join(personal)}"
            help = "list the fields in the catalog, or give the columns the category `none` under overrides"
            self.conflicts.append(Conflict(table, dataset, message, observed, help))

    def _differs(self, tag: CatalogEntry, written: Dataset) -> None:
        message = f"a tag calls dataset {written.name} by another name"
        observed = f"{tag.resource} is tagged {tag.dataset}, and lies in {written.name}"
        help = "correct the tag, or the locations in the catalog; until then the catalog counts"
        self.conflicts.append(Conflict(tag, written, message, observed, help))

    def _unknown(self, tag: CatalogEntry) -> None:
        message = f"a tag names dataset {tag.dataset}, which nothing describes"
        observed = f"{tag.resource} is tagged {tag.dataset}"
        help = f"write catalog/{tag.dataset}.yaml with its fields, or correct the tag"
        self.conflicts.append(Conflict(tag, None, message, observed, help))


def _personal(found: Classified) -> bool:
    return found.category not in (None, NONE)


def _with_locations(dataset: Dataset, entry: CatalogEntry) -> Dataset:
    known = [each for location in dataset.locations for each in (location, *widened(location))]
    new = [each for each in _located(entry) if not any(matches(pattern, each) for pattern in known)]
    return replace(dataset, locations=(*dataset.locations, *new)) if new else dataset


def _located(entry: CatalogEntry) -> Iterator[str]:
    yield entry.resource
    yield from entry.locations
