"""A real PostgreSQL of one's own: a cluster in a temporary directory, reached by a Unix socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

INSTALL = "apt-get install -y postgresql"

#: The cluster's superuser, who alone needs no password.
ADMIN = "postgres"
PASSWORD = "pw-of-the-auditor"

_HBA = f"local all {ADMIN} trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
_SETTINGS = ("fsync=off", "listen_addresses=", "autovacuum=off", "max_connections=20", "shared_buffers=16MB")


def programs() -> Path | None:
    """The directory of the newest installed server's programs; None when there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@dataclass(frozen=True, slots=True)
class Server:
    """A running cluster; ``directory`` holds its socket."""

    directory: Path

    def dsn(self, database: str = "postgres", user: str = ADMIN, password: str = "") -> str:
        """How to reach a database."""
        secret = f" password={password}" if password else ""
        return f"host={self.directory} dbname={database} user={user}{secret}"

    def run(self, database: str, *statements: str) -> None:
        """Run SQL as the superuser, each statement on its own."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create(self, database: str, *statements: str) -> str:
        """Make a database anew and fill it; answers its name."""
        self.run("postgres", f'DROP DATABASE IF EXISTS "{database}"', f'CREATE DATABASE "{database}"')
        self.run(database, *statements)
        return database

    def roles(self, *statements: str) -> None:
        """Drop every role that a test has made, then run these; what the roles own is the superuser's from then on."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            query = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user"
            names = ['"{}"'.format(name.replace('"', '""')) for (name,) in connection.execute(query)]
        for database in self.databases() if names else ():
            # Databases are owned as well, and are only ever reassigned; privileges are only ever dropped.
            self.run(database, *(f"REASSIGN OWNED BY {name} TO {ADMIN}" for name in names))
            self.run(database, *(f"DROP OWNED BY {name} CASCADE" for name in names))
        self.run("postgres", *(f"DROP ROLE {name}" for name in names), *statements)

    def databases(self) -> list[str]:
        """Every database that can be connected to."""
        with psycopg.connect(self.dsn()) as connection:
            return [name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datallowconn")]


@contextmanager
def running(settings: Iterable[str] = ()) -> Generator[Server]:
    """A server for the time of the block. Needs the programs; root becomes an ordinary user, as initdb wants."""
    bin = programs()
    assert bin is not None
    # Not below the test's own directory: the path of a Unix socket has 107 characters at most.
    directory = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _ordinary() if os.geteuid() == 0 else None
    if user is not None:
        os.chown(directory, user, -1)
    data = directory / "data"
    try:
        _call(user, bin / "initdb", "-D", data, "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        (data / "pg_hba.conf").write_text(_HBA)
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, *settings))
        log = directory / "log"
        _call(user, bin / "pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-k {directory} {options}", "start")
        try:
            yield Server(directory)
        finally:
            _call(user, bin / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(directory)


def _ordinary() -> int:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65534


def _call(user: int | None, *words: str | Path) -> None:
    done = subprocess.run([*map(str, words)], user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()
