"""``diff`` as people call it: revisions of a real repository, stored snapshots, and everything that is neither."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.sample import CLEAN, TODAY, VENDOR, export, role, trusting
from tests.reports.lab import conforming

if TYPE_CHECKING:
    from tests.conftest import Run

STRANGER = role("other", trusting("999999999999"))


def git(root: Path, *words: str) -> str:
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ("-c", "user.name=a", "-c", "user.email=a@lumen.example", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *names, *words], cwd=root, env=environ, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(project: Path) -> Path:
    """The project in a directory of a repository with one commit."""
    git(project.parent, "init", "-q")
    git(project.parent, "add", "-A")
    git(project.parent, "commit", "-q", "-m", "first")
    return project


def edit(project: Path, old: str, new: str, file: str = "policies/sendgrid.yaml") -> None:
    text = (project / file).read_text()
    assert old in text
    (project / file).write_text(text.replace(old, new))


def diffed(program: Run, project: Path, *words: str) -> tuple[int, Any, str]:
    done = program("diff", *words, "--output", "json", cwd=project, env=TODAY)
    return done.returncode, conforming(done.stdout) if done.stdout else None, done.stderr


def told(document: Any) -> list[tuple[str, str]]:
    return [(each["sense"], each["what"]) for each in document["changes"]]


# Revisions


def test_the_files_as_they_are_now(program: Run, repository: Path) -> None:
    edit(repository, '["444455556666"]', '["444455556666", "999999999999"]')
    code, found, said = diffed(program, repository, "HEAD")
    assert (code, told(found)) == (0, [("wider", "999999999999 (aws_accounts) is now recognised as sendgrid")])
    assert said == "1 wider from HEAD to the working tree, at 1 vendor\n"
    assert found["changes"][0]["location"] == {"path": "policies/sendgrid.yaml", "line": 8, "column": 34}


def test_two_revisions(program: Run, repository: Path) -> None:
    edit(repository, "category: user.contact.email", "category: user.contact")
    git(repository, "commit", "-qam", "second")
    edit(repository, "category: user.contact", "category: user")
    code, found, _ = diffed(program, repository, "HEAD~1", "HEAD")
    assert (code, told(found)) == (0, [("wider", "user.contact (raw)")])
    code, found, _ = diffed(program, repository, "HEAD", "HEAD~1")
    assert told(found) == [("narrower", "user.contact (raw)")]
    assert not found["widened"]


@pytest.mark.parametrize(("old", "new", "code"), [("user.contact.email", "user.contact", 1),
                                                  ("user.contact.email", "user.name", 1),
                                                  ("\n  - category: user.contact.email", " []", 0)])  # fmt: skip
def test_a_pull_request_that_widens_fails_where_asked(
    program: Run, repository: Path, old: str, new: str, code: int
) -> None:
    edit(repository, old, new)
    assert diffed(program, repository, "main", "--fail-on", "widened")[0] == code
    assert diffed(program, repository, "main")[0] == 0


def test_before_there_was_a_project_everything_is_new(program: Run, project: Path) -> None:
    (project.parent / "README").write_text("x")
    git(project.parent, "init", "-q")
    git(project.parent, "add", "README")
    git(project.parent, "commit", "-q", "-m", "first")
    code, found, _ = diffed(program, project, "HEAD")
    assert code == 0
    assert ("wider", "a policy for Twilio SendGrid, at stage enforce") in told(found)
    assert ("wider", "user.contact.email (raw)") in told(found)


def test_files_that_attributes_hide_are_compared_too(program: Run, repository: Path) -> None:
    (repository / ".gitattributes").write_text("policies/* export-ignore\n*.yaml filter=evil\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "hide")
    edit(repository, "user.contact.email", "user.contact")
    git(repository, "commit", "-qam", "widen")
    assert told(diffed(program, repository, "HEAD~1", "HEAD")[1]) == [("wider", "user.contact (raw)")]


def test_a_link_that_leaves_the_project_is_not_followed(program: Run, repository: Path) -> None:
    (repository / "policies/link.yaml").symlink_to("/etc/hostname")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "link")
    (repository / "policies/link.yaml").unlink()
    done = program("diff", "HEAD", cwd=repository, env=TODAY)
    assert done.returncode == 2
    assert "leaves the project" in done.stderr
    assert "1 error in the project's files at HEAD" in done.stderr


def test_errors_of_a_revision_are_shown(program: Run, repository: Path) -> None:
    edit(repository, "role: processor", "rol: processor")
    git(repository, "commit", "-qam", "broken")
    edit(repository, "rol: processor", "role: processor")
    done = program("diff", "HEAD", cwd=repository, env=TODAY)
    assert done.returncode == 2
    assert "unknown key" in done.stderr
    assert "1 error in the project's files at HEAD" in done.stderr


def test_nothing_changed(program: Run, repository: Path) -> None:
    done = program("diff", "HEAD", cwd=repository, env=TODAY)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing changed from HEAD to the working tree\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "nowhere is neither a stored snapshot nor a git revision"),
        (["HEAD", "nowhere"], "nowhere is neither a stored snapshot nor a git revision"),
        (["--", "--exec=x"], "--exec=x is neither a stored snapshot nor a git revision"),
    ],
)
def test_names_that_are_neither(program: Run, repository: Path, words: list[str], message: str) -> None:
    done = program("diff", *words, cwd=repository, env=TODAY)
    assert (done.returncode, message in done.stderr) == (2, True)


def test_outside_of_a_repository_there_are_no_revisions(program: Run, project: Path) -> None:
    done = program("diff", "HEAD", cwd=project, env=TODAY)
    assert done.returncode == 2
    assert "HEAD is neither" in done.stderr


def test_markdown_is_one_table(program: Run, repository: Path) -> None:
    edit(repository, '["444455556666"]', '["444455556666", "999999999999"]')
    edit(repository, "user.contact.email", "user.contact")
    done = program("diff", "main", "--output", "markdown", cwd=repository, env=TODAY)
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "<!-- policycheck:diff -->",
        "## policycheck diff: 2 wider from main to the working tree, at 1 vendor",
    ]
    assert lines[5].startswith("| **newly recognised** sendgrid | <code>+</code> | 999999999999")
    assert lines[6] == "| sendgrid | <code>+</code> | user.contact (raw) |  | <code>policies/sendgrid.yaml:10</code> |"


def test_text_reads_by_vendor(program: Run, repository: Path) -> None:
    edit(repository, '["444455556666"]', '["444455556666", "999999999999"]')
    done = program("diff", "main", cwd=repository, env=TODAY)
    assert done.stdout == (
        "newly recognised: sendgrid\n"
        "  + 999999999999 (aws_accounts) is now recognised as sendgrid\n"
        "    --> policies/sendgrid.yaml:8:34\n\n"
    )


# Snapshots


def pulled(program: Run, project: Path, *roles: dict[str, Any]) -> str:
    (project / "aws.json").write_text(export(*roles))
    program("pull", cwd=project, env=TODAY)
    return sorted(path.name for path in (project / ".policycheck/snapshots").iterdir())[-1]


def test_what_a_vendor_gained(program: Run, project: Path) -> None:
    first = pulled(program, project, CLEAN)
    second = pulled(program, project, VENDOR, STRANGER)
    code, found, said = diffed(program, project, first)
    assert (found["kind"], found["old"], found["new"]) == ("snapshots", first, second)
    wider = [(each["vendor"], each["what"]) for each in found["changes"] if each["sense"] == "wider"]
    assert ("sendgrid", "user.contact.email (raw): member-exports.email") in wider
    assert ("sendgrid", "user.device.ip_address (raw, history): member-exports.ip_history") in wider
    assert (None, "999999999999 acts in aws 111122223333 through other") in wider
    assert any("s3:GetObject on arn:aws:s3:::lumen-exports/members/" in what for _, what in wider)
    assert any(each["sense"] == "narrower" and "lumen-mail-templates" in each["what"] for each in found["changes"])
    assert said.startswith(f"{len(wider)} gained, ")
    assert code == 0
    assert diffed(program, project, first, second, "--fail-on", "widened")[0] == 1
    assert diffed(program, project, second, second)[1]["changes"] == []


def test_an_external_id_that_goes(program: Run, project: Path) -> None:
    first = pulled(program, project, VENDOR)
    second = pulled(program, project, {**VENDOR, "AssumeRolePolicyDocument": trusting("444455556666")})
    found = diffed(program, project, first, second)[1]
    assert [(each["sense"], each["area"], each["what"]) for each in found["changes"]] == [
        (
            "wider", "requirement",
            "444455556666 acts in aws 111122223333 through vendor-sendgrid-import: ExternalId none, was required",
        )
    ]  # fmt: skip
    assert diffed(program, project, second, first)[1]["changes"][0]["sense"] == "narrower"


def test_what_was_not_seen_is_told_and_is_no_clean_answer(program: Run, project: Path) -> None:
    first = pulled(program, project, VENDOR)
    (project / "aws.json").write_text(
        json.dumps({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [VENDOR]})
    )
    program("pull", cwd=project, env=TODAY)
    code, found, _ = diffed(program, project, first)
    assert code == 3
    assert found["undecided"]
    assert any("iam-export" in sentence for sentence in found["unseen"])


def test_a_vendor_that_appears_and_goes(program: Run, project: Path) -> None:
    first = pulled(program, project)
    second = pulled(program, project, VENDOR)
    assert ("wider", "seen for the first time") in told(diffed(program, project, first, second)[1])
    assert ("narrower", "not seen any more") in told(diffed(program, project, second, first)[1])


def test_a_snapshot_and_a_revision_do_not_go_together(program: Run, repository: Path) -> None:
    first = pulled(program, repository, VENDOR)
    done = program("diff", first, "HEAD", cwd=repository, env=TODAY)
    assert done.returncode == 2
    assert "one is a snapshot and the other a git revision" in done.stderr
