"""What the gaps of a sample say: each reason once, with the accounts that it holds for and what it hides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.model.facts import Coverage
from policycheck_connectors.interface import Check

_NAMED = 3


def diagnosed(rows: Iterable[Coverage], calls: int) -> Iterator[Check]:
    """A check for each reason, or one that all is well; ``calls`` is how many were made."""
    found: dict[tuple[str, str, str], tuple[set[str], set[str]]] = {}
    for row in rows:
        if row.status != "complete":
            accounts, hidden = found.setdefault((row.where, row.reason, row.help), (set(), set()))
            accounts.add(row.account)
            hidden.add(row.resource.replace("_", " "))
    for (where, reason, help), (accounts, hidden) in found.items():
        text = f"{reason} (in {_listed(accounts)}); this hides {', '.join(sorted(hidden))}"
        yield Check(where, "warning", text, help)
    if not found:
        yield Check("calls", "ok", f"all kinds of call were answered ({calls} made)")


def _listed(accounts: set[str]) -> str:
    ordered = sorted(accounts)
    more = f" and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
    return ", ".join(ordered[:_NAMED]) + more
