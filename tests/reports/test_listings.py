"""What ``show``, ``rules``, ``config show``, ``connectors list``, ``who`` and ``pull`` print as text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from policycheck.library.rules import Rule
from policycheck.model.declared import FieldRule, Setting
from policycheck.model.facts import Coverage
from policycheck.model.findings import CheckResult, Finding
from policycheck.model.grants import Exposure, Grant
from policycheck.model.places import Evidence, Location
from policycheck.model.survey import Survey, VendorRow
from policycheck.reports import kinds, rules, settings, sights, who
from policycheck.reports.listings import LISTINGS
from policycheck.reports.page import Page


@pytest.fixture
def survey(grant: Grant, exposure: Exposure, result: CheckResult) -> Survey:
    key = Grant(
        system="sendgrid",
        account="main",
        principal="key-1",
        name="",
        party="us",
        party_kind="us",
        external=False,
        vendor=None,
        direction="outbound",
        held_by="us",
        external_id="none",
        conditions="",
        evidence=(),
        scopes=("mail.send", "templates.read"),
    )
    held = replace(
        exposure, origin="custom", category=None, subjects=None, place="sendgrid contact.last_ip", via="fields"
    )
    return Survey(
        vendors=(
            VendorRow(
                "sendgrid", "Twilio SendGrid", "transactional_email", "enforce", "", "policies/a.yaml", 2, ("x", "y")
            ),
            VendorRow("newcomer", "", "", "", "", "", 0, ()),
        ),
        grants=(grant, replace(grant, vendor=None, principal="p", name="n", evidence=grant.evidence[:1]), key),
        fields=(held,),
        exposures=(exposure, held),
        coverage=(),
        snapshot=result.snapshot,
    )


def shown(name: str, survey: Survey, *vendors: str) -> str:
    listing = LISTINGS[name]
    return listing.text(listing.rows(survey, vendors), Page(), fit=False)


def test_vendors(survey: Survey) -> None:
    assert shown("vendors", survey) == (
        """\
VENDOR    KIND                 STAGE    OWNER  POLICY           GRANTS  CATEGORIES
newcomer  -                    -        -      none             0       0
sendgrid  transactional_email  enforce  -      policies/a.yaml  2       2
"""
    )


def test_grants(survey: Survey) -> None:
    lines = [line.split("  ") for line in shown("grants", survey).splitlines()]
    assert [[cell.strip() for cell in line if cell] for line in lines] == [
        ["VENDOR", "DIRECTION", "SYSTEM", "ACCOUNT", "PRINCIPAL", "PARTY", "EXTERNAL ID", "SCOPES", "EVIDENCE"],
        [
            "sendgrid",
            "inbound",
            "aws",
            "111122223333",
            "vendor-sendgrid-import",
            "444455556666 (account)",
            "none",
            "-",
            "iam-export aws.json#/RoleDetailList/3 and 1 more",
        ],
        [
            "unclaimed",
            "inbound",
            "aws",
            "111122223333",
            "n",
            "444455556666 (account)",
            "none",
            "-",
            "iam-export aws.json#/RoleDetailList/3",
        ],
        ["internal", "outbound", "sendgrid", "main", "key-1", "us", "-", "mail.send, templates.read", "-"],
    ]


def test_exposures_and_fields(survey: Survey) -> None:
    assert shown("exposures", survey).splitlines()[1:] == [
        "sendgrid  user.device.ip_address  raw   history  readable  member-exports.ip_history  vendor-sendgrid-import"
        "  30,000,000  iam-export aws.json#/RoleDetailList/3",
        "sendgrid  not classified          raw   history  custom    sendgrid contact.last_ip   fields                "
        "  unknown     iam-export aws.json#/RoleDetailList/3",
    ]
    assert len(shown("fields", survey).splitlines()) == 2


def test_rows_are_sorted_and_strangers_come_last(survey: Survey, grant: Grant) -> None:
    stranger = replace(grant, vendor=None)
    shuffled = replace(
        survey, grants=(stranger, grant, replace(grant, principal="a"), replace(grant, vendor="algolia"))
    )
    rows = LISTINGS["grants"].rows(shuffled, ())
    assert rows == [shuffled.grants[3], shuffled.grants[2], grant, stranger]


def test_one_vendor_only(survey: Survey) -> None:
    assert len(shown("grants", survey, "sendgrid").splitlines()) == 2
    assert shown("exposures", survey, "newcomer") == "no exposures\n"


def test_who(exposure: Exposure, finding: Finding, result: CheckResult) -> None:
    at = Location("policies/sendgrid.yaml", 15, 5)
    held = replace(exposure, origin="custom", subjects=None, via="", place="sendgrid contact.last_ip")
    answer = who.Answer(
        category="user.device.ip_address",
        label="an IP address",
        holders=(
            who.Holder(
                "sendgrid", "growth@lumen.example", (FieldRule("user.device", at, ("hashed",)),), (exposure, held)
            ),
            who.Holder("mixpanel", "", (FieldRule("user.device", at, (), ("sent",), until=date(2027, 1, 15)),), ()),
        ),
        unjudged=(replace(exposure, category=None, place="zendesk user.field_7", vendor="zendesk"),),
        not_seen=(replace(finding, message="email-keys could not see all credentials"),),
        stated=(replace(finding, message="nobody lists keys of brevo", accepted="planned: attestation of 2026-10-01"),),
        snapshot=result.snapshot,
    )
    assert "\n".join(who.render(answer, Page())) == (
        """\
user.device.ip_address (an IP address): 2 vendors, snapshot of 2026-11-20T00:00:00Z

sendgrid, owner growth@lumen.example
  can read user.device.ip_address (raw, history, readable, 30,000,000 people):
    member-exports.ip_history via vendor-sendgrid-import, seen on 2026-11-20
    [iam-export aws.json#/RoleDetailList/3]
  has user.device.ip_address (raw, history, custom): sendgrid contact.last_ip, seen on 2026-11-20
    [iam-export aws.json#/RoleDetailList/3]
  may have user.device (hashed, latest, any origin): policies/sendgrid.yaml:15:5

mixpanel
  may have user.device (any form, latest, sent) until 2027-01-15: policies/sendgrid.yaml:15:5; not
    seen

not classified, so perhaps also: zendesk zendesk user.field_7
could not look: email-keys could not see all credentials (policies/sendgrid.yaml:14:1)
  role vendor-sendgrid-import can read ip_history in member-exports (s3:GetObject on
    arn:aws:s3:::lumen-exports/members/2026-11-19.csv)
stated, not seen: nobody lists keys of brevo (planned: attestation of 2026-10-01)"""
    )


def test_who_nobody(result: CheckResult) -> None:
    answer = who.Answer("user.name", "", (), (), (), (), result.snapshot)
    assert list(who.render(answer, Page())) == ["user.name: no vendor, snapshot of 2026-11-20T00:00:00Z"]


RULE = Rule(
    id="PC199",
    name="field-not-allowed",
    title="A field",
    severity="medium",
    outcome="violation",
    since="0.1.0",
    means="One sentence over\nseveral lines.\n\nA second paragraph.",
    why="Because.",
    evidence="A field.",
    fix="Take it away:\n\n    # before\n    fields:\n      - a",
    severity_note="Follows the category.",
)


def test_the_page_of_a_rule() -> None:
    assert "\n".join(rules.page_of(RULE, Page())) == (
        """\
PC199 field-not-allowed: A field
severity medium, outcome violation, since 0.1.0, needs a snapshot, to be fixed by hand

What it means
  One sentence over several lines.

  A second paragraph.

Why it matters
  Because.

What it is told from
  A field.

How to fix it
  Take it away:

      # before
      fields:
        - a

Severity
  Follows the category.

What it serves
  nothing was confirmed yet"""
    )


def test_a_rule_that_needs_nothing_observed_and_holds_the_edit() -> None:
    line = list(rules.page_of(replace(RULE, offline=True, fixable=True), Page()))[1]
    assert line.endswith("since 0.1.0, needs no observed fact, the help holds the edit")


def test_settings_have_their_origin() -> None:
    assert settings.listing([Setting("fail_on", "high", "policycheck.yaml:7")], Page(), fit=False) == [
        "KEY      VALUE  FROM",
        "fail_on  high   policycheck.yaml:7",
    ]


@dataclass(frozen=True)
class Option:
    name: str
    help: str
    required: bool = False


@dataclass(frozen=True)
class Kind:
    type: str
    summary: str = "lists of keys"
    reads: str = "CSV, JSON or YAML files"
    options: tuple[Option, ...] = ()


def test_connector_types_with_their_options() -> None:
    types = [
        Kind("key-inventory", options=(Option("paths", "files, as patterns", True), Option("system", "which"))),
        Kind("attestation"),
    ]
    assert list(kinds.listing(types, Page())) == [
        "key-inventory: lists of keys",
        "  reads CSV, JSON or YAML files",
        "    paths (required): files, as patterns",
        "    system: which",
        "",
        "attestation: lists of keys",
        "  reads CSV, JSON or YAML files",
    ]


def test_what_a_pull_saw_and_did_not(gap: Coverage) -> None:
    whole = replace(gap, connector="iam-export", status="complete", seen=1204, reason="")
    # Families and accounts that were looked at are no facts.
    booked = [replace(whole, resource=resource, seen=7) for resource in ("services", "accounts")]
    unseen = replace(gap, account="", resource="fields", status="unseen", help="")
    assert list(sights.lines([whole, *booked, gap, unseen], Page())) == [
        "iam-export: 1,204 seen, 0 gaps",
        "email-keys: 6 seen, 2 gaps",
        "  partial: credentials of main: line 9 is cut off [keys.csv]",
        "    help: export it again",
        "  unseen: fields: line 9 is cut off [keys.csv]",
    ]
    both = [replace(gap, resource=resource, status="unseen", where="") for resource in ("credentials", "fields")]
    assert list(sights.lines(both, Page()))[1:] == [
        "  unseen: credentials, fields of main: line 9 is cut off",
        "    help: export it again",
    ]


def test_one_reason_for_many_places_is_told_once(gap: Coverage) -> None:
    rows = [
        replace(gap, account=str(account), where=f"sns {region}", reason="sns.list_topics was denied", help="allow it")
        for account in range(5)
        for region in ("eu-west-1", "us-east-1")
    ]
    assert list(sights.lines(rows, Page())) == [
        "email-keys: 30 seen, 10 gaps",
        "  partial: credentials of 0, 1, 2 and 2 more: sns.list_topics was denied [sns eu-west-1, sns",
        "    us-east-1]",
        "    help: allow it",
    ]


@pytest.mark.parametrize(
    ("party", "shown_as"),
    [
        ("arn:aws:iam::444455556666:root", "444455556666:root (account)"),
        ("arn:aws-us-gov:iam::444455556666:role/x", "444455556666:role/x (account)"),
        ("arn:aws:sts::444455556666:assumed-role/x/y", "444455556666:assumed-role/x/y (account)"),
        ("*", "* (account)"),
    ],
)
def test_parties_are_shown_without_what_all_have(survey: Survey, grant: Grant, party: str, shown_as: str) -> None:
    assert f"  {shown_as}  " in shown("grants", replace(survey, grants=(replace(grant, party=party),)))


def test_the_list_of_rules_fits_a_terminal() -> None:
    long = replace(RULE, title="word " * 13)
    assert rules.listing([long], Page(80), fit=True)[0].split() == ["RULE", "SEVERITY", "OUTCOME", "TITLE"]
    assert len(rules.listing([long], Page(100), fit=False)[0].split()) == 5


def test_hostile_rows(survey: Survey, grant: Grant) -> None:
    bad = "\x1b[2J\u202e\n"
    hostile = replace(grant, party=bad, name=bad, evidence=(Evidence(bad, bad),), vendor=bad)
    text = shown("grants", replace(survey, grants=(hostile,)))
    assert all(each.isprintable() or each == "\n" for each in text)
    assert len(text.splitlines()) == 2


def test_places_that_nobody_could_look_at_are_named_up_to_a_few(finding: Finding, result: CheckResult) -> None:
    many = tuple(replace(finding.instances[0], fingerprint=str(n), observed=f"bucket {n}") for n in range(7))
    hidden = replace(finding, message="acme can read data, such as bucket 0", instances=many)
    answer = who.Answer("user.name", "", (), (), (hidden,), (), result.snapshot)
    assert list(who.render(answer, Page()))[2:] == [
        "could not look: acme can read data, such as bucket 0 (policies/sendgrid.yaml:14:1)",
        *(f"  bucket {n}" for n in range(1, 6)),
        "  and 1 more",
    ]


def test_what_to_know_of_what_was_seen_is_told_once(gap: Coverage) -> None:
    whole = replace(gap, status="complete", reason="", note="`keys` is not confirmed by the vendor's reference")
    rows = [whole, replace(whole, account="other"), *(replace(whole, note=f"note {n}") for n in range(3)), gap]
    assert list(sights.outside(rows, Page(200))) == [
        "email-keys: note: `keys` is not confirmed by the vendor's reference; note 0; note 1 and 1 more"
    ]
