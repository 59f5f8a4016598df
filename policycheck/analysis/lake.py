"""Grants of Lake Formation to parties from outside, as ways in: a request reads a table, or some of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policycheck.analysis import parties
from policycheck.analysis.effective import Readable
from policycheck.analysis.grants import JudgedPath
from policycheck.analysis.located import Columns, Located
from policycheck.analysis.shares import Shares, ShareView, Told
from policycheck.aws.narrowing import text_of
from policycheck.library.shares import load_sharing
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import DataGrant, Trust
from policycheck.model.locations import with_columns
from policycheck.model.partition import Partition
from policycheck.model.verdict import Access

_NOTHING = Readable((), (), ())
_FOLLOWED = frozenset({"relation", "database", "location", "catalog"})


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A grant to a party from outside of which the source does not tell on what it is: by tags, or of a new kind."""

    grant: DataGrant
    judged: JudgedPath


class LakeWays:
    """Reads grants of Lake Formation, for one project."""

    def __init__(self, shares: Shares, located: Located) -> None:
        self._shares = shares
        self._located = located
        self._facts = load_sharing()

    def of(self, partition: Partition) -> tuple[list[tuple[ShareView, Readable]], list[Unfollowed]]:
        """The ways in by these grants, and those that could not be followed."""
        ways: list[tuple[ShareView, Readable]] = []
        unfollowed: list[Unfollowed] = []
        for group in _grouped(partition.data_grants):
            _, path = parties.read(group[0].principal)
            judged = self._shares.judged(path)
            if group[0].principal == parties.ALLOWED_BY_IAM or not judged.external:
                continue
            if group[0].kind in _FOLLOWED:
                ways.append(self._way(group, judged))
            else:
                unfollowed.append(Unfollowed(group[0], judged))
        return ways, unfollowed

    def _way(self, group: Sequence[DataGrant], judged: JudgedPath) -> tuple[ShareView, Readable]:
        first, kind = group[0], self._facts.kinds["lake"]
        access = Access((text_of([*_statements(group)]),))
        readable = self._readable(group)
        names = [reading.dataset.name for reading in readable.datasets if reading.fields]
        told = Told(
            kind.how,
            kind.label.format(name=first.resource.split(":", 5)[-1]),
            kind.mend,
            f"it gives {', '.join(names)}" if names else "",
        )
        trust = Trust(first.system, first.account, first.resource, "resource", "", first.connector, first.where)
        assumes = ("it may be granted to others by the party",) if any(each.passes_on for each in group) else ()
        return ShareView(trust, judged, access, None, assumes, told), readable

    def _readable(self, group: Sequence[DataGrant]) -> Readable:
        reads = [each for each in group if each.privilege in self._facts.lake_reads and each.kind == "relation"]
        if not reads:
            return _NOTHING
        right = Columns((each.columns, each.excluded, each.rows) for each in reads)
        action, mend = f"lakeformation:{reads[0].privilege}", self._facts.kinds["lake"].mend
        return self._located.columns(reads[0].resource, right, action, mend)


def _grouped(grants: Iterable[DataGrant]) -> Iterable[tuple[DataGrant, ...]]:
    found: dict[tuple[str, ...], list[DataGrant]] = {}
    for each in grants:
        if each.system == "aws":
            found.setdefault((each.principal, each.resource, each.kind), []).append(each)
    return [tuple(group) for group in found.values()]


def _statements(group: Iterable[DataGrant]) -> Iterator[dict[str, object]]:
    """One for each grant: named columns each as ``ARN(column)``, all of them as the ARN."""
    for each in group:
        columns = each.columns if each.kind == "relation" else None
        resources = [each.resource] if columns is None else [with_columns(each.resource, [c]) for c in columns]
        yield {"Effect": "Allow", "Action": f"lakeformation:{each.privilege}", "Resource": resources}
