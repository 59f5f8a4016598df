"""Every way to keep a finding from failing a run, on a real project: what each accepts, and what it never does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.sample import TODAY, VENDOR, export, role, trusting

if TYPE_CHECKING:
    from tests.conftest import Run

STRANGER = role("other", trusting("999999999999"))
BLIND = json.dumps({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [VENDOR]})


def judged(program: Run, project: Path, *more: str, day: str = "2026-11-20") -> tuple[int, Any, str]:
    done = program("check", "--output", "json", *more, cwd=project, env={"POLICYCHECK_TODAY": day})
    return done.returncode, json.loads(done.stdout), done.stderr


def rules(told: Any, key: str = "findings") -> list[str]:
    return sorted(each["rule"] for each in told[key])


def line_of(told: Any, rule: str) -> tuple[str, int]:
    (finding,) = [each for each in told["findings"] if each["rule"] == rule]
    return finding["location"]["path"], finding["location"]["line"]


def comment(project: Path, path: str, line: int, words: str) -> None:
    """Put a comment at the end of a line."""
    lines = (project / path).read_text().splitlines()
    lines[line - 1] += f"  # {words}"
    (project / path).write_text("\n".join(lines) + "\n")


# Comments


def test_a_comment_accepts_at_its_line(program: Run, project: Path) -> None:
    code, told, _ = judged(program, project)
    assert code == 1
    before = rules(told)
    path, line = line_of(told, "PC101")
    (named,) = [each["fingerprint"] for each in told["findings"] if each["rule"] == "PC101"]
    comment(project, path, line, f"policycheck: ignore[PC101 {named}] until the export is gone")
    _, told, said = judged(program, project)
    assert rules(told) == [each for each in before if each != "PC101"]
    (accepted,) = [each for each in told["accepted"] if each["rule"] == "PC101"]
    assert accepted["accepted"] == f"ignored in {path}:{line}: until the export is gone"
    assert (accepted["accepted_by"], told["tally"]["ignored"]) == ("ignore", 1)
    assert "; 1 ignored; " in said
    _, told, _ = judged(program, project, "--no-ignores")
    assert rules(told) == before


@pytest.mark.parametrize(
    "words", ["policycheck: ignore[PC101]", "policycheck ignore[PC101] why", "policycheck: ignore[PC601] why"]
)
def test_a_slip_accepts_nothing_and_is_a_finding(program: Run, project: Path, words: str) -> None:
    _, told, _ = judged(program, project)
    before, (path, line) = rules(told), line_of(told, "PC101")
    comment(project, path, line, words)
    code, told, _ = judged(program, project)
    assert (code, rules(told)) == (1, sorted([*before, "PC504"]))


def test_a_comment_at_another_line_accepts_nothing(program: Run, project: Path) -> None:
    _, told, _ = judged(program, project)
    before, (path, line) = rules(told), line_of(told, "PC101")
    comment(project, path, line - 1, "policycheck: ignore[PC101] why")
    _, told, _ = judged(program, project)
    assert rules(told) == sorted([*before, "PC504"])
    (late,) = [each for each in told["findings"] if each["rule"] == "PC504"]
    assert late["message"] == "the comment that ignores PC101 matches nothing"
    assert (late["vendor"], late["location"]["line"]) == ("sendgrid", line - 1)


def test_what_could_not_be_seen_is_never_ignored(program: Run, project: Path) -> None:
    (project / "aws.json").write_text(export(VENDOR)[:-40])
    code, told, _ = judged(program, project)
    blind = [each for each in told["findings"] if each["rule"] == "PC601"]
    assert blind
    for each in blind:
        comment(project, each["location"]["path"], each["location"]["line"], "policycheck: ignore[PC601] why")
        break
    after, told, _ = judged(program, project)
    assert after == code
    assert len([each for each in told["findings"] if each["rule"] == "PC601"]) == len(blind)


# The baseline


def test_the_first_day(program: Run, project: Path) -> None:
    before, told, _ = judged(program, project)
    found = rules(told)
    done = program("baseline", "write", "--offline", cwd=project, env=TODAY)
    assert (before, done.returncode) == (1, 0)
    code, told, said = judged(program, project)
    assert code == 0, told["findings"]
    assert rules(told, "accepted") == found
    assert {each["accepted_by"] for each in told["accepted"]} == {"baseline"}
    assert f"; {len(found)} in the baseline; " in said
    assert judged(program, project, "--no-ignores")[0] == 1


def test_what_is_new_fails_beside_a_baseline(program: Run, project: Path) -> None:
    program("baseline", "write", cwd=project, env=TODAY)
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    code, told, _ = judged(program, project)
    assert (code, rules(told)) == (1, ["PC203"])


def test_a_baseline_is_written_once(program: Run, project: Path) -> None:
    program("baseline", "write", cwd=project, env=TODAY)
    kept = (project / "policycheck.baseline").read_text()
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    done = program("baseline", "write", cwd=project, env=TODAY)
    assert done.returncode == 2
    assert "there is a baseline already" in done.stderr
    assert (project / "policycheck.baseline").read_text() == kept
    assert program("baseline", "write", "--force", cwd=project, env=TODAY).returncode == 0
    added = set((project / "policycheck.baseline").read_text().splitlines()) - set(kept.splitlines())
    assert [line.split()[:2] for line in added] == [["PC203", "-"]]


def test_what_is_gone_is_told_and_pruned(program: Run, project: Path) -> None:
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    program("baseline", "write", cwd=project, env=TODAY)
    (project / "aws.json").write_text(export(VENDOR))
    _, _, said = judged(program, project)
    assert "1 entry of policycheck.baseline no longer occur" in said
    done = program("baseline", "prune", cwd=project, env=TODAY)
    assert (done.returncode, "PC203" in (project / "policycheck.baseline").read_text()) == (0, False)
    assert "1 entry taken out" in done.stderr
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    assert rules(judged(program, project)[1]) == ["PC203"]


def test_nothing_is_pruned_while_something_was_not_seen(program: Run, project: Path) -> None:
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    program("baseline", "write", cwd=project, env=TODAY)
    kept = (project / "policycheck.baseline").read_text()
    (project / "aws.json").write_text(BLIND)
    done = program("baseline", "prune", cwd=project, env=TODAY)
    assert (done.returncode, (project / "policycheck.baseline").read_text()) == (3, kept)
    assert "could not be seen" in done.stderr


def test_an_empty_baseline_has_nothing_to_prune(program: Run, project: Path) -> None:
    done = program("baseline", "prune", cwd=project, env=TODAY)
    assert (done.returncode, done.stderr) == (0, "policycheck.baseline has no entries\n")


def test_blind_spots_and_lapses_never_go_in(program: Run, project: Path) -> None:
    (project / "aws.json").write_text(BLIND)
    done = program("baseline", "write", cwd=project, env=TODAY)
    assert "left out: what could not be seen" in done.stderr
    assert "PC6" not in (project / "policycheck.baseline").read_text()
    assert judged(program, project)[0] == 3


def test_a_baseline_holds_no_date_and_no_line(program: Run, project: Path) -> None:
    program("baseline", "write", cwd=project, env=TODAY)
    first = (project / "policycheck.baseline").read_text()
    policy = project / "policies/sendgrid.yaml"
    policy.write_text("# a line more\n" + policy.read_text())
    (project / "policycheck.baseline").unlink()
    program("baseline", "write", cwd=project, env={"POLICYCHECK_TODAY": "2026-11-27"})
    assert (project / "policycheck.baseline").read_text() == first


def test_a_file_that_cannot_be_written_is_said(program: Run, project: Path) -> None:
    with (project / "policycheck.yaml").open("a") as file:
        file.write("baseline: absent/b\n")
    done = program("baseline", "write", cwd=project, env=TODAY)
    assert done.returncode == 2
    assert "cannot write absent/b: No such file or directory" in done.stderr


# Only what is new


def test_only_what_the_last_judged_snapshot_did_not_have(program: Run, project: Path) -> None:
    found = rules(judged(program, project)[1])
    code, told, said = judged(program, project, "--new-only", day="2026-11-21")
    assert (code, rules(told), rules(told, "accepted")) == (0, [], found)
    assert "new since the snapshot 2026-11-20T000000Z-0001, the newest before this one that a check has judged" in said
    assert f"; {len(found)} not new; " in said
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    code, told, _ = judged(program, project, "--new-only", day="2026-11-22")
    assert (code, rules(told)) == (1, ["PC203"])
    # Of a stored snapshot, the one before it is meant.
    code, told, _ = judged(program, project, "--new-only", "--offline", day="2026-11-22")
    assert (code, rules(told)) == (1, ["PC203"])


def test_a_retry_stays_red_until_a_plain_check_has_told_everything(program: Run, project: Path) -> None:
    judged(program, project)
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    for again in (
        ("--new-only",),
        ("--new-only", "--exit-zero"),
        ("--new-only", "--vendor", "sendgrid"),
        ("--new-only",),
    ):
        _, told, said = judged(program, project, *again, day="2026-11-21")
        assert "2026-11-20T000000Z-0001" in said
        assert "--vendor" in again or rules(told) == ["PC203"]
    # A pull that nobody has looked at is no base either, nor one of which a part was told.
    program("pull", cwd=project, env={"POLICYCHECK_TODAY": "2026-11-22"})
    judged(program, project, "--offline", "--vendor", "sendgrid", day="2026-11-22")
    assert judged(program, project, "--new-only", day="2026-11-23")[0] == 1
    judged(program, project, day="2026-11-24")
    code, _, said = judged(program, project, "--new-only", day="2026-11-25")
    assert (code, "2026-11-24T000000Z-0001" in said) == (0, True)
    # What passed is a base in turn.
    code, _, said = judged(program, project, "--new-only", day="2026-11-26")
    assert (code, "2026-11-25T000000Z-0001" in said) == (0, True)


def test_without_a_judged_snapshot_everything_is_new(program: Run, project: Path) -> None:
    for day in ("2026-11-20", "2026-11-21"):
        code, _, said = judged(program, project, "--new-only", day=day)
        assert (code, "no earlier snapshot was judged, so every finding is new" in said) == (1, True)


def test_what_has_grown_since_the_judged_snapshot_is_new(program: Run, project: Path) -> None:
    (project / "aws.json").write_text(export(VENDOR, STRANGER))
    judged(program, project)
    grown = role("other", trusting("999999999999"), "arn:aws:s3:::lumen-exports/members/*")
    (project / "aws.json").write_text(export(VENDOR, grown))
    code, told, _ = judged(program, project, "--new-only", day="2026-11-21")
    assert (code, rules(told)) == (1, ["PC203"])
    assert (
        "grown since the snapshot of 2026-11-20T00:00:00Z: now s3:GetObject on"
        in told["findings"][0]["instances"][0]["observed"]
    )


def test_what_could_not_be_seen_is_always_new(program: Run, project: Path) -> None:
    (project / "aws.json").write_text(BLIND)
    judged(program, project)
    code, told, _ = judged(program, project, "--new-only", day="2026-11-21")
    assert code == 3
    assert "PC601" in rules(told)


EXCEPTION = """\
exceptions:
  - rule: PC101
    match: {category: user.device.ip_address}
    reason: "the export moves in Q1"
    owner: growth@lumen.example
    approved_by: ciso@lumen.example
    expires: 2026-11-20
"""


def test_an_exception_that_lapses_is_news(program: Run, project: Path) -> None:
    with (project / "policies/sendgrid.yaml").open("a") as file:
        file.write(EXCEPTION)
    _, told, _ = judged(program, project)
    assert rules(told, "accepted") == ["PC101"]
    code, told, _ = judged(program, project, "--new-only", day="2026-11-21")
    assert code == 1
    assert {"PC101", "PC503"} <= set(rules(told))


def test_an_exception_never_outlives_its_date(program: Run, project: Path) -> None:
    with (project / "policies/sendgrid.yaml").open("a") as file:
        file.write(EXCEPTION)
    for day, accepted in (("2026-11-05", True), ("2026-11-20", True), ("2026-11-21", False), ("2027-11-21", False)):
        _, told, _ = judged(program, project, day=day)
        assert (rules(told, "accepted") == ["PC101"]) is accepted, day
        assert ("PC101" in rules(told)) is not accepted
        # Announced 14 days ahead, and told as long as it stands there.
        assert ("PC503" in rules(told)) is (day != "2026-11-05")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("category: user.device.ip_address", "category: user.device.ip_adress"),
        ("category: user.device.ip_address", "category: User.device.ip_address"),
        ("category: user.device.ip_address", "category: user.device"),
        ("category: user.device.ip_address", 'category: "*"'),
        ("rule: PC101", "rule: PC102"),
    ],
)
def test_a_slip_in_an_exception_accepts_nothing(program: Run, project: Path, right: str, wrong: str) -> None:
    with (project / "policies/sendgrid.yaml").open("a") as file:
        file.write(EXCEPTION.replace(right, wrong))
    done = program("check", "--output", "json", cwd=project, env=TODAY)
    if done.returncode == 2:
        return
    told = json.loads(done.stdout)
    assert (done.returncode, rules(told, "accepted")) == (1, [])
    assert {"PC101", "PC504"} <= set(rules(told))
