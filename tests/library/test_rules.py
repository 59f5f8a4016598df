from __future__ import annotations

import re

import pytest
import yaml

from policycheck.library.rules import Rule, load_rules
from policycheck.model.findings import OUTCOMES, Severity

SERIES = {
    "PC0": "001 002 003 004 005 006 007 008 009",
    "PC1": "101 102 103 104 105 106 107 108 109",
    "PC2": "201 202 203 204 205 206 207 208 209 210 211 212",
    "PC3": "301 302 303 304",
    "PC4": "401 402",
    "PC5": "501 502 503 504 505 506",
    "PC6": "601 602 603 604",
}


def test_the_rules_are_those_of_the_design_in_order() -> None:
    expected = [f"PC{number}" for numbers in SERIES.values() for number in numbers.split()]
    assert list(load_rules()) == expected


def test_names_are_unique() -> None:
    names = [rule.name for rule in load_rules().values()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("rule", load_rules().values(), ids=lambda rule: rule.id)
def test_every_rule_is_written_whole(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.severity.upper() in Severity.__members__
    assert rule.outcome in (("error",) if rule.id < "PC1" else OUTCOMES)
    assert rule.since == "0.1.0"
    for text in (rule.title, rule.means, rule.why, rule.evidence, rule.fix, rule.severity_note):
        assert text
        assert text == text.strip()
    assert not rule.title.endswith(".")


@pytest.mark.parametrize("rule", load_rules().values(), ids=lambda rule: rule.id)
def test_every_fix_shows_before_and_after(rule: Rule) -> None:
    assert "# before" in rule.fix
    assert "# after" in rule.fix
    assert max(len(line) for line in rule.fix.splitlines()) <= 120


def test_every_category_that_a_fix_names_exists() -> None:
    from policycheck.library.taxonomy import load_taxonomy

    named = {word for rule in load_rules().values() for word in re.findall(r"\buser(?:\.[a-z_]+)+", rule.fix)}
    # PC004 shows a category that does not exist, on purpose
    assert named - set(load_taxonomy().categories) == {"user.email"}


def test_an_account_id_really_turns_into_another_number() -> None:
    assert "`012345670123` becomes an octal number" in load_rules()["PC003"].why
    assert yaml.safe_load("012345670123") != 12345670123
