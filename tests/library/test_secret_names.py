"""Which vendor's key the name of a secret speaks of."""

from __future__ import annotations

import pytest

from policycheck.library.profiles import profile_ids, profile_name
from policycheck.library.secret_names import secret_vendor, words_of


@pytest.mark.parametrize(
    ("name", "vendor"),
    [
        ("prod/sendgrid/api-key", "sendgrid"),
        ("SENDGRID_API_KEY", "sendgrid"),
        ("twilioAuthToken", "twilio"),
        ("twilio-sendgrid-key", "sendgrid"),
        ("customer-io-token", "customerio"),
        ("customerio/x", "customerio"),
        ("newrelicKey", "newrelic"),
        ("fivetran-to-snowflake", "fivetran"),
        ("market-segment-db", None),
        ("segment-write-key", "segment"),
        ("courier-service/db", None),
        ("rds!db-1", None),
        ("", None),
    ],
)
def test_names(name: str, vendor: str | None) -> None:
    assert secret_vendor(name) == vendor


def test_every_profile_is_found_by_its_own_name() -> None:
    for vendor in profile_ids():
        name, chosen = profile_name(vendor)
        assert name
        if not chosen:
            assert secret_vendor(f"{vendor}-key") is not None


def test_words() -> None:
    assert words_of("prod/sendgridAPIKey_2") == ("prod", "sendgrid", "api", "key", "2")
