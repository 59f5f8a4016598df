"""`check --new-only` leaves out what an earlier run told as open, and nothing else."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.sample import snapshots, started

if TYPE_CHECKING:
    from tests.conftest import Run

EXCEPTION = """\
exceptions:
  - {rule: PC101, match: {category: user.device.ip_address}, reason: "the export moves in Q1",
     owner: growth@lumen.example, approved_by: ciso@lumen.example, expires: DAY}
"""
FIRST, NEXT, LATER = ("2026-11-20", "2026-11-21", "2026-11-22")
NOTED = re.compile(r"[0-9a-f]{16} [0-9a-f]{16} (info|low|medium|high|critical) (-|[0-9a-f]{8}(,[0-9a-f]{8})*) "
                   r"(failed|shown)")  # fmt: skip


def run(program: Run, project: Path, *more: str, day: str = FIRST) -> tuple[int, Any, str]:
    """The exit code, the JSON and what is said of a check on a day."""
    done = program("check", "--output", "json", *more, cwd=project, env={"POLICYCHECK_TODAY": day})
    return done.returncode, json.loads(done.stdout), done.stderr


def rules(told: Any) -> set[str]:
    """The rules of the findings that are told."""
    return {each["rule"] for each in told["findings"]}


def edit(project: Path, name: str, old: str, new: str) -> None:
    """Put another text in the place of one that is there."""
    text = (project / name).read_text()
    assert old in text
    (project / name).write_text(text.replace(old, new))


def added(name: str, text: str) -> tuple[Callable[[Path], None], Callable[[Path], None]]:
    """What puts a text at the end of a file, and what takes it out again."""

    def put(project: Path) -> None:
        with (project / name).open("a") as file:
            file.write(text)

    return put, lambda project: edit(project, name, text, "")


def changed(name: str, now: str, then: str) -> tuple[Callable[[Path], None], Callable[[Path], None]]:
    """What brings a file to how it was at first, and what brings it back."""
    return (lambda project: edit(project, name, now, then)), (lambda project: edit(project, name, then, now))


POLICY, CATALOG = "policies/sendgrid.yaml", "catalog/members.yaml"
IP = "  ip_history: {category: user.device.ip_address, depth: history}\n"
TEMPLATES = '["arn:aws:s3:::lumen-exports/members/*"]'
WIDE = '["arn:aws:s3:::lumen-exports/*", "arn:aws:s3:::lumen-mail-templates/*"]'


@pytest.mark.parametrize(
    ("then", "now", "rule"),
    [
        pytest.param(*added(POLICY, EXCEPTION.replace("DAY", FIRST)), "PC101", id="a lapsed exception goes"),
        pytest.param(*added(POLICY, EXCEPTION.replace("DAY", "2027-03-01")), "PC101", id="a valid exception goes"),
        pytest.param(*added(POLICY, "stage: observe\n"), "PC101", id="the policy is enforced"),
        pytest.param(*added("policycheck.yaml", "fail_on: critical\n"), "PC104", id="the run fails earlier"),
        pytest.param(*changed(CATALOG, IP, "  # the history is not described\n"), "PC101", id="the catalog tells more"),
        pytest.param(*changed(POLICY, TEMPLATES, WIDE), "PC201", id="the policy allows less"),
        pytest.param(
            *changed(POLICY, "category: user.contact.email", "category: user"), "PC101", id="the policy allows no more"
        ),
    ],
)
def test_what_nobody_was_told_as_failing_is_new(
    program: Run, project: Path, then: Callable[[Path], None], now: Callable[[Path], None], rule: str
) -> None:
    if rule == "PC201":
        edit(project, "aws.json", "lumen-exports/members/*", "lumen-exports/invoices/*")
    then(project)
    run(program, project)
    now(project)
    # Nothing is settled by a run that fails: the retry is as red.
    for day in (NEXT, LATER):
        code, told, _ = run(program, project, "--new-only", day=day)
        assert (code, rule in rules(told)) == (1, True)
    # Nothing of the project changes any more, and all was told: nothing is new.
    assert run(program, project, day=LATER)[0] == 1
    code, told, _ = run(program, project, "--new-only", day="2026-11-23")
    assert (code, told["findings"]) == (0, [])


def test_a_baseline_that_goes_was_never_told(program: Run, project: Path) -> None:
    program("baseline", "write", cwd=project, env={"POLICYCHECK_TODAY": FIRST})
    assert run(program, project)[0] == 0
    assert run(program, project, "--new-only", day=NEXT)[0] == 0
    (project / "policycheck.baseline").unlink()
    code, told, _ = run(program, project, "--new-only", day=LATER)
    assert (code, "PC101" in rules(told)) == (1, True)


def test_what_was_told_and_then_accepted_is_new_once_nothing_accepts_it(program: Run, project: Path) -> None:
    put, take = added(POLICY, EXCEPTION.replace("DAY", "2027-03-01"))
    run(program, project)
    put(project)
    assert run(program, project, "--new-only", day=NEXT)[0] == 0
    take(project)
    code, told, _ = run(program, project, "--new-only", day=LATER)
    assert (code, rules(told)) == (1, {"PC101"})


def test_a_policy_that_says_the_same_in_other_words_makes_nothing_new(program: Run, project: Path) -> None:
    edit(project, "aws.json", "lumen-exports/members/*", "lumen-exports/invoices/*")
    run(program, project)
    edit(project, POLICY, "vendor: sendgrid\n", "# a remark\nvendor: sendgrid\n")
    for day in (NEXT, LATER):
        code, told, said = run(program, project, "--new-only", day=day)
        assert (code, told["findings"], "not new" in said) == (0, [], True)


def test_told_findings_that_do_not_fail_are_not_new(program: Run, project: Path) -> None:
    run(program, project, "--fail-on", "critical")
    for day in (NEXT, LATER):
        assert run(program, project, "--new-only", "--fail-on", "critical", day=day)[1]["findings"] == []
    code, told, _ = run(program, project, "--new-only", day="2026-11-23")
    observed = [each["observed"] for finding in told["findings"] for each in finding["instances"]]
    assert (code, rules(told)) == (1, {"PC104"})
    assert all("now it fails a run, it did not then" in each for each in observed)


@pytest.mark.parametrize("format", ["sarif", "csv", "html"])
def test_an_output_that_is_not_whole_judges_nothing(program: Run, project: Path, format: str) -> None:
    done = program("check", "--output", f"{format}=/dev/full", cwd=project, env={"POLICYCHECK_TODAY": FIRST})
    assert (done.returncode, "cannot write /dev/full" in done.stderr) == (2, True)
    code, _, said = run(program, project, "--new-only", day=NEXT)
    assert (code, "no earlier snapshot was judged, so every finding is new" in said) == (1, True)


@pytest.mark.parametrize("more", [("--min-severity", "critical"), ("--vendor", "sendgrid"), ("--no-ignores",)])
def test_a_run_that_does_not_tell_all_that_is_open_judges_nothing(
    program: Run, project: Path, more: tuple[str, ...]
) -> None:
    run(program, project, *more)
    code, _, said = run(program, project, "--new-only", day=NEXT)
    assert (code, "no earlier snapshot was judged, so every finding is new" in said) == (1, True)


def test_a_least_severity_that_hides_nothing_judges(program: Run, project: Path) -> None:
    run(program, project, "--min-severity", "info")
    assert run(program, project, "--new-only", "--min-severity", "critical", day=NEXT)[0] == 0


def test_a_full_disk_behind_standard_output_judges_nothing(program: Run, project: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = started(project, "check", stdout=full.fileno())
        process.communicate(timeout=60)
    assert process.returncode == 2
    assert run(program, project, "--new-only", day=NEXT)[0] == 1


def test_a_reader_that_went_away_was_not_told(program: Run, project: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = started(project, "check", stdout=writing)
    os.close(writing)
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert run(program, project, "--new-only", day=NEXT)[0] == 1


@pytest.mark.parametrize("content", ["", "{}\n", "# told as open: in another form\n", None])
def test_a_mark_that_does_not_say_what_was_told_leaves_everything_new(
    program: Run, project: Path, content: str | None
) -> None:
    run(program, project)
    mark = project / ".policycheck/snapshots" / snapshots(project)[0] / "judged"
    mark.write_text(mark.read_text()[:-3] if content is None else content)
    code, _, said = run(program, project, "--new-only", day=NEXT)
    assert code == 1
    assert f"nothing notes what was told of the snapshot {snapshots(project)[0]}" in said
    run(program, project, day=NEXT)
    assert run(program, project, "--new-only", day=LATER)[0] == 0


def test_what_is_kept_of_it_is_digests_for_nobody_else(program: Run, project: Path) -> None:
    for more, day in (((), FIRST), (("--new-only",), NEXT)):
        run(program, project, *more, day=day)
        mark = project / ".policycheck/snapshots" / snapshots(project)[-1] / "judged"
        assert mark.stat().st_mode & 0o777 == 0o600
        head, *lines = mark.read_text().splitlines()
        assert head.startswith("# told as open")
        assert lines
        assert all(NOTED.fullmatch(line) for line in lines)
