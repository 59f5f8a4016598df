"""PC104, PC105, PC109 and the reasons of severities, on the small project."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policycheck.checks.severity import people
from policycheck.model.findings import Finding
from tests.checks.lab import Lab, told

IP = "user.device.ip_address"


def field(name: str, category: str, **more: str) -> dict[str, str]:
    return {"name": name, "category": category, **more}


def only(lab: Lab, rule: str) -> Finding:
    (finding,) = [each for each in lab.judge().findings if each.rule == rule]
    return finding


def rows(lab: Lab) -> list[tuple[str, str, str]]:
    return [(rule, severity, outcome) for rule, _, severity, outcome in told(lab.judge())]


def test_a_combination_names_the_one_field_and_raises_its_member(lab: Lab) -> None:
    lab.fields.append(field("last_ip", IP))
    assert rows(lab) == [("PC101", "critical", "violation"), ("PC104", "high", "violation")]
    finding = only(lab, "PC104")
    assert finding.message == f"acme can join email + IP address; the one field to take away is {IP}"
    assert finding.help == f"take away {IP}: stop sending last_ip to acme and delete the field there"
    assert [dict(each.subject) for each in finding.instances] == [{"category": IP, "combination": "email-ip"}]
    assert only(lab, "PC101").because == ("IP address (high sensitivity)", "raw", "joined with email")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("hashed", [("PC101", "high", "violation"), ("PC104", "medium", "violation")]),
        ("tokenised", [("PC101", "low", "violation")]),
    ],
)
def test_a_weaker_form_weighs_less(lab: Lab, form: str, expected: list[tuple[str, str, str]]) -> None:
    lab.fields.append(field("last_ip", IP, form=form))
    assert rows(lab) == expected


def test_a_combination_on_which_somebody_decided_is_silent(lab: Lab) -> None:
    lab.fields.append(field("last_ip", IP))
    lab.acme["fields"].append({"category": IP, "why": "fraud checks of the sender"})
    assert rows(lab) == []


def test_an_email_with_a_name_is_told_only_where_the_name_is_not_allowed(lab: Lab) -> None:
    lab.fields.append(field("first", "user.name.first"))
    assert rows(lab) == [("PC101", "medium", "violation"), ("PC104", "low", "violation")]
    lab.acme["fields"].append({"category": "user.name"})
    assert rows(lab) == [("PC109", "low", "gap")]


def test_the_finding_about_a_combination_can_be_accepted(lab: Lab) -> None:
    lab.fields.append(field("last_ip", IP))
    accepted = {"reason": "moves in Q1", "owner": "a@lumen.example", "approved_by": "b@lumen.example"}
    lab.acme["exceptions"] = [
        {"rule": "PC104", "match": {"combination": "email-ip"}, "expires": date(2027, 3, 1), **accepted}
    ]
    assert rows(lab) == [("PC101", "critical", "violation")]


NEEDS: dict[str, tuple[dict[str, Any], str | None, str]] = {
    "needed": ({"category": "user.contact.email"}, None, ""),
    "a part of what is needed": ({"category": "user.contact.email", "forms": ["hashed"]}, None, ""),
    "optional": ({"category": "user.name.first"}, "low", "useful, not needed"),
    "over-shared": ({"category": IP}, "medium", "often given, not needed"),
    "unknown": ({"category": "user.job_title"}, "medium", "not known to be needed"),
    "wider than needed": ({"category": "user.contact"}, "medium", "wider than what is needed"),
    "with a reason": ({"category": IP, "why": "w"}, None, ""),
}


@pytest.mark.parametrize("name", NEEDS)
def test_an_allowed_field_without_need_or_reason(lab: Lab, name: str) -> None:
    entry, severity, label = NEEDS[name]
    lab.acme["fields"] = [entry]
    lab.fields = []
    found = [f for f in lab.judge().findings if f.rule == "PC109"]
    assert [(f.severity.word, f.label, f.outcome) for f in found] == ([(severity, label, "gap")] if severity else [])


def test_a_vendor_without_a_kind_is_not_asked(lab: Lab) -> None:
    del lab.acme["kind"]
    lab.acme["fields"] = [{"category": "user.job_title"}]
    lab.fields = []
    assert "PC109" not in {row[0] for row in rows(lab)}


def sentry(lab: Lab) -> None:
    """Acme is really Sentry, which keeps addresses until a project says otherwise."""
    policy = lab.policies.pop("acme")
    policy["vendor"] = "sentry"
    policy["access"][1]["system"] = "sentry"
    lab.policies["sentry"] = policy
    for connector in lab.config["connectors"]:
        if "system" in connector:
            connector["system"] = "sentry"


def hints(lab: Lab) -> list[Finding]:
    return [each for each in lab.judge().findings if each.rule == "PC105"]


def test_what_a_product_collects_by_default_is_a_low_gap_and_says_that_nobody_saw_it(lab: Lab) -> None:
    sentry(lab)
    found = hints(lab)
    assert {(each.severity.word, each.outcome) for each in found} == {("low", "gap")}
    instances = [each for finding in found for each in finding.instances]
    assert IP in {dict(each.subject)["category"] for each in instances}
    assert all(each.evidence[0].connector == "profile" for each in instances)
    assert all(each.evidence[0].note == "not observed" for each in instances)
    assert "scrubIPAddresses" in "".join(each.help for each in found)


def attest(lab: Lab, on: date, *none_of: str) -> None:
    states = {"none_of": list(none_of)}
    lab.attestations = [
        {"vendor": "sentry", "system": "sentry", "asked": "g@lumen.example", "on": on, "states": states}
    ]


@pytest.mark.parametrize(("on", "silent"), [(date(2026, 11, 1), True), (date(2026, 6, 1), False)])
def test_a_fresh_answer_that_it_is_off_is_enough(lab: Lab, on: date, silent: bool) -> None:
    sentry(lab)
    attest(lab, on, "user.device", "user.location", "user.behavior")
    assert (hints(lab) == []) is silent


def test_an_entry_for_what_is_collected_is_enough(lab: Lab) -> None:
    sentry(lab)
    entries = [{"category": each, "origins": ["collected", "derived"], "why": "w"} for each in ("user.device",)]
    lab.policies["sentry"]["fields"] += entries
    assert IP not in {dict(i.subject)["category"] for f in hints(lab) for i in f.instances}


def test_what_was_seen_is_not_told_as_a_hint_too(lab: Lab) -> None:
    sentry(lab)
    lab.fields.append(field("user.ip_address", IP, origin="collected"))
    told_now = [(f.outcome, {dict(i.subject)["category"] for i in f.instances}) for f in hints(lab)]
    assert ("violation", {IP}) in told_now
    assert all(IP not in categories for outcome, categories in told_now if outcome == "gap")


def test_a_collected_field_on_a_never_list_names_the_switch(lab: Lab) -> None:
    sentry(lab)
    lab.policies["sentry"]["never"] = [IP]
    lab.fields.append(field("user.ip_address", IP, origin="collected"))
    assert "scrubIPAddresses" in only(lab, "PC102").help


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (999, "999 people"),
        (40_000, "40,000 people"),
        (1_000_000, "1 million people"),
        (35_500_000, "35.5 million people"),
    ],
)
def test_numbers_of_people_are_words(number: int, words: str) -> None:
    assert people(number) == words


def test_who_is_told_of_defaults_and_of_answers(lab: Lab) -> None:
    from policycheck.checks.check import check
    from policycheck.checks.show import survey
    from policycheck.cli.holders import answer
    from tests.checks.lab import TODAY

    sentry(lab)
    attest(lab, date(2026, 11, 1), "user.device")
    with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
        found = answer(
            IP, project, survey(project, snapshot, TODAY), check(project, snapshot, TODAY), snapshot.attestations()
        )
    (holder,) = found.holders
    assert {each.category for each in holder.by_default} == {IP}
    assert [each.on for each in holder.denied] == ["2026-11-01"]
    assert holder.observed == ()
