"""From records to fields: every request is counted at its host and endpoint, and its values are dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from policycheck_connectors.files.samples.bodies import BodyProblem, read_body
from policycheck_connectors.files.samples.endpoints import METHODS, Endpoint, Hosts, text_of
from policycheck_connectors.files.samples.headers import Use, header_pairs, of_person, use_of
from policycheck_connectors.files.samples.hosts import NOT_SENT, Target, host_of, scheme_of, target_of
from policycheck_connectors.files.samples.keys import PERSONAL
from policycheck_connectors.files.samples.requests import Pairs, Request, named_pairs, request_of
from policycheck_connectors.files.samples.tree import Node, leaves
from policycheck_connectors.files.samples.walk import Walker

_KEPT = 10_000

#: Bytes have no shape.
_COOKIE = ("cookie", b"")

NO_HOST = "requests that name no host"
TOO_MANY_HOSTS = "requests to hosts beyond the first 2,000"


class Field(NamedTuple):
    """One field as it was sent: ``place`` is the first record that had it, ``records`` how many had it."""

    host: str
    endpoint: str
    path: str
    shape: str
    records: int
    place: int


class Sampler:
    """Counts requests. ``gap`` hears why a request, or a part of it, could not be counted."""

    def __init__(self, gap: Callable[[str], None]) -> None:
        self.requests = 0
        self._gap = gap
        self._walker = Walker(gap)
        self._hosts = Hosts()
        self._known: dict[tuple[str, str, str], Endpoint] = {}
        self._folds = 0
        self._uses: dict[str, Use] = {}

    def take(self, record: Mapping[str, Any], place: int) -> None:
        """Count one record."""
        request = request_of(record)
        if scheme_of(request.url) in NOT_SENT:
            return
        self.requests += 1
        self._walker.next(place)
        fields, kind, host, packed = self._headers(request)
        base, mark, query = request.url.partition("?")
        endpoint = self._endpoint(request, base, host, place)
        if endpoint is None:
            return
        endpoint.records += 1
        for name, value in fields:
            self._header(endpoint.header, name, value)
        if mark:
            self._walker.query(endpoint.query, query.partition("#")[0])
        elif request.query is not None:
            self._query(endpoint.query, request.query)
        if request.body is not None:
            self._body(endpoint.body, request, request.kind or kind, packed)

    def _headers(self, request: Request) -> tuple[list[tuple[str, object]], str, str, str]:
        """Headers that are fields, with the content type, the host and the content encoding that others tell."""
        fields: list[tuple[str, object]] = []
        told = {Use.TYPE: "", Use.HOST: "", Use.ENCODING: ""}
        for name, value in header_pairs(request.headers):
            use = self._uses.get(name) or self._use(name)
            if use is Use.NOTHING:
                continue
            if use is Use.FIELD or (use is Use.AGENT and of_person(value)):
                fields.append((name.lower(), value))
            elif use is Use.COOKIE:
                fields.append(_COOKIE)
            elif use in told:
                told[use] = value
        return fields, told[Use.TYPE], told[Use.HOST], told[Use.ENCODING]

    def _use(self, name: str) -> Use:
        if len(self._uses) >= _KEPT:
            self._uses.clear()
        use = self._uses[name] = use_of(name.lower())
        return use

    def _header(self, node: Node, name: str, value: object) -> None:
        child = node.children.get(name) or self._walker.child(node, name)
        if child is not None:
            self._walker.leaf(child, value)

    def _query(self, node: Node, query: object) -> None:
        if isinstance(query, str):
            self._walker.query(node, query.lstrip("?"))
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
        walker.pairs(node, body.pairs)
        if body.rest:
            self._gap(body.rest)

    def _endpoint(self, request: Request, base: str, header: str, place: int) -> Endpoint | None:
        if self._folds != self._hosts.folds or len(self._known) >= _KEPT:
            self._known.clear()
            self._folds = self._hosts.folds
        key = (request.method, base, request.host or header)
        known = self._known.get(key)
        if known is None:
            target = _target(base, request.host or header)
            if not target.host:
                self._gap(NO_HOST)
                return None
            known = self._hosts.at(_method(request), target, place)
            if known is None:
                self._gap(TOO_MANY_HOSTS)
                return None
            self._known[key] = known
        return known

    def fields(self) -> Iterator[Field]:
        """Every field that was seen, by host, endpoint and key path; to be asked once, at the end."""
        self._hosts.settle()
        for name, host in sorted(self._hosts.hosts.items()):
            for template, endpoint in sorted(host.endpoints.items()):
                where = text_of(template)
                for part in dict.fromkeys(template[1:]):
                    if part in PERSONAL:
                        yield Field(name, where, f"path.{part}", PERSONAL[part], endpoint.records, endpoint.place)
                for prefix, tree in (("query", endpoint.query), ("header", endpoint.header), ("", endpoint.body)):
                    for path, node in leaves(tree, prefix):
                        yield from _fields(name, where, path, node)


_PACKED = frozenset({"gzip", "deflate", "br", "zstd"})


def _method(request: Request) -> str:
    if not request.method:
        return "GET" if request.body is None else "POST"
    return request.method if request.method in METHODS else "OTHER"


def _target(base: str, host: str) -> Target:
    target = target_of(base)
    if target.host or not host:
        return target if target.host else _bare(base)
    return Target(host_of(host), target.path, "")


def _bare(base: str) -> Target:
    """``api.vendor.example/path``: an address without a scheme."""
    name = base.partition("/")[0]
    return target_of("//" + base) if "." in name else Target("", "/", "")


def _fields(host: str, endpoint: str, path: str, node: Node) -> Iterator[Field]:
    """The field of a node; two when its key is data about a person and it has values besides."""
    key = path[path.rfind("{") :] if path.endswith("}") else ""
    shape = PERSONAL.get(key)
    if shape:
        yield Field(host, endpoint, path, shape, node.records, node.place)
        path += ".value"
    if node.leaf:
        yield Field(host, endpoint, path, node.shape, node.records, node.place)
