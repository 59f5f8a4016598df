"""How bad an exposure is: sensitivity of the category, moved by form, depth and the number of people."""

from __future__ import annotations

from policycheck.library.taxonomy import Taxonomy
from policycheck.model.findings import Severity
from policycheck.model.grants import Exposure

MANY = 1_000_000
_WEAKER = {"hashed": 1, "tokenised": 1, "truncated": 1, "masked": 1, "encrypted": 2, "aggregated": 2}


def exposure_severity(taxonomy: Taxonomy, exposure: Exposure) -> tuple[Severity, tuple[str, ...]]:
    """Severity and its reasons: one step up for history, one for a million people, down for weaker forms."""
    category = taxonomy.categories.get(exposure.category or "")
    word = category.sensitivity if category else "medium"
    level = int(Severity[word.upper()])
    because = [f"{exposure.category} is of {word} sensitivity"]
    step = _WEAKER.get(exposure.form, 0)
    if step:
        level -= step
        because.append(f"given {exposure.form}")
    if exposure.depth == "history":
        level += 1
        because.append("a history, not only the latest value")
    if exposure.subjects is not None and exposure.subjects >= MANY:
        level += 1
        because.append(f"{exposure.subjects:,} people")
    return Severity(min(max(level, Severity.LOW), Severity.CRITICAL)), tuple(because)
