"""What the rules of one run refer to: the configuration, the other files, the shipped words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from policycheck.declared.notes import Notes
from policycheck.declared.tightening import Tightening, tightening
from policycheck.declared.view import View

#: Connector types with the names of their options.
Types = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Context:
    """One run. ``config`` is None when there is no usable policycheck.yaml. ``whole`` tells that all files are here,
    so that references between files can be judged."""

    notes: Notes
    today: date
    config: View | None = None
    policies: list[View] = field(default_factory=list)
    catalogs: list[View] = field(default_factory=list)
    whole: bool = True
    types: Types | None = None

    def group(self, name: str) -> tuple[str, ...] | None:
        """The accounts of a group, None when there is no such group."""
        if self.config is None:
            return None
        members = self.config.mapping("groups").get(name)
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
        parts = [tightening(policy, "policy")]
        if self.config is not None:
            profiles = dict(self.config.named("profiles"))
            for name in policy.texts("extends"):
                parts += [tightening(profiles[name], f"profile:{name}")] if name in profiles else []
            defaults = self.config.inside("defaults")
            if defaults is not None:
                parts.append(tightening(defaults, "defaults"))
        return parts
