"""What goes over the wire to the server that stands in for AWS: the calls of the program, noted and disturbed at will.

A call is named as boto3 names it, ``service.operation``, from the signed service, the target or action of the request,
or its method and path. Shapes of requests: https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs

from botocore import xform_name
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from moto.iam.models import get_account_id_from

from tests.servers.played import LACKING, play

#: An answer of WSGI.
Body = Iterable[bytes]
Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Body]

#: By this the program's requests are told from those that set accounts up.
AGENT = "policycheck"
_SIGNED = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
_CBOR = re.compile(r"/service/[^/]+/operation/(\w+)")
#: Services of boto3 that are signed under another name.
_SERVICES = {
    "es": "opensearch",
    "elasticfilesystem": "efs",
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
}
_S3_CONTROL = "/v20180820/"


@dataclass(frozen=True, slots=True)
class Heard:
    """One request of the program: the call, and the access key, Region and address that it was made with.

    ``number`` counts the requests for this call, from 0.
    """

    call: str
    key: str
    region: str
    path: str
    number: int

    @property
    def account(self) -> str:
        """The account that the access key belongs to."""
        return get_account_id_from(self.key)


#: Answers in place of the server, or lets it answer for None.
Disturb = Callable[[Heard, Environ, Callable[..., Any], App], Body | None]
#: The answer to a request, whose parameters it gets.
Tell = Callable[[Heard, dict[str, Any]], dict[str, Any]]


class Wire:
    """Stands before a server: notes what the program asks in ``heard``, and lets ``disturb`` answer first.

    ``telling`` has the calls that are answered here, as the server behind does not know them.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.heard: list[Heard] = []
        self._numbers: Counter[str] = Counter()
        self.disturb: Disturb | None = None
        self.telling: dict[str, Tell] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Body:
        if AGENT not in environ.get("HTTP_USER_AGENT", ""):
            return self._app(environ, start_response)
        heard = self._note(environ)
        app = self._answering(heard)
        answer = self.disturb(heard, environ, start_response, app) if self.disturb else None
        return app(environ, start_response) if answer is None else answer

    def _answering(self, heard: Heard) -> App:
        """What answers: the server, or what is told in its place."""
        tell = self.telling.get(heard.call)
        if tell is None and heard.call not in LACKING:
            return self._app
        return lambda environ, start: play(heard.call, tell and partial(tell, heard), environ, start)

    def calls(self) -> set[str]:
        """The calls so far, each once."""
        return {heard.call for heard in self.heard}

    def _note(self, environ: Environ) -> Heard:
        signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
        key, region, service = signed.group("key", "region", "service") if signed else ("", "", "")
        call = _call(environ, service)
        path = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        if not self.heard:
            self._numbers.clear()
        heard = Heard(call, key, region, path, self._numbers[call])
        self._numbers[call] += 1
        self.heard.append(heard)
        return heard


def _call(environ: Environ, signed: str) -> str:
    path = environ["PATH_INFO"]
    service = "s3control" if path.startswith(_S3_CONTROL) else _SERVICES.get(signed, signed)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return f"{service}.{xform_name(target.rpartition('.')[2])}"
    if cbor := _CBOR.fullmatch(path):
        return f"{service}.{xform_name(cbor[1])}"
    action = parse_qs(_form(environ)).get("Action")
    if action:
        return f"{service}.{xform_name(action[0])}"
    return f"{service}.{_by_path(service, environ['REQUEST_METHOD'], path, environ['QUERY_STRING'])}"


def _form(environ: Environ) -> str:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return ""
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(content)
    return str(content, "utf-8")


def _by_path(service: str, method: str, path: str, query: str) -> str:
    """The operation with this method and path; of several, the one that spells most out, else the shortest."""
    asked = set(parse_qs(query, keep_blank_values=True))
    fitting = [
        (len(needed), literal, -len(name), name)
        for way, pattern, needed, literal, name in _operations(service)
        if way == method and needed <= asked and pattern.fullmatch(path)
    ]
    return max(fitting)[3] if fitting else f"({method} {path})"


@cache
def _operations(service: str) -> tuple[tuple[str, re.Pattern[str], frozenset[str], int, str], ...]:
    return tuple(_shapes(service))


def _shapes(service: str) -> Iterator[tuple[str, re.Pattern[str], frozenset[str], int, str]]:
    # Read anew: to make a client of S3 takes the bucket out of the paths of a model that was read before.
    model: Any = ServiceModel(create_loader().load_service_model(service, "service-2"))
    # A deprecated operation may have the same address as the one that came after it.
    for name in (each for each in model.operation_names if not model.operation_model(each).deprecated):
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pieces = re.split(r"(\{[^}]+\})", path)
        regex = "".join((".+" if p.endswith("+}") else "[^/]+") if p[:1] == "{" else re.escape(p) for p in pieces)
        literal = sum(len(piece) for piece in pieces if piece[:1] != "{")
        needed = frozenset(parse_qs(query, keep_blank_values=True))
        yield http["method"], re.compile(regex + "/?"), needed, literal, xform_name(name)
