"""PC008: scopes that a system does not have."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from policycheck.library.profiles import profile, profile_ids, system_vendors
from policycheck.library.scope_names import scope_names

LEAVE = "if {} has added it since, leave it"


@pytest.mark.parametrize(
    ("system", "scope", "message"),
    [
        ("gitlab", "read_api", ""),
        ("gitlab", "raed_api", "GitLab has no scope `raed_api` (as of 2026-11-22) | did you mean `read_api`?"),
        ("gitlab", "teleport", f"GitLab has no scope `teleport` (as of 2026-11-22) | {LEAVE.format('GitLab')}"),
        ("gitlab", "*", f"GitLab has no scope `*` (as of 2026-11-22) | {LEAVE.format('GitLab')}"),
        ("sentry", "project:admin", ""),
        ("sentry", "Project:Admin", "Sentry has no scope `Project:Admin` (as of 2026-11-22) | did you mean `project:admin`?"),
        ("okta", "okta.users.manage", ""),
        ("okta", "okta.user.manage", "Okta has no scope `okta.user.manage` (as of 2026-11-22) | did you mean `okta.users.manage`?"),
        # scopes of a custom authorization server
        ("okta", "payments.read", ""),
        ("auth0", "read:invoices", ""),
        ("auth0", "read:cleints", "`read:cleints` is not among the scopes of Auth0 that are known | did you mean `read:clients`? If Auth0 has both, leave it"),
        # a part of the list: what it does not have may exist
        ("hubspot", "crm.objects.quotes.read", ""),
        ("sendgrid", "mail.sned", "`mail.sned` is not among the scopes of Twilio SendGrid that are known | did you mean `mail.send`? If Twilio SendGrid has both, leave it"),
        ("sendgrid", "stats.read", ""),
        ("github", "repo", ""),
        ("github", "contents:write", ""),
        ("github", "contents:read", ""),
        ("github", "content:read", "`content:read` is not among the scopes of GitHub that are known | did you mean `contents:read`? If GitHub has both, leave it"),
        ("github", "read:organisation", "GitHub has no scope `read:organisation` (as of 2026-11-22) | did you mean `read:org`?"),
        ("cloudflare", "Zone Read on com.cloudflare.api.account.*", ""),
        ("cloudflare", "Zone Reed on zone.a", "`Zone Reed on zone.a` is not among the scopes of Cloudflare that are known | did you mean `Zone Read`? If Cloudflare has both, leave it"),
        ("entra", "delegated:User.Read", ""),
        ("google", "https://www.googleapis.com/auth/drive.readonly", ""),
        ("google-workspace", "https://www.googleapis.com/auth/analytics.readonly", ""),
        ("mailgun", "sender", "Mailgun has no scope `sender` (as of 2026-11-22) | did you mean `sending`?"),
        ("parcelpost", "anything", ""),
        ("brevo", "anything", ""),
    ],
)  # fmt: skip
def test_scopes_that_a_system_does_not_have(
    system: str, scope: str, message: str, policy: Callable[[str], list[str]]
) -> None:
    rows = policy(f'access:\n- {{system: {system}, held_by: us, scopes: ["{scope}"]}}\n')
    told = [row for row in rows if "PC008" in row]
    assert [row.partition(" ")[2].split(" ", 2)[2] for row in told] == ([message] if message else [])
    assert all(row.startswith("warning PC008 3:") for row in told)


def test_every_scope_of_a_profile_is_known_to_its_systems() -> None:
    for system, vendor in system_vendors().items():
        found = profile(vendor)
        assert found is not None
        names = scope_names(system)
        known = (*found.scopes.known, *found.scopes.unrestricted)
        assert (names is None) == (not found.scopes.known), system
        assert [scope for scope in known if names and not names.has(scope)] == []
        assert names is None or (names.name, names.data.levels, names.date) == (
            found.name,
            found.scopes.levels,
            found.date,
        )


def test_what_claims_to_be_complete_has_a_scope_of_that_form() -> None:
    for vendor in profile_ids():
        names = scope_names(vendor)
        for pattern in names.data.complete if names else ():
            assert names is not None
            assert any(names.claims(scope) for scope in names.data.known), (vendor, pattern)


def test_scopes_are_looked_up_without_a_profile_being_read_whole() -> None:
    code = (
        "import sys; from policycheck.library import profiles, scope_names as s; profiles.build = None; "
        "print(s.scope_names('okta').has('okta.users.read'), 'difflib' in sys.modules)"
    )
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "True False"
