from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.library.profiles import ScopeData
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED
from policycheck.scopes.compare import ScopeVerdict, beyond

PLAIN = ScopeData()
ADMIN = ScopeData(null_means="unrestricted", unrestricted=("admin",))
SCOPES = st.lists(st.sampled_from(["a", "b", "c", "d", "admin"]), max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("declared", "actual", "data", "expected"),
    [
        (("a", "b"), ("b", "a"), PLAIN, ScopeVerdict(INSIDE)),
        (("a", "b"), ("a",), PLAIN, ScopeVerdict(INSIDE, missing=("b",))),
        (("a",), ("c", "a", "b"), PLAIN, ScopeVerdict(OUTSIDE, extra=("b", "c"))),
        (("a",), ("A",), PLAIN, ScopeVerdict(OUTSIDE, extra=("A",), missing=("a",))),
        (("a",), (), PLAIN, ScopeVerdict(INSIDE, missing=("a",))),
        (
            ("a",),
            None,
            PLAIN,
            ScopeVerdict(UNDECIDED, reason="the source gives no scopes for this credential"),
        ),
        (
            ("a",),
            None,
            ADMIN,
            ScopeVerdict(OUTSIDE, unrestricted=True, reason="no scope list means unrestricted in this system"),
        ),
        (("admin",), None, ADMIN, ScopeVerdict(INSIDE)),
        (("admin",), ("a", "admin"), ADMIN, ScopeVerdict(INSIDE)),
        (("a",), ("admin",), ADMIN, ScopeVerdict(OUTSIDE, extra=("admin",), unrestricted=True)),
    ],
)
def test_beyond(declared: tuple[str, ...], actual: tuple[str, ...] | None, data: ScopeData, expected: object) -> None:
    assert beyond(declared, actual, data) == expected


@given(SCOPES, SCOPES)
def test_taking_a_scope_away_never_adds_an_excess(declared: tuple[str, ...], actual: tuple[str, ...]) -> None:
    if beyond(declared, actual, ADMIN).status == INSIDE:
        assert beyond(declared, actual[1:], ADMIN).status == INSIDE


@given(SCOPES, SCOPES)
def test_declaring_what_is_extra_settles_the_finding(declared: tuple[str, ...], actual: tuple[str, ...]) -> None:
    verdict = beyond(declared, actual, ADMIN)
    assert beyond(declared + verdict.extra, actual, ADMIN).status == INSIDE
