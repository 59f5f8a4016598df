from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.library.taxonomy import SENSITIVITIES, load_taxonomy

#: fideslang 3.1.4 (https://github.com/ethyca/fideslang), its 85 data category keys.
FIDESLANG = Path(__file__).with_name("fideslang-3.1.4.txt").read_text(encoding="utf-8").split()

OURS = {
    "user.account.tier",
    "user.device.user_agent",
    "user.location.imprecise.time_zone",
    "user.device.device_id.push_token",
}


def test_keys_are_those_of_fideslang_and_four_of_ours() -> None:
    assert len(FIDESLANG) == 85
    assert set(load_taxonomy().categories) == set(FIDESLANG) | OURS


def test_keys_agree_with_the_fideslang_package_where_it_is_installed() -> None:
    taxonomy = pytest.importorskip("fideslang.default_taxonomy").DEFAULT_TAXONOMY
    assert {category.fides_key for category in taxonomy.data_category} == set(FIDESLANG)
    assert {use.fides_key for use in taxonomy.data_use} == load_taxonomy().uses
    assert {subject.fides_key for subject in taxonomy.data_subject} == load_taxonomy().subjects


def test_every_parent_is_a_category() -> None:
    keys = load_taxonomy().categories
    assert [key for key in keys if "." in key and key.rpartition(".")[0] not in keys] == []


def test_every_category_has_a_label_and_a_known_sensitivity() -> None:
    for category in load_taxonomy().categories.values():
        assert category.label
        assert category.sensitivity in SENSITIVITIES


def test_an_alias_means_one_category() -> None:
    aliases = [alias for category in load_taxonomy().categories.values() for alias in category.aliases]
    assert sorted(aliases) == sorted(set(aliases))


@pytest.mark.parametrize(
    ("declared", "observed", "covered"),
    [
        ("user.location", "user.location.imprecise", True),
        ("user.location", "user.location", True),
        ("user.location.imprecise", "user.location", False),
        ("user.loc", "user.location", False),
        ("user", "system", False),
        ("user.device.cookie", "user.device.cookie_id", True),
        ("user.device.cookie_id", "user.device.cookie", True),
        ("user.payment", "user.financial.credit_card", True),
        ("user.financial", "user.payment", True),
        ("user.financial.credit_card", "user.payment", False),
    ],
)
def test_covers(declared: str, observed: str, covered: bool) -> None:
    assert load_taxonomy().covers(declared, observed) is covered


@pytest.mark.parametrize(
    ("declared", "observed", "within"),
    [
        ((), "raw", True),
        (("raw",), "aggregated", True),
        (("raw",), "masked", True),
        (("hashed",), "raw", False),
        (("hashed",), "hashed", True),
        (("hashed",), "tokenised", True),
        (("hashed",), "aggregated", True),
        (("tokenised",), "aggregated", True),
        (("tokenised",), "hashed", False),
        (("hashed",), "truncated", False),
        (("truncated",), "masked", False),
        (("truncated", "hashed"), "tokenised", True),
        (("hashed",), "scrambled", False),
        (("scrambled",), "hashed", False),
    ],
)
def test_form_within(declared: tuple[str, ...], observed: str, within: bool) -> None:
    assert load_taxonomy().form_within(declared, observed) is within


def test_raw_is_wider_than_every_other_form() -> None:
    taxonomy = load_taxonomy()
    assert taxonomy.narrower["raw"] == set(taxonomy.forms) - {"raw"}


@pytest.mark.parametrize(
    ("declared", "observed", "within"),
    [("latest", "latest", True), ("history", "latest", True), ("latest", "history", False)],
)
def test_depth_within(declared: str, observed: str, within: bool) -> None:
    assert load_taxonomy().depth_within(declared, observed) is within


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("ip", "user.device.ip_address"),
        ("IP address", "user.device.ip_address"),
        ("user.device.ip_adress", "user.device.ip_address"),
        ("user.email", "user.contact.email"),
        ("emial", "user.contact.email"),
        ("street", "user.contact.address.street"),
        ("user.contact.email", "user.contact.email"),
        ("zzzz", None),
    ],
)
def test_nearest(word: str, nearest: str | None) -> None:
    assert load_taxonomy().nearest(word) == nearest


def test_origins_are_those_of_the_design() -> None:
    assert load_taxonomy().origins == ("sent", "custom", "collected", "derived", "readable")
