"""What is said of a connector definition that cannot be used: each problem with its place and its help."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.declared.definitions import load_definition

TODAY = date(2026, 11, 22)
GOOD: dict[str, Any] = {
    "name": "Parcelpost",
    "checked": "2026-11-22",
    "direction": "ours",
    "sources": {"keys": "https://docs.parcelpost.example/keys"},
    "options": {"region": {"help": "where", "values": {"eu": "api.parcelpost.example"}, "default": "eu"}},
    "base_url": "https://{region}/v1",
    "auth": {"kind": "headers", "credentials": {"token": "a key"}, "headers": {"Authorization": "Bearer {token}"}},
    "requests": {"keys": {"facts": "credentials", "source": "keys", "path": "/keys", "map": {"id": "id"}}},
}


def _problems(tmp_path: Path, where: str, value: Any) -> list[str]:
    data = copy.deepcopy(GOOD)
    inner: Any = data
    *path, last = where.split("/")
    for step in path:
        inner = inner.setdefault(step, {})
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    file = tmp_path / "parcelpost.yaml"
    file.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    definition, problems = load_definition(file, "definitions/parcelpost.yaml", TODAY)
    assert (definition is None) is any(each.severity == "error" for each in problems)
    assert all(each.location.path == "definitions/parcelpost.yaml" and each.help for each in problems)
    return [f"{each.rule} {each.message}" for each in problems]


def test_a_right_definition(tmp_path: Path) -> None:
    assert _problems(tmp_path, "name", "Parcelpost") == []


@pytest.mark.parametrize(
    ("where", "value", "problem"),
    [
        ("name", None, "PC003 `name` is missing"),
        ("requets", {}, "PC002 unknown key `requets`"),
        ("base_url", "http://api.parcelpost.example", "PC003 `http://api.parcelpost.example` is no https address"),
        ("base_url", "https://{region}@evil.example/", "PC003 `https://{region}@evil.example/` is no https address"),
        ("base_url", "https://{regoin}/v1", "PC004 unknown placeholder `regoin`"),
        ("auth/kind", "magic", "PC003 `kind` cannot be `magic`"),
        ("auth/headers/Authorization", "Bearer {tokn}", "PC004 unknown placeholder `tokn`"),
        ("auth", {"kind": "basic", "credentials": {"token": "t"}}, "PC003 auth of kind `basic` needs `user`"),
        ("requests/keys/source", "kyes", "PC004 unknown source `kyes`"),
        ("requests/keys/path", "keys", "PC003 `keys` is no path"),
        ("requests/keys/path", "/../keys", "PC003 `/../keys` is no path"),
        ("requests/keys/path", "/keys/{id}", "PC004 unknown placeholder `id`"),
        ("requests/keys/records", "data[", "PC003 `data[` is no JMESPath expression"),
        ("requests/keys/map/id", "a b", "PC003 `a b` is no JMESPath expression"),
        ("requests/keys/map/nme", "name", "PC004 unknown attribute of credentials `nme`"),
        ("requests/keys/map", {"name": "name"}, "PC003 `map` must tell the `id` of credentials"),
        ("requests/keys/map/scopes", {"words": {"a": "b"}}, "PC003 `scopes` needs either `path` or `pairs`"),
        ("requests/keys/take", {"id": "a b"}, "PC003 `a b` is no JMESPath expression"),
        ("requests/keys/paging", {"kind": "cursor"}, "PC003 paging of kind `cursor` needs `at_in`"),
        ("requests/keys/under", "lists", "PC004 unknown request `lists`"),
        ("requests/keys/look_up", {"role": {"in": "roles", "key": "id"}}, "PC004 unknown table `roles`"),
        ("requests/keys/entries", "a b", "PC003 `a b` is no JMESPath expression"),
        ("requests/keys/names", {"of": "name"}, "PC003 `after` is missing"),
        ("requests/keys/count", {"q": "{from}"}, "PC004 unknown placeholder `from`"),
        ("requests/keys/facts", None, "PC003 nothing comes of request `keys`"),
        ("requests/keys/on", {"200": "empty"}, "PC003 `200` is no status of an error"),
        *(
            ("requests/keys/on", {status: "empty"}, f"PC003 `{status}` cannot mean that there is nothing")
            for status in ("400", "401", "402", "403", "429", "500", "503")
        ),
        ("requests/keys/absent", "null", "PC003 `absent` cannot be `null`"),
        ("requests", {}, "PC003 a definition without requests asks nothing"),
        ("options/region", {"help": "where"}, "PC003 option `region` could be anything"),
        ("options/region/default", "us", "PC004 unknown value `us`"),
        ("options/region/pattern", "[", "PC003 `[` is no regular expression"),
        ("sources/more", "https://docs.parcelpost.example", "PC004 nothing here refers to `more` of `sources`"),
    ],
)
def test_a_definition_that_is_wrong(tmp_path: Path, where: str, value: Any, problem: str) -> None:
    found = _problems(tmp_path, where, value)
    assert [each for each in found if each.startswith(problem)], found


def test_a_file_that_is_no_definition(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("- a\n", "utf-8")
    definition, problems = load_definition(file, "x.yaml", TODAY)
    assert definition is None
    assert [each.rule for each in problems] == ["PC001"]
    assert load_definition(tmp_path / "absent.yaml", "absent.yaml", TODAY)[0] is None
