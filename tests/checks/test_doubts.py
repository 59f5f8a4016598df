"""Where a place was not seen whole, nothing firm is said of the vendors that it could concern; of the others it is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from policycheck.checks.doubts import hidden
from policycheck.checks.matrix import matrix
from policycheck.checks.show import survey
from policycheck.model.facts import Coverage
from tests.checks.lab import OURS, ROLE, TEMPLATES, TODAY, Lab, allow, role, trust, with_external_id

BROKEN = "%7Bbroken"
Spoil = Callable[[Lab], None]


@pytest.fixture
def pair(lab: Lab) -> Lab:
    """Two vendors that are allowed a phone number and do not have one; only acme could come in through AWS."""
    lab.acme["fields"].append({"category": "user.contact.phone_number", "why": "text messages"})
    other = copy.deepcopy(lab.acme)
    other.update(vendor="other", name="Other", recognise={"keys": ["other-*"], "hosts": ["api.other.example"]})
    other["access"] = [{"system": "other", "held_by": "us", "scopes": ["mail.send"]}]
    lab.policies["other"] = other
    exports: list[dict[str, Any]] = [
        {"name": "other-keys", "type": "key-inventory", "system": "other", "paths": ["other.csv"]},
        {"name": "other-fields", "type": "vendor-fields", "system": "other", "paths": ["other.json"]},
    ]
    lab.config["connectors"] += exports
    (lab.root / "other.csv").write_text(
        "id,name,scopes,created,last_used,expires\nk2,other-live,mail.send,2026-10-01,2026-11-19,2027-01-01\n"
    )
    (lab.root / "other.json").write_text('[{"name": "email", "type": "text"}]')
    return lab


def seen(lab: Lab) -> tuple[set[tuple[str, str | None]], dict[str, str], frozenset[str]]:
    """The firm negatives, the state of the phone number at each vendor, and the vendors that may have more."""
    from policycheck.checks.check import check

    with lab.snapshot(TODAY, "2026-11-20T00:00:00Z") as (project, snapshot):
        result = check(project, snapshot, TODAY)
        cells = matrix(project, survey(project, snapshot, TODAY), result).cells
    firm = {(f.rule, f.vendor) for f in result.findings if f.rule in ("PC401", "PC212")}
    states = {each.vendor: each.state for each in cells if each.category == "user.contact.phone_number"}
    return firm, states, hidden(result.doubts)


def unread_trust(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", BROKEN, TEMPLATES)]


def another_unread_trust(lab: Lab) -> None:
    lab.roles.append(role("job", BROKEN, TEMPLATES))


def unread_entry(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, Arn=None)]


def unread_policy_of_its_role(lab: Lab) -> None:
    lab.roles[0]["RolePolicyList"].append({"PolicyName": "more", "PolicyDocument": BROKEN})


def unread_bucket_policy(lab: Lab) -> None:
    lab.resources[0]["policy"] = BROKEN


def unread_file(lab: Lab) -> None:
    (lab.root / "exports").mkdir(exist_ok=True)
    (lab.root / "exports/iam2.json").write_text("{")


def gap(system: str, resource: str, account: str = "") -> Spoil:
    def spoil(lab: Lab) -> None:
        lab.coverage.append(Coverage("live", "live", system, account, resource, "partial", "x", 1, "denied"))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "doubted"),
    [
        (unread_trust, {"acme"}),
        (another_unread_trust, {"acme"}),
        (unread_entry, {"acme"}),
        (unread_policy_of_its_role, {"acme"}),
        (unread_bucket_policy, {"acme"}),
        (unread_file, {"acme"}),
        (gap("aws", "trusts", OURS), {"acme"}),
        (gap("acme", "fields"), {"acme"}),
        (gap("other", "fields"), {"other"}),
        (gap("", "samples"), {"other"}),
        (gap("", "attestations"), {"acme", "other"}),
        (gap("cognito", "credentials"), {"acme", "other"}),
    ],
)
def test_nothing_firm_is_said_of_whom_it_could_concern(pair: Lab, spoil: Spoil, doubted: set[str]) -> None:
    spoil(pair)
    firm, states, found = seen(pair)
    assert found == doubted
    assert {vendor: state == "unknown" for vendor, state in states.items()} == {
        "acme": "acme" in doubted,
        "other": "other" in doubted,
    }
    assert firm == {("PC401", vendor) for vendor in ("acme", "other") if vendor not in doubted}


def unread_policy_of_another_role(lab: Lab) -> None:
    lab.roles.append(role("job", trust({"Service": "lambda.amazonaws.com"})))
    lab.roles[-1]["RolePolicyList"] = [{"PolicyName": "more", "PolicyDocument": BROKEN}]


def test_a_policy_of_a_resource_that_cannot_be_read_is_told(lab: Lab) -> None:
    unread_bucket_policy(lab)
    (found,) = lab.judge().findings
    assert (found.rule, found.message) == ("PC601", "a policy document could not be read: it is not valid JSON")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lab: None,
        unread_policy_of_another_role,
        gap("aws", "uses", OURS),
        gap("aws", "controls", OURS),
        gap("acme", "credentials.last_used"),
        gap("third", "fields"),
    ],
)
def test_what_hides_nothing_changes_nothing(pair: Lab, spoil: Spoil) -> None:
    spoil(pair)
    assert seen(pair) == (
        {("PC401", "acme"), ("PC401", "other")},
        {"acme": "declared", "other": "declared"},
        frozenset(),
    )


def test_what_a_statement_stands_for_is_no_doubt(pair: Lab) -> None:
    pair.keys[1] = pair.keys[1].replace("mail.send", "")
    assert seen(pair)[2] == frozenset(), "scopes of our key hide nothing"
    pair.config["connectors"] = [c for c in pair.config["connectors"] if c["name"] != "acme-fields"]
    assert seen(pair)[2] == {"acme"}


def test_a_role_that_ours_may_enter_is_not_said_to_keep_the_vendor_out(pair: Lab) -> None:
    """The vendor may come by way of a role whose trust cannot be read."""
    pair.roles = [role("vendor-acme", trust({"AWS": f"arn:aws:iam::{OURS}:root"}), TEMPLATES)]
    assert ("PC212", "acme") in seen(pair)[0]
    another_unread_trust(pair)
    assert ("PC212", "acme") not in seen(pair)[0]
    pair.roles[0] = role("vendor-acme", trust({"Service": "lambda.amazonaws.com"}), TEMPLATES)
    assert ("PC212", "acme") in seen(pair)[0]


def test_a_principal_is_not_missing_from_an_account_that_was_half_seen(pair: Lab) -> None:
    pair.acme["access"][0]["principals"] = [ROLE, f"arn:aws:iam::{OURS}:role/gone"]
    pair.roles.append(role("job", trust({"Service": "lambda.amazonaws.com"}), allow("s3:ListBucket", "*")))
    pair.acme["fields"].pop()
    assert ("PC401", "acme") in seen(pair)[0]
    gap("aws", "principals", OURS)(pair)
    assert ("PC401", "acme") not in seen(pair)[0]
