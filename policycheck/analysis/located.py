"""Which datasets of the catalog lie where, and what somebody has who gets a copy of that, or some columns of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from policycheck.analysis.effective import Readable
from policycheck.analysis.reader import widened
from policycheck.analysis.readings import Reading
from policycheck.aws.actions import may_meet
from policycheck.aws.globs import PLAIN, Budget, Globs, OverBudget, Question
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.locations import with_columns
from policycheck.model.verdict import OUTSIDE, Verdict, Witness

_STEPS = 20_000
COPY = "a copy keeps what has been deleted or changed since"


class Located:
    """The datasets of one catalog by their locations; answers are kept."""

    def __init__(self, datasets: Iterable[Dataset]) -> None:
        self._places = [(each, [p for where in each.locations for p in widened(where)]) for each in datasets]
        self._globs = Globs(PLAIN)
        self._memo: dict[tuple[str, ...], tuple[Dataset, ...]] = {}
        self._deep: dict[str, tuple[DatasetField, ...]] = {}

    def at(self, resources: Sequence[str]) -> tuple[Dataset, ...]:
        """The datasets of which something may lie at one of these ARNs, which may be patterns."""
        key = tuple(resources)
        if key not in self._memo:
            self._memo[key] = tuple(
                dataset for dataset, places in self._places if any(self._meet(p, each) for p in places for each in key)
            )
        return self._memo[key]

    def copied(self, resources: Sequence[str], witness: Witness, mend: str) -> Readable:
        """All fields of what is copied, with their history: nothing can be taken out of a copy any more."""
        found = self.at(resources)
        if not found:
            return Readable((), (), (Verdict(OUTSIDE, (witness,)),))
        readings = [Reading(each, witness, self._deepened(each), notes=(COPY,), mend=mend) for each in found]
        return Readable(tuple(readings), (), ())

    def readable(self, resources: Sequence[str], witness: Witness, mend: str) -> Readable:
        """All fields of what lies there."""
        readings = [Reading(each, witness, each.fields, mend=mend) for each in self.at(resources)]
        return Readable(tuple(readings), (), () if readings else (Verdict(OUTSIDE, (witness,)),))

    def columns(self, table: str, right: Columns, action: str, mend: str) -> Readable:
        """The fields that certain columns of a table hold."""
        witness, readings = Witness(action, table), []
        found = self.at((table,))
        for dataset in found:
            reading = Reading(dataset, witness, dataset.fields, mend=mend)
            fields = tuple(each for each in dataset.fields if right.has(_column(each.name)))
            if len(fields) < len(dataset.fields) or right.rows:
                reading = reading.limited(fields, *right.limits(), rows=bool(right.rows))
            readings.append(reading)
        beyond = self._unknown(found, table, right, action)
        return Readable(tuple(readings), (), (Verdict(OUTSIDE, (beyond,)),) if beyond else ())

    def _unknown(self, found: Sequence[Dataset], table: str, right: Columns, action: str) -> Witness | None:
        """A request for what no dataset describes: the table, or the named columns that are not in the catalog."""
        if not found or any(dataset.none_why for dataset in found):
            return None if found else Witness(action, table)
        known = {_column(name) for each in found for name in (*(f.name for f in each.fields), *each.plain)}
        left = [column for column in right.named or () if column.lower() not in known]
        return Witness(action, with_columns(table, left)) if left else None

    def _deepened(self, dataset: Dataset) -> tuple[DatasetField, ...]:
        # Kept, because what was judged already is known by the identity of the field.
        if dataset.name not in self._deep:
            self._deep[dataset.name] = tuple(replace(each, depth="history") for each in dataset.fields)
        return self._deep[dataset.name]

    def _meet(self, one: str, other: str) -> bool:
        """Whether some place matches both; what cannot be decided is taken to meet."""
        if not may_meet(one, other):
            return False
        try:
            return self._globs.find(Question(((one,), (other,)), ()), Budget(_STEPS)) is not None
        except OverBudget:
            return True


def _column(name: str) -> str:
    """The column that holds a field: ``address.city`` is a part of ``address``. Glue keeps names in small letters."""
    return name.replace("[", ".").split(".")[0].lower()


class Columns:
    """Columns of a table that one party was granted. ``named`` None: all but for ``excluded``; ``rows`` is the name of
    a filter that hides rows, empty when one of the grants hides none."""

    def __init__(self, grants: Iterable[tuple[tuple[str, ...] | None, tuple[str, ...], str]]) -> None:
        listed = list(grants)
        every = [frozenset(map(str.lower, excluded)) for columns, excluded, _ in listed if columns is None]
        self.named = None if every else tuple(dict.fromkeys(c for columns, _, _ in listed for c in columns or ()))
        also = {column.lower() for columns, _, _ in listed for column in columns or ()}
        self.excluded = frozenset.intersection(*every) - also if every else frozenset()
        self.rows = "" if any(not rows for _, _, rows in listed) else listed[0][2]

    def has(self, column: str) -> bool:
        """Whether a column is among them."""
        if self.named is None:
            return column not in self.excluded
        return column in map(str.lower, self.named)

    def limits(self) -> tuple[str, ...]:
        """Sentences on what is held back."""
        if self.named is not None:
            told = f"Lake Formation grants the columns {', '.join(self.named)} only"
        else:
            told = f"Lake Formation leaves out {', '.join(sorted(self.excluded))}"
        held = self.named is not None or bool(self.excluded)
        hidden = f"the filter {self.rows} of Lake Formation hides rows"
        return (*((told,) if held else ()), *((hidden,) if self.rows else ()))
