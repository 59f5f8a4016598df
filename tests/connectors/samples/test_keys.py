"""Keys and parts of paths: names stay, data becomes a word in braces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck_connectors.files.samples.keys import name_of, segment_of

NAMES = (
    *("email", "firstName", "first_name", "First Name", "$ip", "gp:plan", "user.email", "x-real-ip", "@timestamp"),
    *("id", "ID", "de", "ip", "address_line_1", "sha256_email_address", "em2", "utm_source", "IPv4", "os_version"),
    *(
        "custom_fields",
        "Straße",
        "メール",
        "dateOfBirthInTheCalendarOfTheCountry",
        "__typename",
        "fb_login_id",
        "q4_2024",
    ),
)


@pytest.mark.parametrize("name", NAMES)
def test_names_stay(name: str) -> None:
    assert name_of(name) == name


DATA = {
    "ann@lumen.example": "{email}",
    "Ann <ann@lumen.example>": "{email}",
    "+49 30 1234567": "{phone}",
    "192.0.2.7": "{ip}",
    "192.0.2.0": "{ip}",
    "2001:db8::7": "{ip}",
    "00:00:5e:00:53:01": "{mac}",
    "550e8400-e29b-41d4-a716-446655440000": "{uuid}",
    "4711": "{id}",
    "-3.5": "{id}",
    "cus_NffrFeUfNV2Hib": "{id}",
    "user_1234567": "{id}",
    "k3j2h4x9": "{id}",
    "aZbYcXdWeVfUgThSiRjQ": "{id}",
    "5f4dcc3b5aa765d61d8327deb882cf99": "{hash}",
    "4111111111111111": "{card}",
    "DE89370400440532013000": "{iban}",
    "2026-11-19": "{date}",
    "2026-11-19T10:00:00Z": "{date}",
    "https://lumen.example/a": "{url}",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc": "{secret}",
    "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x": "{secret}",
    "$2b$12$" + "a" * 53: "{secret}",
    "x" * 81: "{key}",
    "": "{key}",
    "a\nb": "{key}",
    "a\x1b[0m": "{key}",
    "a/b": "{key}",
    "{email}": "{key}",
    "name=ann": "{key}",
    "\u202eliame": "{key}",
}  # fmt: skip


@pytest.mark.parametrize(("key", "word"), DATA.items())
def test_data_does_not(key: str, word: str) -> None:
    assert name_of(key) == word


@pytest.mark.parametrize(
    ("segment", "shown"),
    [
        *(
            (same, same)
            for same in ("v3", "v1.1", "v1beta2", "mail", "mail_send", "contacts.json", "2026-07-15", "batch2")
        ),
        ("4711", "{id}"),
        ("ann%40lumen.example", "{email}"),
        ("ann%2540lumen.example", "{id}"),
        ("a1b2c3", "{id}"),
        ("T0001", "{id}"),
        ("send;jsessionid=4711", "send"),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "{hash}"),
        ("key-5f4dcc3b5aa765d61d8327deb882cf99", "{secret}"),
        ("sendTransactionalMessage", "sendTransactionalMessage"),
        ("Ann Smith", "{id}"),
        ("x" * 90, "{key}"),
        ("", ""),
    ],
)
def test_parts_of_paths(segment: str, shown: str) -> None:
    assert segment_of(segment) == shown


@given(st.text())
def test_what_is_kept_is_the_name_itself_or_one_of_a_few_words(key: str) -> None:
    kept = name_of(key)
    assert kept == key or kept in set(DATA.values()) | {"{national_id}"} or not key.isascii()
    assert kept.isprintable()
    assert len(kept) <= 80
