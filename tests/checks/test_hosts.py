"""PC108 and what samples make of a vendor: real projects with recorded requests, judged by the real check."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.model.findings import Finding
from tests.checks.lab import Lab

SENT = {"email": "ann@lumen.example", "ip_history": ["192.0.2.1"]}


@pytest.fixture
def sampled(lab: Lab) -> Lab:
    """The clean project with one more connector, whose samples a test writes."""
    lab.config["connectors"].append({"name": "traffic", "type": "payload-samples", "paths": ["samples.jsonl"]})
    return lab


def send(lab: Lab, *requests: tuple[str, Any]) -> None:
    """Write samples: URL and body of each."""
    day = {"time": "2026-11-19T10:00:00Z", "method": "POST"}
    records = ({**day, "url": url, "body": body} for url, body in requests)
    (lab.root / "samples.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def strangers(lab: Lab) -> list[Finding]:
    """The open PC108."""
    return [finding for finding in lab.judge().findings if finding.rule == "PC108"]


def test_a_host_that_nobody_claims(sampled: Lab) -> None:
    send(sampled, ("https://px.tracker.example/v1/e", SENT), ("https://px.tracker.example/v1/e", {"x7": "a b"}))
    (found,) = strangers(sampled)
    assert (found.message, found.vendor, found.severity.word, found.outcome) == (
        "data is sent to px.tracker.example, which no vendor claims",
        None,
        "critical",
        "gap",
    )
    line = (sampled.root / "policycheck.yaml").read_text().splitlines()[found.location.line - 1]
    assert (found.location.path, line) == ("policycheck.yaml", "- name: traffic")
    (instance,) = found.instances
    assert instance.observed == (
        "POST /v1/e gets user.device.ip_address (raw) in ip_history[], user.contact.email (raw) in email, "
        "1 field that nothing tells what it is"
    )
    assert [f"{each.where} {each.note}" for each in instance.evidence] == [
        "samples.jsonl:1 ip_history[]: user.device.ip_address, 1 record, the latest of 2026-11-19",
        "samples.jsonl:1 email: user.contact.email, 1 record, the latest of 2026-11-19",
        "samples.jsonl:2 x7: not classified, 1 record, the latest of 2026-11-19",
    ]
    assert found.help == (
        "find out whose it is; then add `recognise: {hosts: [px.tracker.example]}` to that vendor's policy; "
        "or, if the host is yours, `own_hosts: [px.tracker.example]` in policycheck.yaml; or stop sending it"
    )


@pytest.mark.parametrize(
    ("own", "hosts", "open_"),
    [
        ([], [], True),
        (["tracker.example"], [], False),
        (["px.tracker.example"], [], False),
        (["*.tracker.example"], [], False),
        (["cker.example"], [], True),
        ([], ["tracker.example"], False),
        (["tracker.example"], ["px.tracker.example"], False),
    ],
)
def test_whose_a_host_is(sampled: Lab, own: list[str], hosts: list[str], open_: bool) -> None:
    sampled.config["own_hosts"] = own
    sampled.acme["recognise"]["hosts"] = hosts
    send(sampled, ("https://px.tracker.example/", SENT))
    assert bool(strangers(sampled)) is open_


def test_an_endpoint_is_an_instance_and_the_worst_field_tells_the_severity(sampled: Lab) -> None:
    url = "https://px.tracker.example"
    send(sampled, (f"{url}/a", {"email": "x"}), (f"{url}/b", {"ip_history": ["x"]}), (f"{url}/b", {"email": None}))
    (found,) = strangers(sampled)
    assert [instance.observed for instance in found.instances] == [
        "POST /a gets user.contact.email (raw) in email",
        "POST /b gets user.device.ip_address (raw) in ip_history[]",
    ]
    assert dict(found.instances[0].subject) == {
        "connector": "traffic",
        "resource": "POST /a",
        "system": "px.tracker.example",
    }
    fingerprints = {found.fingerprint, *(instance.fingerprint for instance in found.instances)}
    send(sampled, *[(f"{url}/b", {"ip_history": ["x"]})] * 3, (f"{url}/a", {"email": "y"}))
    (again,) = strangers(sampled)
    assert {again.fingerprint, *(instance.fingerprint for instance in again.instances)} == fingerprints


def test_fields_that_nothing_knows_are_medium(sampled: Lab) -> None:
    send(sampled, ("https://px.tracker.example/", {"x7": "a b"}))
    (found,) = strangers(sampled)
    assert (found.severity.word, found.because) == ("medium", ("fields that could not be classified",))
    assert found.instances[0].observed == "POST / gets 1 field that nothing tells what it is"


def test_a_host_that_gets_nothing_personal_is_low(sampled: Lab) -> None:
    send(sampled, ("https://api.sendgrid.com/", {"last_emailed": 1, "updated_at": 1}))
    (found,) = strangers(sampled)
    assert (found.severity.word, found.because) == ("low", ("nothing personal was seen there",))
    assert found.instances[0].observed == "POST / gets 2 fields without personal data"
    assert [each.note for each in found.instances[0].evidence] == ["1 record"]


def test_a_request_without_data_is_no_finding(sampled: Lab) -> None:
    send(sampled, ("https://px.tracker.example/", None), ("https://px.tracker.example/", {"email": ""}))
    assert strangers(sampled) == []


def test_a_profile_names_the_host_and_claims_nothing(sampled: Lab) -> None:
    send(sampled, ("https://api.sendgrid.com/v3/mail/send", SENT))
    (found,) = strangers(sampled)
    assert found.message == (
        "data is sent to api.sendgrid.com, which no vendor claims; it looks like Twilio SendGrid, which has no policy"
    )
    assert "if it is, write policies/sendgrid.yaml with `recognise: {hosts: [api.sendgrid.com]}`; or" in found.help
    sampled.policies["sendgrid"] = {**sampled.acme, "vendor": "sendgrid", "recognise": {}, "access": []}
    (found,) = strangers(sampled)
    assert found.message.endswith("; it looks like Twilio SendGrid, whose policy does not recognise it")
    assert (
        "add `recognise: {hosts: [api.sendgrid.com]}` to policies/sendgrid.yaml (ask growth@lumen.example)"
        in found.help
    )


def test_what_is_sent_to_a_vendor_is_judged_by_its_policy(sampled: Lab) -> None:
    sampled.acme["recognise"]["hosts"] = ["acme.example"]
    url = "https://api.acme.example/v1/people/4711"
    send(sampled, *[(url, {**SENT, "x7": "a b", "x8": "a b"})] * 2)
    findings = {f.rule: f for f in sampled.judge().findings if "traffic" in str(f.instances)}
    assert set(findings) == {"PC101", "PC104", "PC106"}
    over = findings["PC101"]
    assert (over.vendor, over.message) == (
        "acme",
        "acme has user.device.ip_address (raw, history), which its policy does not allow",
    )
    assert over.instances[0].observed == (
        "api.acme.example POST /v1/people/{id} ip_history[] was sent in 2 recorded requests "
        "(catalog member-exports.ip_history)"
    )
    assert over.instances[0].evidence[0].note == "2 records, the latest of 2026-11-19"
    assert over.help.startswith(
        "stop sending ip_history[] of POST /v1/people/{id} to api.acme.example, and have acme delete what it has; or"
    )
    unknown = findings["PC106"]
    assert (
        unknown.message == "acme gets fields at api.acme.example POST /v1/people/{id}, and nothing tells what they are"
    )
    assert [dict(instance.subject)["field"].split(" ")[0] for instance in unknown.instances] == ["x7", "x8"]


def test_samples_that_could_not_be_read_are_told(sampled: Lab) -> None:
    send(sampled, ("https://www.acme.example/", None))
    with (sampled.root / "samples.jsonl").open("a") as file:
        file.write("{broken ann@lumen.example\n")
    (found,) = [f for f in sampled.judge().findings if f.rule == "PC601"]
    assert found.message == (
        "connector traffic saw not all of samples of its sources: "
        "lines that are no JSON object: 1, the first at samples.jsonl:2"
    )


def test_the_listings_name_host_endpoint_and_records(sampled: Lab) -> None:
    sampled.acme["recognise"]["hosts"] = ["acme.example"]
    sampled.config["own_hosts"] = ["lumen.example"]
    hosts = ("api.acme.example", "px.tracker.example", "www.lumen.example")
    send(sampled, *((f"https://{host}/e", SENT) for host in hosts))
    sent = [each for each in sampled.survey().fields if each.host]
    assert [(e.vendor, e.category, e.place, e.origin, e.records, e.via) for e in sent if "email" in e.field] == [
        ("acme", "user.contact.email", "api.acme.example POST /e email", "sent", 1, "traffic"),
        ("px.tracker.example", "user.contact.email", "px.tracker.example POST /e email", "sent", 1, "traffic"),
    ]


def test_a_key_that_stands_for_many_tells_nothing(sampled: Lab) -> None:
    """Names that were folded are not known, so no rule for names calls them harmless."""
    letters = "abcdefghijkl"
    wide = {f"{a}{b}{c}": "a b" for a in letters for b in letters for c in letters}
    send(sampled, ("https://px.tracker.example/", {"properties": wide, "ids": {"4711": "a b"}}))
    (found,) = strangers(sampled)
    assert found.instances[0].observed == "POST / gets 2 fields that nothing tells what they are"
