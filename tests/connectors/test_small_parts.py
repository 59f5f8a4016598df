"""Dates, secrets, columns and what answers say of their own completeness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck_connectors.files.book import listed
from policycheck_connectors.files.columns import Columns
from policycheck_connectors.files.completeness import Page, shortfalls
from policycheck_connectors.files.dates import moment
from policycheck_connectors.files.secrets import masked
from policycheck_connectors.files.values import text_of, word_of


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20", "2026-11-20"),
        (" 2026-11-20 ", "2026-11-20"),
        ("2026-11-20T08:15:00Z", "2026-11-20T08:15:00Z"),
        ("2026-11-20T08:15:00.123456+00:00", "2026-11-20T08:15:00Z"),
        ("2026-11-20T08:15:00+05:30", "2026-11-20T02:45:00Z"),
        ("2026-11-20 08:15:00 UTC", "2026-11-20T08:15:00Z"),
        ("2026-11-20 08:15", "2026-11-20T08:15:00Z"),
        (1763626500, "2025-11-20T08:15:00Z"),
        (1763626500.5, "2025-11-20T08:15:00Z"),
        ("1763626500000", "2025-11-20T08:15:00Z"),
        ("0001-01-01T00:00:00Z", None),
        (None, None),
        ("Never", None),
        ("N/A", None),
        ("-", None),
    ],
)
def test_moments(value: object, expected: str | None) -> None:
    assert moment(value) == expected


@pytest.mark.parametrize(
    "value", ["20 Nov 2026", "20261120", "2026-W01-1", "1", "99999999999999", [], {}, True, "2026-02-30"]
)
def test_what_is_no_moment(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        moment(value)


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("Nov 3, 2025", "%b %d, %Y", "2025-11-03"),
        ("03.11.2025 08:15", "%d.%m.%Y %H:%M", "2025-11-03T08:15:00Z"),
        ("03.11.2025 08:15 +0200", "%d.%m.%Y %H:%M %z", "2025-11-03T06:15:00Z"),
        ("never", "%Y", None),
    ],
)
def test_moments_in_a_stated_form(value: str, form: str, expected: str | None) -> None:
    assert moment(value, form) == expected


@pytest.mark.unmeasured
@given(st.datetimes(min_value=datetime(2, 1, 2), max_value=datetime(9998, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_iso_moment_is_read_as_the_same_instant(naive: datetime, minutes: int) -> None:
    aware = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    read = moment(aware.isoformat())
    assert read is not None
    assert datetime.fromisoformat(read) == aware.astimezone(UTC).replace(microsecond=0)


SECRETS = [
    "SG.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdefABCDEF0123456789",
    "sk_live_0123456789abcdefABCD",
    "rk_test_0123456789abcdefABCD",
    "xoxb-1234567890-abcdefghij",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_0123456789abcdefghij_ABCDEFGHIJ",
    "glpat-0123456789abcdefghij",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "AIza" + "SyA0123456789abcdefghijklmnopqrstuv",
    "xkeysib-0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef-us12",
    "key-0123456789abcdef0123456789abcdef",
    "pat-eu1-01234567-89ab-cdef-0123-456789abcdef",
    "-----BEGIN RSA PRIVATE KEY-----",
    "postgres://user:password@db.lumen.example/x",
    "0123456789abcdef0123456789abcdef01234567",
    "wJ4lrXUt8FqM2K7MdENGbPx9fiCYz3AmPL0eKQ7y",
    "my key: sk_live_0123456789abcdefABCD",
]
IDS = [
    "AKIAIOSFODNN7EXAMPLE",
    "SK0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef",
    "01234567-89ab-cdef-0123-456789abcdef",
    "sendgrid-production-transactional-mail-2026-key",
    "wJ8kpmnCQW2r5H1Z7vXyTg",
    "ProductionMarketingEmailSenderForEurope2026",
    "arn:aws:iam::111122223333:role/vendor-mail",
    "https://api.sendgrid.com/v3/api_keys",
    "",
    "x",
]


@pytest.mark.parametrize("value", SECRETS)
def test_secrets_become_a_stable_fingerprint(value: str) -> None:
    assert masked(value) == masked(value)
    assert masked(value).startswith("sha256:")
    assert len(masked(value)) == 15


@pytest.mark.parametrize("value", IDS)
def test_ids_and_names_stay(value: str) -> None:
    assert masked(value) == value


def test_columns_are_found_by_their_usual_names() -> None:
    columns = Columns({"name": "Holder"}, {"id": ("key_id", "id"), "name": ("name",), "holder": ("holder",)})
    assert columns.of({"KEY ID": "~", "ID": 2, "Holder": "x", "name": "y"}) == {"id": None, "name": "x"}
    assert columns.of({"id": 3}) == {"id": 3}
    assert columns.unmet == set()


def test_one_column_is_not_two_attributes() -> None:
    columns = Columns({}, {"path": ("title", "name"), "label": ("title", "name")})
    assert columns.of({"title": "t"}) == {"path": "t"}
    assert columns.of({"title": "t", "name": "n"}) == {"path": "t", "label": "n"}


def test_a_dotted_path_that_leads_nowhere_is_unmet() -> None:
    columns = Columns({"id": "a.b.c"}, {"id": ("id",)})
    assert columns.of({"a": {"b": 1}, "id": 7}) == {}
    assert columns.unmet == {"id"}
    assert columns.of({"a": {"b": {"c": 1}}}) == {"id": 1}


def page(words: dict[str, object], list: str = "data", rows: int = 1) -> Page:
    made = Page("f", list, rows)
    for key, value in words.items():
        made.tell(key, value)
    return made


@pytest.mark.parametrize(
    "words",
    [
        {"total": 1}, {"total": "1"}, {"count": 0}, {"total": None}, {"total": True}, {"total": {"value": 9}},
        {"has_more": False},
        {"next": None}, {"next_page": ""}, {"pages": {"page": 2, "total_pages": 2, "next": None}}, {"meta": {"x": 9}},
        {"after": "2026-01-01"}, {"links": {"self": "x", "next": None}}, {"success": True}, {"next": {}},
        {"meta": {"a": {"b": {"c": {"total": 9}}}}},
    ],
)  # fmt: skip
def test_words_that_tell_of_a_whole_list(words: dict[str, object]) -> None:
    assert list(shortfalls([page(words)])) == []


@pytest.mark.parametrize(
    "words",
    [
        {"total": 2}, {"Total": "2"}, {"meta": {"page": {"total_filtered_count": 146}}}, {"hasMore": True},
        {"has_more": "true"}, {"next": "/2"}, {"@odata.nextLink": "x"}, {"pages": {"next": {"starting_after": "x"}}},
        {"paging": {"after": "x"}},
        {"pages": {"page": 1, "total_pages": 2}}, {"ok": False}, {"success": "false"}, {"IsTruncated": True},
    ],
)  # fmt: skip
def test_words_that_tell_of_more(words: dict[str, object]) -> None:
    assert [name for name, _ in shortfalls([page(words)])] == ["f"]


def test_pages_are_whole_together_only_with_their_like() -> None:
    first, second = page({"total": 3, "next": "x"}, rows=2), page({"total": 3})
    assert list(shortfalls([first, second])) == []
    assert len(list(shortfalls([first, page({"total": 3}, "other")]))) == 2
    assert len(list(shortfalls([page({"next": "x"}), page({"next": "y"})]))) == 2
    assert list(shortfalls([page({"total": 9}, rows=2), page({"total": 9}, rows=9)])) == [("f", "has 2 rows of 9")]


def test_at_most_three_files_are_named() -> None:
    assert listed(["b"]) == "b"
    assert listed("dcba") == "a, b, c and 1 more"


@pytest.mark.parametrize(
    ("value", "text", "word"),
    [("x", "x", "x"), ("", None, None), (7, None, "7"), (True, None, None), (1.5, None, None), ("\ud800", "?", "?"),
     ("é", "é", "é"), ("x" * 4097, None, None), (-1, None, "-1"), (1 << 200, None, None)],
)  # fmt: skip
def test_texts_and_words(value: object, text: str | None, word: str | None) -> None:
    assert (text_of(value), word_of(value)) == (text, word)
