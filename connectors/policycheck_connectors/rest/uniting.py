"""One credential that several records tell of: the latest of them counts, or all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace

from policycheck.model.dataclass import dataclass
from policycheck.model.definitions import Request
from policycheck.model.facts import Credential
from policycheck_connectors.rest.templates import plain, search
from policycheck_connectors.rest.walker import Record

_TELLS = ("scopes", "created", "last_used", "expires", "holder", "status")


@dataclass(slots=True)
class Uniting:
    """Keeps the credentials of requests that say ``merge`` or ``latest`` until all of them were asked."""

    _kept: dict[str, Credential] = field(default_factory=dict)
    _moments: dict[str, tuple[float, str]] = field(default_factory=dict)

    def takes(self, request: Request, record: Record, fact: object) -> bool:
        """Whether a fact was kept, to come later."""
        if not isinstance(fact, Credential) or not (request.merge or request.latest):
            return False
        known = self._kept.get(fact.id)
        if request.latest:
            moment = _moment(plain(search(request.latest, record.value)))
            if known is None or moment >= self._moments.get(fact.id, moment):
                self._kept[fact.id], self._moments[fact.id] = fact, moment
        else:
            self._kept[fact.id] = fact if known is None else united(known, fact)
        return True

    def facts(self) -> Iterator[Credential]:
        """What was kept, in the order in which it was first told."""
        yield from self._kept.values()


def _moment(text: str) -> tuple[float, str]:
    """What orders texts of one kind: seconds by their number, dates as they are."""
    try:
        return float(text), ""
    except ValueError:
        return 0.0, text


def united(one: Credential, other: Credential) -> Credential:
    """Both as one: what either may do, since the first was made, until the last was used; never ending if either is."""
    scopes = one.scopes if other.scopes is None else (*(one.scopes or ()), *other.scopes)
    knows = {*one.knows, *other.knows}
    return replace(
        one,
        name=one.name if one.name != one.id else other.name,
        scopes=None if scopes is None else tuple(dict.fromkeys(scopes)),
        created=min(filter(None, (one.created, other.created)), default=None),
        last_used=max(filter(None, (one.last_used, other.last_used)), default=None),
        expires=_end(one, other),
        status="active" if "active" in (one.status, other.status) else one.status or other.status,
        knows=tuple(each for each in _TELLS if each in knows),
        hosts=tuple(dict.fromkeys((*one.hosts, *other.hosts))),
        app=one.app or other.app,
    )


def _end(one: Credential, other: Credential) -> str | None:
    ends = [each.expires for each in (one, other) if "expires" in each.knows]
    return None if None in ends else max(filter(None, ends), default=None)
