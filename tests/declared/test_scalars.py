"""Scalars as YAML 1.1 reads them."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policycheck.declared.reading import read
from policycheck.declared.scalars import plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("no", False),
        ("Off", False),
        ("yes", True),
        ("TRUE", True),
        ("35", 35),
        ("-3", -3),
        ("0", 0),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("012345670123", 1402433619),
        ("012345678901", "012345678901"),
        ("1:30", 90),
        ("2026.10", 2026.1),
        ("1e3", "1e3"),
        (".inf", math.inf),
        ("2027-03-31", "2027-03-31"),
        ("2027-03-31T10:00:00Z", "2027-03-31T10:00:00Z"),
        ("user.contact.email", "user.contact.email"),
        ("0x_", "0x_"),
        ("9" * 5000, "9" * 5000),
        ("=", "="),
    ],
)
def test_plain(text: str, value: object) -> None:
    assert plain(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: !!str 12", "12"),
        ("a: !!int '12'", 12),
        ("a: !!int x", "x"),
        ("a: !!bool yes", True),
        ("a: !!bool maybe", "maybe"),
        ("a: !!float '1.5'", 1.5),
        ("a: !!null ''", None),
        ("a: !!timestamp 2027-01-01", "2027-01-01"),
        ("a: ! 12", "12"),
    ],
)
def test_tagged(text: str, value: object) -> None:
    assert read(text).value == {"a": value}


@given(st.text("0123456789_.:xboeE+-~nullytrfas", max_size=12))
def test_plain_agrees_with_yaml_where_it_is_no_date(text: str) -> None:
    try:
        expected = yaml.safe_load(text) if ":" not in text and "-" not in text else plain(text)
    except (yaml.YAMLError, ValueError):
        return
    if isinstance(expected, str | int | float | bool | None) and not text.startswith(("#", " ")):
        value = plain(text)
        assert value == expected or (value != value and expected != expected)
