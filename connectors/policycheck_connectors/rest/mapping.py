"""A record to a fact: only what the map names is read, and live secrets become fingerprints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from policycheck.model.definition_words import CREDENTIALS
from policycheck.model.definitions import Request, Value
from policycheck.model.facts import Credential, Fact, VendorField
from policycheck_connectors.files.dates import moment
from policycheck_connectors.files.secrets import masked
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.templates import plain, search, told
from policycheck_connectors.rest.walker import Record

_TELLS = ("scopes", "created", "last_used", "expires", "holder", "status")
_MOMENTS = ("created", "last_used", "expires")
_HELP = "the definition does not fit what the vendor answers: report it"
#: Scopes of one credential that are kept; no honest one has more.
_MOST = 10_000


class Mapper:
    """Makes the facts of one request. ``place``: system, tenant, connector; ``holder`` holds keys that do not say."""

    def __init__(self, request: Request, place: tuple[str, str, str], holder: str) -> None:
        self._request = request
        self._system, self._tenant, self._connector = place
        self._holder = holder
        self._where = f"{request.method} {request.path}"
        self.unread: dict[str, str] = {}

    def fact(self, record: Record) -> Fact | None:
        """The fact, None for a record that cannot be told from others; ``unread`` has what could not be read."""
        map = self._request.map
        if self._request.facts == CREDENTIALS:
            return self._credential(record, map)
        return self._field(record, map)

    def _credential(self, record: Record, map: Mapping[str, Value]) -> Credential | None:
        id = self._text(map, "id", record)
        if not id or not told(map["id"].path, record.value):
            self._missing("id")
            return None
        seen = {key for key, value in map.items() if key in _TELLS and (record.whole or not value.detail)}
        dates = {key: self._moment(map, key, record, seen) for key in _MOMENTS}
        scopes = self._scopes(map, record, seen)
        status = self._status(map, record, seen)
        holder = self._text(map, "holder", record) or self._holder
        return Credential(
            system=self._system,
            tenant=self._text(map, "tenant", record) or self._tenant,
            id=id,
            name=self._text(map, "name", record) or id,
            connector=self._connector,
            where=self._where,
            holder=holder,
            scopes=scopes,
            created=dates["created"],
            last_used=dates["last_used"],
            expires=dates["expires"],
            status=status,
            knows=tuple(key for key in _TELLS if key in seen or key == "holder"),
            hosts=self._hosts(map, record),
            app=holder == "vendor",
        )

    def _field(self, record: Record, map: Mapping[str, Value]) -> VendorField | None:
        path = self._text(map, "path", record)
        if not path or not told(map["path"].path, record.value):
            self._missing("path")
            return None
        text = {key: self._text(map, key, record) for key in map}
        return VendorField(
            system="" if text.get("host") else self._system,
            tenant=text.get("tenant") or self._tenant,
            object=text.get("object", ""),
            path=path,
            connector=self._connector,
            where=self._where,
            label=text.get("label", ""),
            type=text.get("type", ""),
            origin=text.get("origin") or "custom",
            form=text.get("form") or None,
            depth=text.get("depth") or None,
            host=text.get("host", ""),
            app=text.get("app", ""),
        )

    def _raw(self, map: Mapping[str, Value], key: str, record: Record) -> Any:
        value = map.get(key)
        return None if value is None else search(value.path, record.value)

    def _text(self, map: Mapping[str, Value], key: str, record: Record) -> str:
        if key not in map:
            return ""
        found = plain(self._raw(map, key, record))
        found = translated(map[key], found)
        return f"...{found[-4:]}" if map[key].mask and found else masked(found, random=False)

    def _moment(self, map: Mapping[str, Value], key: str, record: Record, seen: set[str]) -> str | None:
        try:
            found = self._raw(map, key, record)
            return moment(_dated(found))
        except (ValueError, OverflowError):
            seen.discard(key)
            self.unread[f"credentials.{key}"] = "dates that cannot be read"
            return None

    def _status(self, map: Mapping[str, Value], record: Record, seen: set[str]) -> str | None:
        word = self._text(map, "status", record).lower()
        if word in ("active", "disabled", ""):
            return word or None
        seen.discard("status")
        self.unread["credentials.status"] = "states that are neither active nor disabled"
        return None

    def _scopes(self, map: Mapping[str, Value], record: Record, seen: set[str]) -> tuple[str, ...] | None:
        value = map.get("scopes")
        if value is None or (value.detail and not record.whole):
            return None
        try:
            found = scopes_of(value, record.value)
        except Failure as failure:
            seen.discard("scopes")
            self.unread["credentials.scopes"] = failure.reason
            return None
        return None if found is None else tuple(dict.fromkeys(masked(each, random=False) for each in found))

    def _hosts(self, map: Mapping[str, Value], record: Record) -> tuple[str, ...]:
        """The hosts of the addresses to which an app sends its users back; an app on a telephone has none."""
        found = self._raw(map, "hosts", record)
        urls = [plain(each) for each in found] if isinstance(found, list) else [plain(found)]
        return tuple(dict.fromkeys(filter(None, hosts_of(urls))))

    def _missing(self, key: str) -> None:
        self.unread[self._request.facts] = f"records of `{self._request.name}` without {key}"


def hosts_of(urls: Iterable[str]) -> Iterator[str]:
    """The host of each web address among some texts."""
    for url in urls:
        try:
            parts = urlsplit(url)
            yield (parts.hostname or "") if parts.scheme in ("http", "https") else ""
        except ValueError:
            continue


def _dated(found: Any) -> Any:
    """A moment as ``moment`` reads it: zero is never, and the dates of mails (RFC 5322) are ISO dates."""
    if found in (0, "0"):
        return None
    if isinstance(found, str) and found[:1].isalpha() and "," in found[:5]:
        return parsedate_to_datetime(found).isoformat()
    return found


def translated(value: Value, found: str) -> str:
    """A word by the definition's ``words``; ``*`` stands for all others."""
    if not value.words:
        return found
    return value.words.get(found, value.words.get("*", found))


def scopes_of(value: Value, record: Any) -> list[str] | None:
    """The scopes of a record: a list, a text with a separator, permissions with their level (``contents:read``), or
    pairs of permission and resource. None where the record gives none. Failure for any other shape."""
    if value.pairs is not None:
        return _paired(value, record)
    found = search(value.path, record)
    if found is None:
        return None
    if isinstance(found, str):
        found = found.split(value.separator) if value.separator else found.split()
    if isinstance(found, Mapping):
        found = [f"{key}:{plain(level)}" for key, level in found.items()]
    if not isinstance(found, list) or len(found) > _MOST or not all(isinstance(each, str) for each in found):
        raise Failure("scopes that are no list of words", _HELP)
    return [value.prefix + translated(value, plain(each).strip()) for each in found if each.strip()]


def _paired(value: Value, record: Any) -> list[str] | None:
    assert value.pairs is not None
    of, left, right = value.pairs
    items = search(of, record)
    if items is None:
        return None
    made = []
    for item in items if isinstance(items, list) else [items]:
        lefts, rights = _words(search(left, item)), _words(search(right, item))
        made += [f"{one}{value.joint}{other}" for one in lefts for other in rights]
        if len(made) > _MOST:
            raise Failure("more scopes than a credential can have", _HELP)
    return made


def _words(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Failure("scopes that are no list of words", _HELP)
    return [plain(each) for each in found]
