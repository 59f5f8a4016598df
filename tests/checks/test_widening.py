"""What a revision newly allows, on real project files: every way to widen shows at every vendor that it touches."""

from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.aws.engine import Engine
from policycheck.checks.widening import widening
from policycheck.model.drift import MILDER, NARROWER, OPEN
from tests.checks.editions import POLICY, TODAY, changed, project, told, written


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return written(tmp_path / "old")


def test_nothing_changed(before: Path) -> None:
    assert widening(project(before), project(before), TODAY) == ()


# Fields

IP = "user.device.ip_address"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        # a profile, at every vendor that extends it
        (
            "policycheck.yaml", "never: [user.device.ip_address]", "never: []",
            [f"{v}: {IP} (hashed) (profile eu no longer forbids {IP})" for v in ("acme", "beta")],
        ),
        # a vendor that leaves its profile
        (
            "policies/acme.yaml", "extends: [eu]\n", "",
            [f"acme: {IP} (hashed) (profile eu no longer forbids {IP})"],
        ),
        # a form
        ("policies/acme.yaml", "forms: [hashed]", "forms: [hashed, raw]", ["acme: user.device (raw)"]),
        # a depth
        ("policies/acme.yaml", "- category: user.contact.email", "- {category: user.contact.email, depth: history}",
         ["acme: user.contact.email (raw, history)"]),
        # an ancestor: what is below it is not told again
        ("policies/acme.yaml", "category: user.contact.email", "category: user.contact", ["acme: user.contact (raw)"]),
        # an end that moves
        ("policies/acme.yaml", "until: 2026-12-31", "until: 2027-12-31",
         ["acme: user.name.first (raw) from 2027-01-01 on"]),
        ("policies/acme.yaml", ", until: 2026-12-31", "", ["acme: user.name.first (raw) from 2027-01-01 on"]),
    ],
)  # fmt: skip
def test_fields(before: Path, file: str, old: str, new: str, expected: list[str]) -> None:
    changes = changed(before, file, old, new)
    assert told(changes) == expected
    assert all(change.at for change in changes)


def test_a_default_that_goes_touches_every_vendor_that_may_have_it(before: Path) -> None:
    for name in ("acme", "beta"):
        path = before / f"policies/{name}.yaml"
        path.write_text(path.read_text().replace("  - category: user.contact.email", "  - category: user"))
    changes = changed(before, "policycheck.yaml", "never: [user.financial]", "never: []")
    assert told(changes) == [
        f"{vendor}: user.financial (raw) (defaults no longer forbids user.financial)" for vendor in ("acme", "beta")
    ]


def test_the_needs_of_another_kind(before: Path) -> None:
    path = before / "policies/acme.yaml"
    text = path.read_text()
    start, end = text.index("fields:"), text.index("access:")
    path.write_text(text[:start] + text[end:])
    changes = changed(before, "policies/acme.yaml", "kind: transactional_email", "kind: sms_voice")
    assert any("the kind sms_voice needs it" in each for each in told(changes))


def test_a_narrower_field_is_no_widening(before: Path) -> None:
    changes = changed(before, "policies/acme.yaml", "forms: [hashed]", "forms: [tokenised]")
    assert told(changes) == []
    assert told(changes, NARROWER) == ["acme: user.device (hashed)"]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("policycheck.yaml", "never: [user.financial]", "never: []",
         [f"{v}: user.financial is no longer forbidden: where found, judged less severely than by PC102 "
          "(through defaults)" for v in ("acme", "beta")]),
        ("policycheck.yaml", "never: [user.device.ip_address]", "never: []",
         [f"{v}: user.device.ip_address is no longer forbidden: where found, judged less severely than by PC102 "
          "(through profile eu)" for v in ("acme", "beta")]),
        ("policies/acme.yaml", "extends: [eu]\n", "",
         ["acme: user.device.ip_address is no longer forbidden: where found, judged less severely than by PC102 "
          "(through profile eu)"]),
        ("policies/acme.yaml", "never: [user.behavior, user.account]", "never: []",
         ["acme: user.behavior, user.account are no longer forbidden: where found, judged less severely than by PC102 "
          "(through its own list)"]),
    ],
)  # fmt: skip
def test_what_is_no_longer_forbidden_is_judged_less_severely(
    before: Path, file: str, old: str, new: str, expected: list[str]
) -> None:
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text() + "never: [user.behavior, user.account]\n")
    changes = changed(before, file, old, new)
    assert told(changes, MILDER) == expected
    assert all(change.at and change.at.path == file for change in changes if change.sense == MILDER)


def test_what_another_entry_still_forbids_is_no_change(before: Path) -> None:
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text() + "never: [user.financial]\n")
    changes = changed(before, "policies/acme.yaml", "never: [user.financial]\n", "")
    assert told(changes, MILDER) == []
    more = changed(before, "policies/acme.yaml", "owner:", "never: [user.behavior]\nowner:")
    assert told(more, NARROWER) == ["acme: user.behavior is forbidden now (through its own list)"]


# Access


@pytest.mark.parametrize(
    ("old", "new", "start"),
    [
        # a wildcard in the action, in the resource; each with a request as proof
        ("[s3:GetObject]", '["s3:Get*"]', "acme: s3:Get* on arn:aws:s3:::lumen-templates/*, for example s3:Get"),
        ("lumen-templates/*", "lumen-*",
         "acme: s3:GetObject on arn:aws:s3:::lumen-*, for example s3:GetObject on arn:aws"),
        # every account
        ("    in: [prod]\n", "", "acme: s3:GetObject on arn:aws:s3:::lumen-templates/*"),
        # every principal
        ('role/acme"]', 'role/*"]', "acme: s3:GetObject on arn:aws:s3:::lumen-templates/*"),
        # a managed policy by name, and one whose text is no longer held
        ("aws_managed: SecurityAudit, sha256", "aws_managed: ReadOnlyAccess, sha256",
         "acme: AWS managed policy ReadOnlyAccess"),
        (", sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "",
         "acme: AWS managed policy SecurityAudit, whatever it holds by then"),
        # scopes
        ('scopes: ["read:org"]', 'scopes: ["read:org", "repo"]',
         "acme: repo at github (the vendor holds the credential)"),
        # requirements
        ("external_id: unique", "external_id: any", "acme: aws: ExternalId any instead of unique"),
        ("external_id: unique, ", "", "acme: aws: ExternalId not required instead of unique"),
        ("max_session: 1h", "max_session: 2h", "acme: aws: sessions up to 7200 seconds instead of 3600"),
        (", key_expiry: 30d", "", "acme: aws: keys up to any length instead of 30 days"),
        ("192.0.2.0/24", "192.0.0.0/16", "acme: aws: from 192.0.0.0/16 too"),
        (', source_ips: ["192.0.2.0/24"]', "", "acme: aws: from any address instead of 192.0.2.0/24"),
        # windows
        ("until: 2027-03-31\n    allow", "until: 2028-03-31\n    allow",
         "acme: access to aws until 2028-03-31, not 2027-03-31"),
        ("    until: 2027-03-31\n", "", "acme: access to aws without an end, not 2027-03-31"),
    ],
)  # fmt: skip
def test_access(before: Path, old: str, new: str, start: str) -> None:
    changes = changed(before, "policies/acme.yaml", old, new)
    wider = told(changes)
    assert wider
    assert any(each.startswith(start) for each in wider), wider
    assert {change.vendor for change in changes} == {"acme"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[s3:GetObject]", "[S3:getobject]"),
        ("lumen-templates/*", "lumen-templates/mail/*"),
        ("192.0.2.0/24", "192.0.2.128/25"),
        ("max_session: 1h", "max_session: 3600s"),
        ("until: 2027-03-31\n    allow", "until: 2027-01-31\n    allow"),
    ],
)
def test_what_is_the_same_or_less_is_no_widening(before: Path, old: str, new: str) -> None:
    assert told(changed(before, "policies/acme.yaml", old, new)) == []


def test_a_group_that_grows_touches_every_vendor_in_it(before: Path) -> None:
    changes = changed(before, "policycheck.yaml", 'prod: ["111122223333"]', 'prod: ["111122223333", "222233334444"]')
    wider = told(changes)
    for vendor in ("acme", "beta"):
        assert any(
            each.startswith(f"{vendor}: s3:GetObject") and "in 222233334444 (through the group prod)" in each
            for each in wider
        )


def test_an_entry_that_names_another_principal_is_new(before: Path) -> None:
    (wider,) = [
        each for each in told(changed(before, "policies/acme.yaml", "role/acme", "role/other")) if "s3:" in each
    ]
    assert " by role/other in 111122223333" in wider


def test_a_comparison_that_cannot_be_decided_is_open(before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    was = project(before)
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text().replace("lumen-templates/*", "lumen-*-templates/*"))
    monkeypatch.setattr("policycheck.checks.widening.Engine", lambda: Engine(budget=1))
    changes = [each for each in widening(was, project(before), TODAY) if each.area == "access"]
    assert {each.sense for each in changes} == {OPEN}
    assert "its AWS access may be wider (" in changes[0].what


# Who is recognised


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("policies/acme.yaml", '["444455556666"]', '["444455556666", "999999999999"]',
         "acme: 999999999999 (aws_accounts) is now recognised as acme"),
        ("policies/acme.yaml", '["444455556666"]', '["444455556666"]\n  hosts: [api.acme.example]',
         "acme: api.acme.example (hosts) is now recognised as acme"),
        ("policycheck.yaml", 'own_accounts: ["111122223333"]', 'own_accounts: ["111122223333", "999999999999"]',
         "*: account 999999999999 is ours: nobody there is a stranger"),
        ("policycheck.yaml", "own_hosts: [lumen.example]", "own_hosts: [lumen.example, pixel.example]",
         "*: host pixel.example is ours: what is sent there goes to no vendor"),
        ("policycheck.yaml", "own_hosts:", "own_organizations: [o-a1b2c3d4e5]\nown_hosts:",
         "*: organization o-a1b2c3d4e5 is ours: nobody there is a stranger"),
    ],
)  # fmt: skip
def test_who_is_newly_recognised_comes_first(before: Path, file: str, old: str, new: str, expected: str) -> None:
    path = before / "policies/acme.yaml"
    was = project(before)
    path.write_text(path.read_text().replace("forms: [hashed]", "forms: [raw]"))
    changed_file = before / file
    changed_file.write_text(changed_file.read_text().replace(old, new))
    changes = widening(was, project(before), TODAY)
    assert told(changes)[0] == expected
    assert changes[0].area == "recognised"
    assert changes[0].at


def test_a_new_vendor_is_told_whole(before: Path) -> None:
    was = project(before)
    text = POLICY.replace("VENDOR", "newcomer").replace("ACCOUNT", "666677778888")
    (before / "policies/newcomer.yaml").write_text(text)
    wider = told(widening(was, project(before), TODAY))
    assert wider[0] == "newcomer: 666677778888 (aws_accounts) is now recognised as newcomer"
    assert {
        "newcomer: a policy for newcomer, at stage enforce",
        "newcomer: user.contact.email (raw)",
        "newcomer: read:org at github (the vendor holds the credential)",
        "newcomer: AWS managed policy SecurityAudit by role/newcomer in 111122223333 (through the group prod)",
    } <= set(wider)


def test_a_vendor_that_goes_is_judged_less_severely(before: Path) -> None:
    was = project(before)
    (before / "policies/beta.yaml").unlink()
    changes = widening(was, project(before), TODAY)
    assert told(changes) == []
    assert told(changes, MILDER) == [
        "beta: its policy is gone: what it has is judged as that of a vendor without one (PC202), or of nobody; "
        "no longer recognised: 555566667777 (aws_accounts)"
    ]
    assert "beta: user.contact.email (raw)" in told(changes, NARROWER)


# What no longer fails a run

EXCEPTION = """\
exceptions:
  - {rule: PC301, match: {key: old}, reason: up, owner: a@x.example, approved_by: b@x.example, expires: 2027-01-15}
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("policies/acme.yaml", "stage: enforce", "stage: observe",
         "acme: stage observe, was enforce: its findings no longer fail a run"),
        ("policies/acme.yaml", "review:", EXCEPTION + "review:",
         "acme: exception for PC301 key=old until 2027-01-15 (up)"),
        ("policies/acme.yaml", "stage: enforce", "stage: enforce # policycheck: ignore[PC101] known",
         "acme: a comment ignores PC101 in policies/acme.yaml (known)"),
        ("policies/acme.yaml", "review:",
         "observe:\n  - {system: acme, by: attestation, every_days: 90, reason: no call}\nreview:",
         "acme: nothing needs to look at acme; it is stated every 90 days (no call)"),
        ("policies/acme.yaml", "every_days: 90}", "every_days: 170}", "acme: reviewed every 170 days, was every 90"),
        ("policies/acme.yaml", 'contract: {dpa: "https://contracts.lumen.example/acme", ends: 2027-03-31}\n', "",
         "acme: contract has no end, was 2027-03-31: PC501 never comes"),
        ("policies/acme.yaml", "kind: transactional_email", "kind: support_desk",
         "acme: kind support_desk, was transactional_email"),
        ("policycheck.yaml", "key_max_age_days: 90", "key_max_age_days: 400",
         "acme: keys may be 400 days, was 90 days"),
        ("policycheck.yaml", "key_max_age_days: 90, ", "", "beta: keys may be without limit, was 90 days"),
        ("policycheck.yaml", "fail_on: medium", "fail_on: critical",
         "*: findings fail a run from critical on, was medium"),
        ("policycheck.yaml", "paths: [aws.json]", "paths: [none.json]",
         "*: connector iam may look at less: paths changed"),
        ("policycheck.yaml", "name: iam,", "name: other,",
         "*: connector iam (aws-authorization-details) no longer looks"),
        ("catalog/members.yaml", "  ip: user.device.ip_address\n", "",
         "*: members.ip counts as nothing about people, was user.device.ip_address (raw, latest) (in the catalog)"),
        ("catalog/members.yaml", ', "arn:aws:s3:::lumen-old/*"', "",
         "*: members no longer describes arn:aws:s3:::lumen-old/* (in the catalog)"),
    ],
)  # fmt: skip
def test_what_accepts_or_hides(before: Path, file: str, old: str, new: str, expected: str) -> None:
    assert expected in told(changed(before, file, old, new))


def test_an_exception_for_longer(before: Path) -> None:
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text() + EXCEPTION)
    changes = changed(before, "policies/acme.yaml", "2027-01-15", "2027-02-15")
    assert told(changes) == ["acme: exception for PC301 key=old until 2027-02-15, not 2027-01-15 (up)"]


def test_an_entry_of_the_baseline(before: Path) -> None:
    was = project(before)
    (before / "policycheck.baseline").write_text(
        f"PC203 - {'a' * 16} {'b' * 16} high -  # a stranger\nPC101 acme {'c' * 16} {'d' * 16} high -\n"
    )
    assert told(widening(was, project(before), TODAY)) == [
        "*: PC203 in the baseline: a stranger",
        f"acme: PC101 in the baseline: {'c' * 16}",
    ]


def test_a_catalog_that_says_there_is_nothing(before: Path) -> None:
    was = project(before)
    (before / "catalog/more.yaml").write_text(
        'dataset: logs\nlocations: ["arn:aws:s3:::lumen-logs/*"]\nfields: none\nwhy: "builds"\n'
    )
    assert told(widening(was, project(before), TODAY)) == [
        "*: logs describes arn:aws:s3:::lumen-logs/* now: it holds nothing about people (builds)"
    ]


def test_an_override(before: Path) -> None:
    was = project(before)
    (before / "overrides").mkdir()
    (before / "overrides/a.yaml").write_text(
        "fields:\n  - {field: contact.nick, category: none, vendor: acme, why: x}\n"
    )
    assert told(widening(was, project(before), TODAY)) == [
        "acme: field contact.nick is none, was judged by rules (by an override)"
    ]
