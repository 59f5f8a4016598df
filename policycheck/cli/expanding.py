"""What a pattern of AWS actions matches."""

from __future__ import annotations

from policycheck.library.catalogue import load_catalogue
from policycheck.library.overlay import load_overlay
from policycheck.model.problems import UsageProblem
from policycheck.reports.expansions import Expanded, Expansion


def expansion(pattern: str) -> Expansion:
    """The actions of the catalogue; raises UsageProblem when no policy could say the pattern."""
    if ":" not in pattern and pattern.strip("*"):
        raise UsageProblem(
            f"not an action: {pattern}",
            "write SERVICE:NAME, as in s3:GetObject; `*` stands for any text, `?` for one character",
        )
    catalogue, overlay = load_catalogue(), load_overlay()
    actions = tuple(
        Expanded(each, catalogue.resource_types(each.name), overlay.tags(each.name))
        for each in catalogue.expand(pattern)
    )
    return Expansion(
        pattern=pattern,
        date=catalogue.date,
        version=catalogue.version,
        actions=actions,
        nearest=None if actions else catalogue.nearest(pattern),
    )
