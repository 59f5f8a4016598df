"""Which accounts of an organization ``include`` and ``exclude`` choose; a word of theirs that matches none is a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policycheck_connectors.aws.room import Room
from policycheck_connectors.aws.settings import Selection, Settings

#: The kind of resource under which gaps of accounts stand.
ACCOUNTS = "accounts"
_LIST = "organizations.list_accounts"
_WHOSE = "are these the credentials of the organization that is meant, and is AWS asked itself?"


def of_organization(settings: Settings, own: str, room: Room) -> tuple[str, ...]:
    """The chosen accounts in the order of the list; ``own`` is our own account, which an organization must hold."""
    listed: list[Mapping[str, Any]] = list(room.each(ACCOUNTS, _LIST, "Accounts"))
    # State replaces Status in newer answers.
    active = [str(each["Id"]) for each in listed if each.get("State", each.get("Status")) == "ACTIVE"]
    closed = [str(each["Id"]) for each in listed if str(each["Id"]) not in active]
    words = _Words(room)
    include, exclude = _Part("include", settings.include, words), _Part("exclude", settings.exclude, words)
    # Both are asked of each account, so that it is known which of their words match any.
    asked = [(account, include.matches(account), exclude.matches(account)) for account in active]
    chosen = tuple(id for id, included, excluded in asked if (included or not settings.include) and not excluded)
    for account in closed:
        if exclude.idle:
            exclude.matches(account)
    # What could not be listed is told already, and may be what lacks here.
    if not room.seen.gaps:
        _tell(room, own, active, closed, chosen)
        include.tell(room, "active account")
        exclude.tell(room, "account")
    return chosen


def _tell(room: Room, own: str, active: Sequence[str], closed: Sequence[str], chosen: Sequence[str]) -> None:
    """Gaps of a list that cannot be whole, and of a choice that leaves nothing to look at."""
    if own not in (*active, *closed):
        named = f"our own account {own}" if active or closed else "any account"
        room.gap(ACCOUNTS, f"{_LIST} does not name {named}", _WHOSE)
    if not chosen and (active or closed):
        reason = f"no account is chosen, of {len(active)} active in the organization"
        room.gap(ACCOUNTS, reason, "see `include` and `exclude`")


class _Part:
    """``include`` or ``exclude``. ``idle`` are its words that no account has matched yet."""

    def __init__(self, name: str, selection: Selection, words: _Words) -> None:
        self._name = name
        self._selection = selection
        self._words = words
        self._wanted = {f"id {id}" for id in selection.ids} | {f"unit {unit}" for unit in selection.units}
        self._wanted |= {f"tag {key}={value}" for key, value in selection.tags}
        self.idle = set(self._wanted)

    def matches(self, account: str) -> bool:
        """Whether it names an account by its id, a unit above it, or one of its tags."""
        own = {f"id {account}"}
        if self._selection.units:
            own |= {f"unit {unit}" for unit in self._words.above(account)}
        if self._selection.tags:
            own |= self._words.tags(account)
        self.idle -= own
        return bool(self._wanted & own)

    def tell(self, room: Room, what: str) -> None:
        """A gap for each word that matched nothing."""
        for word in sorted(self.idle):
            kind = word.partition(" ")[0]
            reason = f"`{self._name}` has the {word}, which matches no {what} of the organization"
            room.gap(ACCOUNTS, reason, f"correct the {kind} in `{self._name}`, or take it out")


class _Words:
    """The tags of accounts and the units above them, each asked once."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._tags: dict[str, set[str]] = {}
        self._parents: dict[str, list[Mapping[str, Any]]] = {}

    def tags(self, account: str) -> set[str]:
        """Each as ``tag KEY=VALUE``."""
        if account not in self._tags:
            found = self._room.each(ACCOUNTS, "organizations.list_tags_for_resource", "Tags", ResourceId=account)
            self._tags[account] = {f"tag {tag['Key']}={tag['Value']}" for tag in found}
        return self._tags[account]

    def above(self, unit: str) -> Iterator[str]:
        """The units above an account, up to the root."""
        while True:
            if unit not in self._parents:
                found = self._room.each(ACCOUNTS, "organizations.list_parents", "Parents", ChildId=unit)
                self._parents[unit] = list(found)
            parents = self._parents[unit]
            if len(parents) != 1:
                return
            unit = str(parents[0]["Id"])
            yield unit
            if parents[0].get("Type") == "ROOT":
                return
