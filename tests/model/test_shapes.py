"""Shapes: every word has a value that it names, and no value comes back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.model.shapes import SHAPES, shape_of, told_by

CASES: tuple[tuple[object, str], ...] = (
    (None, "empty"), ("", "empty"), ("  ", "empty"), (True, "boolean"), ("false", "boolean"),
    (3, "integer"), ("42", "integer"), ("-7", "integer"), ("1700000000", "integer"), ("1700000000000", "integer"),
    (1.25, "number"), ("1.5", "number"), ("1,5", "number"), (1e300, "number"), (float("nan"), "number"),
    (13.40495, "coordinate"), ("52.5200", "coordinate"), ("-179.99999", "coordinate"), ("199.12345", "number"),
    ("52.52001,13.40495", "coordinates"), ("52.520, -13.404", "coordinates"),
    ("2026-01-02", "date"), ("21/11/1980", "date"), ("1.2.1990", "date"), ("2026-13-02", "text"),
    ("2026-01-02T03:04:05Z", "datetime"), ("2026-01-02 03:04", "datetime"),
    ("2026-01-02T03:04:05.123+01:00", "datetime"),
    ("ann@lumen.example", "email"), ("Ann <ann@lumen.example>", "email"), ("ännchen+x@lumen.example", "email"),
    ("ann@lumen", "text"), ("@ann", "handle"),
    ("ann@lumen.example;bo@lumen.example", "email"), ("ann@lumen.example, Bo <bo@lumen.example>,", "email"),
    ("ann@lumen.example, Bo", "text"), ("mailto:ann@lumen.example", "email"), (",", "text"),
    ("mailto:ann@lumen.example?subject=hi", "email"), ("https://x.example/u?email=ann%40lumen.example&a=1", "email"),
    ("https://x.example/u?a=1&phone=%2B15555550100", "phone"), ("https://x.example/u?a=1", "url"),
    ("https://[x.example/u?a=1", "url"),
    ('{"a": [1, {"to": "ann@lumen.example"}]}', "email"), ('[{"a": true, "b": "192.0.2.7"}]', "ipv4"),
    ('{"a": 1}', "text"), ("{a}", "text"), ("[" * 5000, "text"), ('{"a": "' + "x" * 9000 + '"}', "text"),
    ("+49 30 901820", "phone"), ("+15555550100", "phone"), ("(555) 555-0100", "phone"), ("555-555-0100", "phone"),
    ("030 901820", "phone"),
    ("https://lumen.example/a?b=c", "url"), ("www.lumen.example", "url"), ("app://x", "url"),
    ("192.0.2.7", "ipv4"), ("192.0.2.7:443", "ipv4"), ("192.0.2.7, 198.51.100.2", "ipv4"), ("192.0.2.300", "text"),
    ("192.0.2.0", "ipv4_truncated"), ("192.0.2.x", "ipv4_truncated"), ("192.0.2.0/24", "ipv4_truncated"),
    ("192.0.0.0", "ipv4_truncated"), ("2.28.1", "text"),
    ("2001:db8::1", "ipv6"), ("::1", "ipv6"), ("2001:db8:1::", "ipv6_truncated"), ("2001:db8::/48", "ipv6_truncated"),
    ("12:30", "text"), ("::", "ipv6"),
    ("00:1b:44:11:3a:b7", "mac"), ("00-1B-44-11-3A-B7", "mac"),
    ("123e4567-e89b-12d3-a456-426614174000", "uuid"),
    ("a" * 32, "md5"), ("A" * 40, "sha1"), ("0" * 63 + "f", "sha256"),
    ("x" * 43 + "=", "sha256"), ("b" * 128, "sha512"),
    ("$2b$12$" + "a" * 53, "bcrypt"), ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "argon2"),
    ("$6$salt$hash", "password_hash"), ("{SSHA}c2FsdA==", "password_hash"),
    ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln", "jwt"),
    ("sk_live_" + "0" * 10, "secret"), ("Bearer " + "x" * 20, "secret"),
    ("tok_1abcdef", "token"), ("pm_1abcdefgh", "token"), ("token_id", "text"), ("vault:v1:abcd", "encrypted"),
    ("****4242", "masked"), ("XXX-XX-6789", "masked"), ("a***@lumen.example", "masked"), ("xxx", "text"),
    ("4242424242424242", "card"), ("4242 4242 4242 4242", "card"), ("3782 822463 10005", "card"),
    ("4242424242424243", "integer"), ("4242 4242 4242 4243", "text"),
    ("DE89 3704 0044 0532 0130 00", "iban"), ("DE89370400440532013000", "iban"), ("DE88370400440532013000", "text"),
    ("123-45-6789", "national_id"), ("123.456.789-09", "national_id"),
    ("US", "country"), ("ZZ", "text"), ("en", "language"), ("en-US", "language"), ("zh_Hant_TW", "language"),
    ("ok", "text"), ("Europe/Berlin", "time_zone"), ("UTC+2", "time_zone"),
    ("Mozilla/5.0 (X11; Linux x86_64)", "user_agent"), ("Lumen/1.2 (iPhone)", "user_agent"),
    ("hello world", "text"), ("a" * 5000, "text"), ([1], ""), ({}, ""), (b"x", ""),
)  # fmt: skip


@pytest.mark.parametrize(("value", "shape"), CASES, ids=[str(value)[:30] for value, _ in CASES])
def test_the_shape_of_a_value(value: object, shape: str) -> None:
    assert shape_of(value) == shape


def test_every_word_has_an_example() -> None:
    assert {shape for _, shape in CASES} == {*SHAPES, ""}


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.from_regex(r"[\w:.@*x -]+")
    )
)
@pytest.mark.unmeasured
def test_every_value_has_a_known_shape(value: object) -> None:
    assert shape_of(value) in {*SHAPES, ""}


@pytest.mark.parametrize("piece", ["x", "1", "a.", "1.", "*x", "-1", ":", "a@", "AB12", "x/1 ", "xxx1", "0-"])
def test_no_value_takes_long(piece: str) -> None:
    """A hundred of the longest that are looked at; a pattern that backtracks would take minutes."""
    start = time.process_time()
    for length in range(413, 513):
        shape_of((piece * length)[:length])
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"text": 900, "email": 1}, "email"),
        ({"text": 5, "integer": 9, "empty": 40}, "integer"),
        ({"phone": 2, "email": 2, "text": 7}, "email"),
        ({"empty": 3}, "empty"),
        ({"": 2}, ""),
        ({}, ""),
    ],
)
def test_what_tells_of_a_person_is_kept_however_rare(counts: dict[str, int], expected: str) -> None:
    assert told_by(counts) == expected
