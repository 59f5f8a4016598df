"""``validate`` and ``config show``: finding the project and telling what is wrong in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.sample import CONFIG, POLICY, TODAY

if TYPE_CHECKING:
    from tests.conftest import Run


def test_validate(project: Path, program: Run) -> None:
    done = program("validate", cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "3 files checked: 0 errors, 0 warnings, 0 notices\n"


def test_validate_tells_all_problems_at_once(project: Path, program: Run) -> None:
    (project / "policies/sendgrid.yaml").write_text(
        POLICY.replace("owner:", "ownr:").replace("kind: trans", "kind: tranz")
    )
    done = program("validate", cwd=project, env=TODAY)
    assert done.returncode == 2
    assert done.stdout == (
        """\
error[PC004]: unknown kind of vendor `tranzactional_email`
 --> policies/sendgrid.yaml:3:7
  |
3 | kind: tranzactional_email
  |       ^^^^^^^^^^^^^^^^^^^
help: did you mean `transactional_email`?

error[PC002]: unknown key `ownr`
 --> policies/sendgrid.yaml:6:1
  |
6 | ownr: growth@lumen.example
  | ^^^^
help: did you mean `owner`?

"""
    )
    assert done.stderr == "3 files checked: 2 errors, 0 warnings, 0 notices\n"


ENTRIES = """\
version: 1
connectors:
- name: prod
  type: aws
  accounts: ["1111"]
  regions: [EU-WEST-1]
  services: [bogus]
  external_id: hunter2hunter2
- {name: dev, type: aws, regions: [eu-wset-1], external_id: {env: "AUDIT ID"}}
- {name: right, type: aws, regions: enabled, external_id: {env: AUDIT_ID}}
- {name: asked, type: attestation}
"""


@pytest.mark.parametrize("named", [(), ("policycheck.yaml",)])
def test_validate_tells_what_a_pull_would_refuse(tmp_path: Path, program: Run, named: tuple[str, ...]) -> None:
    (tmp_path / "policycheck.yaml").write_text(ENTRIES)
    done = program("validate", *named, cwd=tmp_path, env=TODAY)
    assert done.returncode == 2
    assert "hunter2" not in done.stdout
    lines = (line.strip() for line in done.stdout.splitlines())
    heads = [line for line in lines if line.startswith(("error", "warning", "-->"))]
    assert list(zip(heads[::2], heads[1::2], strict=True)) == [
        ("error[PC003]: option `accounts` must be a list of account ids", "--> policycheck.yaml:5:13"),
        ("error[PC003]: option `regions` must be a list of AWS Regions", "--> policycheck.yaml:6:12"),
        ("error[PC003]: option `services` has bogus, which is no service family", "--> policycheck.yaml:7:13"),
        ("error[PC009]: `external_id` must name where its secret is, not hold it", "--> policycheck.yaml:8:16"),
        (
            "warning[PC003]: option `regions` has eu-wset-1, which is no Region that we know",
            "--> policycheck.yaml:9:35",
        ),
        ("error[PC009]: `external_id` must name where its secret is, not hold it", "--> policycheck.yaml:9:61"),
        ("error[PC003]: option `paths` is missing", "--> policycheck.yaml:11:23"),
    ]
    assert program("check", "--offline", cwd=tmp_path, env=TODAY).returncode == 2


def test_validate_files_from_anywhere(project: Path, program: Run, tmp_path: Path) -> None:
    (project / "policies/sendgrid.yaml").write_text(POLICY.replace("owner:", "ownr:"))
    file = project / "policies/sendgrid.yaml"
    done = program("validate", file, "--project", project, "--output", "json", cwd=tmp_path, env=TODAY)
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["rule"], problem["location"]["path"]) == ("PC002", "policies/sendgrid.yaml")
    assert done.stderr == "1 file checked: 1 error, 0 warnings, 0 notices\n"


def test_dates_are_notices_unless_asked_for(project: Path, program: Run) -> None:
    late = {"POLICYCHECK_TODAY": "2027-04-01"}
    done = program("validate", cwd=project, env=late)
    assert (done.returncode, done.stdout[:14]) == (0, "notice[PC501]:")
    done = program("validate", "--dates", cwd=project, env=late)
    assert (done.returncode, done.stdout[:13]) == (2, "error[PC501]:")


def test_a_folder_with_a_broken_file_still_reports_on_the_others(project: Path, program: Run) -> None:
    shutil.copy(project / "policies/sendgrid.yaml", project / "policies/again.yaml")
    (project / "policies/broken.yaml").write_bytes(b"vendor: \xff\n")
    done = program("validate", cwd=project, env=TODAY)
    assert done.returncode == 2
    assert "error[PC001]" in done.stdout
    assert "error[PC005]" in done.stdout


@pytest.mark.parametrize("command", ["validate", "check", "pull", "config show"])
def test_outside_of_a_project(command: str, tmp_path: Path, program: Run) -> None:
    done = program(*command.split(), cwd=tmp_path, env=TODAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: no policycheck.yaml here or in a directory above\nhelp: ")
    done = program(*command.split(), "--project", tmp_path, env=TODAY)
    assert done.stderr.startswith(f"error: no policycheck.yaml in {tmp_path} or in a directory above\nhelp: ")


def test_the_project_is_found_from_below(project: Path, program: Run) -> None:
    done = program("validate", cwd=project / "policies", env=TODAY)
    assert (done.returncode, done.stderr[:7]) == (0, "3 files")


def test_a_directory_that_is_gone(tmp_path: Path, here: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert here("validate") == (2, "", "error: the current directory is gone\nhelp: go to one that exists\n")


def test_warnings_in_files_are_mentioned(project: Path, program: Run) -> None:
    (project / "policycheck.yaml").write_text(CONFIG + "defaults: {limits: {key_max_age_days: 90}}\n")
    (project / "policies/sendgrid.yaml").write_text(POLICY + "limits: {key_max_age_days: 180}\n")
    validated = program("validate", cwd=project, env=TODAY)
    assert (validated.returncode, validated.stdout[:15]) == (0, "warning[PC006]:")
    assert validated.stderr == "3 files checked: 0 errors, 1 warning, 0 notices\n"
    done = program("config", "show", cwd=project, env=TODAY)
    assert done.returncode == 0
    assert done.stderr == "1 warning in the project's files; `policycheck validate` shows them\n"


@pytest.mark.parametrize("before", [True, False])
def test_global_options_before_and_after_the_command(before: bool, project: Path, program: Run) -> None:
    options: tuple[str | Path, ...] = ("--project", project, "--color", "always")
    args = (*options, "config", "show") if before else ("config", "show", *options)
    done = program(*args, cwd=project.parent, env=TODAY)
    assert done.stdout.startswith("\x1b[1mKEY")


def test_config_show(project: Path, program: Run) -> None:
    done = program("config", "show", cwd=project, env={**TODAY, "POLICYCHECK_FAIL_ON": "high"})
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert rows["fail_on"] == ["high", "environment", "POLICYCHECK_FAIL_ON"]
    assert rows["snapshots.keep_days"] == ["800", "default"]
    assert rows["version"] == ["1", "policycheck.yaml:1"]
    done = program("config", "show", "--vendor", "sendgrid", "--output", "json", cwd=project, env=TODAY)
    document = json.loads(done.stdout)
    assert document["vendor"] == "sendgrid"
    assert {"key": "owner", "value": "growth@lumen.example", "origin": "policies/sendgrid.yaml:6"} in document[
        "settings"
    ]


@pytest.mark.parametrize(("vendor", "help"), [("sendgrd", "did you mean sendgrid?"), ("x", "the vendors are sendgrid")])
def test_config_of_an_unknown_vendor(project: Path, program: Run, vendor: str, help: str) -> None:
    done = program("config", "show", "--vendor", vendor, cwd=project, env=TODAY)
    assert (done.returncode, done.stderr) == (2, f"error: no policy of a vendor named {vendor}\nhelp: {help}\n")


def test_a_group_takes_the_global_options_before_its_command(project: Path, program: Run) -> None:
    before = program("config", "--project", str(project), "show", env=TODAY)
    after = program("config", "show", "--project", str(project), env=TODAY)
    assert (before.returncode, before.stdout) == (0, after.stdout)
