"""Vendors' apps in systems of ours: whose they are, what they may do, which of our people's attributes they get."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.facts import Coverage, Credential, VendorField
from tests.checks.lab import Lab, told

APP = "0oa1qmn4LZQQEH0wZ0g4"
KNOWS = ("scopes", "created", "holder", "status")


def app(name: str = "Acme Sync", id: str = APP, system: str = "okta", **more: Any) -> Credential:
    """An app that somebody else has in a system of ours."""
    told = {"scopes": ("okta.users.read",), "holder": "vendor", "app": True, "knows": KNOWS, **more}
    return Credential(system, "", id, name, "directory", "GET /api/v1/apps", created="2020-01-01", **told)


def mapped(path: str, app: str = APP, label: str = "", origin: str = "sent", object: str = "user") -> VendorField:
    """An attribute of people that a system of ours gives to an app."""
    return VendorField(
        "okta", "", object, path, "directory", "GET /api/v1/mappings/{mapping}", label=label, origin=origin, app=app
    )


def claims(lab: Lab, *scopes: str, by: str = APP) -> None:
    """The policy recognises the app and declares what it may do."""
    lab.acme["recognise"]["oauth_apps"] = [by]
    lab.acme["access"].append({"system": "okta", "held_by": "vendor", "scopes": list(scopes)})
    lab.coverage = [
        Coverage("directory", "okta", "okta", "", resource, "complete", "GET /api/v1/apps", 1)
        for resource in ("credentials", "fields")
    ]


@pytest.mark.parametrize("by", [APP, "Acme Sync", "Acme*"])
def test_a_claimed_app_within_its_policy_is_clean(lab: Lab, by: str) -> None:
    """It is old, and no secret: nothing asks to rotate it."""
    claims(lab, "okta.users.read", by=by)
    lab.acme["limits"] = {"key_max_age_days": 90}
    lab.facts = [app()]
    assert told(lab.judge()) == []


@pytest.mark.parametrize(
    ("declared", "actual", "beyond"),
    [
        (["okta.users.read"], ("okta.users.manage",), ["okta.users.manage"]),
        (["okta.users.manage"], ("okta.users.read",), []),
        (["okta.groups.read"], ("okta.groups.read", "okta.logs.read"), ["okta.logs.read"]),
    ],
)
def test_the_scopes_of_an_app_are_compared(
    lab: Lab, declared: list[str], actual: tuple[str, ...], beyond: list[str]
) -> None:
    claims(lab, *declared)
    lab.facts = [app(scopes=actual)]
    found = [each.message for each in lab.judge().findings if each.rule == "PC208"]
    assert found == [f"app Acme Sync at okta has scopes beyond its policy: {each}" for each in beyond]


def test_an_app_that_the_policy_does_not_declare(lab: Lab) -> None:
    lab.acme["recognise"]["oauth_apps"] = [APP]
    lab.facts = [app(scopes=())]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.message) == ("PC208", "app Acme Sync at okta is not declared in its policy")


@pytest.mark.parametrize(
    ("name", "hosts", "rule", "vendor", "message", "help"),
    [
        (
            "Night Owl",
            (),
            "PC203",
            None,
            "app Night Owl is in okta, and no vendor claims it",
            f'find out whose it is; then add `recognise: {{oauth_apps: ["{APP}"]}}` to that vendor\'s policy',
        ),
        (
            "Mixpanel",
            (),
            "PC202",
            "mixpanel",
            "app Mixpanel is in okta; it looks like Mixpanel, which has no policy",
            f'if it is, write policies/mixpanel.yaml with `recognise: {{oauth_apps: ["{APP}"]}}`',
        ),
        (
            "Reports",
            ("eu.mixpanel.com",),
            "PC202",
            "mixpanel",
            "app Reports is in okta; it looks like Mixpanel, which has no policy",
            f'if it is, write policies/mixpanel.yaml with `recognise: {{oauth_apps: ["{APP}"]}}`',
        ),
    ],
)
def test_an_app_that_nobody_claims(
    lab: Lab, name: str, hosts: tuple[str, ...], rule: str, vendor: str | None, message: str, help: str
) -> None:
    lab.facts = [app(name, hosts=hosts)]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor, finding.message) == (rule, vendor, message)
    assert finding.instances[0].observed == f"app {name}: it has okta.users.read"
    assert finding.help.startswith(help)


def test_an_unclaimed_app_that_looks_like_a_vendor_with_a_policy(lab: Lab) -> None:
    lab.policies["mixpanel"] = {
        **lab.policies.pop("acme"),
        "vendor": "mixpanel",
        "name": "Mixpanel",
        "kind": "product_analytics",
    }
    lab.config["connectors"] = []
    lab.facts = [app("Mixpanel")]
    finding = next(each for each in lab.judge().findings if each.rule == "PC203")
    assert finding.message == (
        "app Mixpanel is in okta, and no vendor claims it; it looks like Mixpanel, whose policy does not recognise it"
    )
    assert "to policies/mixpanel.yaml (ask growth@lumen.example)" in finding.help


@pytest.mark.parametrize(
    ("own", "fact"),
    [
        ({"own_apps": ["Night*"]}, app("Night Owl")),
        ({"own_apps": [APP]}, app("Night Owl")),
        ({"own_hosts": ["lumen.example"]}, app("Night Owl", hosts=("night.lumen.example", "lumen.example"))),
        ({}, app("Night Owl", status="disabled")),
    ],
)
def test_apps_of_our_own_and_disabled_ones_are_left_alone(lab: Lab, own: dict[str, Any], fact: Credential) -> None:
    lab.config.update(own)
    lab.facts = [fact, mapped("profile.email")]
    assert told(lab.judge()) == []


def test_an_app_whose_users_land_at_a_vendors_host_is_the_vendors(lab: Lab) -> None:
    lab.acme["recognise"]["hosts"] = ["acme.example"]
    lab.config["own_hosts"] = ["lumen.example"]
    lab.facts = [app("Night Owl", hosts=("lumen.example", "app.acme.example"))]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == ("PC208", "acme")


def test_attributes_that_are_mapped_to_an_app_are_fields_of_its_vendor(lab: Lab) -> None:
    """In the words of the system that maps them: Okta's profile tells what they are."""
    claims(lab, "okta.users.read")
    lab.facts = [app(), mapped("profile.email"), mapped("profile.mobilePhone", label="phone")]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == ("PC101", "acme")
    assert "user.contact.phone_number" in finding.message
    (instance,) = finding.instances
    assert instance.observed == (
        "user.profile.mobilePhone is mapped in okta to okta app Acme Sync (profile okta: user.profile.mobilePhone)"
    )
    assert finding.help.startswith("stop mapping `phone` to the app Acme Sync in okta")


def test_what_the_users_of_an_app_can_read_the_vendor_can_read(lab: Lab) -> None:
    claims(lab, "okta.users.read")
    lab.facts = [app(), mapped("profile.mobilePhone", origin="readable")]
    (finding,) = lab.judge().findings
    assert finding.help.startswith("take `profile.mobilePhone` away from those who use the app Acme Sync in okta")


def test_attributes_of_an_app_that_nobody_claims_are_told_with_it(lab: Lab) -> None:
    lab.facts = [app("Night Owl"), mapped("profile.mobilePhone"), mapped("shoe", object="appuser")]
    (finding,) = lab.judge().findings
    (instance,) = finding.instances
    assert finding.rule == "PC203"
    assert instance.observed == (
        "app Night Owl: it has okta.users.read, and gets user.contact.phone_number, appuser.shoe"
    )


def test_attributes_of_an_app_that_no_list_has(lab: Lab) -> None:
    lab.facts = [mapped("profile.mobilePhone", app="0oa9")]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.message) == ("PC203", "okta app 0oa9 gets fields, and no vendor claims it")
    lab.acme["recognise"]["oauth_apps"] = ["0oa9"]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == ("PC101", "acme")


def test_what_is_mapped_to_a_service_of_ours_is_nobodys(lab: Lab) -> None:
    lab.facts = [app(holder="us", app=False), mapped("profile.mobilePhone")]
    assert [rule for rule, *_ in told(lab.judge()) if rule in ("PC101", "PC203")] == []


@pytest.mark.parametrize(
    ("declared", "actual", "expected"),
    [
        (
            "okta.users.manage",
            ("okta.users.read",),
            ["scope okta.users.manage is declared for acme, and no app has it"],
        ),
        ("okta.users.read", ("okta.users.manage",), []),
        ("okta.users.read", ("okta.users.read",), []),
    ],
)
def test_a_declared_scope_that_no_app_has(
    lab: Lab, declared: str, actual: tuple[str, ...], expected: list[str]
) -> None:
    """A wider scope that was found has the declared one: that it is wider is told by itself."""
    claims(lab, declared)
    lab.facts = [app(scopes=actual)]
    assert [each.message for each in lab.judge().findings if each.rule == "PC401"] == expected
