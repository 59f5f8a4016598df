"""The example's files: valid, invented, and harmless."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from policycheck.declared.project import load

ROOT = Path(__file__).parents[2] / "examples" / "photo-sharing"
FILES = sorted(path for path in ROOT.rglob("*") if path.is_file() and ".policycheck" not in path.parts)

READERS: dict[str, Callable[[str], object]] = {
    ".json": json.loads,
    ".jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
    ".yaml": yaml.safe_load,
    ".csv": lambda text: list(csv.DictReader(text.splitlines())),
    ".md": str.strip,
}

#: Ids that AWS's documentation uses for accounts that are nobody's.
ACCOUNTS = {"111122223333", "123456789012", "444455556666", "555555555555", "999999999999"}


def test_the_project_is_valid_on_its_day() -> None:
    loaded = load(ROOT, date(2026, 11, 20))
    assert loaded.project is not None
    assert [(problem.severity, problem.rule) for problem in loaded.problems] == [("notice", "PC503")]


def test_every_path_of_a_connector_names_a_file() -> None:
    project = load(ROOT, date(2026, 11, 20)).project
    assert project is not None
    for entry in project.config.connectors:
        patterns = entry.options["paths"]
        assert isinstance(patterns, (list, tuple))
        assert all(list(ROOT.glob(str(pattern))) for pattern in patterns)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_can_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert READERS[path.suffix](text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_in_it_is_real_or_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w-])\d{12}(?![\w-])", text)) <= ACCOUNTS
    assert not re.search(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bSG\.[\w-]{10,}|-----BEGIN|\bgh[pousr]_\w{20,}", text)
    people = set(re.findall(r"[\w.+-]+@([\w.-]+)", text))
    assert people <= {"lumen.example"}
    assert not re.search(r"(?i)flickr", text)


def test_authorization_details_have_the_shape_that_the_command_line_prints() -> None:
    export = json.loads((ROOT / "exports" / "aws" / "account-111122223333.json").read_text(encoding="utf-8"))
    assert list(export) == ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"]
    attached = {
        p["PolicyArn"] for kind in list(export)[:3] for one in export[kind] for p in one["AttachedManagedPolicies"]
    }
    assert attached <= {policy["Arn"] for policy in export["Policies"]}
