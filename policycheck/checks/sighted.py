"""Whether a snapshot could have shown something: what is not in it is lost only if somebody looked."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.model.facts import Coverage

#: Kinds of facts that let nobody in and hold no data: a gap in them hides none of it.
_ASIDE = frozenset({"uses", "services", "accounts", "settings", "encryption", "catalog", "units", "controls"})


class Sight:
    """What the connectors of one snapshot looked at. ``looked`` are their names."""

    def __init__(self, coverage: Iterable[Coverage]) -> None:
        rows = tuple(coverage)
        self.looked = frozenset(row.connector for row in rows)
        self._gaps: dict[str, list[Coverage]] = {}
        for row in rows:
            if row.status != "complete" and "." not in row.resource and row.resource not in _ASIDE:
                self._gaps.setdefault(row.connector, []).append(row)

    def missed(self, connectors: Iterable[str], account: str) -> str:
        """Why something that these connectors tell of, in this account, may be there and not be seen; "" when it would
        have been."""
        for connector in sorted(connectors):
            if connector not in self.looked:
                return f"{connector} did not look"
            if any(row.account in ("", account) or not account for row in self._gaps.get(connector, ())):
                return f"{connector} did not see everything"
        return ""
