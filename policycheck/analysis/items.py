"""Which fields of items, and whether all items, an access with conditions on attributes and keys can read.

Source: Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from policycheck.analysis.readings import Reading
from policycheck.aws.documents import Clause
from policycheck.aws.engine import Engine
from policycheck.library.effective import Items, load_effective
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.verdict import INSIDE, OUTSIDE, Access, Verdict, Witness

#: A partition key that no policy is likely to name.
_STRANGER = "policycheck: any other partition key"
_TOP = re.compile(r"[.\[]")


#: Actions, and what holds of their requests.
_Question: TypeAlias = tuple[tuple[str, ...], tuple[Clause, ...]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One access, asked about the items of some tables."""

    engine: Engine
    access: Access
    locations: tuple[str, ...]
    items: Items

    def _ask(self, questions: Iterable[_Question]) -> Verdict | None:
        """The first answer that is not a proof that nothing is allowed; None when all are."""
        asked = (self.engine.reads(self.access, actions, self.locations, clauses) for actions, clauses in questions)
        return next((verdict for verdict in asked if verdict.status != INSIDE), None)

    def _reads(self, actions: tuple[str, ...], *clauses: Clause) -> Iterator[_Question]:
        """The actions with what is always so of partition keys in their requests."""
        items = self.items
        if items.rows not in self.engine.keys(self.access):
            yield actions, clauses
            return
        keyed = ((items.by_key, (_absent(items.rows, "false"),)), (items.by_scan, (_absent(items.rows),)))
        for group, known in (*keyed, (items.by_either, ())):
            if some := tuple(action for action in group if action in actions):
                yield some, (*clauses, *known)

    def _past(self) -> _Question:
        items = self.items
        return items.past, (_absent(items.attributes), _absent(items.select), _absent(items.rows))

    def whole(self) -> Verdict | None:
        """How whole items can be read; None when they cannot."""
        items = self.items
        returned = Clause("StringEquals", items.returned, items.all_returned)
        return self._ask(
            [
                *self._reads(items.reads, Clause("StringEquals", items.select, items.whole)),
                *self._reads(items.of_index, Clause("StringEquals", items.select, items.projected)),
                self._past(),
                (items.writes, (returned, _absent(items.select))),
            ]
        )

    def attribute(self, name: str) -> Verdict | None:
        """How one attribute can be asked for by its name; None when it cannot."""
        items = self.items
        named = Clause("StringEquals", items.attributes, (name,), "ForAnyValue")
        return self._ask(self._reads(items.reads, named, Clause("StringEquals", items.select, items.some)))

    def every_row(self) -> Verdict | None:
        """How any item can be read, whatever its partition key; None when some cannot."""
        items = self.items
        returns = Clause("StringEquals", items.select, (*items.whole, *items.projected, *items.some))
        stranger = Clause("StringEquals", items.rows, (_STRANGER,), "ForAnyValue")
        return self._ask(
            [
                ((*items.by_scan, *items.by_either), (returns, _absent(items.rows))),
                ((*items.by_key, *items.by_either), (returns, stranger)),
                self._past(),
            ]
        )


def narrowed(engine: Engine, access: Access, service: str, locations: tuple[str, ...], reading: Reading) -> Reading:
    """The reading with what conditions on attributes and partition keys leave of it."""
    items = load_effective().items.get(service)
    if items is None or not {items.attributes, items.rows, items.select} & engine.keys(access):
        return reading
    asked = _Asked(engine, access, locations, items)
    return _rows(asked, _attributes(asked, reading))


def _attributes(asked: _Asked, reading: Reading) -> Reading:
    items, keys = asked.items, asked.engine.keys(asked.access)
    if not {items.attributes, items.select} & keys:
        return reading
    whole = asked.whole()
    if whole is not None:
        return _void(asked, whole, reading) if items.attributes in keys else reading
    kept: list[DatasetField] = []
    notes: list[str] = []
    witness: Witness | None = None
    for field in reading.fields:
        verdict = asked.attribute(_TOP.split(field.name, maxsplit=1)[0])
        if verdict is None:
            continue
        kept.append(field)
        witness = witness or next(iter(verdict.witnesses), None)
        if verdict.status != OUTSIDE:
            notes.append(f"whether {field.name} can be read was not decided ({verdict.reason}): taken as readable")
    limits = [] if len(kept) == len(reading.fields) else [_only(reading.dataset, kept)]
    return reading.limited(tuple(kept), *limits, witness=witness).noting(*notes)


def _only(dataset: Dataset, kept: list[DatasetField]) -> str:
    named = ", ".join(field.name for field in kept)
    return f"dynamodb:Attributes leaves {named} of {dataset.name}" if kept else "dynamodb:Attributes leaves no field"


def _void(asked: _Asked, whole: Verdict, reading: Reading) -> Reading:
    """The reading with the reason why a condition on attributes does not hold back the others."""
    if whole.status != OUTSIDE:
        return reading.noting(f"whether whole items can be read was not decided ({whole.reason}): taken as readable")
    action, void = whole.witnesses[0].action, "dynamodb:Attributes does not limit this"
    if action in asked.items.writes:
        how = f"{action} with dynamodb:ReturnValues={asked.items.all_returned[0]} gives whole items"
        return reading.noting(f"{void}: {how}", mend="allow dynamodb:ReturnValues of NONE only where items are written")
    if action in asked.items.past:
        return reading.noting(f"{void}: {action} gives whole items", mend=f"take {action} away")
    some = asked.items.some[0]
    why = f"{action} without a projection gives whole items, since nothing requires dynamodb:Select={some}"
    mend = f"require dynamodb:Select to be {some} in the statement with dynamodb:Attributes"
    return reading.noting(f"{void}: {why}", mend=mend)


def _rows(asked: _Asked, reading: Reading) -> Reading:
    if asked.items.rows not in asked.engine.keys(asked.access):
        return reading
    every = asked.every_row()
    if every is None:
        return reading.limited(reading.fields, "rows limited by dynamodb:LeadingKeys", rows=True)
    if every.status != OUTSIDE:
        return reading.noting(f"whether dynamodb:LeadingKeys limits the rows was not decided ({every.reason})")
    action = every.witnesses[0].action
    return reading.noting(f"dynamodb:LeadingKeys does not limit the rows: {action} gives any")


def _absent(key: str, word: str = "true") -> Clause:
    return Clause("Null", key, (word,))
