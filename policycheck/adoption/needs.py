"""What a kind of vendor needs in our cloud: nothing at all, for the most."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from policycheck.library.catalogue import load_catalogue
from policycheck.library.data_actions import load_data_actions
from policycheck.model.dataclass import dataclass

#: Access levels of the Service Authorization Reference that change nothing and give no content.
LISTS = frozenset({"List"})
_READS = frozenset({"List", "Read"})
#: Reads that name no resource and hand out a way in.
_WAY_IN = re.compile(r"token|credential", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Need:
    """What a vendor needs by its ``kind``, empty when nobody has said what it is. ``inventory``: its service lists what
    runs. ``places`` are patterns of locations that hold nothing but fields that it needs."""

    kind: str = ""
    inventory: bool = False
    places: tuple[str, ...] = ()

    @property
    def unsaid(self) -> str:
        """Why nothing at all is needed, empty when somebody has said what the vendor is."""
        return "" if self.kind else "nobody has said what it needs"

    def beyond(self, action: str, resources: tuple[str, ...]) -> str:
        """Why the kind does not need an action, or a pattern of actions; empty when it does."""
        if self.unsaid:
            return self.unsaid
        if content((action,)):
            return "" if _only_content(action) and self._hold(resources) else "it reads content"
        if self.inventory and _lists(action):
            return ""
        if not load_catalogue().expand(action):
            return "AWS lists no such action"
        return "it changes things" if changes(action) else "it reads what there is"

    def _hold(self, resources: Iterable[str]) -> bool:
        return all(any(fnmatchcase(each, place) for place in self.places) for each in resources)


def content(actions: Iterable[str]) -> list[str]:
    """The actions that hand out the content of a dataset and that some patterns match."""
    patterns = [action.lower() for action in actions]
    names = (each.action for each in load_data_actions())
    return [name for name in names if any(fnmatchcase(name.lower(), pattern) for pattern in patterns)]


@lru_cache(maxsize=4096)
def changes(action: str) -> bool:
    """Whether something that a pattern matches does more than list and read."""
    return any(not set(each.levels) <= _READS for each in load_catalogue().expand(action))


@lru_cache(maxsize=4096)
def _lists(action: str) -> bool:
    """Whether all that a pattern matches only tells what there is."""
    known = load_catalogue().expand(action)
    return bool(known) and all(
        set(each.levels) <= LISTS
        or (set(each.levels) <= _READS and not each.resources and not _WAY_IN.search(each.name))
        for each in known
    )


def _only_content(action: str) -> bool:
    known = {each.name.lower() for each in load_catalogue().expand(action)}
    return bool(known) and known <= {name.lower() for name in content((action,))}
