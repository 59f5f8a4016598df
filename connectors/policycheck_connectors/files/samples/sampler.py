"""From records to fields: every request is counted at its host and endpoint, and its values are dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from policycheck_connectors.files.samples.bodies import BodyProblem, read_body
from policycheck_connectors.files.samples.endpoints import METHODS, Endpoint, Hosts, text_of
from policycheck_connectors.files.samples.headers import Headers
from policycheck_connectors.files.samples.hosts import NOT_SENT, Target, host_of, scheme_of, target_of
from policycheck_connectors.files.samples.keys import PERSONAL
from policycheck_connectors.files.samples.requests import Pairs, Request, Requests, named_pairs
from policycheck_connectors.files.samples.tree import Node, leaves
from policycheck_connectors.files.samples.walk import Walker

_KEPT = 10_000

NO_HOST = "requests that name no host"
SOCKETS = "requests that open a WebSocket, whose messages are not read"
TOO_MANY_HOSTS = "requests to hosts beyond the first 2,000"


class Field(NamedTuple):
    """One field as it was sent: ``place`` is the first record that had it, ``records`` how many had it,
    ``day`` the latest day on which a request went to its endpoint, empty when no record tells."""

    host: str
    endpoint: str
    path: str
    shape: str
    records: int
    place: int
    day: str


class Sampler:
    """Counts requests. ``gap`` hears why a request, or a part of it, could not be counted."""

    def __init__(self, gap: Callable[[str], None]) -> None:
        self.requests = 0
        self._gap = gap
        self._walker = Walker(gap)
        self._hosts = Hosts()
        self._known: dict[tuple[str, str, str], Endpoint] = {}
        self._folds = 0
        self._requests = Requests()
        self._headers = Headers()

    def take(self, record: dict[str, Any], place: int) -> None:
        """Count one record."""
        request = self._requests.of(record)
        told = self._headers.read(request.headers)
        base, mark, query = request.url.partition("?")
        endpoint = self._endpoint(request, base, request.host or told.host, place)
        if endpoint is None:
            return
        self.requests += 1
        endpoint.records += 1
        if request.time:
            endpoint.on(request.time)
        if base[:2] in ("ws", "WS") and scheme_of(base) in ("ws", "wss"):
            self._gap(SOCKETS)
        walker = self._walker
        walker.next(place)
        for name, value in told.fields:
            child = endpoint.header.children.get(name) or walker.child(endpoint.header, name)
            if child is not None:
                walker.leaf(child, value)
        if mark:
            walker.form(endpoint.query, query.partition("#")[0])
        elif request.query is not None:
            self._query(endpoint.query, request.query)
        if request.body is not None:
            self._body(endpoint.body, request, request.kind or told.kind, told.encoding)

    def _query(self, node: Node, query: object) -> None:
        if isinstance(query, str):
            self._walker.form(node, query.lstrip("?"))
        else:
            self._walker.pairs(node, named_pairs(query))

    def _body(self, node: Node, request: Request, kind: str, encoding: str) -> None:
        walker = self._walker
        if isinstance(request.body, Pairs):
            walker.pairs(node, request.body.pairs)
            return
        try:
            body = read_body(request.body, kind, base64=request.base64)
        except BodyProblem as problem:
            self._gap("bodies that are compressed" if encoding in _PACKED else problem.reason)
            return
        for value in body.values:
            walker.value(node, value)
        if body.form:
            walker.form(node, body.form)
        walker.pairs(node, body.pairs)
        if body.rest:
            self._gap(body.rest)

    def _endpoint(self, request: Request, base: str, host: str, place: int) -> Endpoint | None:
        """Where a request goes; None when that cannot be told, which is a gap, or when it goes nowhere."""
        if self._folds != self._hosts.folds or len(self._known) >= _KEPT:
            self._known.clear()
            self._folds = self._hosts.folds
        method = request.method or ("GET" if request.body is None else "POST")
        key = (method, base, host)
        known = self._known.get(key)
        if known is None and scheme_of(base) not in NOT_SENT:
            known = self._resolved(method.upper(), _target(base, host), place)
            if known is not None:
                self._known[key] = known
        return known

    def _resolved(self, method: str, target: Target, place: int) -> Endpoint | None:
        if not target.host:
            self._missed(NO_HOST)
            return None
        known = self._hosts.at(method if method in METHODS else "OTHER", target, place)
        if known is None:
            self._missed(TOO_MANY_HOSTS)
        return known

    def _missed(self, reason: str) -> None:
        self.requests += 1
        self._gap(reason)

    def fields(self) -> Iterator[Field]:
        """Every field that was seen, by host, endpoint and key path; to be asked once, at the end."""
        self._hosts.settle()
        for name, host in sorted(self._hosts.hosts.items()):
            for template, endpoint in sorted(host.endpoints.items()):
                where = text_of(template)
                for part in dict.fromkeys(template[1:]):
                    if part in PERSONAL:
                        counted = (endpoint.records, endpoint.place, endpoint.day)
                        yield Field(name, where, f"path.{part}", PERSONAL[part], *counted)
                for prefix, tree in (("query", endpoint.query), ("header", endpoint.header), ("", endpoint.body)):
                    for path, node in leaves(tree, prefix):
                        yield from _fields((name, where), path, node, endpoint.day)


_PACKED = frozenset({"gzip", "deflate", "br", "zstd"})


def _target(base: str, host: str) -> Target:
    target = target_of(base)
    if target.host or not host:
        return target if target.host else _bare(base)
    return Target(host_of(host), target.path, "")


def _bare(base: str) -> Target:
    """``api.vendor.example/path``: an address without a scheme."""
    name = base.partition("/")[0]
    return target_of("//" + base) if "." in name else Target("", "/", "")


def _fields(at: tuple[str, str], path: str, node: Node, day: str) -> Iterator[Field]:
    """The field of a node; two when its key is data about a person and it has values besides."""
    shape = PERSONAL.get(path[path.rfind("{") :])
    if shape:
        yield Field(*at, path, shape, node.records, node.place, day)
        path += ".value"
    if node.leaf:
        yield Field(*at, path, node.shape, node.records, node.place, day)
