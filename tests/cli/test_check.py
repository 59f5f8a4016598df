"""``check`` and ``pull`` on a small project, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.sample import POLICY, TODAY, snapshots

if TYPE_CHECKING:
    from tests.conftest import Run

LET_IN = (
    "judged as of 2026-11-20, as POLICYCHECK_TODAY says\n"
    "policies and shares let in 1 outside party (1 claimed by vendors, 0 by nobody); "
    "`policycheck show grants` lists them\n"
)


def test_a_clean_project(clean: Path, program: Run) -> None:
    done = program("check", cwd=clean, env=TODAY)
    assert (done.stdout, done.stderr) == (
        "",
        LET_IN + "checked 1 vendor, 1 grant, 0 fields: no findings; 0 excepted; 0 stated, not seen; 0 not seen\n",
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
    assert words == ["observed", "critical because", "help", "owner", "more"]
    assert done.stderr == (
        LET_IN + "checked 1 vendor, 1 grant, 0 fields: 1 critical, 1 high; 0 excepted; 0 stated, not seen; 0 not seen\n"
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
        (("--vendor", "mixpanel"), 2),
        (("--owner", "growth@lumen.example"), 1),
        (("--account", "123456789012"), 2),
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


def test_options_that_repeat_are_set_by_the_environment_too(project: Path, program: Run) -> None:
    done = program("check", cwd=project, env={**TODAY, "POLICYCHECK_CHECK_OUTPUT": "json xml"})
    assert (done.returncode, "xml" in done.stderr) == (2, True)
    outputs = {**TODAY, "POLICYCHECK_CHECK_OUTPUT": "json csv=found.csv", "POLICYCHECK_CHECK_VENDOR": "sendgrid nobody"}
    done = program("check", cwd=project, env=outputs)
    assert (done.returncode, "nobody" in done.stderr) == (2, True)
    done = program("check", cwd=project, env={**outputs, "POLICYCHECK_CHECK_VENDOR": "sendgrid"})
    assert {each["vendor"] for each in json.loads(done.stdout)["findings"]} == {"sendgrid"}
    assert (project / "found.csv").exists()


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
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no vendor is called 'mixpanel'\nhelp: known are sendgrid\n"
    (project / "policies/sendgrid.yaml").write_text(POLICY.replace("ends: 2027-03-31", "ends: 2026-03-31"))
    done = program("check", "--min-severity", "critical", cwd=project, env=TODAY)
    assert "PC501" not in done.stdout
    assert done.stderr.endswith(" 0 not seen (2 findings below critical not shown)\n")


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
