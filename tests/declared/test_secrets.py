"""Literal secrets are told, and never shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.declared.secrets import find, mask

# put together here, so that no scanner takes this file for a leak
SECRETS = [
    ("an AWS access key", "AK" + "IAIOSFODNN7EXAMPLE"),
    ("an AWS access key", "AS" + "IAIOSFODNN7EXAMPLE"),
    ("a SendGrid key", "SG" + ".abcdefghijkl.mnopqrstuvwxyz"),
    ("a Slack token", "xo" + "xb-1234567890-abcdef"),
    ("a Slack webhook", "hooks.slack.com" + "/services/T000/B000/XXXXXXXX"),
    ("a GitHub token", "gh" + "p_abcdefghijklmnopqrstuvwxyz0123456789"),
    ("a GitHub token", "github" + "_pat_11ABCDEFG0abcdefghij_klmn"),
    ("a GitLab token", "gl" + "pat-abcdefghijklmnopqrst"),
    ("a Stripe key", "sk_" + "live_abcdefghijklmnop"),
    ("a Stripe key", "rk_" + "test_abcdefghijklmnop"),
    ("a Stripe webhook secret", "wh" + "sec_abcdefghijklmnopqrst"),
    ("a Brevo key", "xkey" + "sib-abcdefghijklmnopqrst"),
    ("a Google API key", "AI" + "zaSyA0123456789abcdefghijklmnopqrstuv"),
    ("an npm token", "np" + "m_abcdefghijklmnopqrstuvwxyz0123456789"),
    ("a PyPI token", "py" + "pi-AgEIcHlwaS5vcmcCJGFiY2RlZmdoaWprbG1ub3A"),
    ("a Shopify token", "sh" + "pat_0123456789abcdef0123456789abcdef"),
    ("an API key", "sk" + "-proj-abcdefghijklmnopqrst"),
    ("a Mailchimp key", "0123456789abcdef" * 2 + "-us21"),
    ("a signed token", "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc"),
    ("a password in an address", ":" + "//admin:hunter2@"),
    ("a private key", "-----BEGIN " + "RSA PRIVATE KEY-----\n  MIIabc\n  -----END RSA PRIVATE KEY-----"),
]

HARMLESS = [
    "s3:GetObject",
    "SG.",
    "arn:aws:iam::111122223333:role/AKIA",
    "https://contracts.lumen.example/sendgrid",
    "https://api.vendor.example:8443/x",
    "task-us",
    "risk-assessment-of-the-vendor",
    "ghp_short",
    "a private key",
]


@pytest.mark.parametrize(("what", "secret"), SECRETS)
def test_known_shapes_are_found_and_masked(what: str, secret: str) -> None:
    text = f"why: see {secret} here"
    assert [found[2] for found in find(text)] == [what]
    assert mask(text) == "".join(
        char if index < 9 or index >= 9 + len(secret) or char.isspace() else "*" for index, char in enumerate(text)
    )


def test_a_secret_within_another_is_told_once() -> None:
    key = SECRETS[2][1]
    assert [what for _, _, what in find(f"://admin:{key}@host")] == ["a password in an address"]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_resembles_one_is_left(text: str) -> None:
    assert find(text) == []
    assert mask(text) == text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("token: hunter2", "token: *******"),
        ("  api_key: 'hun ter2' # old", "  api_key: **** ***** # old"),
        ("{sendgrid_token: hunter2, a: b}", "{sendgrid_token: *******, a: b}"),
        ('"password" : "hunter2"', '"password" : *********'),
        ("client-secret: hunter2", "client-secret: *******"),
        ("token: {env: NAME}", "token: {env: NAME}"),
        ("credentials:", "credentials:"),
        ("key_max_age_days: 90", "key_max_age_days: 90"),
        ("keys: [a]", "keys: [a]"),
        ("tokenised: yes", "tokenised: yes"),
    ],
)
def test_values_of_keys_that_name_a_secret_are_masked(line: str, shown: str) -> None:
    assert mask(line) == shown


@given(st.text(max_size=80), st.sampled_from([secret for _, secret in SECRETS]), st.text(max_size=80))
def test_masking_keeps_length_and_lines(before: str, secret: str, after: str) -> None:
    text = f"{before} {secret} {after}"
    shown = mask(text)
    assert len(shown) == len(text)
    assert shown.splitlines() == [line for line in shown.splitlines() if secret not in line]
    assert len(shown.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize(("what", "secret"), SECRETS)
def test_a_secret_anywhere_is_an_error_and_is_not_shown(
    what: str, secret: str, policy: Callable[[str], list[str]]
) -> None:
    rows = policy(f"name: |\n  {secret}\nstage: {secret.splitlines()[0]}\n")
    assert [row.split("  ")[0] for row in rows if f"this looks like {what}" in row and "PC009 3:" in row]
    assert not [row for row in rows if secret in row or secret.splitlines()[0] in row]
