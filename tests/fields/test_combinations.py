from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.fields.combinations import Holding, Toxic, breaks, toxic
from policycheck.library.combinations import load_combinations
from policycheck.library.taxonomy import load_taxonomy

EMAIL, IP, NAME = "user.contact.email", "user.device.ip_address", "user.name"
BEHAVIOR, USERNAME, ID = "user.behavior", "user.account.username", "user.unique_id"


def held(category: str, form: str = "raw", depth: str = "latest", place: str = "own", **more: object) -> Holding:
    return Holding(category, form, depth, place, **more)  # type: ignore[arg-type]


def found(*holdings: Holding) -> list[str]:
    return [each.combination.id for each in judged(holdings)]


def judged(holdings: Sequence[Holding]) -> tuple[Toxic, ...]:
    return toxic(load_combinations(), load_taxonomy(), holdings)


@pytest.mark.parametrize(
    ("holdings", "ids"),
    [
        ([held(EMAIL), held(IP)], ["email-ip"]),
        ([held(EMAIL), held("user.name.first")], ["email-name"]),
        ([held(EMAIL, "hashed"), held(IP)], ["email-ip"]),
        ([held(EMAIL), held(IP, "hashed")], ["email-ip"]),
        ([held(EMAIL), held(IP, "truncated")], ["email-ip"]),
        ([held(EMAIL), held(IP, "tokenised")], []),
        ([held(EMAIL, "tokenised"), held(IP)], []),
        ([held(EMAIL, "aggregated"), held(IP)], []),
        ([held(IP), held("user.contact.address.city")], ["ip-location"]),
        ([held(ID), held("user.location.precise")], []),
        ([held(ID), held("user.location.precise", depth="history")], ["location-history"]),
        ([held(ID, "hashed"), held("user.behavior.search_history")], ["browsing-id"]),
        ([held(ID, "tokenised"), held("user.behavior.search_history")], []),
        ([held(USERNAME), held("user.behavior.purchase_history")], ["username-activity"]),
        ([held("user.authorization.password", "hashed"), held(EMAIL)], ["credential-identity"]),
        (
            [
                held("user.contact.address.postal_code"),
                held("user.demographic.date_of_birth"),
                held("user.demographic.gender"),
            ],
            ["postcode-birth-gender"],
        ),
        ([held("user.contact"), held(IP)], []),
    ],
    ids=lambda value: "" if value and isinstance(value[0], Holding) else None,
)
def test_what_makes_a_combination(holdings: list[Holding], ids: list[str]) -> None:
    assert found(*holdings) == ids


@pytest.mark.parametrize(
    ("holdings", "ids"),
    [
        ([held(EMAIL), held(IP, place="logs")], ["email-ip"]),
        ([held(EMAIL), held(ID), held(IP, place="logs"), held(ID, place="logs")], ["email-ip"]),
        ([held(EMAIL), held(ID), held(IP, place="logs"), held(USERNAME, place="logs")], []),
        ([held(EMAIL), held(ID), held(IP, place="logs"), held(ID, "hashed", place="logs")], ["email-ip"]),
        ([held(EMAIL), held(ID), held(IP, place="logs"), held(ID, "tokenised", place="logs")], []),
        ([held(EMAIL, kind="customer"), held(IP, kind="employee")], []),
        ([held(EMAIL, kind="customer"), held(IP)], ["email-ip"]),
    ],
)
def test_what_can_be_joined(holdings: list[Holding], ids: list[str]) -> None:
    assert found(*holdings) == ids


def cost(allowed: Sequence[str] = (), easy: Sequence[str] = ()) -> object:
    return lambda category: (int(category in allowed), int(category not in easy))


def test_the_one_field_that_ends_most() -> None:
    holdings = [held(EMAIL, justified=True), held(IP), held("user.location.imprecise")]
    (one,) = breaks(judged(holdings), cost())  # type: ignore[arg-type]
    assert one.categories == (IP,)
    assert [each.combination.id for each in one.ends] == ["email-ip", "ip-location"]


def test_what_is_not_allowed_goes_before_what_is() -> None:
    holdings = [held(USERNAME), held(BEHAVIOR)]
    (one,) = breaks(judged(holdings), cost(allowed=[USERNAME], easy=[USERNAME]))  # type: ignore[arg-type]
    assert one.categories == (BEHAVIOR,)
    (one,) = breaks(judged(holdings), cost(easy=[USERNAME]))  # type: ignore[arg-type]
    assert one.categories == (USERNAME,)


def test_what_was_decided_on_is_left_alone() -> None:
    holdings = [held(EMAIL, justified=True), held(IP, justified=True)]
    assert found(*holdings) == ["email-ip"]
    assert breaks(judged(holdings), cost()) == ()  # type: ignore[arg-type]


def test_a_member_of_two_parts_needs_both_to_go() -> None:
    holdings = [held(EMAIL, justified=True), held("user.name.first"), held("user.name.last")]
    (one,) = breaks(judged(holdings), cost())  # type: ignore[arg-type]
    assert one.categories == ("user.name.first", "user.name.last")


HOLDINGS = st.builds(
    Holding,
    st.sampled_from([EMAIL, IP, NAME, BEHAVIOR, USERNAME, ID, "user.location.imprecise"]),
    st.sampled_from(["raw", "hashed", "tokenised"]),
    st.sampled_from(["latest", "history"]),
    st.sampled_from(["own", "a", "b"]),
    st.sampled_from(["", "customer", "employee"]),
    st.booleans(),
)


@given(st.lists(HOLDINGS, max_size=8))
def test_taking_away_what_is_named_ends_every_open_combination(holdings: list[Holding]) -> None:
    taken = {c for each in breaks(judged(holdings), cost()) for c in each.categories}  # type: ignore[arg-type]
    before = {each.combination.id for each in judged(holdings) if each.breakers()}
    left = judged([each for each in holdings if each.category not in taken])
    assert {each.combination.id for each in left if each.breakers()} & before == set()


@given(st.lists(HOLDINGS, max_size=8), HOLDINGS)
def test_holding_more_never_ends_a_combination_at_one_place(holdings: list[Holding], more: Holding) -> None:
    alone = [Holding(h.category, h.form, h.depth, "own") for h in holdings]
    assert set(found(*alone)) <= set(found(*alone, Holding(more.category, more.form, more.depth, "own")))
