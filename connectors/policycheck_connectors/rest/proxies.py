"""Which proxy and which authorities a connection uses, as the environment says."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

import urllib3

from policycheck_connectors.interface import ConnectorError

_TIMEOUT = urllib3.Timeout(connect=10.0, read=60.0)


def pool(environ: Mapping[str, str], host: str) -> urllib3.PoolManager:
    """Connections to a host: certificates are always verified, redirects and retries are the caller's.

    ``HTTPS_PROXY`` and ``NO_PROXY`` are those of curl; ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` those of OpenSSL.
    """
    context = ssl.create_default_context()
    file, directory = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if file or directory:
        try:
            context.load_verify_locations(file or None, directory or None)
        except (OSError, ssl.SSLError) as error:
            help = "SSL_CERT_FILE must name a file of PEM certificates"
            raise ConnectorError(
                f"the certificates of SSL_CERT_FILE cannot be read ({type(error).__name__})", help
            ) from None
    proxy = _proxy(environ, host)
    if proxy:
        return urllib3.ProxyManager(proxy, ssl_context=context, timeout=_TIMEOUT, retries=False, maxsize=1)
    return urllib3.PoolManager(ssl_context=context, timeout=_TIMEOUT, retries=False, maxsize=1)


def _proxy(environ: Mapping[str, str], host: str) -> str:
    proxy = environ.get("HTTPS_PROXY") or environ.get("https_proxy") or ""
    excepted = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    for entry in (each.strip().lstrip(".").lower() for each in excepted.split(",")):
        if entry == "*" or (entry and (host == entry or host.endswith(f".{entry}"))):
            return ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"
