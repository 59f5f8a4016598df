"""The findings as the page lists them: worst first, with what they can be filtered by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from policycheck.model.dataclass import dataclass
from policycheck.model.findings import Finding
from policycheck.model.overview import Changes
from policycheck.model.places import Evidence
from policycheck.reports.html.words import NO_ACCOUNT, NO_OWNER, NO_VENDOR
from policycheck.reports.interface import Options
from policycheck.reports.order import shown

#: Findings on the page, of every vendor its worst; the rest is counted, and is in the evidence.
MOST = 300
#: Instances of one finding that the page has room for.
MOST_INSTANCES = 4
#: The worst findings are in the page whole; what was seen of the others is packed, and unpacked on use.
MOST_UNPACKED = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One finding. ``vendor``, ``owner`` and ``accounts`` are places in the lists of the filters; ``source`` is the
    line of the file that it names."""

    number: int
    finding: Finding
    vendor: int
    owner: int
    accounts: tuple[int, ...]
    source: str
    new: bool

    @property
    def later(self) -> bool:
        """Whether what was seen is packed."""
        return self.number >= MOST_UNPACKED

    @property
    def seen(self) -> list[tuple[str, list[str]]]:
        """What was seen, each with its sources; for what is packed, the rest that a person may ask for as well."""
        told = [
            (each.observed, [source(evidence) for evidence in each.evidence])
            for each in self.finding.instances[:MOST_INSTANCES]
        ]
        return told + [(words, list[str]()) for words in self._rest()] if self.later else told

    def _rest(self) -> Iterator[str]:
        each = self.finding
        if each.because:
            yield f"{each.severity.word}, as {'; '.join(each.because)}"
        if each.assumes:
            yield f"assumes {'; '.join(each.assumes)}"
        if each.ask:
            yield f"to accept it: {each.ask}"

    @property
    def more(self) -> int:
        """Instances that are not shown."""
        return max(0, len(self.finding.instances) - MOST_INSTANCES)


@dataclass(frozen=True, slots=True)
class Listed:
    """The findings and the words of their filters, each with the number of all its findings, listed or not; ``more``
    are those without room. ``messages`` are what findings say, by fingerprint."""

    items: tuple[Item, ...]
    vendors: tuple[tuple[str, int], ...]
    owners: tuple[tuple[str, int], ...]
    accounts: tuple[tuple[str, int], ...]
    more: int
    messages: dict[str, str]

    @property
    def total(self) -> int:
        """All findings."""
        return len(self.items) + self.more


def source(each: Evidence) -> str:
    """``prod-aws exports/aws.json#/RoleDetailList/3 (note)``."""
    return f"{each.connector} {each.where}" + (f" ({each.note})" if each.note else "")


def listed(findings: Iterable[Finding], options: Options, changes: Changes | None = None) -> Listed:
    """The findings at or above the least severity to show."""
    ordered = shown(findings, options.min_severity)
    kept = _share(ordered)
    counts = (
        Counter(each.vendor or NO_VENDOR for each in ordered),
        Counter(each.owner or NO_OWNER for each in ordered),
        Counter(account for each in ordered for account in _accounts(each)),
    )
    vendors, owners, accounts = map(_words, counts)
    new = frozenset(changes.new) if changes else frozenset[str]()
    return Listed(
        tuple(
            Item(
                number=number,
                finding=each,
                vendor=vendors.index(each.vendor or NO_VENDOR),
                owner=owners.index(each.owner or NO_OWNER),
                accounts=tuple(sorted(accounts.index(account) for account in _accounts(each))),
                source=options.lines(each.location.path, each.location.line).strip(),
                new=each.fingerprint in new,
            )
            for number, each in enumerate(kept)
        ),
        _counted(vendors, counts[0]),
        _counted(owners, counts[1]),
        _counted(accounts, counts[2]),
        len(ordered) - len(kept),
        {each.fingerprint: each.message for each in ordered},
    )


def _counted(words: Iterable[str], numbers: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((word, numbers[word]) for word in words)


def _share(ordered: Sequence[Finding]) -> list[Finding]:
    """As many as there is room for: the worst of every vendor and of none, then the second worst, and so on."""
    ranks: Counter[str | None] = Counter()
    placed: list[tuple[int, int]] = []
    for number, each in enumerate(ordered):
        placed.append((ranks[each.vendor], number))
        ranks[each.vendor] += 1
    return [ordered[number] for number in sorted(number for _, number in sorted(placed)[:MOST])]


def _accounts(finding: Finding) -> set[str]:
    return {dict(each.subject).get("account") or NO_ACCOUNT for each in finding.instances} or {NO_ACCOUNT}


def _words(words: Iterable[str]) -> tuple[str, ...]:
    known: Sequence[str] = sorted(set(words))
    return tuple(sorted(known, key=lambda word: word.startswith("no ")))
