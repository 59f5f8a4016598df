"""Comments that accept findings: only what is written letter for letter accepts anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.document import Document
from policycheck.declared.ignores import ignores
from policycheck.declared.project import load
from policycheck.model.declared import Ignore


def found(text: str) -> list[Ignore]:
    return list(ignores(Document("policies/a.yaml", text)))


@pytest.mark.parametrize(
    ("text", "line", "rules", "reason"),
    [
        ("never: [a] # policycheck: ignore[PC102] ends in May\n", 1, ("PC102",), "ends in May"),
        ("a: 1\nb: 2   # policycheck: ignore[PC101,PC103] known\n", 2, ("PC101", "PC103"), "known"),
        ("a: 1\n\tb: 2 # policycheck: ignore[PC101] why\n".replace("\t", ""), 2, ("PC101",), "why"),
        ("# policycheck: ignore[PC101, PC105] below\n\n# more\na: 1\n", 4, ("PC101", "PC105"), "below"),
        ("a: 1 ## policycheck: ignore[PC101] why  \n", 1, ("PC101",), "why"),
        ("a: 1\n# policycheck: ignore[PC101] nothing follows", 2, ("PC101",), "nothing follows"),
        ("a: 1 # policycheck: ignore[PC101] why\r\nb: 2\r\n", 1, ("PC101",), "why"),
    ],
)  # fmt: skip
def test_what_accepts(text: str, line: int, rules: tuple[str, ...], reason: str) -> None:
    (ignore,) = found(text)
    assert (ignore.line, ignore.rules, ignore.reason, ignore.fault) == (line, rules, reason, "")


@pytest.mark.parametrize(
    "comment",
    [
        "# policycheck: ignore[PC101]",
        "# policycheck: ignore[PC101]x",
        "# policycheck ignore[PC101] why",
        "# policycheck:ignore[PC101] why",
        "# policycheck: ignore [PC101] why",
        "# policycheck: ignore[ PC101] why",
        "# policycheck: ignore[pc101] why",
        "# policycheck: ignore[PC10] why",
        "# policycheck: ignore[PC1011] why",
        "# policycheck: ignore[PC101;PC103] why",
        "# policycheck: ignore[PC101,,PC103] why",
        "# policycheck: ignore[] why",
        "# policycheck: ignore PC101 x",
        "# policycheck: ignored[PC101] why",
        "# policycheck: disable=PC101",
        "# Policycheck: ignore[PC101] why",
        "# polcycheck: ignore[PC101] why",
        "# policy-check: ignore[PC101] why",
        "# ignore[PC101] why",
        "# noqa policycheck: PC101",
        "# x policycheck: ignore[PC101] why",
        "# policycheck: ignore[PC999] why",
        "# policycheck: ignore[PC002] why",
        "# policycheck: ignore[PC601] why",
        "# policycheck: ignore[PC101,PC503] why",
    ],
)
def test_what_was_meant_to_accept_and_does_not(comment: str) -> None:
    (ignore,) = found(f"never: [a] {comment}\n")
    assert ignore.fault.endswith("one that does") or "accepts nothing" in ignore.fault


@pytest.mark.parametrize(
    "text",
    [
        "why: 'see # policycheck: ignore[PC101] why'\n",
        'why: "see # policycheck: ignore[PC101] why"\n',
        "why: |\n  # policycheck: ignore[PC101] why\n  more\nb: 1\n",
        "why: >-\n  text\n  # policycheck: ignore[PC101] why\n",
        "why: a#policycheck:ignore[PC101]\n",
        "# written by policycheck init\na: 1\n",
        "# we ignore this vendor\na: 1 # policycheck finds it\n",
    ],
)
def test_what_is_no_such_comment(text: str) -> None:
    assert found(text) == []


def test_validate_warns_of_a_slip(tmp_path: Path) -> None:
    (tmp_path / "policycheck.yaml").write_text("version: 1 # policycheck: ignore PC101 x\n")
    (problem,) = [each for each in load(tmp_path, date(2026, 11, 20)).problems if each.rule == "PC504"]
    assert (problem.severity, problem.location.line, problem.location.column) == ("warning", 1, 12)
    assert "accepts nothing" in problem.message
    assert "policycheck: ignore[PC101] reason" in problem.help


def test_a_project_knows_the_comments_of_all_its_files(tmp_path: Path) -> None:
    said = "# policycheck: ignore[PC101] why"
    for name, text in (
        ("policycheck.yaml", "version: 1"),
        ("policies/a.yaml", "vendor: acme"),
        ("catalog/b.yaml", "dataset: b\nlocations: ['arn:aws:s3:::b/*']\nfields: {email: user.contact.email}"),
        ("overrides/c.yaml", "fields:\n  - {field: a, category: none, why: x}"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{text} {said}\n")
    project = load(tmp_path, date(2026, 11, 20)).project
    assert project
    assert sorted(each.at.path for each in project.ignores) == [
        "catalog/b.yaml", "overrides/c.yaml", "policies/a.yaml", "policycheck.yaml"
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["...", "TODO", "<why>"])
def test_a_placeholder_is_no_reason(reason: str) -> None:
    (ignore,) = found(f"a: 1 # policycheck: ignore[PC101] {reason}\n")
    assert ignore.fault == "its reason is a placeholder, so this comment accepts nothing"
