from __future__ import annotations

import pytest

from policycheck.fields.classify import normal
from policycheck.fields.keymap import KeyMap
from policycheck.library.profiles import Profile, build
from policycheck.model.facts import VendorField


def made(keys: dict[str, object], **more: object) -> Profile:
    """A profile with these keys."""
    return build(
        "v", {"name": "V", "date": "2026-11-22", "kinds": [], "sources": {"s": "page"}, "keys": {"s": keys}, **more}
    )


PROFILE = made(
    {"email": "user.contact.email", "open.email": "none", "location.ip": "user.device.ip_address"},
    wrappers=["data", "attributes"],
    builtin={"s": {"open.Geo.IP": "user.device.ip_address"}},
)


@pytest.mark.parametrize(
    ("object", "path", "label", "key"),
    [
        ("contact", "email", "", "email"),
        ("", "E-Mail", "", None),
        ("open", "email", "", "open.email"),
        ("open webhook", "Email", "", "open.email"),
        ("open webhook", "Geo.IP", "", "open.Geo.IP"),
        ("click webhook", "Geo.IP", "", None),
        ("contact", "data.attributes.location.ip", "", "location.ip"),
        ("", "data[].attributes.email", "", "email"),
        ("", "[].email", "", "email"),
        ("", "company.email", "", None),
        ("", "data", "", None),
        ("", "gp:email", "", "email"),
        ("", "cf_77", "E_mail", None),
        ("", "cf_77", "Email", "email"),
    ],
)
def test_a_field_is_found_by_the_names_of_its_vendor(object: str, path: str, label: str, key: str | None) -> None:
    assert KeyMap(PROFILE, normal).find(VendorField("v", "", object, path, "", "", label)) == key


@pytest.mark.parametrize(
    ("object", "key"),
    [
        ("inbound message webhook", "inbound_message.from"),
        ("webhook InboundMessage", "inbound_message.from"),
        ("outbound message", "message.from"),
        ("webhook", None),
    ],
)
def test_more_words_of_an_object_say_more(object: str, key: str | None) -> None:
    known = made({"message.from": "none", "inbound_message.from": "user.contact.phone_number"})
    assert KeyMap(known, normal).find(VendorField("v", "", object, "from", "", "", "")) == key


ALIKE = made(
    {
        "contact.address.city": "user.contact.address.city",
        "store.address.city": "none",
        "message.events[].ip": {"category": "user.device.ip_address", "depth": "history"},
        "open.events[].ip": "user.device.ip_address",
        "user.categories[].name": "none",
        "user.status": "user.account",
    }
)


@pytest.mark.parametrize(
    ("object", "path", "key"),
    [
        ("", "users[].Category.name", "user.categories[].name"),
        ("", "data.users.status", "user.status"),
        ("users", "status", "user.status"),
        ("", "status", "user.status"),
        ("", "[].ip", None),
        ("", "opens.0.events.1.ip", "open.events[].ip"),
        ("order", "status", None),
        ("", "order.status", None),
        ("", "contacts.address.city", "contact.address.city"),
        ("", "home.address.city", None),
        ("", "click.event.ip", None),
        ("", "opens.events.ip", "open.events[].ip"),
        ("", "[]", None),
    ],
)
def test_a_field_is_known_by_what_its_path_ends_with(object: str, path: str, key: str | None) -> None:
    """Two parts at least where it has them, in the plural or not; keys that hold different things tell nothing."""
    assert KeyMap(ALIKE, normal).alike(VendorField("v", "", object, path, "", "", "")) == key
