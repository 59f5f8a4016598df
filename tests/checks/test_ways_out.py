"""What our settings send, judged: a real project, the facts of a live pull in its snapshot, the real check."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policycheck.declared.project import load
from policycheck.model.facts import CONSTANT, PHONES, WHOLE_MESSAGE, WHOLE_OBJECT, Fact, VendorField
from policycheck.model.findings import Finding
from policycheck.snapshots.reader import open_snapshot
from policycheck.snapshots.writer import Writer
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run
from tests.checks.lab import OURS, STRANGER, THEIRS, Lab, _Open

BUS = f"arn:aws:events:eu-west-1:{OURS}:event-bus/members"
RULE = f"arn:aws:events:eu-west-1:{OURS}:rule/members/to-mail"
BUCKET = "arn:aws:s3:::lumen-exports"


class Sending(Lab):
    """The clean project, whose pull tells these ways out too."""

    sent: tuple[Fact, ...] = ()

    def snapshot(self, today: date, taken_at: str) -> Any:
        self.write()
        loaded = load(self.root, today)
        assert loaded.project is not None, loaded.problems
        connectors = [build(entry, self.root) for entry in loaded.project.config.connectors]
        with Writer(self.root / "snapshots", taken_at, "", "test") as writer:
            coverage = run(connectors, writer.add, None)
            for fact in self.sent:
                writer.add(fact)
            path = writer.commit(coverage)
        return _Open(loaded.project, open_snapshot(path))


@pytest.fixture
def sending(lab: Lab) -> Sending:
    made = Sending(lab.root)
    made.acme["recognise"]["hosts"] = ["acme.example"]
    return made


def field(path: str, to: str = "api.acme.example", sender: str = RULE, **keys: Any) -> VendorField:
    """Something that the live connector saw being sent to a host or an account."""
    end = {"party": to} if to.isdigit() else {"host": to}
    where = f"events.list_targets_by_rule {sender}"
    return VendorField("", OURS, sender, path, "iam", where, origin="sent", **{**end, **keys})


def findings(lab: Sending, *sent: VendorField) -> list[Finding]:
    """What is found more than in the clean project; fields that are grave together are no matter here."""
    lab.sent = sent
    return [f for f in lab.judge().findings if f.rule not in ("PC601", "PC401", "PC104")]


def dataset(name: str, location: str, fields: Any, **keys: Any) -> dict[str, Any]:
    return {"dataset": name, "locations": [location], "fields": fields, **keys}


MEMBER = {"user.email": "user.contact.email", "user.ip": "user.device.ip_address", "plan": "none"}


def told(found: list[Finding]) -> list[tuple[str, str | None, str]]:
    return [(f.rule, f.vendor, f.message) for f in found]


def test_paths_are_fields_of_the_vendor(sending: Sending) -> None:
    (over, *_) = findings(sending, field("detail.user.email"), field("detail.user.ip_address"))
    assert (over.rule, over.vendor, over.message) == (
        "PC101",
        "acme",
        "acme has user.device.ip_address (raw), which its policy does not allow",
    )
    (instance,) = over.instances
    assert instance.observed == (
        f"events.list_targets_by_rule {RULE} sends detail.user.ip_address to api.acme.example (rule ip-words)"
    )
    assert over.help.startswith(f"stop sending detail.user.ip_address of {RULE} to api.acme.example, and have acme")


@pytest.mark.parametrize("location", [RULE, BUS, f"arn:aws:events:*:{OURS}:*"])
@pytest.mark.parametrize("path", [WHOLE_MESSAGE, "detail", "detail.user"])
def test_a_whole_is_what_the_catalog_says_of_its_source(sending: Sending, location: str, path: str) -> None:
    sending.catalog.append(dataset("member-events", location, MEMBER))
    found = findings(sending, field(path, sources=(RULE, BUS)))
    assert told(found) == [("PC101", "acme", "acme has user.device.ip_address (raw), which its policy does not allow")]
    end = "sends user.ip to api.acme.example (catalog member-events.user.ip)"
    assert found[0].instances[0].observed == f"events.list_targets_by_rule {RULE} {end}"


TOPIC = f"arn:aws:sns:eu-west-1:{OURS}:members"


@pytest.mark.parametrize(
    ("host", "rule", "vendor", "message"),
    [
        ("mail.acme.example", "PC106", "acme", f"acme gets each whole message of {TOPIC} at mail.acme.example"),
        ("panorama.example", "PC108", None, "data is sent to panorama.example, which no vendor claims"),
        (PHONES, "PC108", None, "data is sent to phones, by SMS, which no vendor claims"),
        ("lumen.example", "", None, ""),
    ],
)
def test_whose_an_address_of_e_mail_or_a_phone_is(
    sending: Sending, host: str, rule: str, vendor: str | None, message: str
) -> None:
    sending.config["own_hosts"] = ["lumen.example"]
    found = findings(sending, field(WHOLE_MESSAGE, host, sender=TOPIC, sources=(TOPIC,)))
    assert [(f.rule, f.vendor) for f in found] == ([(rule, vendor)] if rule else [])
    assert all(f.message.startswith(message) for f in found)


def test_phones_may_be_ours(sending: Sending) -> None:
    sent = field(WHOLE_MESSAGE, PHONES, sender=TOPIC, sources=(TOPIC,))
    (found,) = findings(sending, sent)
    assert found.help == (
        "find out whose phones these are, and whether the messages may leave by SMS; "
        "or, if the phones are yours, `own_hosts: [sms]` in policycheck.yaml; or stop sending it"
    )
    sending.config["own_hosts"] = [PHONES]
    assert not findings(sending, sent)


def test_the_more_precise_source_tells(sending: Sending) -> None:
    sending.catalog.append(dataset("bus", BUS, MEMBER))
    sending.catalog.append(dataset("rule", RULE, "none", why="counts only"))
    assert not findings(sending, field(WHOLE_MESSAGE, sources=(RULE, BUS)))


def test_a_whole_that_the_catalog_does_not_know(sending: Sending) -> None:
    (found,) = findings(sending, field(WHOLE_MESSAGE, sources=(RULE, BUS)))
    assert (found.rule, found.message) == (
        "PC106",
        f"acme gets each whole message of {RULE} at api.acme.example, and the catalog does not tell what is in it",
    )
    assert found.instances[0].observed == (
        f"events.list_targets_by_rule {RULE} sends (whole message) to api.acme.example, "
        "which the catalog does not describe"
    )
    assert found.help.startswith(f"describe where it comes from in the catalog ({RULE} under `locations`)")


def test_a_catalog_that_knows_a_part_leaves_the_rest_open(sending: Sending) -> None:
    found = findings(sending, field(WHOLE_OBJECT, sender=BUCKET, sources=(f"{BUCKET}/*",)))
    assert {f.rule for f in found} == {"PC101", "PC106"}
    inside = findings(sending, field(WHOLE_OBJECT, sender=BUCKET, sources=(f"{BUCKET}/members/eu/*",)))
    assert "PC106" not in {f.rule for f in inside}


def test_what_is_left_out_is_not_sent(sending: Sending) -> None:
    place = "postgres:lumen.public.members"
    sending.catalog.append(
        dataset("members", place, {"email": "user.contact.email", "last_ip": "user.device.ip_address"})
    )
    source = ("postgres:lumen.public.*",)
    assert "PC101" in {f.rule for f in findings(sending, field("(whole row)", sources=source))}
    cut = findings(sending, field("(whole row)", sources=source, without=(f"{source[0]}(last_*)",)))
    assert {f.rule for f in cut} == {"PC106"}
    gone = findings(sending, field("(whole row)", sources=(place,), without=(place,)))
    assert not gone


def test_a_mask_gives_the_form(sending: Sending) -> None:
    sending.acme["fields"] = [{"category": "user.contact.email", "forms": ["masked"]}]
    sending.fields, sending.acme["access"] = [], sending.acme["access"]
    place = "postgres:lumen.public.members"
    sending.catalog.append(dataset("members", place, {"email": "user.contact.email"}))
    assert not findings(sending, field("email", sources=(place,), form="masked"))
    (raw,) = findings(sending, field("email", sources=(place,)))
    assert raw.rule == "PC103"


def test_what_is_fixed_tells_nothing(sending: Sending) -> None:
    assert not findings(sending, field(CONSTANT, category="none"))


def test_the_account_of_a_vendor(sending: Sending) -> None:
    (found,) = findings(sending, field("detail.ip_address", THEIRS))
    assert (found.rule, found.vendor) == ("PC101", "acme")
    assert f"to AWS account {THEIRS}" in found.instances[0].observed
    assert not findings(sending, field("detail.ip_address", OURS))


def test_the_account_of_nobody(sending: Sending) -> None:
    destination = f"arn:aws:sqs:eu-west-1:{STRANGER}:in"
    sent = (field("detail.ip_address", STRANGER, destination=destination), field(WHOLE_MESSAGE, STRANGER))
    (found,) = findings(sending, *sent)
    assert told([found]) == [("PC203", None, f"data is sent to AWS account {STRANGER}, which no vendor claims")]
    assert found.instances[0].observed == (
        f"{RULE} gets user.device.ip_address (raw) in detail.ip_address, "
        "the whole message, which no catalog entry describes"
    )
    assert found.help == (
        f'find out whose it is; then add `recognise: {{aws_accounts: ["{STRANGER}"]}}` to that vendor\'s policy; '
        f'or, if the account is yours, `own_accounts: ["{STRANGER}"]` in policycheck.yaml; or stop sending it'
    )
    sending.acme["recognise"]["aws_principals"] = [destination]
    assert {f.vendor for f in findings(sending, sent[0])} == {"acme"}


def test_an_account_that_a_vendor_publishes(sending: Sending) -> None:
    (found,) = findings(sending, field("detail.plan", "464622532012"))
    assert (found.rule, found.vendor) == ("PC202", "datadog")
    assert "it looks like Datadog, which has no policy" in found.message


@pytest.mark.parametrize(("bucket", "open_"), [("lumen-exports", False), ("their-bucket", True)])
def test_a_bucket_is_ours_when_it_was_seen(sending: Sending, bucket: str, open_: bool) -> None:
    arn = f"arn:aws:s3:::{bucket}"
    sent = field("ip_address", f"{bucket}.s3.amazonaws.com", destination=arn)
    assert bool(findings(sending, sent)) is open_


@pytest.mark.parametrize("system", ["zendesk", "marketo"])
def test_a_product_without_a_policy(sending: Sending, system: str) -> None:
    sent = VendorField(system, OURS, "arn:flow", "ip_address", "iam", "flow", origin="sent", sources=("arn:flow",))
    (found,) = findings(sending, sent)
    assert told([found]) == [("PC202", system, f"{system} holds fields, and has no policy")]
    assert (found.help, found.location.path) == (f"write policies/{system}.yaml", "policycheck.yaml")
    sending.policies[system] = {**sending.acme, "vendor": system, "recognise": {}, "access": []}
    (over,) = findings(sending, sent)
    assert (over.rule, over.vendor) == ("PC101", system)
    assert over.instances[0].observed.startswith(f"flow sends ip_address to the product {system} (")


def test_the_listings_know_what_is_sent(sending: Sending) -> None:
    sending.sent = (field("detail.ip_address"), field("detail.ip_address", STRANGER), field("detail.ip_address", OURS))
    assert [(each.vendor, each.category, each.host) for each in sending.survey().fields if each.host] == [
        ("acme", "user.device.ip_address", "api.acme.example"),
        (f"AWS account {STRANGER}", "user.device.ip_address", f"AWS account {STRANGER}"),
    ]
