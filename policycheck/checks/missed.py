"""What a connector did not see, in words: all of a kind of resource, or some of it and then where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policycheck.checks.wording import listed
from policycheck.model.facts import Coverage

#: Kinds, places and accounts that a sentence names.
_NAMED = 3


def missed(rows: Sequence[Coverage], coverage: Iterable[Coverage]) -> str:
    """What rows of one connector with one reason leave out: ``shares of aws not at all``, when none was looked at
    anywhere; else ``not all of trusts of aws (s3 eu-west-1 of account 111122223333)``."""
    mine = [row for row in coverage if row.connector == rows[0].connector]
    lacking = dict.fromkeys(_kind(row) for row in rows)
    looked = {_kind(row) for row in mine if row.status != "unseen" or row.seen}
    whole = [kind for kind in lacking if kind not in looked]
    part = [kind for kind in lacking if kind in looked]
    told = []
    if part:
        elsewhere = any(_kind(row) in part and row not in rows for row in mine)
        told.append(f"not all of {_listed(part)}{_places(rows, part, elsewhere)}")
    if whole:
        told.append(f"{_listed(whole)} not at all")
    return ", and ".join(told)


def _kind(row: Coverage) -> tuple[str, str]:
    return row.system or "its sources", row.resource


def _listed(kinds: Iterable[tuple[str, str]]) -> str:
    """``trusts and shares of aws``."""
    of: dict[str, list[str]] = {}
    for system, resource in kinds:
        of.setdefault(system, []).append(resource)
    return " and ".join(f"{_few(resources)} of {system}" for system, resources in of.items())


def _places(rows: Iterable[Coverage], kinds: Sequence[tuple[str, str]], elsewhere: bool) -> str:
    """Where it is missing; nothing where there is one place only, since the reason tells what is missing of that."""
    mine = [row for row in rows if _kind(row) in kinds]
    places = list(dict.fromkeys(row.where for row in mine if row.where not in ("", row.resource)))
    accounts = list(dict.fromkeys(row.account for row in mine if row.account and row.account not in row.where))
    if not (elsewhere or accounts or len(places) > 1):
        return ""
    word = "account" if len(accounts) == 1 else f"{len(accounts)} accounts:"
    whose = f"{word} {_few(accounts)}" if accounts else ""
    told = " of ".join(filter(None, (_few(places), whose)))
    return f" ({told})" if told else ""


def _few(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b, c and 2 more``."""
    if len(words) > _NAMED:
        return f"{', '.join(words[:_NAMED])} and {len(words) - _NAMED} more"
    return listed(words) if words else ""
