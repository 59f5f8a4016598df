"""What the rules of one run refer to: the configuration, the other files, the shipped words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from policycheck.declared.notes import Notes
from policycheck.declared.tightening import Tightening, tightening
from policycheck.declared.view import View

#: Connector types with the names of their options.
Types = Mapping[str, frozenset[str]]

#: What is wrong with the options of an entry of a type: option (dotted; empty: the entry), sentence, help, severity,
#: rule.
OptionChecks = Callable[[str, Mapping[str, object]], Iterable[tuple[str, str, str, str, str]]]


class Context:
    """One run. ``config`` is None when there is no usable policycheck.yaml. ``whole`` tells that all files are here,
    so that references between files can be judged."""

    __slots__ = (
        "_shared",
        "catalogs",
        "config",
        "notes",
        "options",
        "overrides",
        "policies",
        "today",
        "types",
        "whole",
    )

    def __init__(self, notes: Notes, today: date, whole: bool = True) -> None:
        self.notes = notes
        self.today = today
        self.whole = whole
        self.config: View | None = None
        self.policies: list[View] = []
        self.catalogs: list[View] = []
        self.overrides: list[View] = []
        self.types: Types | None = None
        self.options: OptionChecks | None = None
        self._shared: dict[str, Tightening] | None = None

    def group(self, name: str) -> tuple[str, ...] | None:
        """The accounts of a group, None when there is no such group."""
        members = self.config.mapping("groups").get(name) if self.config is not None else None
        return tuple(str(member) for member in members) if isinstance(members, list) else None

    def names(self, key: str) -> frozenset[str] | None:
        """The names under a mapping of the configuration; None when they cannot be known."""
        if self.config is None or self.config.values.get(key, {}) is None:
            return None
        return frozenset(self.config.mapping(key))

    def own_accounts(self) -> frozenset[str]:
        """Our own accounts: ``own_accounts`` and those of all groups."""
        if self.config is None:
            return frozenset()
        groups = (self.group(name) or () for name in self.config.mapping("groups"))
        return frozenset(self.config.texts("own_accounts")).union(*groups)

    def parts(self, policy: View) -> list[Tightening]:
        """What applies to a policy: its own words, the profiles it extends, the defaults."""
        if self._shared is None:
            self._shared = _shared(self.config)
        shared = self._shared
        sources = [*(f"profile:{name}" for name in policy.texts("extends")), "defaults"]
        return [tightening(policy, "policy"), *(shared[source] for source in sources if source in shared)]


def _shared(config: View | None) -> dict[str, Tightening]:
    """Profiles and defaults by source."""
    if config is None:
        return {}
    parts = [tightening(view, f"profile:{name}") for name, view in config.named("profiles")]
    defaults = config.inside("defaults")
    parts += [tightening(defaults, "defaults")] if defaults is not None else []
    return {part.source: part for part in parts}
