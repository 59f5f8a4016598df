from __future__ import annotations

import pytest

from policycheck.library.data import data_root, read_data
from policycheck.library.kinds import kind_ids
from policycheck.library.profiles import (
    Profile,
    ScopeData,
    account_vendors,
    profile,
    profile_ids,
    profile_of_system,
    system_vendors,
)
from policycheck.library.taxonomy import NONE, load_taxonomy


def test_the_index_lists_every_file_and_every_system() -> None:
    index = read_data("vendors", "_index.yaml")
    files = {path.name for path in (data_root() / "vendors").glob("*.yaml")} - {"_index.yaml"}
    assert set(index["vendors"].values()) == files
    systems = {system: vendor for vendor in profile_ids() for system in _profile(vendor).systems}
    assert index["systems"] == systems


def test_a_vendor_without_a_profile_has_none() -> None:
    assert profile("nobody") is None
    assert profile_of_system("nobody") is None


def test_a_system_leads_to_its_vendor() -> None:
    assert profile_of_system("sendgrid") is profile("sendgrid")


def test_systems_and_published_accounts_lead_to_vendors() -> None:
    assert system_vendors()["zendesk"] == "zendesk"
    assert account_vendors() == {"464622532012": "datadog"}


def test_a_profile_is_read_whole() -> None:
    datadog = _profile("datadog")
    assert datadog.name == "Datadog"
    assert datadog.aws_accounts == ("464622532012",)
    assert datadog.scopes == ScopeData(null_means="unrestricted")
    assert datadog.keys["network.client.ip"] == "user.device.ip_address"
    assert datadog.date == "2026-11-21"


def test_builtin_fields_say_how_their_collection_is_turned_off() -> None:
    ip = next(field for field in _profile("postmark").builtin if field.path == "Geo.IP")
    assert (ip.category, ip.origin) == ("user.device.ip_address", "collected")
    assert ip.note == "only with open tracking, which is off until TrackOpens is set"


@pytest.mark.parametrize("vendor", profile_ids())
def test_every_profile_names_known_things_and_its_sources(vendor: str) -> None:
    found = _profile(vendor)
    categories = {*load_taxonomy().categories, NONE}
    assert found.vendor == vendor
    assert set(found.kinds) <= set(kind_ids())
    assert set(found.keys.values()) <= categories
    assert {field.category for field in found.builtin} <= categories
    assert {field.origin for field in found.builtin} <= set(load_taxonomy().origins)
    assert found.scopes.null_means in ("unrestricted", "unknown")
    assert found.source
    assert all(field.source for field in found.builtin)
    assert all(len(account) == 12 and account.isdigit() for account in found.aws_accounts)


@pytest.mark.parametrize("vendor", profile_ids())
def test_no_key_of_a_profile_is_given_twice(vendor: str) -> None:
    groups = read_data("vendors", read_data("vendors", "_index.yaml")["vendors"][vendor])["keys"].values()
    assert sum(len(group) for group in groups) == len(_profile(vendor).keys)


def _profile(vendor: str) -> Profile:
    found = profile(vendor)
    assert found is not None
    return found
