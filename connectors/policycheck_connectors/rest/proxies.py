"""Which proxy and which authorities a connection uses, as the environment says."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from policycheck_connectors.interface import ConnectorError

_TIMEOUT = urllib3.Timeout(connect=10.0, read=60.0)


class Line:
    """The one connection of a transport: cut when its time is over, since a host that sends one byte a minute never
    runs into a timeout of the socket."""

    def __init__(self) -> None:
        self.connection: HTTPSConnection | None = None

    @contextmanager
    def until(self, seconds: float) -> Iterator[threading.Event]:
        """Cut the connection unless the block ends in time; the event tells whether that happened."""
        cut = threading.Event()

        def end() -> None:
            cut.set()
            held = self.connection.sock if self.connection else None
            with contextlib.suppress(OSError):
                if held is not None:
                    socket.socket.shutdown(held, socket.SHUT_RDWR)

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield cut
        finally:
            timer.cancel()

    def pools(self) -> dict[str, type[HTTPConnectionPool]]:
        """Classes of connections that are known here from the moment when they are opened."""
        line = self

        class Known(HTTPSConnection):
            def connect(self) -> None:
                line.connection = self
                super().connect()

        class Pool(HTTPSConnectionPool):
            ConnectionCls = Known  # pyright: ignore[reportAssignmentType]

        return {"http": HTTPConnectionPool, "https": Pool}


def pool(environ: Mapping[str, str], host: str, line: Line) -> urllib3.PoolManager:
    """Connections to a host: certificates are always verified, redirects and retries are the caller's.

    ``HTTPS_PROXY`` and ``NO_PROXY`` are those of curl; ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` those of OpenSSL.
    """
    try:
        context = _context(environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR"))
    except (OSError, ssl.SSLError) as error:
        message = f"the certificates of SSL_CERT_FILE cannot be read ({type(error).__name__})"
        raise ConnectorError(message, "SSL_CERT_FILE must name a file of PEM certificates") from None
    proxy = _proxy(environ, host)
    made: urllib3.PoolManager
    if proxy:
        made = urllib3.ProxyManager(proxy, ssl_context=context, timeout=_TIMEOUT, retries=False, maxsize=1)
    else:
        made = urllib3.PoolManager(ssl_context=context, timeout=_TIMEOUT, retries=False, maxsize=1)
    made.pool_classes_by_scheme = line.pools()
    return made


@cache
def _context(file: str | None, directory: str | None) -> ssl.SSLContext:
    """One for all connections: to read the authorities of a system takes longer than several calls."""
    context = ssl.create_default_context()
    if file or directory:
        context.load_verify_locations(file or None, directory or None)
    return context


def _proxy(environ: Mapping[str, str], host: str) -> str:
    proxy = environ.get("HTTPS_PROXY") or environ.get("https_proxy") or ""
    excepted = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    for entry in (each.strip().lstrip(".").lower() for each in excepted.split(",")):
        if entry == "*" or (entry and (host == entry or host.endswith(f".{entry}"))):
            return ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"
