"""A stranger adds a kind, a profile and a combination as YAML: the examples of the docs, in a copy of the tree."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

TODAY = {"POLICYCHECK_TODAY": "2026-11-22"}

CONFIG = """\
version: 1
connectors:
  - {name: fields, type: vendor-fields, system: parcelpost-eu, paths: [fields.csv]}
"""

POLICY = """\
vendor: parcelpost
kind: parcel_tracking
use: [essential.service]
owner: shop@lumen.example
contract: {dpa: "https://contracts.lumen.example/parcelpost", ends: 2027-12-31}
review: {last: 2026-11-02, by: privacy@lumen.example, every_days: 180}
access: [{system: parcelpost-eu, held_by: us}]
"""

FIELDS = """\
object,field name,label,type
contact,email_md5,,text
contact,ip_history,,text
contact,phone,,text
open,geo.city,,text
"""


def _example(page: str, first: str) -> str:
    match = re.search(rf"```yaml\n({first}.*?)```", page, re.S)
    assert match is not None
    return match[1]


@pytest.fixture
def tree(checkout: Path, tmp_path: Path) -> dict[str, str]:
    """A copy of the checkout's program and library with the three examples added; the environment that runs it."""
    page = (checkout / "docs" / "adding-a-vendor.md").read_text("utf-8")
    copy = tmp_path / "checkout"
    for name in ("policycheck", "policies"):
        shutil.copytree(checkout / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "policies/vendors/parcelpost.yaml").write_text(_example(page, "name: Parcelpost"), "utf-8")
    (copy / "policies/kinds/parcel_tracking.yaml").write_text(_example(page, "label: parcel"), "utf-8")
    sets = copy / "policies/combinations.yaml"
    added = _example(page, "combinations:\n").partition("\n")[2]
    sets.write_text(sets.read_text("utf-8").rstrip("\n") + "\n" + added, "utf-8")
    path = os.pathsep.join([str(copy), str(checkout / "connectors")])
    # The copy is not what coverage measures: its lines would count as a second program, hardly run.
    return {**TODAY, "PYTHONPATH": path, "COVERAGE_PROCESS_CONFIG": ""}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that uses the new vendor and the new kind."""
    root = tmp_path / "project"
    for name, text in (("policycheck.yaml", CONFIG), ("policies/parcelpost.yaml", POLICY), ("fields.csv", FIELDS)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / "catalog").mkdir()
    return root


def test_the_additions_are_found_right(policycheck: Run, tree: dict[str, str], project: Path) -> None:
    done = policycheck("validate", "--library", cwd=project, env=tree)
    assert (done.returncode, done.stdout) == (0, "")


def test_without_them_the_project_names_a_kind_that_nobody_knows(policycheck: Run, project: Path) -> None:
    done = policycheck("validate", cwd=project, env=TODAY)
    assert "unknown kind of vendor `parcel_tracking`" in done.stdout


def test_the_program_uses_them_without_any_registration(policycheck: Run, tree: dict[str, str], project: Path) -> None:
    shown = policycheck("show", "fields", "--output", "json", cwd=project, env=tree)
    fields = json.loads(shown.stdout)["fields"]
    assert {each["vendor"] for each in fields} == {"parcelpost"}
    found = {(each["field"], each["category"], each["form"], each["depth"]) for each in fields}
    assert found == {
        ("contact.email_md5", "user.contact.email", "hashed", "latest"),
        ("contact.ip_history", "user.device.ip_address", "raw", "history"),
        ("contact.phone", "user.contact.phone_number", "raw", "latest"),
        ("open.geo.city", "user.location.imprecise", "raw", "latest"),
    }
    checked = policycheck("check", "--output", "json", cwd=project, env=tree)
    allowed = [each for each in json.loads(checked.stdout)["findings"] if each["rule"] == "PC101"]
    assert len(allowed) == 4
