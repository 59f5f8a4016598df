"""How bad an exposure is: sensitivity of the category, moved by form, depth, the number of people and combinations."""

from __future__ import annotations

from policycheck.library.taxonomy import Taxonomy
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure

#: From this many people on, an exposure is one step graver.
MANY = 1_000_000

#: Steps down for each form that tells less than the raw value.
WEAKER = {"hashed": 1, "truncated": 1, "masked": 1, "tokenised": 2, "encrypted": 2, "aggregated": 2}

_MILLION = 1_000_000


def exposure_severity(taxonomy: Taxonomy, exposure: Exposure) -> tuple[Severity, tuple[str, ...]]:
    """Severity and its reasons; the table stands in docs/severity.md."""
    category = taxonomy.categories.get(exposure.category or "")
    word = category.sensitivity if category else "medium"
    level = int(Severity[word.upper()]) - WEAKER.get(exposure.form, 0)
    history = exposure.depth == "history"
    name = taxonomy.short(exposure.category or "")
    because = [f"{name}{' history' if history else ''} ({word} sensitivity)", exposure.form]
    level += history
    if exposure.subjects is not None and exposure.subjects >= MANY:
        level += 1
        because.append(people(exposure.subjects))
    return clamped(level), tuple(because)


def clamped(level: int) -> Severity:
    """The severity of a level: findings about fields are never below low, nothing is above critical."""
    return Severity(min(max(level, Severity.LOW), Severity.CRITICAL))


def people(number: int) -> str:
    """``30 million people``."""
    if number < _MILLION:
        return f"{number:,} people"
    return f"{number / _MILLION:.1f}".removesuffix(".0") + " million people"
