"""What goes wrong between the program and AWS, as disturbances of tests/servers/wire.py."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any

from tests.servers.wire import App, Body, Disturb, Environ, Heard

Start = Callable[..., Any]
_XML = {
    "query": "<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>",
    "ec2": "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors></Response>",
    "s3": "<Error><Code>{}</Code><Message>{}</Message></Error>",
}


def refused(code: str, status: int = 400, message: str = "canary-message") -> Disturb:
    """AWS answers with this error code, in the protocol of the service."""

    def answer(heard: Heard, environ: Environ, start: Start, app: App) -> Body:
        service = heard.call.partition(".")[0]
        shape = "s3" if service.startswith("s3") else "ec2" if service == "ec2" else "query"
        if shape == "query" and not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form"):
            body = json.dumps({"__type": f"com.amazon#{code}", "message": message})
            return _told(start, status, body, "application/json", ("x-amzn-errortype", code))
        return _told(start, status, _XML[shape].format(code, message), "text/xml")

    return answer


def page(status: int, body: str = "<html><body>canary-page</body></html>") -> Disturb:
    """Something between here and AWS answers with a page of its own."""

    def answer(heard: Heard, environ: Environ, start: Start, app: App) -> Body:
        return _told(start, status, body, "text/html")

    return answer


def reset(heard: Heard, environ: Environ, start: Start, app: App) -> Body:
    """The connection breaks before there is an answer."""
    line: socket.socket = environ["werkzeug.socket"]
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


def cut(heard: Heard, environ: Environ, start: Start, app: App) -> Body:
    """Half of the answer comes, of the length that was announced."""
    status, headers, body = _asked(environ, app)
    start(status, [*headers, ("Content-Length", str(len(body)))])
    return _broken_off(body[: len(body) // 2], environ["werkzeug.socket"])


def short(heard: Heard, environ: Environ, start: Start, app: App) -> Body:
    """Half of the answer comes as if it were all: broken XML, broken JSON."""
    status, headers, body = _asked(environ, app)
    start(status, [*headers, ("Content-Length", str(len(body) // 2))])
    return [body[: len(body) // 2]]


def empty(heard: Heard, environ: Environ, start: Start, app: App) -> Body:
    """An answer of no length."""
    return _told(start, 200, "", "text/xml")


def times(number: int, fault: Disturb) -> Disturb:
    """Only the first requests for each call go wrong."""
    return lambda heard, *rest: fault(heard, *rest) if heard.number < number else None


def on(call: str, fault: Disturb) -> Disturb:
    """Only this call goes wrong."""
    return lambda heard, *rest: fault(heard, *rest) if heard.call == call else None


def after(number: int, wire: Any, fault: Disturb) -> Disturb:
    """Everything goes wrong after so many requests."""
    return lambda heard, *rest: fault(heard, *rest) if len(wire.heard) > number else None


def _broken_off(body: bytes, line: socket.socket) -> Iterator[bytes]:
    yield body
    line.shutdown(socket.SHUT_RDWR)


def _told(start: Start, status: int, text: str, kind: str, *headers: tuple[str, str]) -> Body:
    body = text.encode()
    start(f"{status} Disturbed", [("Content-Type", kind), ("Content-Length", str(len(body))), *headers])
    return [body]


def _asked(environ: Environ, app: App) -> tuple[str, list[tuple[str, str]], bytes]:
    """What the server would have answered, without the length."""
    told: list[Any] = []
    parts = app(environ, lambda *words: told.extend(words))
    body = b"".join(parts)
    return told[0], [pair for pair in told[1] if pair[0].lower() != "content-length"], body
