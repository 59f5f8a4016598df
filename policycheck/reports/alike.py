"""What holds for many accounts and places for one reason, told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policycheck.model.findings import Instance
from policycheck.reports.words import count

#: Accounts, and places of one account, that one line names.
NAMED = 10


def alike(instances: Sequence[Instance]) -> list[Instance]:
    """The instances, those of one reason and the same places as one whose sentence names all their accounts, and those
    of which the same is to be told as one."""
    reasons: dict[str, list[Instance]] = {}
    different: dict[object, Instance] = {}
    for each in instances:
        different.setdefault((each.observed, each.evidence, each.witnesses), each)
    for number, each in enumerate(different.values()):
        reasons.setdefault(each.reason or f"\0{number}", []).append(each)
    return [told for same in reasons.values() for told in (_together(same) if len(same) > 1 else same)]


def _together(same: Sequence[Instance]) -> Iterator[Instance]:
    accounts: dict[str, list[str]] = {}
    for each in same:
        subject = dict(each.subject)
        accounts.setdefault(subject.get("account", ""), []).append(subject.get("place", ""))
    shared: dict[tuple[str, ...], list[str]] = {}
    for account, places in accounts.items():
        shared.setdefault(tuple(sorted({*places} - {""})), []).append(account)
    first = same[0]
    for known, whose in shared.items():
        at = f" [{_some(known, 'places')}]" if known else ""
        word = "account" if len(whose) == 1 else f"{count(len(whose), 'account')}:"
        yield Instance(first.fingerprint, first.subject, f"{first.reason}, in {word} {_some(whose, 'accounts')}{at}")


def _some(words: Iterable[str], what: str) -> str:
    known = sorted(words)
    more = f" and {len(known) - NAMED} more {what}" if len(known) > NAMED else ""
    return ", ".join(known[:NAMED]) + more
