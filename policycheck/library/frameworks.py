"""Articles and controls that a rule serves, as data. A finding is evidence about a control, not a verdict on a law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from policycheck.library.data import read_data
from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """A law, standard or set of criteria. ``entries`` has number -> title of those that rules serve; ``source`` and
    ``confirmed`` (a date) tell from what they were confirmed."""

    id: str
    name: str
    url: str
    source: str
    confirmed: str
    entries: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """One article or control that a rule serves."""

    framework: Framework
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Frameworks:
    """All of them. ``references`` has every rule; ``reasons`` says, for a rule without any, why."""

    version: str
    frameworks: Mapping[str, Framework] = field(hash=False)
    references: Mapping[str, tuple[Reference, ...]] = field(hash=False)
    reasons: Mapping[str, str] = field(hash=False)

    def of(self, rule: str) -> tuple[Reference, ...]:
        """What a rule serves, framework by framework; empty where ``reasons`` tells why."""
        return self.references.get(rule, ())


@lru_cache(maxsize=1)
def load_frameworks() -> Frameworks:
    """The shipped ones, read once."""
    return build(read_data("frameworks.yaml"))


def build(raw: Any) -> Frameworks:
    """Frameworks from their YAML values. KeyError for a number that its framework does not list."""
    known = {id: _framework(id, entry) for id, entry in raw["frameworks"].items()}
    rules: Mapping[str, Mapping[str, Any]] = raw["rules"]
    return Frameworks(
        version=raw["version"],
        frameworks=known,
        references={rule: tuple(_references(known, entry)) for rule, entry in rules.items()},
        reasons={rule: entry["why"] for rule, entry in rules.items() if "why" in entry},
    )


def _framework(id: str, entry: Mapping[str, Any]) -> Framework:
    entries = {str(number): title for number, title in entry["entries"].items()}
    return Framework(id, entry["name"], entry["url"], entry["source"], str(entry["confirmed"]), entries)


def _references(known: Mapping[str, Framework], entry: Mapping[str, Any]) -> list[Reference]:
    named = [(known[id], str(each)) for id, numbers in entry.items() if id != "why" for each in numbers]
    return [Reference(framework, number, framework.entries[number]) for framework, number in named]
