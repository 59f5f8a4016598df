"""Wide grants: told by the pattern that grants and by what was seen, never by a resource that was made up."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.facts import Principal
from policycheck.model.findings import Finding
from policycheck.reports.listings import LISTINGS
from policycheck.reports.page import Page
from tests.checks.lab import OURS, ROLE, TEMPLATES, THEIRS, Lab, allow, role, with_external_id

LOGS, AUDIT = "arn:aws:s3:::lumen-logs", "arn:aws:s3:::lumen-audit"
EXPORTS = "arn:aws:s3:::lumen-exports"


def granting(lab: Lab, *statements: dict[str, Any]) -> Lab:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, *statements)]
    return lab


def seen(lab: Lab, *arns: str, account: str = OURS) -> None:
    lab.resources += [{"arn": arn, "account": account, "policy": None} for arn in arns]


def one(lab: Lab, rule: str) -> Finding:
    (found,) = [f for f in lab.judge().findings if f.rule == rule]
    return found


def test_a_grant_on_everything_names_what_is_ours(lab: Lab) -> None:
    found = one(granting(lab, allow("s3:GetObject", "*")), "PC201")
    assert (
        found.instances[0].observed == "vendor-acme may s3:GetObject on *, such as arn:aws:s3:::lumen-exports/members/*"
    )
    assert found.help == (
        "narrow the policies of vendor-acme until the request is refused; or, if the vendor needs it, allow "
        "`s3:GetObject` on what it needs of it, such as `arn:aws:s3:::lumen-exports/members/*`, here with a why"
    )
    (witness,) = found.instances[0].witnesses
    assert (witness.granted, witness.resource) == ("*", "arn:aws:s3:::example/report.csv")


def test_where_nothing_of_ours_is_known_none_is_made_up(lab: Lab) -> None:
    found = one(granting(lab, allow("sqs:ReceiveMessage", "*")), "PC201")
    assert found.instances[0].observed == "vendor-acme may sqs:ReceiveMessage on *"
    assert found.help.endswith("allow `sqs:ReceiveMessage` on the resources that it needs here with a why")


@pytest.mark.parametrize("pattern", [f"{EXPORTS}/*", f"{EXPORTS}/members/2026-??.csv"])
def test_a_pattern_that_names_its_bucket_is_the_edit(lab: Lab, pattern: str) -> None:
    found = one(granting(lab, allow("s3:GetObject", pattern)), "PC201")
    assert found.instances[0].observed == f"vendor-acme may s3:GetObject on {pattern}"
    assert f"allow `s3:GetObject` on `{pattern}` here" in found.help


def test_what_the_policy_allows_already_is_no_example(lab: Lab) -> None:
    lab.acme["access"][0]["allow"].append({"actions": ["s3:GetObject"], "resources": [f"{EXPORTS}/members/*"]})
    seen(lab, AUDIT)
    found = one(granting(lab, allow("s3:GetObject", "*")), "PC201")
    assert found.instances[0].observed.endswith(f"on *, such as {AUDIT}/*")


@pytest.mark.parametrize("resources", [[EXPORTS, f"{EXPORTS}/*"], [f"{EXPORTS}/*", EXPORTS]])
def test_a_bucket_is_what_listing_takes(lab: Lab, resources: list[str]) -> None:
    lab.acme["access"][0]["allow"].append({"actions": ["s3:GetObject"], "resources": [f"{EXPORTS}/*"]})
    found = one(granting(lab, allow(["s3:GetObject", "s3:ListBucket"], resources)), "PC201")
    assert found.instances[0].observed == f"vendor-acme may s3:ListBucket on {EXPORTS}"


def test_listing_under_a_wide_pattern_names_a_bucket(lab: Lab) -> None:
    found = one(granting(lab, allow("s3:ListBucket", "arn:aws:s3:::lumen-*")), "PC201")
    assert found.instances[0].observed == f"vendor-acme may s3:ListBucket on arn:aws:s3:::lumen-*, such as {EXPORTS}"


def test_data_that_no_entry_describes_is_named(lab: Lab) -> None:
    seen(lab, LOGS, AUDIT)
    seen(lab, "arn:aws:s3:::lumen-elsewhere", account=THEIRS)
    found = one(granting(lab, allow("s3:GetObject", "arn:aws:s3:::lumen-*")), "PC107")
    assert found.instances[0].observed == (
        f"vendor-acme may s3:GetObject on arn:aws:s3:::lumen-*, such as {AUDIT}, {EXPORTS}, {LOGS}"
    )


def listed(lab: Lab, *vendors: str) -> str:
    survey, listing = lab.survey(), LISTINGS["exposures"]
    rows = listing.rows(survey, vendors)
    return listing.text(rows, Page(200), False, listing.stopped(survey, vendors), listing.unlisted(survey, vendors))


def test_exposures_tell_what_is_not_in_the_catalog(lab: Lab) -> None:
    seen(lab, LOGS, *(f"{AUDIT}-{number}" for number in range(5)))
    text = listed(granting(lab, allow("s3:GetObject", "*")))
    assert (
        "acme can read 7 resources that no catalog entry describes via vendor-acme (s3:GetObject on *): "
        f"{AUDIT}-0, {AUDIT}-1, {AUDIT}-2, {AUDIT}-3, {AUDIT}-4 and 2 more (--output json names all)"
    ) in " ".join(text.split())
    assert "give each a dataset under catalog/" in text
    assert "no catalog entry" not in listed(lab, "other")
    (found,) = lab.survey().unlisted
    assert (found.vendor, found.account, found.via, len(found.places)) == ("acme", OURS, ROLE, 7)


def test_what_was_not_seen_is_said_to_be_so(lab: Lab) -> None:
    text = listed(granting(lab, allow("dynamodb:GetItem", "*")))
    assert "acme can read data that no catalog entry describes via vendor-acme (dynamodb:GetItem on *): no such" in text


def test_a_described_catalog_leaves_nothing_over(lab: Lab) -> None:
    assert not lab.survey().unlisted


def test_vendors_that_only_names_or_published_accounts_betray(lab: Lab) -> None:
    lab.roles.append(role("datadog-like", with_external_id("464622532012")))
    lab.facts = [Principal("aws", OURS, f"arn:aws:iam::{OURS}:user/brevo-sync", "user", "brevo-sync", "iam", "x")]
    survey = lab.survey()
    rows = {row.vendor: (row.policy, row.grants) for row in survey.vendors}
    assert rows["datadog"] == ("", 1)
    assert rows["brevo"] == ("", 1)
    listing = LISTINGS["grants"]
    text = listing.text(listing.rows(survey, ("brevo", "datadog")), Page(200), fit=False)
    assert [line.split()[0] for line in text.splitlines()[1:3]] == ["brevo?", "datadog?"]
    assert "?: so a name, a published account or issuer has it" in text
