"""PC006: what cannot both hold; and limits that try to loosen."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[[str], list[str]]
Told = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("fields", "never", "problem"),
    [
        ("user.behavior", "user.behavior", "`user.behavior` is allowed and on the never list"),
        (
            "user.contact.email",
            "user.contact",
            "`user.contact.email` is allowed and on the never list (as `user.contact`)",
        ),
        ("user.contact", "user.contact.email", None),
        ("user.contact.email", "user.contact.phone_number", None),
        (
            "user.financial.credit_card",
            "user.behavior",
            "`user.financial.credit_card` is allowed and on the never list of `defaults` (as `user.financial`)",
        ),
        (
            "user.device.ip_address",
            "user.behavior",
            "`user.device.ip_address` is allowed and on the never list of profile `eu-marketing`",
        ),
    ],
)
def test_allowed_and_never(fields: str, never: str, problem: str | None, policy: Problems) -> None:
    rows = policy(f"never: [{never}]\nextends: [eu-marketing]\nfields: [{{category: {fields}}}]\n")
    found = [row.split(" | ")[0] for row in rows]
    assert found == ([f"error PC006 4:21-{20 + len(fields)} {problem}"] if problem else [])


def test_the_help_names_the_other_side(policy: Problems) -> None:
    rows = policy("extends: [eu-marketing]\nfields: [{category: user.device.ip_address}]\nnever: [user.name]\n")
    assert [row.split(" | ")[1] for row in rows] == [
        "remove it here, or take `user.device.ip_address` off the list at policycheck.yaml:8"
    ]


def test_a_kind_that_needs_what_is_never_given(policy: Problems) -> None:
    assert policy("kind: transactional_email\nnever: [user.contact]\n") == [
        "error PC006 2:7-25 `user.contact.email`, which kind `transactional_email` needs, is allowed and on the never list"
        " (as `user.contact`) | list `fields` without it, or take `user.contact` off the list at policies/v.yaml:3"
    ]
    assert policy("kind: transactional_email\nfields: []\nnever: [user.contact]\n") == []


def test_an_unknown_kind_or_category_is_told_once(policy: Problems) -> None:
    rows = policy("kind: x\nnever: [user]\n") + policy("fields: [{category: user.contact.x}]\nnever: [user]\n")
    assert [row.split(" ")[1] for row in rows] == ["PC004", "PC004"]


def test_looser_limits_do_not_hold(policy: Problems) -> None:
    text = "extends: [eu-marketing]\nlimits: {key_max_age_days: 60, unused_after_days: 50}\nreview: {every_days: 365}\n"
    assert policy(text) == [
        "warning PC006 3:28-29 `key_max_age_days: 60` is looser than 30, which profile `eu-marketing` sets, so 30 holds | "
        "write 30 or less, or remove it; set at policycheck.yaml:8",
        "warning PC006 4:22-24 `every_days: 365` is looser than 180, which profile `eu-marketing` sets, so 180 holds | "
        "write 180 or less, or remove it; set at policycheck.yaml:8",
    ]


def test_a_profile_looser_than_the_defaults(config: Problems) -> None:
    text = "defaults: {limits: {key_max_age_days: 30}}\nprofiles: {a: {limits: {key_max_age_days: 31}}}\n"
    assert config(text) == [
        "warning PC006 3:43-44 `key_max_age_days: 31` is looser than 30, which `defaults` sets, so 30 holds | "
        "write 30 or less, or remove it; set at policycheck.yaml:2"
    ]


def test_windows(policy: Problems) -> None:
    text = "access:\n  - {system: a, from: %s, until: %s}\n"
    assert policy(text % ("2027-02-01", "2027-02-01")) == []
    assert policy(text % ("2027-02-01", "2027-01-31")) == [
        "error PC006 3:42-51 the access ends on 2027-01-31, before it begins on 2027-02-01 | "
        "exchange the dates, or correct one"
    ]
