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
    records = ({"method": "POST", "url": url, "body": body} for url, body in requests)
    (lab.root / "samples.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def strangers(lab: Lab) -> list[Finding]:
    """The open PC108."""
    return [finding for finding in lab.judge().findings if finding.rule == "PC108"]


def test_a_host_that_nobody_claims(sampled: Lab) -> None:
    send(sampled, ("https://px.tracker.example/v1/e", SENT), ("https://px.tracker.example/v1/e", {"n": 1}))
    (found,) = strangers(sampled)
    assert (found.message, found.vendor, found.severity.word, found.outcome) == (
        "data is sent to px.tracker.example, which no vendor claims",
        None,
        "critical",
        "gap",
    )
    assert str(found.location) == "policycheck.yaml:23:3"
    (instance,) = found.instances
    assert instance.observed == (
        "POST /v1/e gets user.contact.email (raw) in email, user.device.ip_address (raw) in ip_history[], "
        "1 field that nothing tells what it is"
    )
    assert [f"{each.where} {each.note}" for each in instance.evidence] == [
        "samples.jsonl:1 user.contact.email in email, 1 record",
        "samples.jsonl:1 user.device.ip_address in ip_history[], 1 record",
        "samples.jsonl:2 not classified in n, 1 record",
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
