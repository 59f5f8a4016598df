"""Exceptions that would never end, or accept more than they name, are errors: they accept nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.project import load
from policycheck.model.places import Location

ENTRY = (
    "  - {{rule: {rule}, match: {{{match}}}, reason: {reason}, owner: {owner}, approved_by: {approved_by}, "
    "expires: {expires}}}\n"
)
NAMED = "an exception for PC601 must name the gap, not only where it is"
DISGUISED = "this address or name has characters that cannot be seen, or that only look like others"


def wide(rule: str, places: str) -> str:
    """What is said of a match that only names places."""
    return f"an exception for {rule} must name what was found: {places} alone would accept whatever comes later too"


GOOD = {
    "rule": "PC203",
    "match": "party: x",
    "reason": "known",
    "expires": "2028-11-20",
    "owner": "me",
    "approved_by": "ciso",
}


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
        *[
            ({"rule": rule, "match": match}, wide(rule, places))
            for rule, match, places in (
                ("PC203", "system: aws", "`system`"),
                ("PC101", "system: aws, account: '111122223333'", "`account` and `system`"),
                ("PC102", "connector: iam", "`connector`"),
                ("PC208", "vendor: acme", "`vendor`"),
                ("PC301", "system: aws, connector: iam", "`connector` and `system`"),
                ("PC502", "system: aws", "`system`"),
            )
        ],
        *[
            ({"rule": rule, "match": match}, None)
            for rule, match in (
                ("PC101", "system: aws, category: user.name"),
                ("PC102", "field: a.b"),
                ("PC203", "principal: x"),
                ("PC208", "key: x"),
                ("PC101", "fingerprint: 204d0e76b4341023"),
                ("PC108", "system: collect.pixelcount.example"),
                ("PC502", "vendor: acme"),
                ("PC602", "system: acme"),
                ("PC603", "snapshot: x"),
            )
        ],
        *[
            ({"owner": "g@lumen.example", "approved_by": approved}, DISGUISED)
            for approved in (
                r'"g\u200b@lumen.example"',
                r'"CISO\u202e <c@lumen.example>"',
                r'"g\u00ad@lumen.example"',
                r'"g\u0007@lumen.example"',
                "g\u0430@lumen.example",
                "g@lum\u0435n.example",
                "\u0421ISO <\u0441iso@lumen.example>",
            )
        ],
        ({"approved_by": "J\u00fcrgen \u0421 <ciso@lumen.example>"}, None),
        ({"approved_by": "\uff47@lumen.example"}, None),
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


@pytest.mark.parametrize("file", ["policycheck.yaml", "policies/a.yaml"])
def test_where_a_match_that_is_too_wide_stands(tmp_path: Path, file: str) -> None:
    (tmp_path / "policies").mkdir()
    texts = {"policycheck.yaml": "version: 1\n", "policies/a.yaml": "vendor: acme\n"}
    texts[file] += "exceptions:\n" + ENTRY.format(**{**GOOD, "match": "system: aws"})
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    (problem,) = load(tmp_path, date(2026, 11, 20)).problems
    assert (problem.rule, problem.severity, problem.location) == ("PC003", "error", Location(file, 3, 26))
    assert problem.help == (
        "add a closer selector to `match`, such as `party`, `principal`, `key`, `category`, `field` or `fingerprint`; "
        "`policycheck explain FINGERPRINT` prints an entry that does"
    )


def test_dates_of_policycheck_yaml_are_announced(tmp_path: Path) -> None:
    entry = ENTRY.format(**{**GOOD, "expires": "2026-11-01"})
    (tmp_path / "policycheck.yaml").write_text(f"version: 1\nexceptions:\n{entry}")
    (tmp_path / "policies").mkdir()
    (problem,) = load(tmp_path, date(2026, 11, 20)).problems
    assert (problem.rule, problem.severity) == ("PC503", "notice")
