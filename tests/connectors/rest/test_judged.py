"""From the vendor's answers to findings: apps in our systems, pulled by the walker and judged by the check."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.lab import Lab
from tests.connectors.rest.lab import asked, case, player
from tests.servers.vendors import Vendors

#: Per system: how the played Parcelpost is recognised, what its app may do, and the other apps that are told.
SYSTEMS = {
    "okta": ("0oa1qmn4LZQQEH0wZ0g4", ["okta.users.read", "okta.groups.read"], ["Acme Sync", "Parcelpost Log Reader"]),
    "slack": ("A0KRD7HC3", ["chat:write", "users:read.email"], []),
    "slack-enterprise": ("A0W7UKG8E", ["chat:write", "users:read.email", "files:read"], ["Acme Archive"]),
    "entra": (
        "535fb089-9ff3-47b6-9bfb-4f1264799865",
        ["delegated:User.Read", "delegated:Mail.Read", "delegated:Contacts.Read", "Mail.ReadWrite"],
        [],
    ),
    "github": ("parcelpost", ["contents:read", "members:write"], []),
    "gitlab-instance": ("Parcelpost", ["read_user"], ["Wiki"]),
    "salesforce": ("Parcelpost", [], ["Loader", "Old Mailer"]),
}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A project with one vendor, Parcelpost, and nothing but what is pulled."""
    made = Lab(tmp_path)
    made.config["connectors"], made.keys, made.fields = [], [], []
    made.acme["access"] = []
    return made


def pulled(lab: Lab, vendors: Vendors, name: str) -> str:
    """Pull what the vendor's data file answers; the name of the system."""
    played = case(name)
    played.played(vendors, player(played, played.answers))
    found = asked(vendors, lab.root, played)
    lab.facts, lab.coverage = list(found.facts), list(found.coverage)
    return found.coverage[0].system


@pytest.mark.parametrize("name", SYSTEMS)
def test_apps_are_claimed_compared_or_told(lab: Lab, vendors: Vendors, name: str) -> None:
    app, scopes, others = SYSTEMS[name]
    system = pulled(lab, vendors, name)
    lab.acme["recognise"] = {"oauth_apps": [app]}
    lab.acme["access"] = [{"system": system, "held_by": "vendor", "scopes": scopes}]
    found = lab.judge().findings
    apps = [(each.rule, dict(each.instances[0].subject).get("party")) for each in found if each.rule == "PC203"]
    assert sorted(apps, key=str) == [("PC203", other) for other in others]
    assert [each.message for each in found if each.rule in ("PC208", "PC209") and each.vendor == "acme"] == []


@pytest.mark.parametrize("name", [name for name, (_, scopes, _) in SYSTEMS.items() if scopes])
def test_a_scope_that_is_not_declared_is_told(lab: Lab, vendors: Vendors, name: str) -> None:
    app, (least, *more), _ = SYSTEMS[name]
    system = pulled(lab, vendors, name)
    lab.acme["recognise"] = {"oauth_apps": [app]}
    lab.acme["access"] = [{"system": system, "held_by": "vendor", "scopes": more or ["none.of.these"]}]
    (finding,) = [each for each in lab.judge().findings if each.rule == "PC208" and each.vendor == "acme"]
    assert finding.message.endswith(f"has scopes beyond its policy: {least}")


@pytest.mark.parametrize(
    ("name", "app", "place", "category"),
    [
        ("okta", "0oa1qmn4LZQQEH0wZ0g4", "okta app Parcelpost: user.profile.mobilePhone", "user.contact.phone_number"),
        ("salesforce", "Parcelpost", "salesforce app Parcelpost: Contact.Last_IP__c", "user.device.ip_address"),
    ],
)
def test_what_is_mapped_to_an_app_its_vendor_has(
    lab: Lab, vendors: Vendors, name: str, app: str, place: str, category: str
) -> None:
    pulled(lab, vendors, name)
    lab.acme["recognise"] = {"oauth_apps": [app]}
    found = [each for each in lab.judge().findings if each.rule == "PC101" and category in each.message]
    assert [(each.vendor, len(each.instances)) for each in found] == [("acme", 1)]
    assert place in [each.place for each in lab.survey().exposures if each.vendor == "acme"]
