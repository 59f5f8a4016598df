"""Which access entries of a policy speak of a principal, asked for every role of an estate."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate

from policycheck.model.dataclass import dataclass
from policycheck.model.declared import AccessRule, Policy


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The access entries of one policy that speak of a principal.

    There is one object for each set of entries, equal to itself only: hashing a million declared entries, with all
    their places, would cost more than judging the grants.
    """

    rules: tuple[AccessRule, ...]

    @property
    def integration(self) -> str:
        """The one integration that the entries are declared for; empty when there is none, or more than one."""
        named = {rule.integration for rule in self.rules}
        return named.pop() if len(named) == 1 else ""

    @property
    def conditional(self) -> bool:
        """Whether an entry has a window or requires source addresses, so that a way in can fall outside it."""
        return any(rule.start or rule.until or (rule.require and rule.require.source_ips) for rule in self.rules)


def applies(rule: AccessRule, account: str) -> bool:
    """Whether an access rule holds in this account."""
    return not rule.accounts or account in rule.accounts


class EntryIndex:
    """Finds the entries; one for each run."""

    def __init__(self) -> None:
        self._rules: dict[str, tuple[tuple[AccessRule, Callable[[str], object]], ...]] = {}
        self._entries: dict[tuple[str, tuple[int, ...]], Entries] = {}

    def of(self, policy: Policy, named: tuple[str, ...], account: str) -> Entries:
        """The AWS access entries of ``policy`` that name one of several principals in an account, in the order of the
        file."""
        rules = self._rules.get(policy.vendor)
        if rules is None:
            ours = [rule for rule in policy.access if rule.system == "aws"]
            rules = self._rules[policy.vendor] = tuple([(rule, _naming(rule)) for rule in ours])
        found = [
            place
            for place, (rule, names) in enumerate(rules)
            if applies(rule, account) and any(names(principal) for principal in named)
        ]
        key = (policy.vendor, tuple(found))
        known = self._entries.get(key)
        if known is None:
            known = self._entries[key] = Entries(tuple([rules[place][0] for place in found]))
        return known


def _naming(rule: AccessRule) -> Callable[[str], object]:
    """What tells whether an entry names a principal: shell patterns, the case counts; no principals: all."""
    if not rule.principals:
        return lambda principal: True
    return re.compile("|".join(translate(pattern) for pattern in rule.principals)).match
