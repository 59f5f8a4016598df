"""Reading a snapshot: refused unless it is exactly what was written, then streamed one partition at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from policycheck.model.facts import (
    TABLES,
    Attachment,
    Attestation,
    CatalogEntry,
    Coverage,
    Credential,
    DataGrant,
    PolicyDocument,
    Principal,
    Provider,
    Relation,
    Trust,
    Use,
    VendorField,
)
from policycheck.model.findings import SnapshotInfo
from policycheck.model.partition import Partition
from policycheck.model.problems import SnapshotProblem
from policycheck.model.shares import Encryption, Setting, Share
from policycheck.model.units import Control, Unit
from policycheck.snapshots.engine import connect, guarded, quoted
from policycheck.snapshots.layout import Meta, altered, file_of, read_meta, sha256_of, snapshots_in
from policycheck.snapshots.schema import SINCE, columns, loader

_BATCH = 2048
_T = TypeVar("_T")
_Key = tuple[str, str]


def latest(directory: Path) -> Path | None:
    """The newest snapshot of a directory that is not blind; the newest when all are, None when it has none."""
    found = snapshots_in(directory)
    return next((path for path in reversed(found) if not is_blind(path)), found[-1] if found else None)


def is_blind(path: Path) -> bool:
    """Whether the pull of a snapshot saw nothing; not so of one that cannot be read, which its reader will tell."""
    try:
        return read_meta(path).blind
    except SnapshotProblem:
        return False


def blind_after(path: Path) -> tuple[Path, ...]:
    """The blind snapshots beside this one that are newer."""
    return tuple(each for each in snapshots_in(path.parent) if each.name > path.name and is_blind(each))


def open_snapshot(path: Path) -> Snapshot:
    """Open the snapshot in ``path``; SnapshotProblem when it is missing, truncated, altered or of another format.

    The rows of a table are counted when it is read, which the digest of its file makes a mere second look.
    """
    meta = read_meta(path)
    for table in _tables(meta):
        _verify(path, table, meta)
    return Snapshot(path, meta)


class Snapshot:
    """An open snapshot; a context manager. Every method answers from the tables as they were when it was opened."""

    def __init__(self, path: Path, meta: Meta) -> None:
        self._path = path
        self._meta = meta
        # Nothing that is read here has to be sorted, so nothing is ever spilled.
        self._con = connect(None)
        self.info = SnapshotInfo(meta.id, meta.taken_at, meta.policies_revision)

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        self._con.close()

    def partitions(self) -> Iterator[Partition]:
        """Every account of every system that has any of it, ordered by (system, account)."""
        principals: _Groups[Principal] = _Groups(self._stream("principals"))
        attachments: _Groups[Attachment] = _Groups(self._stream("attachments"))
        trusts: _Groups[Trust] = _Groups(self._stream("trusts"))
        relations: _Groups[Relation] = _Groups(self._stream("relations"))
        grants: _Groups[DataGrant] = _Groups(self._stream("data_grants"))
        shares: _Groups[Share] = _Groups(self._stream("shares"))
        settings: _Groups[Setting] = _Groups(self._stream("settings"))
        every = (principals, attachments, trusts, relations, grants, shares, settings)
        while keys := [group.key for group in every if group.key is not None]:
            key = min(keys)
            let = trusts.take(key)
            roles, resources = (tuple(t for t in let if (t.kind == "resource") is of) for of in (False, True))
            who, what = principals.take(key), attachments.take(key)
            held, given = (relations.take(key), grants.take(key)), (shares.take(key), settings.take(key))
            yield Partition(*key, who, what, roles, resources, *held, *given)

    def accounts(self) -> frozenset[str]:
        """The AWS accounts that own the roles of this snapshot."""
        if not self._holds("principals"):
            return frozenset()
        roles = "\"system\" = 'aws' AND kind = 'role'"
        select = f"SELECT DISTINCT account FROM {_source(self._path, 'principals')} WHERE {roles}"
        with guarded():
            return frozenset(account for (account,) in self._con.execute(select).fetchall())

    def clouds(self) -> frozenset[str]:
        """The ARN partitions of the roles of this snapshot: ``aws``, ``aws-cn``."""
        if not self._holds("principals"):
            return frozenset()
        source = _source(self._path, "principals")
        select = f"SELECT DISTINCT split_part(id, ':', 2) FROM {source} WHERE kind = 'role' AND id LIKE 'arn:%'"
        with guarded():
            return frozenset(cloud for (cloud,) in self._con.execute(select).fetchall())

    def resource_policies(self) -> Iterator[Trust]:
        """The policies of all resources that are not roles, of every account."""
        yield from cast("Iterator[Trust]", self._where("trusts", "kind = 'resource'"))

    def canonical_ids(self) -> frozenset[str]:
        """The canonical user ids of our own AWS accounts."""
        if not self._holds("settings"):
            return frozenset()
        select = f"SELECT DISTINCT value FROM {_source(self._path, 'settings')} WHERE name = 'CanonicalUserId'"
        with guarded():
            return frozenset(value for (value,) in self._con.execute(select).fetchall())

    def documents(self) -> dict[str, PolicyDocument]:
        """Every policy document by its hash."""
        return {document.hash: document for document in self._all("documents", PolicyDocument)}

    def units(self) -> tuple[Unit, ...]:
        """Every unit of AWS organizations, in the order of the pull."""
        return self._all("units", Unit)

    def controls(self) -> tuple[Control, ...]:
        """Every organization policy with one target, in the order of the pull."""
        return self._all("controls", Control)

    def encryption(self) -> tuple[Encryption, ...]:
        """With which keys the resources of all accounts are encrypted."""
        return self._all("encryption", Encryption)

    def key_grants(self) -> tuple[Share, ...]:
        """The grants of all keys of KMS."""
        return tuple(cast("Iterator[Share]", self._where("shares", "kind = 'grant'")))

    def lake_grants(self) -> tuple[DataGrant, ...]:
        """The grants of Lake Formation, of all accounts."""
        return tuple(cast("Iterator[DataGrant]", self._where("data_grants", "\"system\" = 'aws'")))

    def credentials(self) -> tuple[Credential, ...]:
        """Every credential, in the order of the pull."""
        return self._all("credentials", Credential)

    def uses(self) -> tuple[Use, ...]:
        """When principals last used what they may use, in the order of the pull."""
        return self._all("uses", Use)

    def providers(self) -> tuple[Provider, ...]:
        """Every identity provider, in the order of the pull."""
        return self._all("providers", Provider)

    def catalog(self) -> tuple[CatalogEntry, ...]:
        """What the catalogs of the systems describe, in the order of the pull."""
        return self._all("catalog", CatalogEntry)

    def vendor_fields(self) -> tuple[VendorField, ...]:
        """Every field definition, in the order of the pull."""
        return self._all("vendor_fields", VendorField)

    def attestations(self) -> tuple[Attestation, ...]:
        """Every attestation, in the order of the pull."""
        return self._all("attestations", Attestation)

    def coverage(self) -> tuple[Coverage, ...]:
        """What the connectors looked at and could not see."""
        return self._all("coverage", Coverage)

    def _holds(self, table: str) -> bool:
        """Whether a table has any row. Most have none, and to ask an empty one takes as long as to ask a small one."""
        return table in _tables(self._meta) and self._meta.tables[table].rows > 0

    def _where(self, table: str, condition: str) -> Iterator[Any]:
        """Some rows of a table, all at once."""
        if not self._holds(table):
            return
        present = tuple(name for name in self._meta.tables[table].columns)
        select = ", ".join(f'"{name}"' for name in present)
        with guarded():
            rows = self._con.execute(f"SELECT {select} FROM {_source(self._path, table)} WHERE {condition}").fetchall()
        yield from loader(table, present)(rows) if rows else ()

    def _all(self, table: str, cls: type[_T]) -> tuple[_T, ...]:
        return tuple(cast("Iterator[_T]", self._stream(table)))

    def _stream(self, table: str) -> Iterator[Any]:
        if not self._holds(table):
            return
        known = {column.name for column in columns(table)}
        present = tuple(name for name in self._meta.tables[table].columns if name in known)
        load = loader(table, present)
        names = ", ".join(f'"{name}"' for name in present)
        with guarded(), self._con.cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM {_source(self._path, table)}")
            read = 0
            while rows := cursor.fetchmany(_BATCH):
                read += len(rows)
                yield from load(rows)
        if read != self._meta.tables[table].rows:
            raise altered(self._path, table, "does not have the rows that were written")


class _Groups(Generic[_T]):
    """A stream sorted by (system, account), taken one group at a time; ``key`` is the group ahead, None at the end."""

    def __init__(self, rows: Iterator[_T]) -> None:
        self._groups: Iterator[tuple[_Key, Iterator[_T]]] = groupby(rows, attrgetter("system", "account"))
        self._next()

    def take(self, key: _Key) -> tuple[_T, ...]:
        """The rows of the group ``key``, () when the group ahead is another."""
        if key != self.key:
            return ()
        rows = tuple(self._rows)
        self._next()
        return rows

    def _next(self) -> None:
        ahead: tuple[_Key | None, Iterator[_T]] = next(self._groups, (None, iter(())))
        self.key, self._rows = ahead


def _tables(meta: Meta) -> tuple[str, ...]:
    """The tables that a snapshot of its format has."""
    return tuple(table for table in TABLES if SINCE.get(table, 1) <= meta.format)


def _source(path: Path, table: str) -> str:
    return f"read_parquet({quoted(path / file_of(table))}, hive_partitioning=false)"


def _verify(path: Path, table: str, meta: Meta) -> None:
    known = {column.name: column for column in columns(table)}
    sealed = meta.tables.get(table)
    if sealed is None or any(column.required and name not in sealed.columns for name, column in known.items()):
        raise altered(path, table, "is not a table of this format")
    try:
        digest = sha256_of(path / file_of(table))
    except OSError as error:
        raise altered(path, table, f"cannot be read ({error.strerror})") from None
    if digest != sealed.sha256:
        raise altered(path, table, "is truncated or was altered")
