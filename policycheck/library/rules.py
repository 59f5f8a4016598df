"""The rules' own words: what each means, why it matters, the evidence it needs, how to fix it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``severity`` is where it starts, ``severity_note`` what moves it; ``outcome`` is ``violation``,
    ``gap`` or ``unused``, and ``error`` for what is written wrongly. ``offline``: needs no observed fact.
    ``fixable``: the help of a finding holds the edit that settles it."""

    id: str
    name: str
    title: str
    severity: str
    outcome: str
    since: str
    means: str
    why: str
    evidence: str
    fix: str
    severity_note: str
    offline: bool = False
    fixable: bool = False


@lru_cache(maxsize=1)
def load_rules() -> dict[str, Rule]:
    """All rules by id, in order of id."""
    raw = read_data("rules.yaml")
    return {id: _rule(id, entry) for id, entry in raw.items()}


def _rule(id: str, entry: dict[str, Any]) -> Rule:
    words: dict[str, Any] = {key: value.strip() if isinstance(value, str) else value for key, value in entry.items()}
    return Rule(id=id, **words)
