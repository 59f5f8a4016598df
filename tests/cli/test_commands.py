"""Every command on a small project, as a user runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run

TODAY = {"POLICYCHECK_TODAY": "2026-11-20"}

CONFIG = """\
version: 1
connectors:
  - {name: iam-export, type: aws-authorization-details, paths: [aws.json]}
"""

POLICY = """\
vendor: sendgrid
name: Twilio SendGrid
kind: transactional_email
use: [essential.service.notifications.email]
role: processor
owner: growth@lumen.example
recognise:
  aws_accounts: ["444455556666"]
fields:
  - category: user.contact.email
access:
  - system: aws
    principals: ["arn:aws:iam::111122223333:role/vendor-sendgrid-import"]
    allow:
      - actions: [s3:GetObject]
        resources: ["arn:aws:s3:::lumen-exports/members/*"]
contract: {dpa: "https://contracts.lumen.example/sendgrid", ends: 2027-03-31}
"""

CATALOG = """\
dataset: member-exports
subjects: {kind: customer, count: 30000000}
locations: ["arn:aws:s3:::lumen-exports/members/*"]
fields:
  email: user.contact.email
  ip_history: {category: user.device.ip_address, depth: history}
"""


def trusting(party: str, *conditions: str) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": party}, "Action": "sts:AssumeRole"}
    if conditions:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": conditions[0]}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(name: str, trust: dict[str, Any], *resources: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": list(resources)}
    policies = [{"PolicyName": "read", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}]
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROA{name.upper():0<17.17}",
        "Arn": f"arn:aws:iam::111122223333:role/{name}",
        "CreateDate": "2026-01-05T08:00:00Z",
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [],
        "RolePolicyList": policies if resources else [],
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {"LastUsedDate": "2026-11-19T03:10:00Z", "Region": "eu-west-1"},
    }


VENDOR = role("vendor-sendgrid-import", trusting("444455556666", "7f3c"), "arn:aws:s3:::lumen-exports/members/*")
CLEAN = role("vendor-sendgrid-import", trusting("444455556666", "7f3c"), "arn:aws:s3:::lumen-mail-templates/*")


def export(*roles: dict[str, Any]) -> str:
    return json.dumps({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one vendor that can read more than its policy allows."""
    root = tmp_path / "a project"
    for name, text in (
        ("policycheck.yaml", CONFIG),
        ("policies/sendgrid.yaml", POLICY),
        ("catalog/members.yaml", CATALOG),
        ("aws.json", export(VENDOR)),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def clean(project: Path) -> Path:
    """The same project, where nothing is wrong."""
    (project / "aws.json").write_text(export(CLEAN))
    declared = (project / "policies/sendgrid.yaml").read_text()
    (project / "policies/sendgrid.yaml").write_text(declared.replace("lumen-exports/members/", "lumen-mail-templates/"))
    (project / "catalog/templates.yaml").write_text(
        'dataset: templates\nlocations: ["arn:aws:s3:::lumen-mail-templates/*"]\nfields: none\nwhy: "texts only"\n'
    )
    return project


def snapshots(project: Path) -> list[str]:
    directory = project / ".policycheck" / "snapshots"
    return sorted(each.name for each in directory.iterdir()) if directory.exists() else []


def test_a_clean_project(clean: Path, program: Run) -> None:
    done = program("check", cwd=clean, env=TODAY)
    assert (done.stdout, done.stderr) == (
        "",
        "checked 1 vendor, 1 grant, 0 fields: no findings; 0 excepted; 0 stated, not seen; 0 not seen\n",
    )
    assert done.returncode == 0


def test_check_reads_like_a_compiler(project: Path, program: Run) -> None:
    """One finding in the example's words; the example's own test compares the whole."""
    done = program("check", cwd=project, env=TODAY)
    assert done.returncode == 1
    first = done.stdout.split("\n\n")[0]
    arrow, bar, line, caret = first.splitlines()[1:5]
    assert first.startswith("critical[PC101]: sendgrid has user.device.ip_address (raw, history)")
    assert (arrow, bar, line) == (" --> policies/sendgrid.yaml:9:1", "  |", "9 | fields:")
    assert caret.startswith("  | ^^^^^^ ")
    words = [each.split(" = ")[1].split(":")[0] for each in first.splitlines() if each.startswith("  = ")]
    assert words == ["observed", "because", "help", "owner"]
    assert done.stderr == (
        "checked 1 vendor, 1 grant, 0 fields: 1 critical; 0 excepted; 0 stated, not seen; 0 not seen\n"
    )


def test_a_gap_is_not_clean(clean: Path, program: Run) -> None:
    whole = (clean / "aws.json").read_text()
    (clean / "aws.json").write_text(whole[: len(whole) // 2])
    done = program("check", cwd=clean, env=TODAY)
    assert done.returncode == 3
    assert "[PC601]: " in done.stdout
    assert done.stderr.endswith("not seen\n")
    assert not done.stderr.endswith(" 0 not seen\n")


def test_findings_win_over_gaps(project: Path, program: Run) -> None:
    config = (project / "policycheck.yaml").read_text()
    (project / "policycheck.yaml").write_text(
        config + "  - {name: other, type: aws-authorization-details, paths: [absent.json]}\n"
    )
    done = program("check", cwd=project, env=TODAY)
    assert done.returncode == 1
    assert "[PC601]: " in done.stdout


def test_errors_in_files_stop_a_check(project: Path, program: Run) -> None:
    (project / "policies/broken.yaml").write_text("vendor: [\n")
    done = program("check", cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[PC001]" in done.stderr
    assert "--> policies/broken.yaml:" in done.stderr
    assert done.stderr.endswith(
        "error: 1 error in the project's files\nhelp: mend them first; `policycheck validate` shows them again\n"
    )
    assert snapshots(project) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--fail-on", "critical"), 1),
        (("--min-severity", "critical"), 1),
        (("--vendor", "mixpanel"), 0),
        (("--owner", "growth@lumen.example"), 1),
        (("--account", "123456789012"), 0),
        (("--exit-zero",), 0),
    ],
)
def test_options_and_the_exit_code(project: Path, program: Run, options: tuple[str, ...], code: int) -> None:
    assert program("check", *options, cwd=project, env=TODAY).returncode == code


def test_the_environment_can_set_the_threshold(clean: Path, program: Run) -> None:
    config = (clean / "policies/sendgrid.yaml").read_text()
    (clean / "policies/sendgrid.yaml").write_text(config.replace("ends: 2027-03-31", "ends: 2026-11-01"))
    assert program("check", cwd=clean, env=TODAY).returncode == 1
    strict = {**TODAY, "POLICYCHECK_CHECK_FAIL_ON": "critical"}
    assert program("check", cwd=clean, env=strict).returncode == 0
    assert program("check", cwd=clean, env={**TODAY, "POLICYCHECK_FAIL_ON": "critical"}).returncode == 0


def test_exit_zero_still_tells_the_code_in_json(project: Path, program: Run) -> None:
    done = program("check", "--exit-zero", "--output", "json", cwd=project, env=TODAY)
    assert (done.returncode, json.loads(done.stdout)["exit_code"]) == (0, 1)


def test_several_outputs_of_one_run(project: Path, program: Run) -> None:
    outputs = ("--output", "text", "--output", "json=out.json", "--output", "text=out.txt")
    done = program("check", *outputs, "--color", "always", cwd=project, env=TODAY)
    assert len(snapshots(project)) == 1
    assert json.loads((project / "out.json").read_text())["findings"][0]["rule"] == "PC101"
    plain = (project / "out.txt").read_text()
    assert "\x1b" not in plain
    assert plain.startswith("critical[PC101]: ")
    assert "\x1b[7mcritical[PC101]\x1b[0m" in done.stdout


def test_what_is_left_out_is_told(project: Path, program: Run) -> None:
    done = program("check", "--vendor", "mixpanel", cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(" 0 not seen (findings of vendor mixpanel only)\n")
    (project / "policies/sendgrid.yaml").write_text(POLICY.replace("ends: 2027-03-31", "ends: 2026-03-31"))
    done = program("check", "--min-severity", "critical", cwd=project, env=TODAY)
    assert "PC501" not in done.stdout
    assert done.stderr.endswith(" 0 not seen (1 finding below critical not shown)\n")


def test_pull_then_check_offline(project: Path, program: Run) -> None:
    pulled = program("pull", cwd=project, env=TODAY)
    path = Path(pulled.stdout.strip())
    assert pulled.returncode == 0
    assert pulled.stderr.startswith("iam-export: ")
    assert snapshots(project) == [path.name]
    (project / "aws.json").unlink()
    for options in (("--offline",), ("--snapshot", path.name), ("--snapshot", str(path))):
        done = program("check", *options, cwd=project, env=TODAY)
        assert done.returncode == 1
        assert done.stderr.endswith("not seen (snapshot of 2026-11-20T00:00:00Z)\n")
    assert snapshots(project) == [path.name]


def test_pull_tells_what_it_could_not_see(project: Path, program: Run) -> None:
    (project / "aws.json").write_text("{")
    done = program("pull", cwd=project, env=TODAY)
    assert done.returncode == 3
    assert len(snapshots(project)) == 1
    assert "\n  unseen: " in done.stderr or "\n  partial: " in done.stderr


def test_an_old_snapshot_is_not_clean(clean: Path, program: Run) -> None:
    program("pull", cwd=clean, env=TODAY)
    done = program("check", "--offline", cwd=clean, env={"POLICYCHECK_TODAY": "2026-12-20"})
    assert done.returncode == 3
    assert "[PC603]" in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--offline",), "error: no snapshot in .policycheck/snapshots\nhelp: run `policycheck pull` first\n"),
        (("--offline", "--snapshot", "x"), "error: --snapshot and --offline exclude each other\n"),
        (("--snapshot", "x"), "error: no such snapshot: x\n"),
        (("--output", "json=absent/out.json"), "error: cannot write json to 'absent/out.json'\n"),
    ],
)
def test_wrong_requests(project: Path, program: Run, options: tuple[str, ...], words: str) -> None:
    done = program("check", *options, cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(words)
    assert snapshots(project) == []


def test_a_wrong_day_is_a_usage_error(project: Path, program: Run) -> None:
    done = program("check", cwd=project, env={"POLICYCHECK_TODAY": "today"})
    assert done.returncode == 2
    assert done.stderr.startswith("error: POLICYCHECK_TODAY is not a date: 'today'\n")


@pytest.mark.parametrize("what", ["vendors", "grants", "fields", "exposures"])
def test_show(project: Path, program: Run, what: str) -> None:
    done = program("show", what, "--output", "json", cwd=project, env=TODAY)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)) == {"schema", "snapshot", what, "coverage"}
    text = program("show", what, "--offline", cwd=project, env=TODAY)
    assert text.returncode == 0
    assert text.stdout.startswith("VENDOR") or text.stdout == f"no {what}\n"
    assert program("show", what, "--vendor", "x", cwd=project, env=TODAY).stdout == f"no {what}\n"


def test_a_listing_with_gaps_says_so(project: Path, program: Run) -> None:
    (project / "aws.json").write_text("{")
    done = program("show", "grants", cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (0, "no grants\n")
    assert done.stderr.startswith("not everything was seen (")


def test_warnings_in_files_are_mentioned(project: Path, program: Run) -> None:
    (project / "policycheck.yaml").write_text(CONFIG + "defaults: {limits: {key_max_age_days: 90}}\n")
    (project / "policies/sendgrid.yaml").write_text(POLICY + "limits: {key_max_age_days: 180}\n")
    validated = program("validate", cwd=project, env=TODAY)
    assert (validated.returncode, validated.stdout[:15]) == (0, "warning[PC006]:")
    assert validated.stderr == "3 files checked: 0 errors, 1 warning, 0 notices\n"
    done = program("config", "show", cwd=project, env=TODAY)
    assert done.returncode == 0
    assert done.stderr == "1 warning in the project's files; `policycheck validate` shows them\n"


def test_a_grant_has_what_a_reader_needs(project: Path, program: Run) -> None:
    done = program("show", "grants", "--output", "json", cwd=project, env=TODAY)
    (grant,) = json.loads(done.stdout)["grants"]
    assert {key: grant[key] for key in ("system", "account", "principal", "party", "party_kind", "external")} == {
        "system": "aws",
        "account": "111122223333",
        "principal": "arn:aws:iam::111122223333:role/vendor-sendgrid-import",
        "party": "444455556666",
        "party_kind": "account",
        "external": True,
    }
    assert (grant["vendor"], grant["external_id"], grant["direction"]) == ("sendgrid", "required", "inbound")
    assert grant["conditions"] == {"StringEquals": {"sts:ExternalId": "7f3c"}}
    assert grant["evidence"][0]["connector"] == "iam-export"


def test_who(project: Path, program: Run) -> None:
    done = program("who", "ip_address", cwd=project, env=TODAY)
    assert done.returncode == 0
    assert done.stdout.splitlines()[2:5] == [
        "sendgrid, owner growth@lumen.example",
        "  can read user.device.ip_address (raw, history, readable, 30,000,000 people):",
        "    member-exports.ip_history via vendor-sendgrid-import",
    ]
    document = json.loads(program("who", "user.contact", "--output", "json", cwd=project, env=TODAY).stdout)
    (vendor,) = document["vendors"]
    assert [each["category"] for each in (*vendor["observed"], *vendor["declared"])] == ["user.contact.email"] * 2


def test_who_cannot_be_answered_where_nobody_looked(project: Path, program: Run) -> None:
    (project / "aws.json").write_text("{")
    done = program("who", "user.device.ip_address", cwd=project, env=TODAY)
    assert done.returncode == 3
    assert "\ncould not look: " in done.stdout


def test_who_of_an_unknown_category_pulls_nothing(project: Path, program: Run) -> None:
    done = program("who", "user.device.ip_adress", cwd=project, env=TODAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no such category: user.device.ip_adress\nhelp: did you mean user.device.ip_address?\n"
    assert snapshots(project) == []


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


def test_connectors_list(program: Run) -> None:
    assert program("connectors", "list").stdout.startswith("aws-authorization-details: ")
    document = json.loads(program("connectors", "list", "--output", "json").stdout)
    assert "key-inventory" in [each["type"] for each in document["connectors"]]


@pytest.mark.parametrize("word", ["PC101", "pc101", "field-not-allowed", "Field-Not-Allowed"])
def test_explain(program: Run, word: str) -> None:
    assert program("explain", word).stdout.startswith("PC101 field-not-allowed: ")


@pytest.mark.parametrize(
    ("word", "help"),
    [("field-not-alowed", "did you mean field-not-allowed?"), ("PC999", "`policycheck rules` lists them")],
)
def test_explain_an_unknown_rule(program: Run, word: str, help: str) -> None:
    done = program("explain", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: no such rule: {word}\nhelp: {help}\n"


def test_rules(program: Run) -> None:
    assert program("rules").stdout.splitlines()[0].split() == ["RULE", "NAME", "SEVERITY", "OUTCOME", "TITLE"]
    assert json.loads(program("rules", "--output", "json").stdout)["rules"][0]["id"] == "PC001"


def started(
    project: Path, *args: str, stdout: int = subprocess.PIPE, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    code = "from policycheck.cli.main import main; main()"
    environ = {**os.environ, **TODAY, "PYTHONPATH": os.pathsep.join(sys.path), **(env or {})}
    command = [sys.executable, "-c", code, *args]
    return subprocess.Popen(command, cwd=project, env=environ, stdout=stdout, stderr=subprocess.PIPE)


def test_ctrl_c_leaves_nothing_half_written(project: Path) -> None:
    """Interrupted while git, which a pull asks for the revision, takes its time."""
    tools = project / "bin"
    tools.mkdir()
    (tools / "git").write_text(f"#!/bin/sh\ntouch '{project}/called'\nsleep 30\n")
    (tools / "git").chmod(0o755)
    process = started(
        project,
        *("check", "--output", "json=out.json"),
        env={"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
    )
    deadline = time.monotonic() + 60
    while not (project / "called").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"\ninterrupted\n")
    assert snapshots(project) == []
    assert not (project / "out.json").exists()


@pytest.mark.parametrize("command", ["check", "show grants", "rules", "explain PC101", "who user"])
def test_a_reader_that_stops_early_changes_nothing(project: Path, command: str) -> None:
    """What ``policycheck check | head -1`` does once ``head`` is gone: no traceback, and the exit code stays true."""
    reading, writing = os.pipe()
    os.close(reading)
    process = started(project, *command.split(), stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (1 if command == "check" else 0)
    assert b"Traceback" not in err
    assert b"Broken" not in err


@pytest.mark.parametrize(
    ("redirect", "code", "err"),
    [
        (">&-", 1, "checked 1 vendor"),
        ("2>&-", 1, ""),
        (">&- 2>&-", 1, ""),
        ("2>/dev/full", 1, ""),
        (
            ">/dev/full",
            2,
            "error: standard output cannot be written (No space left on device)\nhelp: the result is not complete",
        ),
    ],
)
def test_streams_that_are_closed_or_full(project: Path, redirect: str, code: int, err: str) -> None:
    script = f"'{sys.executable}' -c 'from policycheck.cli.main import main; main()' check {redirect}"
    environ = {**os.environ, **TODAY, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(["sh", "-c", script], cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr.startswith(err)
    assert bool(done.stderr) is bool(err)


def test_standard_output_by_its_name(project: Path) -> None:
    process = started(project, "check", "--output", "json=/dev/stdout")
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert json.loads(out)["exit_code"] == 1


def test_a_directory_that_is_gone(tmp_path: Path, here: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert here("validate") == (2, "", "error: the current directory is gone\nhelp: go to one that exists\n")


HEAVY = {"botocore", "boto3", "duckdb", "ijson", "jinja2", "requests", "rich", "urllib3", "http.client", "jsonschema"}


def test_validate_imports_nothing_that_it_does_not_need(project: Path) -> None:
    code = (
        "import sys; from policycheck.cli.main import run; code = run(['validate']);"
        "print('modules:', *sys.modules); sys.exit(code)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=environ, capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.partition("modules: ")[2].split())
    heavy = {
        "botocore",
        "boto3",
        "duckdb",
        "ijson",
        "jinja2",
        "requests",
        "rich",
        "urllib3",
        "http.client",
        "jsonschema",
    }
    assert modules & heavy == set()
    rooms = ("analysis", "aws", "checks", "snapshots", "fields", "scopes")
    assert {name for name in modules if name.startswith(tuple(f"policycheck.{room}" for room in rooms))} == set()
    assert {name for name in modules if name.startswith("policycheck_connectors.files.")} == set()
    assert "policycheck.declared.project" in modules


HOSTILE = "evil\x1b]0;owned\x07\x1b[2J\u202e\u2066\rname"


def test_a_hostile_export_does_not_reach_the_terminal(project: Path, program: Run) -> None:
    stranger = role("stranger", trusting(f"arn:aws:iam::999999999999:role/{HOSTILE}"), "arn:aws:s3:::lumen-exports/*")
    named = role(f"vendor{HOSTILE}", trusting("444455556666"), "arn:aws:s3:::lumen-exports/members/*")
    (project / "aws.json").write_text(export(VENDOR, stranger, named))
    for args in (
        ("check",),
        ("check", "--group-by", "account"),
        ("show", "grants"),
        ("show", "exposures"),
        ("who", "user"),
    ):
        done = program(*args, cwd=project, env=TODAY)
        assert done.returncode in (0, 1, 3), done.stderr
        assert all(each.isprintable() or each == "\n" for each in done.stdout + done.stderr)
    for words in ("check --output json", "show grants --output json"):
        done = program(*words.split(), cwd=project, env=TODAY)
        assert done.stdout.isascii()
        assert all(each.isprintable() or each == "\n" for each in done.stdout + done.stderr)


@pytest.mark.parametrize("columns", [20, 60, 80, 100, 200, 1000])
def test_text_fits_the_terminal(project: Path, program: Run, columns: int) -> None:
    done = program("check", cwd=project, env={**TODAY, "COLUMNS": str(columns)})
    width = max(60, min(columns, 200))
    words = max((word for word in done.stdout.split()), key=len)
    assert all(len(line) <= max(width, len(words) + 16) for line in done.stdout.splitlines())
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("env", "options", "coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
    ],
)
def test_colour(project: Path, program: Run, env: dict[str, str], options: tuple[str, ...], coloured: bool) -> None:
    done = program("check", *options, cwd=project, env={**TODAY, **env})
    assert ("\x1b[" in done.stdout) is coloured


def test_a_defect_leaves_a_private_log(project: Path) -> None:
    code = (
        "import policycheck.checks.check as room\n"
        "def check(*args, **kwargs): raise RuntimeError('SG.secret')\n"
        "room.check = check\n"
        "from policycheck.cli.main import main; main()"
    )
    environ = {**os.environ, **TODAY, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, "check", "--vendor", "SG.secret"]
    done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    log = project / ".policycheck" / "crash.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert log.read_text() in done.stderr
    assert "SG.secret" not in done.stderr
    assert "command: policycheck check --vendor ...\n" in done.stderr


TOKEN = "tok-3b1f9c"


def planted(value: Any) -> Any:
    """The same with a token beside whatever a connector reads, in every object."""
    if isinstance(value, dict):
        return {**{key: planted(each) for key, each in value.items()}, "X": TOKEN, TOKEN: {"a": TOKEN}}
    return [planted(each) for each in value] if isinstance(value, list) else value


def test_no_output_holds_what_is_not_asked_for(project: Path, program: Run) -> None:
    (project / "aws.json").write_text(json.dumps(planted(json.loads(export(VENDOR)))))
    commands = ("pull", "check", "show vendors", "show grants", "show fields", "show exposures", "who user")
    for words in (*commands, *(f"{each} --output json" for each in commands[1:])):
        done = program(*words.split(), cwd=project, env=TODAY)
        assert done.returncode in (0, 1, 3), done.stderr
        assert TOKEN not in done.stdout + done.stderr
    for file in (project / ".policycheck").rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()


def test_a_folder_with_a_broken_file_still_reports_on_the_others(project: Path, program: Run) -> None:
    shutil.copy(project / "policies/sendgrid.yaml", project / "policies/again.yaml")
    (project / "policies/broken.yaml").write_bytes(b"vendor: \xff\n")
    done = program("validate", cwd=project, env=TODAY)
    assert done.returncode == 2
    assert "error[PC001]" in done.stdout
    assert "error[PC005]" in done.stdout
