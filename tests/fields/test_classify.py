from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policycheck.fields.classify import Classified, Classifier, normal
from policycheck.library.profiles import profile
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.facts import VendorField
from policycheck.model.places import Location

AT = Location("catalog/members.yaml")


def _dataset(name: str, *fields: DatasetField) -> Dataset:
    return Dataset(name, AT, fields=fields)


MEMBERS = _dataset(
    "members",
    DatasetField("last_login_ips", "user.device.ip_address", AT, depth="history"),
    DatasetField("memberId", "user.unique_id", AT, form="tokenised"),
    DatasetField("place", "user.location.imprecise", AT),
    DatasetField("_", "user.name", AT),
)
ORDERS = _dataset(
    "orders",
    DatasetField("place", "user.contact.address", AT),
    DatasetField("member_id", "user.unique_id", AT),
)


def _field(path: str, **more: Any) -> VendorField:
    return replace(VendorField("sendgrid", "", "contact", path, "fields", "fields.json#/0"), **more)


def _classify(field: VendorField, vendor: str = "sendgrid") -> Classified:
    return Classifier(load_taxonomy(), (MEMBERS, ORDERS)).classify(field, profile(vendor))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            _field("first_name", category="user.contact.email"),
            Classified("user.contact.email", "raw", "latest", "export"),
        ),
        (_field("first_name", category="none"), Classified("none", "raw", "latest", "export")),
        (
            _field("first_name", category="user.nonsense"),
            Classified("user.name.first", "raw", "latest", "profile sendgrid: first_name"),
        ),
        (_field("FirstName"), Classified("user.name.first", "raw", "latest", "profile sendgrid: first_name")),
        (
            _field("w3", label="First name"),
            Classified("user.name.first", "raw", "latest", "profile sendgrid: first_name"),
        ),
        (
            _field("ip", object="event"),
            Classified("user.device.ip_address", "raw", "latest", "profile sendgrid: event.ip"),
        ),
        (_field("created_at"), Classified("none", "raw", "latest", "profile sendgrid: created_at")),
        (
            _field("LAST-LOGIN-IPS"),
            Classified("user.device.ip_address", "raw", "history", "catalog members.last_login_ips"),
        ),
        (
            _field("w7", label="Last Login IPs"),
            Classified("user.device.ip_address", "raw", "history", "catalog members.last_login_ips"),
        ),
        (
            _field("last_login_ips", form="truncated", depth="latest"),
            Classified("user.device.ip_address", "truncated", "latest", "catalog members.last_login_ips"),
        ),
        (_field("member_id"), Classified("user.unique_id", "raw", "latest", "catalog members.memberId")),
        (_field("gp:memberId"), Classified("user.unique_id", "raw", "latest", "catalog members.memberId")),
        (_field("x:first_name"), Classified("user.name.first", "raw", "latest", "profile sendgrid: first_name")),
        (_field("place"), Classified(None, "raw", "latest", "")),
        (_field("cf_17"), Classified(None, "raw", "latest", "")),
        (_field("-"), Classified(None, "raw", "latest", "")),
    ],
)
def test_the_first_that_knows_decides(field: VendorField, expected: Classified) -> None:
    assert _classify(field) == expected


def test_without_a_profile_the_catalog_decides() -> None:
    field = _field("last_login_ips")
    assert Classifier(load_taxonomy(), (MEMBERS,)).classify(field, None).decided_by == "catalog members.last_login_ips"
    assert Classifier(load_taxonomy()).classify(field, None).category is None


def test_one_classifier_serves_several_vendors() -> None:
    classifier = Classifier(load_taxonomy())
    field = _field("user_id")
    assert classifier.classify(field, profile("amplitude")).category == "user.unique_id"
    assert classifier.classify(field, profile("sendgrid")).category is None
    assert classifier.classify(field, profile("amplitude")).category == "user.unique_id"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lastLoginIp", "last_login_ip"),
        ("LAST-LOGIN IP", "last_login_ip"),
        ("lastIPAddress", "last_ip_address"),
        ("usr.email", "usr_email"),
        ("gp:plan", "gp_plan"),
        ("clientIPv4", "client_ipv4"),
        ("lastIPs", "last_ips"),
        ("IPsource", "i_psource"),
        ("", ""),
    ],
)
def test_normal(name: str, expected: str) -> None:
    assert normal(name) == expected
