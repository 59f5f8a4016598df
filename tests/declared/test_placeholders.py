"""Placeholders are no answers, wherever a policy asks for one; a list of what is allowed may be empty."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policycheck.declared.placeholders import placeholder

EMPTY = [
    *("...", "…", "-", "?", "???", "TODO", "todo: ask legal", "(tbd)", "FIXME", "xxx", "XXXX", "n/a", "none"),
    *("https://...", "http://", "<owner>", "<address of the agreement>", "team@your-company.example", "fill in"),
    *("https://contracts.your-company.example/a", "change me"),
]  # fmt: skip
ANSWERS = [
    *("x", "rotation in Q1", "https://contracts.lumen.example/a", "privacy@lumen.example", "Jane <jane@lumen.example>"),
    *("todos of members are sent", "nonessential", "name", "national ids", "LUM-12", "its 3 templates", "données"),
    "none of its calls name a resource",
]


@pytest.mark.parametrize("text", EMPTY)
def test_what_holds_the_place_of_an_answer(text: str) -> None:
    assert placeholder(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_what_is_an_answer(text: str) -> None:
    assert not placeholder(text)


HELP = "write what is true, or take the key out until somebody knows"


@pytest.mark.parametrize(
    "line",
    [
        'owner: "..."',
        'security_contact: "..."',
        'contract: {dpa: "..."}',
        'review: {last: 2026-01-31, by: "..."}',
        'fields: [{category: user.name, why: "..."}]',
        'access: [{system: aws, why: "..."}]',
        'access: [{system: aws, ticket: "..."}]',
        'observe: [{system: brevo, by: attestation, every_days: 90, reason: "..."}]',
    ],
)
def test_every_place_of_a_policy_that_asks(line: str, policy: Callable[[str], list[str]]) -> None:
    (told,) = policy(f"{line}\n")
    assert f"`...` is a placeholder, not an answer | {HELP}" in told


@pytest.mark.parametrize("key", ["reason", "owner", "approved_by"])
def test_an_exception_needs_answers(key: str, policy: Callable[[str], list[str]]) -> None:
    words = {"reason": "rotation", "owner": "a@lumen.example", "approved_by": "b@lumen.example", key: "TODO"}
    listed = ", ".join(f"{name}: {value}" for name, value in words.items())
    (told,) = policy(f"exceptions: [{{rule: PC301, match: {{key: k}}, expires: 2027-01-15, {listed}}}]\n")
    assert "`TODO` is a placeholder" in told


def test_a_placeholder_is_no_reason_for_a_wildcard(policy: Callable[[str], list[str]]) -> None:
    found = policy('access: [{system: aws, allow: [{actions: ["iam:*"], resources: ["*"], why: "..."}]}]\n')
    assert [line.split()[1] for line in found] == ["PC007", "PC007", "PC003"]


@pytest.mark.parametrize("line", ["fields:\n", "access:\n", "access:\n  - system: aws\n    allow:\n"])
def test_a_list_of_what_is_allowed_may_be_empty(line: str, policy: Callable[[str], list[str]]) -> None:
    assert policy(line) == []


def test_other_lists_may_not(policy: Callable[[str], list[str]]) -> None:
    assert any("`never` has no value" in told for told in policy("never:\n"))
