"""What an edit of a project's files changes beside fields and access: whether a finding may be none any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.checks.widening import widening
from policycheck.model.drift import CHANGED, MILDER, NARROWER, WIDER
from policycheck.model.facts import Attestation
from policycheck.model.places import Location
from tests.checks.editions import TODAY, changed, project, told, written

LONG = "Acme and Sons, " * 9 + "Incorporated"
MAIL = "- category: user.contact.email"
OWN = "own_hosts: [lumen.example]"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return written(tmp_path / "old")


@pytest.mark.parametrize(
    ("old", "new", "sense", "expected"),
    [
        ("ends: 2027-03-31", "ends: 2037-03-31", WIDER,
         "contract ends on 2037-03-31, was 2027-03-31: PC501 comes later"),
        ("ends: 2027-03-31", "ends: 2027-01-31", NARROWER,
         "contract ends on 2027-01-31, was 2027-03-31: PC501 comes earlier"),
        (", ends: 2027-03-31", "", WIDER, "contract has no end, was 2027-03-31: PC501 never comes"),
        ('dpa: "https://contracts.lumen.example/acme", ', "", NARROWER,
         "contract.dpa is not set, was https://contracts.lumen.example/acme: PC505 asks for it"),
        ("contracts.lumen.example/acme", "papers.lumen.example/acme", CHANGED,
         "contract.dpa is https://papers.lumen.example/acme, was https://contracts.lumen.example/acme"),
        ("ends: 2027-03-31}", "ends: 2027-03-31, regions: [eu, us]}", CHANGED,
         "contract.regions is eu, us, was not set"),
        ("ends: 2027-03-31}", "ends: 2027-03-31, subprocessors: [{name: Sub, for: mail, region: us}]}", CHANGED,
         "contract.subprocessors is Sub us mail, was not set"),
        ("owner: growth@lumen.example\n", "", NARROWER,
         "owner is not set, was growth@lumen.example: PC505 asks for it"),
        ("owner: growth@", "owner: sales@", CHANGED, "owner is sales@lumen.example, was growth@lumen.example"),
        ("owner:", "use: [essential]\nowner:", WIDER, "use is essential, was not set: PC505 no longer asks for it"),
        ("owner:", "role: processor\nowner:", CHANGED, "role is processor, was not set"),
        ("owner:", "subjects: [customer]\nowner:", CHANGED, "subjects is customer, was not set"),
        ("owner:", "legal_name: " + LONG + "\nowner:", CHANGED, f"legal_name is {LONG[:79]}…, was not set"),
        ("last: 2026-09-01", "last: 2026-11-01", WIDER,
         "last reviewed on 2026-11-01, was 2026-09-01: due on 2027-01-30"),
        ("last: 2026-09-01", "last: 2026-08-01", NARROWER,
         "last reviewed on 2026-08-01, was 2026-09-01: due on 2026-10-30"),
        # a review of tomorrow is none
        ("last: 2026-09-01", "last: 2026-11-21", NARROWER, "last reviewed on 2026-11-21, was 2026-09-01"),
        ("by: privacy@", "by: legal@", CHANGED, "review.by is legal@lumen.example, was privacy@lumen.example"),
        (", every_days: 90}", ", every_days: 30}", NARROWER, "reviewed every 30 days, was every 90"),
        ("owner:", "integrations: {live: {kind: sms_voice, tenant: t1}}\nowner:", WIDER,
         "integration live is kind sms_voice and tenant t1, was not there"),
        ("owner:", "integrations: {live: {}}\nowner:", WIDER,
         "integration live is without kind and tenant, was not there"),
        (MAIL, "- {category: user.contact.email, why: mail}", WIDER,
         "user.contact.email: the why is mail, was not set: PC109 no longer asks for one"),
        (MAIL, "- {category: user.contact.email, keep_days: 30}", CHANGED,
         "user.contact.email: keep_days is 30, was not set"),
        ("stage: enforce", "stage: enforce\nextends: [eu]", CHANGED, ""),
        ("    until: 2027-03-31\n", "    until: 2027-03-31\n    ticket: SEC-1\n", CHANGED,
         "access is written in another way, and allows the same"),
    ],
)  # fmt: skip
def test_paper(before: Path, old: str, new: str, sense: str, expected: str) -> None:
    if "extends" in new:
        old, new, expected = "extends: [eu]\n", "extends: [eu, plain]\n", "extends is eu, plain, was eu"
        config = before / "policycheck.yaml"
        config.write_text(config.read_text().replace("profiles:\n", "profiles:\n  plain: {}\n"))
    changes = changed(before, "policies/acme.yaml", old, new)
    assert told(changes, sense) == [f"acme: {expected}"]
    assert len(changes) == 1
    assert changes[0].at
    assert changes[0].at.path == "policies/acme.yaml"


def test_a_why_that_goes_or_is_another(before: Path) -> None:
    first = changed(before, "policies/acme.yaml", MAIL, "- {category: user.contact.email, why: mail}")
    other = changed(before, "policies/acme.yaml", "why: mail", "why: letters")
    gone = changed(before, "policies/acme.yaml", ", why: letters", "")
    assert [each[0].sense for each in (first, other, gone)] == [WIDER, CHANGED, NARROWER]


def test_a_review_of_tomorrow_stays_none_when_it_moves(before: Path) -> None:
    changed(before, "policies/acme.yaml", "last: 2026-09-01", "last: 2026-11-21")
    assert [each.sense for each in changed(before, "policies/acme.yaml", "2026-11-21", "2026-11-22")] == [CHANGED]


def test_a_review_that_begins_and_ends(before: Path) -> None:
    # Another profile would set its own.
    config = before / "policycheck.yaml"
    config.write_text(config.read_text().replace(", review: {every_days: 180}", ""))
    line = "review: {last: 2026-09-01, by: privacy@lumen.example, every_days: 90}\n"
    assert told(changed(before, "policies/acme.yaml", line, "")) == ["acme: reviewed never, was every 90"]
    back = changed(before, "policies/acme.yaml", "contract:", f"{line}contract:")
    assert told(back, NARROWER) == ["acme: reviewed every 90 days, was never"]


@pytest.mark.parametrize(
    ("old", "new", "sense", "expected", "line"),
    [
        (OWN, OWN + "\nown_apps: [ci-*]", WIDER, "app ci-* is ours: nobody judges what it may do", 5),
        (OWN + "\n", "", NARROWER, "host lumen.example is no longer ours", 1),
        (OWN, OWN + "\nbaseline: known.txt", WIDER,
         "findings in known.txt are accepted as known, was policycheck.baseline", 5),
        (OWN, OWN + "\nsnapshots: {max_age_days: 30}", WIDER, "a snapshot may be 30 days old, was 7", 5),
        (OWN, OWN + "\nsnapshots: {max_age_days: 3}", NARROWER, "a snapshot may be 3 days old, was 7", 5),
        (OWN, OWN + "\nsnapshots: {keep_days: 30}", CHANGED, "snapshots.keep_days is 30, was 800", 5),
        (OWN, OWN + '\nrules: "2026.11"', WIDER, "rules pinned to 2026.11, was not set", 5),
        ('lab: ["123456789012"]', 'lab: ["222233334444"]', CHANGED, "groups.lab is 222233334444, was 123456789012", 5),
    ],
)  # fmt: skip
def test_the_configuration(before: Path, old: str, new: str, sense: str, expected: str, line: int) -> None:
    changes = changed(before, "policycheck.yaml", old, new)
    assert told(changes, sense) == [f"*: {expected}"]
    assert [change.at for change in changes] == [Location("policycheck.yaml", line)]


def test_a_connector_of_another_type(before: Path) -> None:
    config = before / "policycheck.yaml"
    config.write_text(config.read_text() + "  - {name: keys, type: key-inventory, system: acme, paths: [a]}\n")
    assert told(changed(before, "policycheck.yaml", "key-inventory", "vendor-fields")) == [
        "*: connector keys may look at less: type changed"
    ]


@pytest.mark.parametrize(
    ("old", "new", "sense", "expected"),
    [
        ("count: 30000000", "count: 3", MILDER,
         "members is about 3 people, was 30 million people: 1 million people or more are one step graver"),
        ("count: 30000000, ", "", MILDER,
         "members is about nobody knows how many, was 30 million people: 1 million people or more are one step graver"),
        ("count: 30000000", "count: 20000000", CHANGED, "members is about 20 million people, was 30 million people"),
        ("kind: customer", "kind: employee", CHANGED, "members: subjects.kind is employee, was customer"),
        ('["arn:aws:s3:::lumen-exports/*"', '["arn:aws:s3:::lumen-new/*", "arn:aws:s3:::lumen-exports/*"', MILDER,
         "members describes arn:aws:s3:::lumen-new/* now: a read of it is judged by its fields, no longer as unknown "
         "(PC107)"),
        ("email: user.contact.email", "email: {category: user.contact.email, review: who}", WIDER,
         "members.email counts as user.contact.email (raw, latest, to be reviewed), was user.contact.email "
         "(raw, latest)"),
        ("ip: user.device.ip_address", "ip: none", WIDER,
         "members.ip counts as nothing about people, was user.device.ip_address (raw, latest)"),
        ("  ip: user.device.ip_address\n",
         "  ip: user.device.ip_address\n" + "".join(f"  f{n}: user.name\n" for n in range(900)), NARROWER,
         "900 fields of members count as user.name (raw, latest), were not described: f0, f1, f10 and 897 more"),
    ],
)  # fmt: skip
def test_the_catalog(before: Path, old: str, new: str, sense: str, expected: str) -> None:
    path = before / "catalog/members.yaml"
    path.write_text(path.read_text() + "subjects: {count: 30000000, kind: customer}\n")
    changes = changed(before, "catalog/members.yaml", old, new)
    assert told(changes, sense) == [f"*: {expected} (in the catalog)"]
    assert len(changes) == 1
    assert changes[0].at
    assert changes[0].at.line > 1


def test_why_a_location_holds_nothing(before: Path) -> None:
    text = 'dataset: logs\nlocations: ["arn:aws:s3:::lumen-logs/*"]\nfields: none\nwhy: "builds"\n'
    (before / "catalog/more.yaml").write_text(text)
    assert told(changed(before, "catalog/more.yaml", "builds", "tests"), CHANGED) == [
        "*: logs holds nothing about people for another reason (tests)"
    ]
    back = changed(before, "catalog/more.yaml", 'fields: none\nwhy: "tests"', "fields: {a: user.name}")
    assert "*: logs no longer says that it holds nothing about people (tests)" in told(back, NARROWER)
    other = changed(before, "catalog/more.yaml", "fields: {a: user.name}", "fields: none\nwhy: texts")
    assert "*: logs holds nothing about people (texts)" in told(other)


def test_a_dataset_that_comes_is_one_row_and_what_it_says_is_nothing(before: Path) -> None:
    was = project(before)
    text = 'dataset: logs\nlocations: ["arn:aws:s3:::lumen-logs/*"]\nfields: {a: user.name, b: none}\n'
    (before / "catalog/more.yaml").write_text(text)
    changes = widening(was, project(before), TODAY)
    assert [(each.sense, each.what) for each in changes] == [
        (WIDER, "logs.b counts as nothing about people, was not described"),
        (MILDER, "logs describes arn:aws:s3:::lumen-logs/* now: a read of it is judged by its fields, no longer as "
                 "unknown (PC107)"),
        (NARROWER, "logs is described, with 1 field: a (user.name)"),
    ]  # fmt: skip
    assert [each.at for each in changes] == [Location("catalog/more.yaml", line) for line in (3, 2, 3)]


def test_a_dataset_that_goes(before: Path) -> None:
    was = project(before)
    (before / "catalog/members.yaml").unlink()
    assert [each.split(",")[0] for each in told(widening(was, project(before), TODAY))] == [
        "*: members no longer describes arn:aws:s3:::lumen-exports/* (in the catalog)",
        "*: members no longer describes arn:aws:s3:::lumen-old/* (in the catalog)",
        "*: members.email counts as nothing about people",
        "*: members.ip counts as nothing about people",
    ]


# Who is recognised

KEYS = '["444455556666"]\n  keys: ["acme-*"]\n  hosts: [api.acme.example]'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('keys: ["acme-*"]', 'keys: ["*"]',
         {("+", "* (keys) is now recognised as acme"), ("~", "acme-* (keys) is recognised as acme by * now")}),
        ('keys: ["acme-*"]', 'keys: ["acme-*", "acme-live-*"]',
         {("~", "acme-live-* (keys) is recognised as acme as it was by acme-*")}),
        ('keys: ["acme-*"]', 'keys: ["acme-[x]"]',
         {("+", "acme-[x] (keys) is now recognised as acme"),
          ("!", "acme-* (keys) is no longer recognised as acme: what it has is judged as nobody's")}),
        ("[api.acme.example]", "[acme.example]",
         {("+", "acme.example (hosts) is now recognised as acme"),
          ("~", "api.acme.example (hosts) is recognised as acme by acme.example now")}),
        ('aws_accounts: ["444455556666"]\n', "aws_accounts: []\n",
         {("!", "444455556666 (aws_accounts) is no longer recognised as acme: what it has is judged as nobody's")}),
    ],
)  # fmt: skip
def test_who_is_recognised_otherwise(before: Path, old: str, new: str, expected: set[tuple[str, str]]) -> None:
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text().replace('["444455556666"]', KEYS))
    changes = changed(before, "policies/acme.yaml", old, new)
    assert {(each.sense, each.what) for each in changes} == expected


# What is accepted

EXCEPTION = """\
exceptions:
  - {rule: PC301, match: {key: old}, reason: up, owner: a@x.example, approved_by: b@x.example, expires: 2027-01-15}
observe:
  - {system: acme, by: attestation, every_days: 90, reason: no call}
"""


@pytest.mark.parametrize(
    ("old", "new", "sense", "expected"),
    [
        ("approved_by: b@", "approved_by: a@", NARROWER, "exception for PC301 key=old: approved by its owner (up)"),
        ("reason: up,", "reason: rotation,", CHANGED,
         "exception for PC301 key=old: owner a@x.example, approved by b@x.example (rotation)"),
        ("2027-01-15", "2026-12-15", NARROWER, "exception for PC301 key=old until 2027-01-15, not 2026-12-15 (up)"),
        ("every_days: 90, reason", "every_days: 30, reason", NARROWER,
         "nothing needs to look at acme; it is stated every 90 days (no call)"),
        ("reason: no call", "reason: no API", CHANGED, "the reason for not looking at acme: no API"),
    ],
)  # fmt: skip
def test_exceptions_and_plans(before: Path, old: str, new: str, sense: str, expected: str) -> None:
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text() + EXCEPTION)
    changes = changed(before, "policies/acme.yaml", old, new)
    assert (told(changes, sense), len(changes)) == ([f"acme: {expected}"], 1)


def test_an_exception_that_its_owner_no_longer_approves(before: Path) -> None:
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text() + EXCEPTION.replace("approved_by: b@", "approved_by: A@"))
    changes = changed(before, "policies/acme.yaml", "approved_by: A@", "approved_by: b@")
    assert told(changes) == ["acme: exception for PC301 key=old: approved by another (PC506) (up)"]


def test_comments_and_the_baseline_know_their_lines(before: Path) -> None:
    was = project(before)
    path = before / "policies/acme.yaml"
    path.write_text(path.read_text().replace("stage: enforce", "stage: enforce # policycheck: ignore[PC101] known"))
    (before / "policycheck.baseline").write_text(f"# known\nPC101 acme {'c' * 16} {'d' * 16} high -\n")
    places = [change.at for change in widening(was, project(before), TODAY)]
    assert [f"{each.path}:{each.line}" for each in places if each] == ["policycheck.baseline:2", "policies/acme.yaml:5"]


def test_a_line_of_the_baseline_that_accepts_more(before: Path) -> None:
    line, path = f"PC101 acme {'c' * 16} {'d' * 16}", before / "policycheck.baseline"
    senses = {}
    for name, text in (("one", "high aaaaaaaa"), ("more", "high aaaaaaaa,bbbbbbbb"), ("graver", "critical aaaaaaaa")):
        path.write_text(f"{line} {text}  # known\n")
        senses[name] = project(before)
    path.write_text(f"{line}  # known\n")
    old_form = project(before)
    for name in ("more", "graver"):
        assert told(widening(senses["one"], senses[name], TODAY)) == ["acme: PC101 more of it in the baseline: known"]
        assert told(widening(senses[name], senses["one"], TODAY)) == []
    assert told(widening(old_form, senses["one"], TODAY)) == ["acme: PC101 in the baseline: known"]


def test_an_exception_in_policycheck_yaml_is_told_once(before: Path) -> None:
    path = before / "policycheck.yaml"
    entry = EXCEPTION.partition("observe:")[0]
    path.write_text(path.read_text() + "exceptions: []\n")
    changes = changed(before, "policycheck.yaml", "exceptions: []\n", entry)
    assert [each.what for each in changes] == ["exception for PC301 key=old until 2027-01-15"]


def test_an_exception_in_policycheck_yaml(before: Path) -> None:
    was = project(before)
    path = before / "policycheck.yaml"
    path.write_text(path.read_text() + EXCEPTION.split("observe:")[0])
    assert told(widening(was, project(before), TODAY)) == ["*: exception for PC301 key=old until 2027-01-15 (up)"]


def stated(**values: object) -> Attestation:
    fixed: dict[str, object] = {
        "vendor": "acme",
        "system": "acme",
        "asked": "ada",
        "on": "2026-10-01",
        "connector": "s",
    }
    return Attestation(**{**fixed, "where": "attestations/acme.yaml:3", **values})  # type: ignore[arg-type]


FULL = stated(keys=("one", "two"), fields=("user.name",), none_of=("user.location",))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (FULL, None, {("!", "the statement of 2026-10-01 about acme is gone, and with it 2 keys, 1 field, none of "
                            "user.location")}),
        (None, FULL, {("+", "a statement of 2026-10-01 about acme stands for looking: 2 keys, 1 field, none of "
                            "user.location")}),
        (None, stated(keys=()), {("+", "a statement of 2026-10-01 about acme stands for looking: that there is "
                                       "nothing")}),
        (FULL, stated(keys=("one",), fields=("user.name", "user.contact"), none_of=FULL.none_of),
         {("!", "the statement about acme no longer names two under keys"),
          ("-", "the statement about acme names user.contact under fields")}),
        (stated(), stated(on="2026-11-01"), {("+", "the statement about acme is of 2026-11-01, was 2026-10-01")}),
        (stated(), stated(on="2026-09-01"), {("-", "the statement about acme is of 2026-09-01, was 2026-10-01")}),
        (stated(), stated(asked="bob"), {("~", "who was asked about acme is bob, was ada")}),
        (stated(), stated(where="attestations/acme.yaml:4", connector="t"), set()),
    ],
)  # fmt: skip
def test_statements(
    before: Path, old: Attestation | None, new: Attestation | None, expected: set[tuple[str, str]]
) -> None:
    same = project(before)
    sides = tuple((each,) if each else () for each in (old, new))
    changes = widening(same, same, TODAY, (sides[0], sides[1]))
    assert {(each.sense, each.what) for each in changes} == expected
    assert all(each.at == Location("attestations/acme.yaml", 3) for each in changes)
