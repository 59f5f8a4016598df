"""What one access can read of a dataset, and what limits or stops that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.verdict import Witness


@dataclass(frozen=True, slots=True)
class Way:
    """One service through which a dataset can be reached: its locations there, and a request that reads."""

    service: str
    locations: tuple[str, ...]
    witness: Witness


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be read of a dataset: ``fields`` of it, ``rows`` when not every record.

    ``limits`` are sentences on the layers that limit it, ``notes`` on those that do not, or were not seen.
    ``mend`` is what would take it away, where that is not a statement of a policy.
    """

    dataset: Dataset
    witness: Witness
    fields: tuple[DatasetField, ...]
    limits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: bool = False
    mend: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing is held back."""
        return not self.rows and len(self.fields) == len(self.dataset.fields)

    def limited(
        self, fields: tuple[DatasetField, ...], *limits: str, rows: bool = False, witness: Witness | None = None
    ) -> Reading:
        """The reading with fewer fields or rows."""
        return replace(
            self,
            fields=fields,
            limits=(*self.limits, *limits),
            rows=self.rows or rows,
            witness=witness or self.witness,
        )

    def noting(self, *notes: str, mend: str = "") -> Reading:
        """The reading with more to say about it."""
        return replace(self, notes=(*self.notes, *notes), mend=mend or self.mend) if notes else self


def united(readings: Sequence[Reading]) -> Reading:
    """What several readings of one dataset give together: a limit of one holds only for what no other gives."""
    first = readings[0]
    if len(readings) == 1:
        return first
    given = {field.name for reading in readings for field in reading.fields}
    return replace(
        first,
        fields=tuple([field for field in first.dataset.fields if field.name in given]),
        limits=tuple(dict.fromkeys(limit for reading in readings for limit in reading.limits)),
        notes=tuple(dict.fromkeys(note for reading in readings for note in reading.notes)),
        rows=all(reading.rows for reading in readings if reading.fields),
    )


@dataclass(frozen=True, slots=True)
class Stop:
    """A dataset of which nothing can be read although a policy allows it. ``by`` is a sentence on what stops the read,
    ``assumes`` are sentences on what that rests on."""

    dataset: Dataset
    witness: Witness
    by: str
    assumes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"what is in {self.dataset.name} stays unreadable, since {self.by}"
