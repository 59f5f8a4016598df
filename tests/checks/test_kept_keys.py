"""Copies of vendors' keys that we keep: a real project, the facts of a live pull in its snapshot, the real check."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.facts import Credential
from policycheck.model.findings import Finding
from tests.checks.lab import OURS, Lab
from tests.checks.test_ways_out import Sending

STORE = "arn:aws:secretsmanager:eu-west-1:111122223333:secret"
KNOWS = ("created", "last_used", "status")


@pytest.fixture
def keeping(lab: Lab) -> Sending:
    made = Sending(lab.root)
    made.acme["limits"] = {"key_max_age_days": 90, "unused_after_days": 30}
    made.acme["recognise"]["keys"] = ["acme-*"]
    return made


def secret(name: str, **keys: Any) -> Credential:
    """A secret that was changed and read yesterday."""
    told: dict[str, Any] = {"created": "2026-11-19T10:00:00Z", "last_used": "2026-11-19T00:00:00Z", **keys}
    told = {"knows": KNOWS, "status": "active", "kept_in": "Secrets Manager", **told}
    return Credential("aws", OURS, f"{STORE}:{name}", name, "iam", f"list {name}", holder="us", **told)


def findings(lab: Sending, *kept: Credential) -> list[Finding]:
    """What is found of copies of keys."""
    lab.sent = kept
    return [f for f in lab.judge().findings if f.instances[0].subject and "secret:" in str(f.instances)]


OLD = {"created": "2026-08-01T10:00:00Z"}
UNREAD = {"last_used": "2026-10-01T00:00:00Z"}


@pytest.mark.parametrize(
    "kept", [{"name": "acme-live"}, {"name": "prod/acme-live"}, {"name": "x", "tags": (("vendor", "Acme Mail"),)}]
)
def test_a_copy_is_as_old_as_its_last_change(keeping: Sending, kept: dict[str, Any]) -> None:
    (found,) = findings(keeping, secret(**kept, **OLD))
    name = kept["name"]
    assert (found.rule, found.vendor, found.message) == (
        "PC301",
        "acme",
        f"our copy of acme's key {name} is older than 90 days",
    )
    assert found.instances[0].observed == f"{name} in Secrets Manager was last changed on 2026-08-01: 111 days ago"


def test_a_copy_that_nobody_reads(keeping: Sending) -> None:
    (found,) = findings(keeping, secret("acme-live", **UNREAD))
    assert (found.rule, found.message) == ("PC302", "our copy of acme's key acme-live has not been read for 30 days")
    (never,) = findings(keeping, secret("acme-live", last_used=None, created="2026-09-01T00:00:00Z"))
    assert never.instances[0].observed == "acme-live in Secrets Manager was never read since 2026-09-01"


@pytest.mark.parametrize(
    "kept",
    [
        secret("acme-live"),
        secret("acme-live", status="disabled", **OLD),
        secret("acme-live", last_used=None, knows=("created",), kept_in="Parameter Store"),
        secret("db-password", **OLD, **UNREAD),
        secret("sendgrid-from-address", kept_in="Parameter Store, not encrypted"),
    ],
)
def test_what_is_no_matter(keeping: Sending, kept: Credential) -> None:
    assert not findings(keeping, kept)


def test_a_copy_in_another_region_counts_as_used(keeping: Sending) -> None:
    assert not findings(keeping, secret("acme-live", **UNREAD), secret("acme-live"))


def test_without_limits_nothing_is_too_old(keeping: Sending) -> None:
    keeping.acme["limits"] = {}
    assert not findings(keeping, secret("acme-live", **OLD, **UNREAD))


@pytest.mark.parametrize(
    ("where", "lies"),
    [
        ("Secrets Manager", f"lies in Secrets Manager of account {OURS}"),
        ("Parameter Store, not encrypted", f"lies in Parameter Store of account {OURS}, not encrypted"),
    ],
)
def test_a_vendor_that_only_a_secret_speaks_of(keeping: Sending, where: str, lies: str) -> None:
    (found,) = findings(keeping, secret("prod/sendgrid-api-key", kept_in=where))
    assert (found.rule, found.vendor, found.message) == (
        "PC202",
        "sendgrid",
        "we keep what looks like a key of Twilio SendGrid, which has no policy",
    )
    assert found.instances[0].observed == f"prod/sendgrid-api-key {lies}"


@pytest.fixture
def named(keeping: Sending) -> Sending:
    """A vendor whose policy has no entry for keys and declares none."""
    keeping.policies["sendgrid"] = {**keeping.acme, "vendor": "sendgrid", "name": "Twilio SendGrid"}
    keeping.policies["sendgrid"].update(recognise={}, access=[])
    return keeping


def test_a_name_that_looks_like_a_vendor_with_a_policy_is_a_question(named: Sending) -> None:
    (found,) = findings(named, secret("prod/SENDGRID_API_KEY"))
    assert (found.rule, found.vendor, found.severity.word, found.outcome) == ("PC203", "sendgrid", "medium", "gap")
    assert found.message == (
        "secret prod/SENDGRID_API_KEY is called like Twilio SendGrid, and no entry of its policy says whether it is"
    )
    assert found.help == (
        "if it is, add `recognise: {keys: [prod/SENDGRID_API_KEY]}` to policies/sendgrid.yaml; "
        "if it is another's, add it there; if it is ours, accept this with the reason"
    )
    named.policies["sendgrid"]["recognise"] = {"keys": ["prod/SENDGRID_API_KEY"]}
    assert not findings(named, secret("prod/SENDGRID_API_KEY"))


def test_a_policy_hides_no_key_that_is_told_of_without_one(named: Sending) -> None:
    kept = secret("prod/SENDGRID_API_KEY")
    (found,) = findings(named, kept)
    del named.policies["sendgrid"]
    (named.root / "policies/sendgrid.yaml").unlink()
    (without,) = findings(named, kept)
    assert (found.rule, without.rule) == ("PC203", "PC202")


def test_a_question_is_as_old_as_a_claimed_copy(named: Sending) -> None:
    found = findings(named, secret("SENDGRID_API_KEY", **OLD))
    assert [each.rule for each in found] == ["PC203", "PC301"]
    assert found[1].message == "SENDGRID_API_KEY, which looks like a key of sendgrid, is older than 90 days"


@pytest.mark.parametrize("value", ["sendgrid", "Twilio SendGrid"])
def test_a_tag_claims_what_the_policy_must_then_declare(named: Sending, value: str) -> None:
    kept = secret("x", tags=(("vendor", value),))
    (found,) = findings(named, kept)
    assert (found.rule, found.vendor, found.severity.word) == ("PC208", "sendgrid", "medium")
    assert found.message == ("secret x is tagged as a key of Twilio SendGrid, and its policy declares no key of ours")
    assert "`recognise: {keys: [x]}`" in found.help
    named.policies["sendgrid"]["access"] = [{"system": "sendgrid", "held_by": "us", "scopes": ["mail.send"]}]
    assert not findings(named, kept)
    (old,) = findings(named, secret("x", tags=(("vendor", value),), **OLD))
    assert old.message == "our copy of sendgrid's key x is older than 90 days"


def test_secrets_of_nobody_are_no_grants(keeping: Sending) -> None:
    keeping.sent = (secret("db-password"), secret("acme-live"))
    assert [grant.name for grant in keeping.survey().grants if grant.system == "aws" and grant.held_by == "us"] == [
        "acme-live"
    ]
