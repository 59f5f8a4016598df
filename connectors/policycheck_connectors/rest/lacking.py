"""Records without what a further question about them needs: how many there are, and which."""

from __future__ import annotations

from collections.abc import Mapping

from policycheck.model.definitions import Request
from policycheck_connectors.files.secrets import masked
from policycheck_connectors.rest.templates import plain, search
from policycheck_connectors.rest.transport import Json

#: Records that a reason names.
_NAMED = 3


class Lacking:
    """Of the records of one request, those that lack what ``take`` needs. ``asked`` is what is asked about each."""

    help = "look at them in the vendor's own pages; if nothing is missing there, the definition does not fit: report it"

    def __init__(self, request: Request, asked: str, take: Mapping[str, str]) -> None:
        self._request = request
        self._asked = asked
        self._take = take
        self._of = 0
        self._paths: dict[str, None] = {}
        self._names: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._names)

    def taken(self, value: Json) -> dict[str, str] | None:
        """What a record gives for the templates of the further question, None where something is missing."""
        self._of += 1
        taken = {name: plain(search(path, value)) for name, path in self._take.items()}
        missing = {self._take[name]: None for name, found in taken.items() if not found}
        if not missing:
            return taken
        self._paths |= missing
        name = self._request.map.get("name")
        shown = masked(plain(search(name.path, value)), random=False) if name else ""
        self._names.append(shown or f"number {self._of}")
        return None

    @property
    def reason(self) -> str:
        """How many of how many records lack what, and which."""
        count = len(self._names)
        more = f" and {count - _NAMED} more" if count > _NAMED else ""
        lack = f"{'has' if count == 1 else 'have'} no {' or no '.join(f'`{path}`' for path in self._paths)}"
        records = f"{count} of {self._of} records of `{self._request.name}`"
        return f"{records} {lack}, which {self._asked} needs: {', '.join(self._names[:_NAMED])}{more}"
