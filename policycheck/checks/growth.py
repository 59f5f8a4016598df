"""Whether what was accepted as it was then is still no more than that: its severity, and what is too much at it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from policycheck.model.findings import Instance, Severity

#: Members of an extent that a sentence names, and the letters of each.
SHOWN, LONGEST = 3, 160


def marks(extent: Sequence[str]) -> tuple[str, ...]:
    """A short digest for each member of an extent, sorted: what a baseline holds of it."""
    return tuple(sorted({_mark(each) for each in extent}))


def _mark(member: str) -> str:
    return hashlib.sha256(member.encode()).hexdigest()[:8]


def grown(instance: Instance, severity: Severity, known: Collection[str]) -> str:
    """What is more at an instance than it was, as words; empty when nothing is. ``known`` are the marks of then."""
    if instance.extent is None:
        return "what is too much there was not looked at"
    new = [each for each in instance.extent if _mark(each) not in known]
    told = [f"now {_some(new)} too"] if new else []
    told += [f"now {instance.severity.word}, was {severity.word}"] if instance.severity > severity else []
    return "; ".join(told)


def _some(new: Sequence[str]) -> str:
    shown = [each if len(each) <= LONGEST else f"{each[:LONGEST]}..." for each in new[:SHOWN]]
    more = [f"{len(new) - SHOWN} more"] if len(new) > SHOWN else []
    return ", ".join([*shown, *more])
