"""Every vendor's API, played: a proxy that opens TLS with an authority of its own and answers for any host.

The connectors need no switch for tests: they obey ``HTTPS_PROXY`` and ``SSL_CERT_FILE`` as they do in a company that
inspects its traffic, and they verify certificates and host names for real.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import trustme

from tests.servers.unmeasured import unmeasured


@dataclass(frozen=True, slots=True)
class Seen:
    """One question as it arrived. ``query`` and ``headers`` (lower case) as mappings; ``body`` is parsed JSON."""

    host: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = None

    @property
    def line(self) -> str:
        """``GET /v3/api_keys?limit=100``, parameters sorted."""
        query = "&".join(f"{key}={value}" for key, value in sorted(self.query.items()))
        return f"{self.method} {self.path}" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: ``body`` as JSON, bytes as they are. ``length`` lies about the length; ``raw`` are the pieces
    of a whole answer, sent as they come."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    raw: Iterable[bytes] = ()

    def data(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Play = Callable[[Seen], Reply]


class Vendors:
    """The hosts that are played, and what they were asked."""

    def __init__(self, directory: Path) -> None:
        self.plays: dict[str, Play] = {}
        self.seen: list[Seen] = []
        self._authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self.authority = directory / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.authority))
        self.port = 0

    @property
    def environ(self) -> dict[str, str]:
        """What a connector's environment must say to reach the played hosts, and no other."""
        return {"HTTPS_PROXY": f"http://127.0.0.1:{self.port}", "SSL_CERT_FILE": str(self.authority)}

    def context(self, host: str) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate for one host."""
        with self._lock:
            if host not in self._contexts:
                made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._authority.issue_cert(host).configure_cert(made)
                self._contexts[host] = made
            return self._contexts[host]

    def play(self, seen: Seen) -> Reply:
        """The answer to a question, which is written down."""
        self.seen.append(seen)
        return self.plays[seen.host](seen)

    def forget(self) -> None:
        """Begin anew."""
        self.plays.clear()
        self.seen.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are written apart, and the second would wait 40 ms for the first to be acknowledged.
    disable_nagle_algorithm = True
    vendors: Vendors
    host = ""

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0]
        if host not in self.vendors.plays:
            self.send_error(502)
            return
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            inner = self.vendors.context(host).wrap_socket(self.connection, server_side=True)
            self.connection, self.host = inner, host
            self.rfile, self.wfile = inner.makefile("rb"), inner.makefile("wb", buffering=0)  # type: ignore[assignment]
            self.close_connection = False
            return
        self.close_connection = True

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        form = "form" in self.headers.get("Content-Type", "")
        body = (dict(parse_qsl(data.decode())) if form else json.loads(data)) if data else None
        headers = {key.lower(): value for key, value in self.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        reply = self.vendors.play(Seen(self.host, self.command, parts.path, query, headers, body))
        if reply.raw:
            self.close_connection = True
            with contextlib.suppress(OSError):
                for piece in reply.raw:
                    self.wfile.write(piece)
            return
        sent = reply.data()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(sent) if reply.length is None else reply.length))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(sent)
        self.close_connection = reply.length is not None

    do_GET = do_POST = _answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def running(directory: Path) -> Generator[Vendors]:
    """The proxy for the time of the block; its authority's certificate lies in ``directory``."""
    vendors = Vendors(directory)
    handler = type("Handler", (_Handler,), {"vendors": vendors})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    unmeasured(server)
    vendors.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield vendors
    finally:
        server.shutdown()
        server.server_close()
