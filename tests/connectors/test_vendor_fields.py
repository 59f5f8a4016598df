"""Field definitions of vendors, in the shapes that their APIs answer with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policycheck.model.facts import VendorField
from policycheck_connectors.interface import ConnectorError
from tests.connectors.lab import DATA, Pulled, pull

TYPE = "vendor-fields"


def fields(tmp_path: Path, content: object, name: str = "f.json", **options: object) -> Pulled:
    return pull(tmp_path, TYPE, {name: content}, **{"system": "v", **options})


def field(
    object: str, path: str, where: str, label: str = "", type: str = "", origin: str = "custom", **more: Any
) -> VendorField:
    return VendorField("v", "", object, path, "c", where, label, type, origin, **more)


SHAPES = {
    "sendgrid-fields.json": [
        field("contact", "last_login_ip", "#/custom_fields/0", "", "Text"),
        field("contact", "first_name", "#/reserved_fields/0", "", "Text", "sent"),
        field("contact", "email", "#/reserved_fields/1", "", "Text", "sent"),
    ],
    "mailchimp-merge-fields.json": [
        field("member", "FNAME", "#/merge_fields/0", "First Name", "text"),
        field("member", "SIGNUPIP", "#/merge_fields/1", "Sign-up IP", "text"),
    ],
    "amplitude-user-properties.json": [
        field("user", "gp:plan", "#/data/0", "", "enum"),
        field("user", "gp:ip_address", "#/data/1", "", "string"),
    ],
    "hubspot-properties.json": [
        field("", "member_tier", "#/results/0", "Member tier", "enumeration"),
        field("", "ip_city", "#/results/1", "IP City", "string", "sent"),
    ],
    "intercom-data-attributes.json": [
        field("contact", "name", "#/data/0", "Name", "string", "sent"),
        field("contact", "custom_attributes.device_ip", "#/data/1", "device_ip", "string"),
    ],
    "zendesk-user-fields.json": [field("user", "member_number", "#/user_fields/0", "Member number", "text")],
    "brevo-attributes.json": [
        field("", "LASTNAME", "#/attributes/0", "", "text"),
        field("", "LAST_IP", "#/attributes/1", "", "text"),
    ],
    "reviewed-fields.csv": [
        field("contact", "email", ":2", "E-mail", "text", "sent", form="raw", depth="latest",
              category="user.contact.email"),
        field("contact", "ip_hash", ":3", "IP, hashed", "text", "collected", form="hashed", depth="history",
              category="user.device.ip_address"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_known_shapes_need_no_mapping(tmp_path: Path, name: str) -> None:
    from dataclasses import replace

    pulled = fields(tmp_path, (DATA / name).read_bytes(), name)
    assert list(pulled.facts) == [replace(fact, where=name + fact.where) for fact in SHAPES[name]]
    assert pulled.statuses() == [("", "fields", "complete", len(SHAPES[name]))]


def test_a_flat_list(tmp_path: Path) -> None:
    content = [{"name": "plan", "data_type": "string"}, {"title": "Opaque", "id": 77}]
    assert list(fields(tmp_path, content, object="user", origin="sent").facts) == [
        field("user", "plan", "f.json#/0", "", "string", "sent"),
        field("user", "Opaque", "f.json#/1", "", "", "sent"),
    ]


def test_the_entry_decides_over_what_the_shape_suggests(tmp_path: Path) -> None:
    content = (DATA / "sendgrid-fields.json").read_text()
    pulled = fields(
        tmp_path,
        content,
        object="profile",
        origin="collected",
        records="custom_fields",
        columns={"path": "id", "label": "name"},
    )
    assert list(pulled.facts) == [
        field("profile", "e1_T", "f.json#/custom_fields/0", "last_login_ip", "Text", "collected")
    ]
    assert pulled.whole()


@pytest.mark.parametrize(
    ("column", "word", "reason"),
    [
        ("origin", "bought", "origins that are no known word: 1, the first at f.json#/0"),
        ("form", "scrambled", "forms that are no known word: 1, the first at f.json#/0"),
        ("depth", "deep", "depths that are no known word: 1, the first at f.json#/0"),
    ],
)
def test_unknown_words(tmp_path: Path, column: str, word: str, reason: str) -> None:
    pulled = fields(tmp_path, [{"name": "x", column: word}])
    assert list(pulled.facts) == [field("", "x", "f.json#/0")]
    assert pulled.statuses() == [("", "fields", "complete", 1), ("", f"fields.{column}", "partial", 0)]
    assert pulled.reasons() == [reason]


@pytest.mark.parametrize(
    ("value", "category", "whole"),
    [
        ("user.name", "user.name", True),
        ("none", "none", True),
        ("PII", None, False),
        ("user", None, False),
        ("", None, True),
    ],
)
def test_a_mapped_category_is_a_taxonomy_key(tmp_path: Path, value: str, category: str | None, whole: bool) -> None:
    pulled = fields(tmp_path, [{"name": "x", "kind": value}], columns={"category": "kind"})
    assert pulled.of(VendorField)[0].category == category
    assert pulled.whole() is whole


@pytest.mark.parametrize("bad", [{"name": ""}, {"name": None}, {"name": ["x"]}, "x"])
def test_an_entry_without_path(tmp_path: Path, bad: object) -> None:
    pulled = fields(tmp_path, [bad, {"name": "y"}])
    assert [fact.path for fact in pulled.of(VendorField)] == ["y"]
    assert pulled.reasons() == ["entries that cannot be read: 1, the first at f.json#/0"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([{"kind": "x"}], "entries without a column that is known for path: 1, the first at f.json#/0"),
        ("kind,size\n", "a header without a column that is known for path"),
    ],
)
def test_columns_of_which_none_is_a_path(tmp_path: Path, content: object, reason: str) -> None:
    pulled = fields(tmp_path, content, "f.csv" if isinstance(content, str) else "f.json")
    assert pulled.statuses() == [("", "fields", "unseen", 0)]
    assert pulled.reasons() == [reason]


def test_a_long_name_that_looks_random_is_a_name(tmp_path: Path) -> None:
    name = "UserProfileLastSeenIpAddressV2Enc9"
    assert fields(tmp_path, [{"name": name}]).of(VendorField)[0].path == name


def test_a_secret_as_a_name_leaves_a_fingerprint(tmp_path: Path) -> None:
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    attributes = ("path", "label", "type", "object", "tenant", "system")
    pulled = fields(tmp_path, [{name: secret + name for name in attributes}])
    assert secret not in repr(pulled)
    fact = pulled.of(VendorField)[0]
    assert all(getattr(fact, name).startswith("sha256:") for name in attributes)
    assert {row.resource for row in pulled.coverage} == {"fields", *(f"fields.{name}" for name in attributes)}


@pytest.mark.parametrize(
    "content",
    [
        {"merge_fields": [{"tag": "A"}], "total_items": 2},
        {"user_fields": [{"key": "a"}], "count": 1, "next_page": "https://lumen.zendesk.com/x?page=2"},
        {"results": [{"name": "a"}], "paging": {"next": {"after": "1", "link": "x"}}},
        {"success": False, "data": [{"user_property": "a"}]},
        {"type": "list", "data": [{"name": "a"}], "pages": {"type": "pages", "page": 1, "total_pages": 3}},
    ],
)
def test_answers_that_are_not_all_there_is(tmp_path: Path, content: object) -> None:
    assert fields(tmp_path, content).statuses() == [("", "fields", "partial", 1)]


def test_an_unknown_origin_in_the_entry(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="unknown word bought"):
        fields(tmp_path, [], origin="bought")
