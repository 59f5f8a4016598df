"""PC004: names that refer to nothing."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.project import load
from policycheck.declared.settings import FIRST_RULES, NEWEST_RULES
from policycheck.library.rules import load_rules

Problems = Callable[[str], list[str]]
Told = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "kind: transactional_emails\n",
            "2:7-26 unknown kind of vendor `transactional_emails` | did you mean `transactional_email`?",
        ),
        ("integrations: {live: {kind: pushh}}\n", "2:29-33 unknown kind of vendor `pushh` | did you mean `push`?"),
        (
            "never: [user.contact.emial]\n",
            "2:9-26 unknown category `user.contact.emial` | did you mean `user.contact.email`?",
        ),
        (
            "never: [zzz]\n",
            "2:9-11 unknown category `zzz` | categories look like `user.contact.email`: see the taxonomy",
        ),
        ("use: [essential.servise]\n", "2:7-23 unknown use `essential.servise` | did you mean `essential.service`?"),
        ("subjects: [custommer]\n", "2:12-20 unknown subject `custommer` | did you mean `customer`?"),
        ("extends: [eu-marketting]\n", "2:11-23 unknown profile `eu-marketting` | did you mean `eu-marketing`?"),
        ("extends: [x]\n", "2:11-11 unknown profile `x` | known profiles: `eu-marketing`"),
        ("fields: [{category: user.nam}]\n", "2:21-28 unknown category `user.nam` | did you mean `user.name`?"),
        ("fields: [{category: user.name, forms: [hash]}]\n", "2:40-43 unknown form `hash` | did you mean `hashed`?"),
        ("fields: [{category: user.name, origins: [send]}]\n", "2:42-45 unknown origin `send` | did you mean `sent`?"),
        (
            "fields: [{category: user.name, depth: now}]\n",
            "2:39-41 unknown depth `now` | known depths: `history`, `latest`",
        ),
        (
            "fields: [{category: user.name, via: [live]}]\n",
            "2:38-41 unknown integration `live` | there are no integrations of this vendor",
        ),
        ("access: [{system: aws, in: [prd]}]\n", "2:29-31 unknown group of accounts `prd` | did you mean `prod`?"),
        (
            "access: [{system: x, integration: live}]\n",
            "2:35-38 unknown integration `live` | there are no integrations of this vendor",
        ),
        ("access: [{system: x, held_by: segmnt}]\n", "2:31-36 unknown vendor `segmnt` | did you mean `segment`?"),
        (
            "exceptions: [{rule: PC999, match: {key: a}, %s}]\n",
            "2:21-25 unknown rule `PC999` | `policycheck rules` lists them all",
        ),
        (
            "exceptions: [{rule: PC003, match: {key: a}, %s}]\n",
            "2:21-25 PC003 is about what is written in files, and cannot be excepted | mend the file instead",
        ),
        *[
            (
                f"exceptions: [{{rule: {rule}, match: {{vendor: v}}, %s}}]\n",
                f"2:21-25 {rule} is about what accepts findings, and cannot be excepted | take the entry out: {why}",
            )
            for rule, why in (
                ("PC503", "an exception that has lapsed is mended in the exception"),
                ("PC504", "what accepts nothing is taken out"),
                ("PC506", "an approval is given by somebody else, not ignored"),
            )
        ],
        (
            "exceptions: [{rule: PC301, match: {category: user.nam}, %s}]\n",
            "2:46-53 unknown category `user.nam` | did you mean `user.name`?",
        ),
        (
            "exceptions: [{rule: PC301, match: {key: a, dataset: memberz}, %s}]\n",
            "2:53-59 unknown dataset `memberz` | did you mean `members`?",
        ),
        (
            "exceptions: [{rule: PC301, match: {key: a, connector: x}, %s}]\n",
            "2:55-55 unknown connector `x` | there are no known connectors",
        ),
    ],
)
def test_policy(text: str, problem: str, told: Told) -> None:
    text = text.replace("%s", "reason: up, owner: me, approved_by: it, expires: 2027-09-09")
    members = "dataset: members\nlocations: [x]\nfields: {a: user.name}\n"
    files = {"policies/v.yaml": f"vendor: v\n{text}", "policies/s.yaml": "vendor: segment\n", "catalog/m.yaml": members}
    rows = told(files)
    assert [row[: len(problem) + 28] for row in rows] == [f"error PC004 policies/v.yaml:{problem}"]


def test_references_that_hold(policy: Problems) -> None:
    assert (
        policy(
            "kind: transactional_email\nintegrations: {live: {kind: push, tenant: x}}\nextends: [eu-marketing]\n"
            "use: [essential.service.notifications.email]\nsubjects: [customer]\n"
            "fields: [{category: user.contact.email, forms: [hashed, raw], origins: [sent], depth: history, via: [live]}]\n"
            "access:\n  - {system: aws, in: [prod, '999999999999'], held_by: vendor, integration: live}\n"
            "  - {system: x, held_by: us}\n  - {system: y, held_by: v}\n"
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fields: {a: user.nam}", "2:13-20 unknown category `user.nam` | did you mean `user.name`?"),
        (
            "fields: {a: {category: email_address}}",
            "2:24-36 unknown category `email_address` | did you mean `user.contact.email`?",
        ),
        ("fields: {a: {category: user.name, form: hash}}", "2:41-44 unknown form `hash` | did you mean `hashed`?"),
        (
            "fields: {a: {category: user.name, depth: x}}",
            "2:42-42 unknown depth `x` | known depths: `history`, `latest`",
        ),
        (
            "fields: {a: user.name}\nsubjects: {kind: member}",
            "3:18-23 unknown kind of subject `member` | known subjects: ",
        ),
    ],
)
def test_catalog(text: str, problem: str, catalog: Problems) -> None:
    assert [row[: len(problem) + 12] for row in catalog(f"{text}\nlocations: [x]\n")] == [f"error PC004 {problem}"]


def test_config(config: Problems) -> None:
    assert config("defaults: {never: [user.nam]}\nprofiles: {a: {never: [user.contact.emial]}}\n") == [
        "error PC004 2:20-27 unknown category `user.nam` | did you mean `user.name`?",
        "error PC004 3:24-41 unknown category `user.contact.emial` | did you mean `user.contact.email`?",
    ]


def test_what_the_configuration_holds_wrongly_is_not_told_again(told: Told) -> None:
    rows = told(
        {
            "policycheck.yaml": "version: 1\nprofiles: x\ngroups: y\n",
            "policies/v.yaml": "vendor: v\nextends: [a]\naccess: [{system: aws, in: [b]}]\n",
        }
    )
    assert [row.split(" ")[1:3] for row in rows] == [
        ["PC003", "policycheck.yaml:2:11-11"],
        ["PC003", "policycheck.yaml:3:9-9"],
    ]


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ("2026.11", []),
        ("2020.01", ["there are no rules of 2020.01: the first are of 2026.11"]),
        ("2030.01", ["there are no rules of 2030.01: the newest of this version are of 2026.11"]),
    ],
)
def test_a_pin_to_a_month_without_rules_is_told(tmp_path: Path, pin: str, expected: list[str]) -> None:
    (tmp_path / "policycheck.yaml").write_text(f'version: 1\nrules: "{pin}"\n')
    problems = load(tmp_path, date(2026, 11, 20)).problems
    assert [each.message for each in problems] == expected
    assert {each.severity for each in problems} <= {"warning"}


def test_every_rule_is_of_a_month_that_can_be_pinned() -> None:
    """A rule that arrives later needs a month of its own, and ``rules`` to hold it back until the pin moves."""
    assert {rule.since for rule in load_rules().values()} == {"0.1.0"}
    assert FIRST_RULES == NEWEST_RULES
