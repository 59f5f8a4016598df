from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.library.data import data_root, read_data
from policycheck.library.kinds import kind_ids
from policycheck.library.profiles import (
    Profile,
    ProfileField,
    ScopeData,
    account_vendors,
    build,
    host_vendor,
    profile,
    profile_ids,
    profile_of_system,
    system_vendors,
)
from policycheck.library.taxonomy import NONE, load_taxonomy

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-vendor.md"


def _profile(vendor: str) -> Profile:
    found = profile(vendor)
    assert found is not None
    return found


def test_each_file_is_a_profile_and_nothing_registers_it() -> None:
    assert list(profile_ids()) == sorted(path.stem for path in (data_root() / "vendors").iterdir())


@pytest.mark.parametrize("vendor", ["nobody", "../taxonomy", ""])
def test_a_vendor_without_a_profile_has_none(vendor: str) -> None:
    assert profile(vendor) is None
    assert profile_of_system(vendor) is None


def test_systems_hosts_and_published_accounts_lead_to_vendors() -> None:
    assert profile_of_system("sendgrid") is profile("sendgrid")
    assert system_vendors()["zendesk"] == "zendesk"
    assert account_vendors()["464622532012"] == "datadog"


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("api.sendgrid.com", "sendgrid"),
        ("API.Sendgrid.com.", "sendgrid"),
        ("eu1.api.postmarkapp.com", "postmark"),
        ("sendgrid.com.evil.example", None),
        ("notapi.sendgrid.example", None),
        ("com", None),
        ("", None),
    ],
)
def test_a_host_leads_to_the_vendor_that_has_it_or_a_domain_above(host: str, vendor: str | None) -> None:
    assert host_vendor(host) == vendor


def test_every_system_of_every_profile_leads_back_to_it() -> None:
    assert system_vendors() == {system: vendor for vendor in profile_ids() for system in _profile(vendor).systems}


def _documented() -> Profile:
    match = re.search(r"```yaml\n(name: Parcelpost.*?)```", PAGE.read_text("utf-8"), re.S)
    assert match is not None
    return build("parcelpost", yaml.safe_load(match[1]))


def test_the_documented_profile_is_read_whole() -> None:
    contacts = "https://docs.parcelpost.example/api/contacts (properties of a contact) (read 2026-11-22)"
    opens = "https://docs.parcelpost.example/webhooks/opens (read 2026-11-22)"
    trust = "https://docs.parcelpost.example/aws (trust policy) (read 2026-10-30)"
    keys = "parcelpost/openapi, GET /keys (2026-03-01) (read 2026-11-22)"
    none = "leave the map off"
    off = "set track_opens to false, in the message or for the server"
    # Where each entry was read is asked for below.
    assert replace(_documented(), told=()) == Profile(
        vendor="parcelpost",
        name="Parcelpost",
        kinds=("transactional_email",),
        systems=("parcelpost", "parcelpost-eu"),
        hosts=("api.parcelpost.example", "api.eu.parcelpost.example"),
        aws_accounts=("444455556666",),
        issuers=("https://oidc.parcelpost.example",),
        keys={
            "email": "user.contact.email",
            "email_md5": "user.contact.email",
            "ip_history": "user.device.ip_address",
            "contact.name": "user.name",
            "list_id": "none",
            "contact.phone": "user.contact.phone_number",
            "open.ip": "user.device.ip_address",
            "open.geo.city": "user.location.imprecise",
        },
        forms={"email_md5": "hashed"},
        depths={"ip_history": "history"},
        builtin=(
            ProfileField("contact", "phone", "user.contact.phone_number", "sent", "raw", "latest", "", contacts),
            ProfileField("open", "ip", "user.device.ip_address", "collected", "raw", "latest", off, opens),
            ProfileField("open", "geo.city", "user.location.imprecise", "derived", "raw", "latest", none, opens, False),
        ),
        scopes=ScopeData(
            null_means="unrestricted",
            unrestricted=("full",),
            known=("full", "mail:send", "contacts:read", "contacts:write", "contacts.export", "activity"),
            includes={"activity": ("contacts:read",)},
            complete=("*",),
            levels=("read", "write"),
            weaker_prefixes=("delegated:",),
            weaker_suffixes=(".readonly",),
            joint=" on ",
            reaches={
                "contacts:*": ("user.contact.email", "user.name", "user.contact.phone_number"),
                "activity": ("user.behavior", "user.device.ip_address"),
            },
            source=keys,
        ),
        sources=(contacts, opens, trust, keys),
        date="2026-11-22",
        wrappers=("data", "contacts"),
        secret_names=("parcelpost-api-key",),
        oauth_apps=("A0W7UKG8E",),
    )


def test_each_entry_tells_where_it_was_read() -> None:
    told = {(kind, value): source for kind, value, source in _documented().told}
    assert (
        told["aws_accounts", "444455556666"] == "https://docs.parcelpost.example/aws (trust policy) (read 2026-10-30)"
    )
    assert {kind for kind, _ in told} >= {"hosts", "aws_accounts", "issuers"}


def test_a_profile_without_scopes_says_nothing_about_them() -> None:
    assert _profile("amplitude").scopes == ScopeData()


@pytest.mark.parametrize("vendor", profile_ids())
def test_every_profile_names_known_things(vendor: str) -> None:
    found = _profile(vendor)
    taxonomy = load_taxonomy()
    assert set(found.kinds) <= set(kind_ids())
    assert set(found.keys.values()) <= {*taxonomy.categories, NONE}
    assert {field.category for field in found.builtin} <= set(taxonomy.categories)
    assert {field.origin for field in found.builtin} <= set(taxonomy.origins)
    assert found.scopes.null_means in ("unrestricted", "nothing", "unknown")
    assert set(found.forms.values()) <= set(taxonomy.forms)
    assert all(len(account) == 12 and account.isdigit() for account in found.aws_accounts)


@pytest.mark.parametrize("vendor", profile_ids())
def test_no_key_of_a_profile_is_given_twice(vendor: str) -> None:
    raw: dict[str, Any] = read_data("vendors", f"{vendor}.yaml")
    groups = [*raw.get("keys", {}).values(), *raw.get("builtin", {}).values()]
    assert sum(len(group) for group in groups) == len(_profile(vendor).keys)
