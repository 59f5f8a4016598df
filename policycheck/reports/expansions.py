"""The actions that a pattern matches, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.library.shards import CatalogueAction, ResourceType
from policycheck.model.dataclass import dataclass
from policycheck.reports import plain
from policycheck.reports.page import Page
from policycheck.reports.table import table

SCHEMA = "policycheck/iam-expand/v1"
_HEAD = ("ACTION", "ACCESS LEVEL", "RESOURCE TYPES", "NOTES")


@dataclass(frozen=True, slots=True)
class Expanded:
    """One action, with the types of ``action.resources`` in their order, and our tags."""

    action: CatalogueAction
    types: tuple[ResourceType, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a pattern matches in the catalogue of ``date``; ``nearest`` is told when that is nothing."""

    pattern: str
    date: str
    version: str
    actions: tuple[Expanded, ...]
    nearest: str | None = None


def listing(found: Expansion, page: Page, fit: bool) -> Iterator[str]:
    """A line with the count and the date, then a table; or what may have been meant."""
    if not found.actions:
        yield from page.wrap(_nothing(found), "", "  ")
        return
    count = len(found.actions)
    matched = f"{count:,} actions match" if count > 1 else "1 action matches"
    newer = " AWS may know newer ones, which match too." if "*" in found.pattern or "?" in found.pattern else ""
    yield from page.wrap(f"{matched} {found.pattern} in the catalogue of {found.date}.{newer}", "", "  ")
    yield ""
    yield from table(_HEAD, [_row(each) for each in found.actions], page, fit)


def _nothing(found: Expansion) -> str:
    meant = f" Did you mean {found.nearest}?" if found.nearest else ""
    return f"No action in the catalogue of {found.date} matches {found.pattern}; AWS may know newer ones.{meant}"


def _row(each: Expanded) -> tuple[str, ...]:
    types = (resource.type + " (required)" * resource.required for resource in each.action.resources)
    notes = [tag.replace("_", " ") for tag in each.tags] + ["retired"] * bool(each.action.retired)
    return each.action.name, ", ".join(each.action.levels), ", ".join(types) or "only *", ", ".join(notes)


def document(found: Expansion) -> plain.Plain:
    """The JSON form."""
    return {
        "schema": SCHEMA,
        "pattern": found.pattern,
        "catalogue": {"date": found.date, "version": found.version},
        "nearest": found.nearest,
        "actions": [_item(each) for each in found.actions],
    }


def _item(each: Expanded) -> plain.Plain:
    action = each.action
    return {
        "action": action.name,
        "access_levels": list(action.levels),
        "resource_types": [
            {"type": type.name, "arn": type.arn or None, "required": resource.required}
            for resource, type in zip(action.resources, each.types, strict=True)
        ],
        "condition_keys": list(action.condition_keys),
        "dependent_actions": list(action.dependents),
        "tags": list(each.tags),
        "retired": action.retired or None,
    }
