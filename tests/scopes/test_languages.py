"""The scope language of every system, by the data of its profile: what is beyond, and what is not found."""

from __future__ import annotations

import pytest

from policycheck.library.profiles import profile_of_system
from policycheck.model.verdict import INSIDE, OUTSIDE, UNDECIDED
from policycheck.scopes.compare import beyond

DRIVE, GMAIL = "https://www.googleapis.com/auth/drive", "https://www.googleapis.com/auth/gmail"
EVERY_MAIL = "https://mail.google.com/"
STATISTICS = "https://www.googleapis.com/auth/analytics"
ZONE, BUCKET = "com.cloudflare.api.account.zone.", "com.cloudflare.edge.r2.bucket."


@pytest.mark.parametrize(
    ("system", "declared", "actual", "status", "extra", "missing"),
    [
        # pairs of permission and resource
        ("cloudflare", [f"Logs Read on {ZONE}a"], [f"Logs Read on {ZONE}a"], INSIDE, [], []),
        ("cloudflare", [f"Logs Read on {ZONE}*"], [f"Logs Read on {ZONE}a"], INSIDE, [], [f"Logs Read on {ZONE}*"]),
        ("cloudflare", [f"Logs Read on {ZONE}a"], [f"Logs Read on {ZONE}*"], OUTSIDE, [f"Logs Read on {ZONE}*"], []),
        ("cloudflare", ["Logs Read"], [f"Logs Read on {BUCKET}x", f"Logs Read on {ZONE}a"], INSIDE, [], ["Logs Read"]),
        ("cloudflare", [f"Logs Read on {ZONE}a"], ["Logs Read"], OUTSIDE, ["Logs Read"], []),
        (
            "cloudflare",
            [f"Logs Read on {ZONE}a"],
            [f"Logs Write on {ZONE}a"],
            OUTSIDE,
            [f"Logs Write on {ZONE}a"],
            [f"Logs Read on {ZONE}a"],
        ),
        # levels
        ("github", ["contents:write"], ["contents:read"], INSIDE, [], ["contents:write"]),
        ("github", ["contents:read"], ["contents:admin"], OUTSIDE, ["contents:admin"], []),
        ("github", ["contents:write"], ["issues:read"], OUTSIDE, ["issues:read"], ["contents:write"]),
        ("github", ["repo"], ["repo:status", "public_repo"], INSIDE, [], ["repo"]),
        ("github", ["read:org"], ["admin:org"], OUTSIDE, ["admin:org"], []),
        # no list
        ("datadog", ["logs_read_data"], None, OUTSIDE, [], []),
        ("mailchimp", ["lists"], None, OUTSIDE, [], []),
        ("sendgrid", ["mail.send"], None, UNDECIDED, [], []),
        # everything
        ("auth0", ["read:users"], ["*"], OUTSIDE, ["*"], []),
        ("auth0", ["*"], ["read:users", "delete:users"], INSIDE, [], []),
        ("auth0", ["read:users"], ["read:users", "update:users"], OUTSIDE, ["update:users"], []),
        ("salesforce", ["api"], ["full"], OUTSIDE, ["full"], []),
        # addresses
        ("google", [DRIVE], [f"{DRIVE}.metadata.readonly"], INSIDE, [], [DRIVE]),
        ("google", [f"{DRIVE}.readonly"], [DRIVE], OUTSIDE, [DRIVE], []),
        ("google", [f"{DRIVE}.file"], [f"{DRIVE}.readonly"], OUTSIDE, [f"{DRIVE}.readonly"], [f"{DRIVE}.file"]),
        ("google", [EVERY_MAIL], [f"{GMAIL}.send"], INSIDE, [], [EVERY_MAIL]),
        ("google", [f"{GMAIL}.readonly"], [f"{GMAIL}.modify"], OUTSIDE, [f"{GMAIL}.modify"], []),
        ("google-analytics", [STATISTICS], [f"{STATISTICS}.readonly"], INSIDE, [], [STATISTICS]),
        # words with dots
        ("okta", ["okta.users.manage"], ["okta.users.read"], INSIDE, [], ["okta.users.manage"]),
        ("okta", ["okta.users.read"], ["okta.groups.read"], OUTSIDE, ["okta.groups.read"], ["okta.users.read"]),
        ("sendgrid", ["templates.read"], ["mail.send", "templates.read"], OUTSIDE, ["mail.send"], []),
        ("sendgrid", ["mail.send"], ["mail.batch.read"], OUTSIDE, ["mail.batch.read"], ["mail.send"]),
        ("salesforce", ["api"], ["chatter_api"], INSIDE, [], ["api"]),
        # on behalf of a person, or without one
        ("entra", ["Mail.ReadWrite"], ["delegated:Mail.Read"], INSIDE, [], ["Mail.ReadWrite"]),
        ("entra", ["delegated:Mail.ReadWrite"], ["delegated:Mail.Read"], INSIDE, [], ["delegated:Mail.ReadWrite"]),
        ("entra", ["delegated:Mail.Read"], ["Mail.Read"], OUTSIDE, ["Mail.Read"], []),
        ("entra", ["delegated:Mail.Read"], ["delegated:Mail.ReadWrite"], OUTSIDE, ["delegated:Mail.ReadWrite"], []),
        ("gitlab", ["api"], ["read_repository", "read_api"], INSIDE, [], ["api"]),
        ("gitlab", ["read_api"], ["read_repository"], OUTSIDE, ["read_repository"], ["read_api"]),
        ("slack", ["users:read"], ["users:read.email"], OUTSIDE, ["users:read.email"], ["users:read"]),
    ],
)  # fmt: skip
def test_both_differences(
    system: str, declared: list[str], actual: list[str] | None, status: str, extra: list[str], missing: list[str]
) -> None:
    known = profile_of_system(system)
    assert known is not None
    verdict = beyond(tuple(declared), None if actual is None else tuple(actual), known.scopes)
    assert (verdict.status, list(verdict.extra), list(verdict.missing)) == (status, extra, missing)


@pytest.mark.parametrize("system", ["datadog", "mailchimp", "auth0", "salesforce"])
def test_what_may_do_everything_is_said_to_be_unrestricted(system: str) -> None:
    known = profile_of_system(system)
    assert known is not None
    actual = known.scopes.unrestricted[:1] or None
    verdict = beyond(("mail",), actual, known.scopes)
    assert (verdict.status, verdict.unrestricted) == (OUTSIDE, True)
