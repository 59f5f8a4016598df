"""A connection that can only look: read-only, one consistent view, a time limit, TLS that is checked.

Messages of libpq and the server are never passed on: they quote names and values of the connection string. What went
wrong is told by our own sentences, after the SQLSTATE.
https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from policycheck_connectors.interface import ConnectorError

if TYPE_CHECKING:
    import psycopg

#: Seconds.
CONNECT_TIMEOUT = 10
STATEMENT_TIMEOUT = 30

_STATES = {
    "28P01": "the password was refused",
    "28000": "the server does not let this user in from here (pg_hba.conf)",
    "3D000": "there is no such database",
    "53300": "the server has no connection left",
    "57P03": "the server is starting or stopping",
    "57014": f"the statement took longer than {STATEMENT_TIMEOUT} s",
    "42501": "permission denied",
}

#: What libpq says before the server answers, when there is no SQLSTATE; only looked for, never shown.
_PHRASES = (
    ("password authentication failed", _STATES["28P01"]),
    ("no password supplied", "the server asks for a password, and none was given"),
    ("pg_hba.conf", _STATES["28000"]),
    ("root certificate", "the server's certificate cannot be checked: no root certificate is known (sslrootcert)"),
    ("certificate verify failed", "the server's certificate is not signed by a known authority (sslrootcert)"),
    ("does not support SSL", "the server offers no TLS"),
    ("server certificate for", "the server's certificate is for another host"),
    ("could not translate host name", "the host name is not known"),
    ("failed to resolve host", "the host name is not known"),
    ("definition of service", "there is no such service in the service file"),
    ("Connection refused", "nothing listens there"),
    ("No such file or directory", "nothing listens there"),
    ("timeout expired", "the server did not answer in time"),
    ("too many connections", _STATES["53300"]),
    ("starting up", _STATES["57P03"]),
    ("permission denied for database", "the user may not connect to this database (GRANT CONNECT)"),
    ("not permitted to log in", "the user may not log in"),
    ('role "', "the server does not know this user"),
    ('database "', _STATES["3D000"]),
)

INSTALL = "install the extra: pip install 'policycheck[postgres]'"


def driver() -> Any:
    """The module psycopg; ConnectorError when it, or the libpq it needs, is not installed."""
    try:
        import psycopg
    except ImportError:
        raise ConnectorError("psycopg, the client of PostgreSQL, is not installed", INSTALL) from None
    return psycopg


@contextmanager
def session(
    dsn: str, environ: Mapping[str, str], sslmode: str = "", service: str = ""
) -> Generator[psycopg.Connection[tuple[Any, ...]]]:
    """A transaction in which nothing can be changed. Without a ``dsn``, libpq's own variables, service and password
    files tell where to go.

    Raises ConnectorError, which quotes nothing.
    """
    client = driver()
    words = _words(client, dsn)
    if service:
        words["service"] = service
    if sslmode or not (words.get("sslmode") or environ.get("PGSSLMODE")):
        words["sslmode"] = sslmode or "verify-full"
    words.setdefault("connect_timeout", CONNECT_TIMEOUT)
    words.setdefault("application_name", "policycheck")
    try:
        # Statements are not prepared, since a pooler may hand each to another server process.
        with client.connect(**words, prepare_threshold=None) as connection:
            connection.read_only = True
            connection.isolation_level = client.IsolationLevel.REPEATABLE_READ
            # Nothing that somebody has put into another schema can stand in for a function of the catalog.
            connection.execute("SET LOCAL search_path = pg_catalog")
            connection.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}s'")
            yield connection
    except client.Error as error:
        raise ConnectorError(f"PostgreSQL: {reason(error)}", _help(error)) from None


def reason(error: Exception) -> str:
    """What went wrong, in our own words."""
    state = getattr(error, "sqlstate", None)
    if state in _STATES:
        return _STATES[state]
    if state:
        return f"the server refused with SQLSTATE {state}"
    text = str(error)
    return next((told for phrase, told in _PHRASES if phrase in text), f"no connection ({type(error).__name__})")


def _help(error: Exception) -> str:
    if "certificate" in reason(error) or "TLS" in reason(error):
        return "name the authority with `sslrootcert` in the connection string; `sslmode` asks for less"
    return "check host, database, user and password; `psql` with the same settings shows more"


def _words(client: Any, dsn: str) -> dict[str, Any]:
    try:
        words: dict[str, Any] = client.conninfo.conninfo_to_dict(dsn)
    except client.Error:
        help = "write `postgresql://user@host/database` or `host=... dbname=... user=...`"
        raise ConnectorError("the connection string cannot be read", help) from None
    return words
