"""The table mappings of DMS: which tables are copied, which columns are removed or masked.

Source: DMS User Guide, "Selection rules and actions", "Transformation rules and actions", "Using data masking". In
names ``%`` stands for any text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.locations import located, with_columns

#: What the catalog calls the engine of an endpoint; others keep their names.
_SYSTEMS = {
    "aurora": "mysql",
    "mariadb": "mysql",
    "aurora-postgresql": "postgres",
    "postgres": "postgres",
    "redshift": "redshift",
}
_MASKS = {
    "data-masking-digits-mask": "masked",
    "data-masking-digits-randomize": "masked",
    "data-masking-hash-mask": "hashed",
}
_REMOVES = "remove-column"


@dataclass(frozen=True, slots=True)
class Tables:
    """Locations as a catalog names them. ``without`` are tables and columns that are left out, or that ``masked``
    tells by itself: (table, column, form)."""

    included: tuple[str, ...]
    without: tuple[str, ...]
    masked: tuple[tuple[str, str, str], ...]


def tables_of(text: str, source: Mapping[str, Any]) -> Tables | None:
    """What mappings copy from an endpoint; None when they cannot be read."""
    try:
        rules = [rule for rule in json.loads(text)["rules"] if isinstance(rule["object-locator"], dict)]
        return _read(rules, source)
    except (ValueError, KeyError, TypeError):
        return None


def _read(rules: list[dict[str, Any]], source: Mapping[str, Any]) -> Tables:
    chosen = [rule for rule in rules if rule["rule-type"] == "selection"]
    included = [_place(rule, source) for rule in chosen if rule["rule-action"] in ("include", "explicit")]
    without = [_place(rule, source) for rule in chosen if rule["rule-action"] == "exclude"]
    masked: list[tuple[str, str, str]] = []
    for rule in rules:
        action, place = rule.get("rule-action"), _place(rule, source)
        if rule.get("rule-target") != "column" or (action != _REMOVES and action not in _MASKS):
            continue
        column = _pattern(rule["object-locator"]["column-name"])
        without.append(with_columns(place, [column]))
        if action in _MASKS:
            masked += [(each, column, _MASKS[action]) for each in _both(place, included)]
    return Tables(tuple(included), tuple(without), tuple(masked))


def _both(place: str, included: list[str]) -> Iterator[str]:
    """What a mask meets of what is copied, by the narrower of two patterns."""
    for each in included:
        if fnmatchcase(place, each):
            yield place
        elif fnmatchcase(each, place):
            yield each


def _place(rule: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    """The table of a rule as a catalog names it: ``postgres:DATABASE.SCHEMA.TABLE``, ``mysql:DATABASE.TABLE``."""
    engine = str(source.get("EngineName", ""))
    system = _SYSTEMS.get(engine, engine)
    locator = rule["object-locator"]
    names = (_pattern(locator["schema-name"]), _pattern(locator.get("table-name", "%")))
    if system == "mysql":
        return located(system, *names)
    return located(system, str(source.get("DatabaseName") or "*"), *names)


def _pattern(name: object) -> str:
    return str(name).replace("%", "*")
