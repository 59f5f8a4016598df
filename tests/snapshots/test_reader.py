"""Reading: only what was written, exactly; and one partition at a time."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from policycheck.model.facts import TABLES, Attachment, Principal, VendorField
from policycheck.model.problems import SnapshotProblem
from policycheck.snapshots import engine, layout, schema
from policycheck.snapshots.engine import connect, target
from policycheck.snapshots.reader import latest, open_snapshot
from policycheck.snapshots.schema import columns
from policycheck.snapshots.writer import Writer

MOMENT = "2026-11-20T00:00:00Z"
FIELD = VendorField("x", "", "contact", "email", "c", "f#/0", "E-mail")
ROLE = Principal("aws", "111122223333", "arn", "role", "r", "c", "w")


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with Writer(tmp_path_factory.mktemp("snapshots"), MOMENT, "rev", "0.1.0") as writer:
        for fact in (FIELD, ROLE):
            writer.add(fact)
        return writer.commit(())


@pytest.fixture
def snapshot(written: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(written, tmp_path / written.name))


def problem_of(path: Path) -> str:
    with pytest.raises(SnapshotProblem) as error:
        open_snapshot(path)
    assert error.value.help
    return error.value.message.replace(str(path), "SNAPSHOT")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("spoil", ["truncated", "altered", "appended", "emptied"])
def test_a_table_that_is_not_what_was_written(snapshot: Path, table: str, spoil: str) -> None:
    path = snapshot / layout.file_of(table)
    data = path.read_bytes()
    half = len(data) // 2
    changed = {
        "truncated": data[:-1],
        "altered": data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :],
        "appended": data + b"\0",
        "emptied": b"",
    }[spoil]
    path.write_bytes(changed)
    assert problem_of(snapshot) == f"SNAPSHOT/{table}.parquet is truncated or was altered"


def test_a_table_that_is_gone(snapshot: Path) -> None:
    (snapshot / "trusts.parquet").unlink()
    assert problem_of(snapshot) == "SNAPSHOT/trusts.parquet cannot be read (No such file or directory)"


def test_every_cut_of_the_seal_is_refused(snapshot: Path) -> None:
    path = snapshot / "meta.json"
    data = path.read_bytes()
    for length in range(0, len(data) - 1, 40):
        path.write_bytes(data[:length])
        assert problem_of(snapshot) == "SNAPSHOT/meta.json is truncated or was altered"


def changed(path: Path, change: Callable[[dict[str, Any]], object], *, sealed: bool) -> None:
    """Change the seal, and make its checksum fit again if ``sealed``."""
    meta = json.loads((path / "meta.json").read_text())
    change(meta)
    if sealed:
        meta.pop("checksum", None)
        meta["checksum"] = layout._checksum(meta)
    (path / "meta.json").write_text(json.dumps(meta))


@pytest.mark.parametrize(
    "change",
    [
        lambda meta: meta.update(policies_revision="other"),
        lambda meta: meta.update(taken_at="2026-11-21T00:00:00Z"),
        lambda meta: meta["tables"]["trusts"].update(rows=1),
        lambda meta: meta.pop("checksum"),
        lambda meta: meta.pop("id"),
    ],
)
def test_an_altered_seal_is_refused(snapshot: Path, change: Callable[[dict[str, Any]], object]) -> None:
    changed(snapshot, change, sealed=False)
    assert problem_of(snapshot) == "SNAPSHOT/meta.json is truncated or was altered"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda meta: meta.update(format=99), "SNAPSHOT has a snapshot format that this version does not know"),
        (lambda meta: meta.update(tables=[]), "SNAPSHOT/meta.json is truncated or was altered"),
        (lambda meta: meta["tables"].pop("units"), "SNAPSHOT/units.parquet is not a table of this format"),
        (lambda meta: meta["tables"].pop("trusts"), "SNAPSHOT/trusts.parquet is not a table of this format"),
        (
            lambda meta: meta["tables"]["trusts"]["columns"].remove("document"),
            "SNAPSHOT/trusts.parquet is not a table of this format",
        ),
    ],
)
def test_a_seal_that_does_not_fit(snapshot: Path, change: Callable[[dict[str, Any]], object], message: str) -> None:
    changed(snapshot, change, sealed=True)
    assert problem_of(snapshot) == message


def test_a_table_with_other_rows_than_its_seal_says(snapshot: Path) -> None:
    changed(snapshot, lambda meta: meta["tables"]["principals"].update(rows=7), sealed=True)
    with open_snapshot(snapshot) as opened, pytest.raises(SnapshotProblem, match="not have the rows that were written"):
        list(opened.partitions())


def test_a_column_that_a_later_version_added_is_passed_over(snapshot: Path) -> None:
    changed(snapshot, lambda meta: meta["tables"]["principals"]["columns"].append('later", x'), sealed=True)
    with open_snapshot(snapshot) as opened:
        assert next(opened.partitions()).principals == (ROLE,)


@pytest.mark.parametrize("content", ["[]", "7", '"x"', "null", "{}", "\x00", "x" * (2 << 20)])
def test_a_seal_of_another_shape(snapshot: Path, content: str) -> None:
    (snapshot / "meta.json").write_text(content)
    assert problem_of(snapshot) == "SNAPSHOT/meta.json is truncated or was altered"


def test_what_is_no_snapshot(tmp_path: Path) -> None:
    assert problem_of(tmp_path) == "SNAPSHOT is not a snapshot: meta.json cannot be read (No such file or directory)"
    assert problem_of(tmp_path / "none").startswith("SNAPSHOT is not a snapshot")


def without_column(snapshot: Path, table: str, column: str) -> None:
    """Make the table what a version before that column wrote."""
    path = snapshot / layout.file_of(table)
    kept = [item.name for item in columns(table) if item.name != column]
    listed = ", ".join(f'"{name}"' for name in kept)
    with connect(snapshot.parent / "spill") as con:
        con.execute(f"COPY (SELECT {listed} FROM read_parquet({target(path)})) TO {target(path)} (FORMAT parquet)")

    def told(meta: dict[str, Any]) -> None:
        meta["tables"][table].update(columns=kept, sha256=layout.sha256_of(path))

    changed(snapshot, told, sealed=True)


@pytest.mark.parametrize(("table", "column"), [("vendor_fields", "label"), ("principals", "tags")])
def test_an_older_snapshot_without_a_later_column_has_its_default(snapshot: Path, table: str, column: str) -> None:
    without_column(snapshot, table, column)
    with open_snapshot(snapshot) as opened:
        partition = next(opened.partitions())
        fields = opened.vendor_fields()
    assert partition.principals == (ROLE,)
    assert [fact.label for fact in fields] == ["" if column == "label" else "E-mail"]


_LATER = (
    "units",
    "controls",
    "relations",
    "data_grants",
    "shares",
    "encryption",
    "settings",
    "uses",
    "providers",
    "catalog",
)


@pytest.mark.parametrize(("format", "missing"), [(1, _LATER), (2, _LATER[2:]), (3, _LATER[4:])])
def test_a_snapshot_of_an_older_format_has_nothing_in_later_tables(
    snapshot: Path, format: int, missing: tuple[str, ...]
) -> None:
    def older(meta: dict[str, Any]) -> None:
        meta["format"] = format
        for table in missing:
            del meta["tables"][table]
            (snapshot / layout.file_of(table)).unlink()

    changed(snapshot, older, sealed=True)
    with open_snapshot(snapshot) as opened:
        assert (opened.units(), opened.controls(), opened.canonical_ids()) == ((), (), frozenset())
        assert (opened.uses(), opened.providers(), opened.catalog()) == ((), (), ())
        partition = next(opened.partitions())
        assert (partition.principals, partition.relations, partition.data_grants) == ((ROLE,), (), ())
        assert (partition.shares, partition.settings) == ((), ())


def test_a_table_that_vanishes_while_it_is_read(snapshot: Path) -> None:
    with open_snapshot(snapshot) as opened:
        (snapshot / "vendor_fields.parquet").unlink()
        with pytest.raises(SnapshotProblem, match="could not be processed"):
            opened.vendor_fields()


def test_closing_twice_does_nothing(snapshot: Path) -> None:
    opened = open_snapshot(snapshot)
    opened.close()
    opened.close()


def test_reading_leaves_nothing_behind(snapshot: Path) -> None:
    before = names(snapshot)
    with open_snapshot(snapshot) as opened:
        assert len(list(opened.partitions())) == 1
    assert names(snapshot) == before


def test_two_readings_at_once(snapshot: Path) -> None:
    with open_snapshot(snapshot) as opened:
        first, second = opened.partitions(), opened.partitions()
        assert next(first) == next(second)


def test_the_latest_is_a_finished_one(tmp_path: Path) -> None:
    assert latest(tmp_path / "none") is None
    for name in ("2026-11-20T000000Z-0001", "2026-11-21T000000Z-0001", "z-other", ".writing-x"):
        (tmp_path / name).mkdir()
    (tmp_path / "2026-11-22T000000Z-0001").touch()
    (tmp_path / "2026-11-23T000000Z-0001").symlink_to(tmp_path / "2026-11-20T000000Z-0001")
    (tmp_path / "2026-11-20T000000Z-0001" / "meta.json").touch()
    assert latest(tmp_path) == tmp_path / "2026-11-20T000000Z-0001"
    assert latest(tmp_path / "2026-11-22T000000Z-0001") is None


_READ = """
import sys
sys.path[:0] = {path!r}
from policycheck.snapshots.reader import open_snapshot
from pathlib import Path
with open_snapshot(Path({snapshot!r})) as snapshot:
    list(snapshot.partitions())
print(sorted({{"duckdb", "numpy", "pandas", "pyarrow"}} & set(sys.modules)))
"""


def test_reading_imports_only_the_core_of_the_database(snapshot: Path) -> None:
    code = _READ.format(path=sys.path, snapshot=str(snapshot))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_whole_package_is_used_where_its_core_is_not_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def older(name: str) -> ModuleType:
        if name == "_duckdb":
            raise ImportError
        return import_module(name)

    monkeypatch.setattr(engine, "import_module", older)
    with connect(tmp_path) as con:
        assert con.execute("SELECT 7").fetchone() == (7,)


def test_a_forked_process_starts_a_database_of_its_own(snapshot: Path) -> None:
    with open_snapshot(snapshot) as opened:
        assert opened.vendor_fields() == (FIELD,)
    child = os.fork()
    if child == 0:  # pragma: no cover
        with open_snapshot(snapshot) as opened:
            os._exit(0 if opened.vendor_fields() == (FIELD,) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_equal_texts_are_shared_and_forgotten_again(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_SHARED", 2)
    row = ("c", "t", "aws", "1", "trusts", "complete", "w", 0, "", "", "")
    load = schema.loader("coverage", tuple(column.name for column in columns("coverage"))[: len(row)])
    first, second = load([row, row])
    (third,) = load([row])
    assert first == second == third
    assert first.where == third.where


def test_memory_does_not_grow_with_the_accounts(tmp_path: Path) -> None:
    with Writer(tmp_path, MOMENT, "", "0") as writer:
        for number in range(30_000):
            account = f"{100000000000 + number // 100}"
            arn = f"arn:aws:iam::{account}:role/r{number}"
            writer.add(Attachment("aws", account, arn, "identity", "p", "", f"{number:064x}", "c", f"a.json#/{number}"))
        path = writer.commit(())
    with open_snapshot(path) as opened:
        sizes = []
        peaks = []
        for partition in opened.partitions():
            sizes.append(len(partition.attachments))
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert sizes == [100] * 300
    assert peaks[-1] - peaks[20] < 20 << 10
