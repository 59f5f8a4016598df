"""What the project's people decided of fields, found by name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policycheck.model.declared import Override


class Overriding:
    """The overrides of a project, by the names they are for. Of several that fit one field, the first counts."""

    def __init__(self, overrides: Iterable[Override]) -> None:
        self._known = [(_pattern(each.field), each) for each in overrides]

    def find(self, object: str, path: str, system: str, vendor: str) -> Override | None:
        """The override for a field, None when there is none; letter case does not count."""
        names = (path, f"{object}.{path}") if object else (path,)
        for pattern, each in self._known:
            if each.system not in ("", system) or each.vendor not in ("", vendor):
                continue
            if any(pattern.fullmatch(name) for name in names):
                return each
        return None


def _pattern(field: str) -> re.Pattern[str]:
    """``*`` and ``?`` only: brackets stand for the items of an array."""
    escaped = re.escape(field).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.IGNORECASE | re.DOTALL)
