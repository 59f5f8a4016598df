from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.library.profiles import ScopeData, profile, profile_ids
from policycheck.model.verdict import INSIDE, OUTSIDE
from policycheck.scopes.compare import ScopeVerdict, beyond
from policycheck.scopes.inclusion import includes

LANGUAGE = ScopeData(
    unrestricted=("full",),
    known=("full", "repo", "repo:status", "public", "mail:read", "mail:write", "mail:admin", "log.read", "read"),
    includes={"repo": ("repo:*", "public"), "public": ("log.read",), "read": ("*:read",)},
    levels=("read", "write", "admin"),
)
SCOPES = st.sampled_from(LANGUAGE.known)
LISTS = st.lists(SCOPES, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("repo", "repo", True),
        ("repo", "repo:status", True),
        ("repo:status", "repo", False),
        ("repo", "public", True),
        ("repo", "log.read", True),
        ("mail:write", "mail:read", True),
        ("mail:admin", "mail:read", True),
        ("mail:read", "mail:write", False),
        ("mail:write", "calendar:read", False),
        ("mailwrite", "mailread", False),
        ("read", "mail:read", True),
        ("read", "log.read", False),
        ("read", "Mail:Read", False),
        ("full", "anything", True),
        ("unknown", "other", False),
    ],
)
def test_inclusion(wide: str, narrow: str, expected: bool) -> None:
    assert includes(LANGUAGE, wide, narrow) is expected


@given(SCOPES, SCOPES, SCOPES)
def test_inclusion_is_an_order(a: str, b: str, c: str) -> None:
    assert includes(LANGUAGE, a, a)
    if includes(LANGUAGE, a, b) and includes(LANGUAGE, b, c):
        assert includes(LANGUAGE, a, c)


def test_scopes_that_include_one_another_end() -> None:
    circle = ScopeData(includes={"a": ("b",), "b": ("a", "c")})
    assert includes(circle, "a", "c")
    assert not includes(circle, "a", "d")


def test_what_a_declared_scope_includes_is_inside_and_what_a_wider_one_gives_is_not_missing() -> None:
    assert beyond(("mail:write",), ("mail:read",), LANGUAGE) == ScopeVerdict(INSIDE, missing=("mail:write",))
    assert beyond(("mail:read",), ("mail:write",), LANGUAGE) == ScopeVerdict(OUTSIDE, extra=("mail:write",))


@given(LISTS, LISTS, SCOPES)
def test_to_declare_more_never_adds_an_excess(declared: tuple[str, ...], actual: tuple[str, ...], more: str) -> None:
    wider = beyond((*declared, more), actual, LANGUAGE)
    assert set(wider.extra) <= set(beyond(declared, actual, LANGUAGE).extra)


def test_no_list_may_mean_nothing() -> None:
    assert beyond(("a", "b"), None, ScopeData(null_means="nothing")) == ScopeVerdict(INSIDE, missing=("a", "b"))


@pytest.mark.parametrize(
    ("vendor", "wide", "narrow", "expected"),
    [
        ("zendesk", "read", "tickets:read", True),
        ("zendesk", "tickets:write", "tickets:read", False),
        ("salesforce", "full", "api", True),
        ("salesforce", "api", "chatter_api", True),
        ("salesforce", "chatter_api", "api", False),
        ("microsoft-365", "Directory.ReadWrite.All", "User.ReadBasic.All", True),
        ("microsoft-365", "Mail.Read", "Mail.ReadWrite", False),
        ("slack", "users:read", "users:read.email", False),
    ],
)
def test_what_profiles_say(vendor: str, wide: str, narrow: str, expected: bool) -> None:
    found = profile(vendor)
    assert found is not None
    assert includes(found.scopes, wide, narrow) is expected


@pytest.mark.parametrize("vendor", profile_ids())
def test_nothing_narrow_includes_what_is_unrestricted(vendor: str) -> None:
    found = profile(vendor)
    assert found is not None
    data = found.scopes
    narrow = [scope for scope in data.known if scope not in data.unrestricted]
    assert [(s, wide) for s in narrow for wide in data.unrestricted if includes(data, s, wide)] == []
