"""Exceptions that would never end, or accept more than they name, are errors: they accept nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.project import load

ENTRY = "  - {{rule: {rule}, match: {{{match}}}, reason: {reason}, owner: me, approved_by: ciso, expires: {expires}}}\n"
NAMED = "an exception for PC601 must name the gap, not only where it is"
GOOD = {"rule": "PC203", "match": "party: x", "reason": "known", "expires": "2028-11-20"}


@pytest.mark.parametrize("where", ["policycheck.yaml", "policies/a.yaml"])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, None),
        ({"expires": "2028-11-21"}, "the exception for PC203 runs until 2028-11-21, more than two years from now"),
        ({"expires": "2062-12-31"}, "the exception for PC203 runs until 2062-12-31, more than two years from now"),
        ({"reason": "' '"}, "`` is a placeholder, not an answer"),
        ({"reason": r'"\u00a0\u2003"'}, "`` is a placeholder, not an answer"),
        ({"reason": "."}, "`.` is a placeholder, not an answer"),
        ({"reason": "todo"}, "`todo` is a placeholder, not an answer"),
        ({"reason": "x"}, "`x` gives no reason"),
        ({"rule": "PC601", "match": "system: aws"}, NAMED),
        (
            {"rule": "PC601", "match": "connector: iam"},
            NAMED,
        ),
        ({"rule": "PC601", "match": "connector: iam, resource: trusts"}, None),
        ({"rule": "PC601", "match": "system: aws, account: '111122223333'"}, None),
    ],
)
def test_what_an_exception_must_say(tmp_path: Path, changed: dict[str, str], message: str | None, where: str) -> None:
    (tmp_path / "policies").mkdir()
    texts = {
        "policycheck.yaml": "version: 1\nconnectors: [{name: iam, type: aws}]\n",
        "policies/a.yaml": "vendor: acme\n",
    }
    texts[where] += "exceptions:\n" + ENTRY.format(**{**GOOD, **changed})
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    loaded = load(tmp_path, date(2026, 11, 20))
    assert [each.message for each in loaded.problems] == ([message] if message else [])
    assert (loaded.project is None) is bool(message)


def test_dates_of_policycheck_yaml_are_announced(tmp_path: Path) -> None:
    entry = ENTRY.format(**{**GOOD, "expires": "2026-11-01"})
    (tmp_path / "policycheck.yaml").write_text(f"version: 1\nexceptions:\n{entry}")
    (tmp_path / "policies").mkdir()
    (problem,) = load(tmp_path, date(2026, 11, 20)).problems
    assert (problem.rule, problem.severity) == ("PC503", "notice")
