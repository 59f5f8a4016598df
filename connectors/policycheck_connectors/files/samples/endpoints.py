"""Hosts and their endpoints: where requests went, as method and path template, each with its trees of key paths."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

from policycheck_connectors.files.samples.hosts import Target
from policycheck_connectors.files.samples.keys import ID, segment_of
from policycheck_connectors.files.samples.tree import Node

MAX_HOSTS = 2000
#: Endpoints of one host, and of all; with more, parts of paths are taken for ids.
MAX_ENDPOINTS = 500
MAX_ENDPOINTS_IN_ALL = 20_000
#: Different names at one place of a path; with more, they are taken for ids.
_MAX_NAMES = 30
_MAX_SEGMENTS = 12
_KEPT = 1000
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"})
#: A number is an id but at the beginning: ``/2/httpapi``.
_VERSION = re.compile(r"\d(?:\.\d)?")
_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d", re.ASCII)
REST = "{rest}"

#: The method, then the parts of the path.
Template = tuple[str, ...]


class Endpoint:
    """One method and path template of one host, with a tree each for bodies, queries and headers.

    ``records`` is the number of requests, ``place`` that of the first one, ``day`` the latest day of one.
    """

    __slots__ = ("body", "day", "header", "place", "query", "records")

    def __init__(self, place: int) -> None:
        self.records = 0
        self.place = place
        self.day = ""
        self.body = Node(place)
        self.query = Node(place)
        self.header = Node(place)

    def absorb(self, other: Endpoint) -> None:
        """Take in what another endpoint counted."""
        self.records += other.records
        self.place = min(self.place, other.place)
        self.day = max(self.day, other.day)
        self.body.absorb(other.body)
        self.query.absorb(other.query)
        self.header.absorb(other.header)

    def on(self, time: str) -> None:
        """Note when a request was sent (ISO 8601); what is no day is passed over."""
        day = time[:10]
        if day > self.day and _DAY.fullmatch(day):
            with suppress(ValueError):
                self.day = date.fromisoformat(day).isoformat()

    def settle(self) -> None:
        """Make maps of what looks like maps."""
        for tree in (self.body, self.query, self.header):
            tree.settle()


class Host:
    """The endpoints of one host, by template."""

    def __init__(self) -> None:
        self.endpoints: dict[Template, Endpoint] = {}
        self._ids: set[Template] = set()

    def folded(self, template: Template) -> Template:
        """A template with ids where names turned out to be too many."""
        if not self._ids:
            return template
        made = template[:1]
        for part in template[1:]:
            made = (*made, ID if made in self._ids and not part.startswith("{") else part)
        return made

    def fold(self) -> None:
        """Take names for ids where there are many at one place of a path, from the left to the right."""
        for length in range(1, _MAX_SEGMENTS + 1):
            names: dict[Template, set[str]] = {}
            for template in self.endpoints:
                if len(template) > length and not template[length].startswith("{"):
                    names.setdefault(template[:length], set()).add(template[length])
            many = {before for before, found in names.items() if len(found) > _MAX_NAMES}
            if many:
                self._ids |= many
                self._regroup()

    def _regroup(self) -> None:
        old, self.endpoints = self.endpoints, {}
        for template, endpoint in old.items():
            mine = self.endpoints.setdefault(self.folded(template), endpoint)
            if mine is not endpoint:
                mine.absorb(endpoint)


class Hosts:
    """Every host that was seen. An endpoint that was answered may be absorbed by the next call for another one."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self._endpoints = 0
        self._segments: dict[str, str] = {}
        #: How often endpoints were absorbed; whoever keeps endpoints has to forget them when it changes.
        self.folds = 0

    def at(self, method: str, target: Target, place: int) -> Endpoint | None:
        """The endpoint of a request; None when there are too many hosts."""
        host = self.hosts.get(target.host)
        if host is None:
            if len(self.hosts) >= MAX_HOSTS:
                return None
            host = self.hosts[target.host] = Host()
        template = (method, *self._parts(target.path))
        known = host.endpoints.get(host.folded(template))
        return known or self._new(host, template, place)

    def _new(self, host: Host, template: Template, place: int) -> Endpoint:
        before = len(host.endpoints)
        if before >= MAX_ENDPOINTS:
            host.fold()
            self.folds += 1
        wanted = host.folded(template)
        if len(host.endpoints) >= MAX_ENDPOINTS or self._endpoints >= MAX_ENDPOINTS_IN_ALL:
            wanted = (template[0], REST)
        endpoint = host.endpoints.setdefault(wanted, Endpoint(place))
        self._endpoints += len(host.endpoints) - before
        return endpoint

    def _parts(self, path: str) -> list[str]:
        parts = path[1:].split("/")
        shown = [self._segments.get(part) or self._segment(part) for part in parts[:_MAX_SEGMENTS]]
        if _VERSION.fullmatch(parts[0]):
            shown[0] = parts[0]
        return shown if len(parts) <= _MAX_SEGMENTS else [*shown, REST]

    def _segment(self, part: str) -> str:
        shown = segment_of(part)
        if shown == part and len(self._segments) < _KEPT:
            self._segments[part] = shown
        return shown

    def settle(self) -> None:
        """Take ids for ids and maps for maps, to be called once, at the end."""
        for host in self.hosts.values():
            host.fold()
            for endpoint in host.endpoints.values():
                endpoint.settle()


def text_of(template: Template) -> str:
    """A template as it is told: ``POST /v3/contacts/{id}``."""
    return f"{template[0]} /{'/'.join(template[1:])}"
