"""One record of an answer as several: the members of an object or list in it, the names that a text speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from policycheck.model.definitions import Request
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.templates import fill, plain, search
from policycheck_connectors.rest.transport import Json

_HELP = "the definition does not fit what the vendor answers: report it"


def parts(request: Request, item: Json, values: Mapping[str, str]) -> Iterator[Json]:
    """The records that ``entries`` and ``names`` of a request make of one; the record itself without them. Failure for
    entries that are neither an object nor a list. ``values`` fill what stands before a name."""
    for entry in _entries(request.entries, item) if request.entries else (item,):
        if not request.names:
            yield entry
            continue
        of, after = request.names
        found = dict.fromkeys(_following(fill(after, values)).findall(plain(search(of, entry))))
        # A text without any such name still says that something is there.
        for name in found or ("",):
            yield {**(entry if isinstance(entry, dict) else {"value": entry}), "word": name}


def _entries(expression: str, item: Json) -> Iterator[Json]:
    found = search(expression, item)
    if found is None:
        return
    if isinstance(found, Mapping):
        yield from ({"key": key, "value": value, "of": item} for key, value in found.items())
    elif isinstance(found, list):
        yield from ({"key": str(at), "value": value, "of": item} for at, value in enumerate(found))
    else:
        raise Failure(f"`{expression}` is neither an object nor a list in the answer", _HELP)


@lru_cache(maxsize=64)
def _following(after: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(after)}(\w+)")
