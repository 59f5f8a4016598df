"""What actions are good for where their access level does not tell: our own tags on the AWS action catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from policycheck.library.data import read_data
from policycheck.library.data_actions import load_data_actions
from policycheck.model.dataclass import dataclass

#: The tag of the actions in data_actions.yaml.
READS_DATA = "reads_data"


@dataclass(frozen=True, slots=True)
class Tagged:
    """One action with one tag. ``source`` is the page of the Service Authorization Reference."""

    action: str
    tag: str
    source: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """All tags. ``labels`` tells what each tag means; ``misnamed`` maps API calls, in lower case, to the action that
    permits them, ``prefixes`` what services are called elsewhere to what policies call them. An action without a tag
    has not been judged."""

    date: str
    labels: Mapping[str, str] = field(hash=False)
    entries: tuple[Tagged, ...]
    misnamed: Mapping[str, str] = field(hash=False)
    prefixes: Mapping[str, str] = field(hash=False)
    by_action: Mapping[str, tuple[str, ...]] = field(hash=False)

    def tags(self, action: str) -> tuple[str, ...]:
        """The tags of an action, in any letter case, in the order of ``labels``."""
        return self.by_action.get(action.lower(), ())

    def tagged(self, tag: str) -> tuple[str, ...]:
        """The actions with a tag."""
        return tuple(each.action for each in self.entries if each.tag == tag)


@lru_cache(maxsize=1)
def load_overlay() -> Overlay:
    """The shipped overlay with the data actions, read once."""
    raw = read_data("aws", "overlay.yaml")
    entries = tuple(_entries(raw))
    by_action: dict[str, list[str]] = {}
    for tag in raw["tags"]:
        for each in entries:
            if each.tag == tag:
                by_action.setdefault(each.action.lower(), []).append(tag)
    return Overlay(
        date=str(raw["date"]),
        labels=raw["tags"],
        entries=entries,
        misnamed={call.lower(): action for call, action in raw["misnamed"].items()},
        prefixes=raw["prefixes"],
        by_action={action: tuple(tags) for action, tags in by_action.items()},
    )


def _entries(raw: Any) -> Iterator[Tagged]:
    yield from (Tagged(each.action, READS_DATA, each.source) for each in load_data_actions())
    for tag, pages in raw["actions"].items():
        for page, actions in pages.items():
            yield from (Tagged(action, tag, page) for action in actions)
