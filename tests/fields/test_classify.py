from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policycheck.fields.classify import Classified, Classifier, normal
from policycheck.library.classification import rule_book
from policycheck.library.profiles import profile
from policycheck.library.taxonomy import load_taxonomy
from policycheck.model.declared import Dataset, DatasetField, Override
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
    ("field", "category", "form", "depth", "decided_by"),
    [
        (_field("first_name", category="user.contact.email"), "user.contact.email", "raw", "latest", "export"),
        (_field("first_name", category="none"), "none", "raw", "latest", "export"),
        (
            _field("first_name", category="user.nonsense"),
            "user.name.first", "raw", "latest", "profile sendgrid: first_name",
        ),
        (_field("FirstName"), "user.name.first", "raw", "latest", "profile sendgrid: first_name"),
        (_field("w3", label="First name"), "user.name.first", "raw", "latest", "profile sendgrid: first_name"),
        (_field("ip", object="event"), "user.device.ip_address", "raw", "latest", "profile sendgrid: event.ip"),
        (_field("created_at"), "none", "raw", "latest", "profile sendgrid: created_at"),
        (_field("LAST-LOGIN-IPS"), "user.device.ip_address", "raw", "history", "catalog members.last_login_ips"),
        (
            _field("w7", label="Last Login IPs"),
            "user.device.ip_address", "raw", "history", "catalog members.last_login_ips",
        ),
        (
            _field("last_login_ips", form="truncated", depth="latest"),
            "user.device.ip_address", "truncated", "latest", "catalog members.last_login_ips",
        ),
        (
            _field("last_login_ips", shape="ipv4_truncated"),
            "user.device.ip_address", "truncated", "history", "catalog members.last_login_ips",
        ),
        (_field("member_id"), "user.unique_id", "raw", "latest", "catalog members.memberId"),
        (_field("gp:memberId"), "user.unique_id", "raw", "latest", "catalog members.memberId"),
        (_field("x:first_name"), "user.name.first", "raw", "latest", "profile sendgrid: first_name"),
        (_field("mobile_sha256"), "user.contact.phone_number", "hashed", "latest", "rule mobile"),
        (_field("old_ips"), "user.device.ip_address", "raw", "history", "rule ip"),
        (_field("w8", label="Date of birth"), "user.demographic.date_of_birth", "raw", "latest", "rule birth-date"),
        (_field("email", shape="sha256"), "user.contact.email", "hashed", "latest", "profile sendgrid: email"),
        (_field("place"), "user.location.imprecise", "raw", "latest", "rule location-of-person"),
        (_field("cf_17"), None, "raw", "latest", ""),
        (_field("-"), None, "raw", "latest", ""),
    ],
)  # fmt: skip
def test_the_first_that_knows_decides(
    field: VendorField, category: str | None, form: str, depth: str, decided_by: str
) -> None:
    found = _classify(field)
    assert (found.category, found.form, found.depth, found.decided_by) == (category, form, depth, decided_by)


def test_what_decided_has_an_id_and_a_confidence() -> None:
    override = Override("contact.nick", "user.account.username", Location("overrides/a.yaml", 3, 5), why="the login")
    classifier = Classifier(load_taxonomy(), (MEMBERS, ORDERS), (override,))
    fields = (
        _field("nick"),
        _field("x", category="none"),
        _field("first_name"),
        _field("memberId"),
        _field("telefon"),
        _field("name"),
    )
    found = [classifier.classify(field, profile("sendgrid")) for field in fields]
    assert [(each.category, each.rule, each.confidence, each.perhaps) for each in found] == [
        ("user.account.username", "override:overrides/a.yaml:3", 1.0, ""),
        ("none", "export", 1.0, ""),
        ("user.name.first", "profile:sendgrid:first_name", 0.99, ""),
        ("user.unique_id", "catalog:members.memberId", 0.95, ""),
        ("user.contact.phone_number", "phone", 0.96, ""),
        ("user.name", "name-parts", 0.92, ""),
    ]


@pytest.mark.parametrize(
    ("override", "beats"),
    [
        (Override("first_name", "none", AT), True),
        (Override("CONTACT.First_Name", "none", AT), True),
        (Override("contact.*", "none", AT), True),
        (Override("first_nam?", "none", AT, system="sendgrid", vendor="sendgrid"), True),
        (Override("first_name", "none", AT, system="zendesk"), False),
        (Override("first_name", "none", AT, vendor="zendesk"), False),
        (Override("first", "none", AT), False),
        (Override("user.first_name", "none", AT), False),
    ],
)
def test_an_override_beats_all_else_where_it_fits(override: Override, beats: bool) -> None:
    classifier = Classifier(load_taxonomy(), (), (override,))
    field = _field("first_name", category="user.contact.email")
    assert classifier.classify(field, profile("sendgrid")).category == ("none" if beats else "user.contact.email")


def test_the_form_of_an_override_is_that_of_the_field_unless_the_source_tells_it() -> None:
    override = Override("events[].w[].x", "user.contact.email", AT, form="hashed")
    classifier = Classifier(load_taxonomy(), (), (override,))
    assert classifier.classify(_field("w[].x", object="events[]"), None).form == "hashed"
    assert classifier.classify(_field("w[].x", object="events[]", form="masked"), None).form == "masked"


def test_without_a_profile_the_catalog_decides() -> None:
    field = _field("last_login_ips")
    assert Classifier(load_taxonomy(), (MEMBERS,)).classify(field, None).decided_by == "catalog members.last_login_ips"
    assert Classifier(load_taxonomy()).classify(field, None).decided_by == "rule sign-in-ip"


def test_what_our_tables_do_not_decide_says_nothing_of_vendors_fields() -> None:
    waiting = DatasetField("flurb", "user.name", AT, review="0.55 by rule r1")
    table = replace(_dataset("orders", waiting), plain=("blarg", "last_login_ips"))
    classifier = Classifier(load_taxonomy(), (MEMBERS, table))
    decided = {
        name: classifier.classify(_field(name), None).decided_by for name in ("flurb", "blarg", "last_login_ips")
    }
    assert decided == {"flurb": "", "blarg": "", "last_login_ips": "rule sign-in-ip"}


def test_new_rules_judge_old_facts_anew() -> None:
    field = _field("flurb")
    rules = rule_book(
        {"version": "1", "rules": [{"id": "flurb", "names": "flurb", "category": "user.name", "confidence": 0.8}]}
    )
    assert Classifier(load_taxonomy()).classify(field, None).category is None
    assert Classifier(load_taxonomy(), rules=rules).classify(field, None).rule == "flurb"


def test_one_classifier_serves_several_vendors() -> None:
    classifier = Classifier(load_taxonomy())
    field = _field("last_emailed")
    assert classifier.classify(field, profile("amplitude")).rule != "profile:sendgrid:last_emailed"
    assert classifier.classify(field, profile("sendgrid")).rule == "profile:sendgrid:last_emailed"
    assert classifier.classify(field, profile("amplitude")).rule != "profile:sendgrid:last_emailed"


def test_a_name_without_facts() -> None:
    found = Classifier(load_taxonomy()).name("members.contact", type="string", format="email")
    assert (found.category, found.rule) == ("user.contact.email", "shape-email")
    assert Classifier(load_taxonomy()).name("name").perhaps == "user.name"


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
