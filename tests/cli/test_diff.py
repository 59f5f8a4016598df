"""``diff`` as people call it: revisions of a real repository, stored snapshots, and everything that is neither."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policycheck.aws.engine import Engine
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
    code, found, said = diffed(program, repository, "HEAD")
    assert code == 3
    assert "leaves the project" in said
    assert found["unseen"] == [
        "1 error in the project's files at HEAD: taken as if it allowed nothing, so everything is new"
    ]


def test_a_policy_that_was_wrong_is_all_new_and_blocks_nothing(program: Run, repository: Path) -> None:
    (repository / "policies/other.yaml").write_text("vendor: other\nkind: support_desk\nuse: [essential]\n")
    edit(repository, "role: processor", "rol: processor")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "broken")
    edit(repository, "rol: processor", "role: processor")
    code, found, said = diffed(program, repository, "HEAD")
    assert code == 3
    assert "unknown key" in said
    assert found["unseen"] == [
        "1 error in the project's files at HEAD: policies/sendgrid.yaml taken as if it allowed nothing, so all of it "
        "is new"
    ]
    assert {each["vendor"] for each in found["changes"]} == {"sendgrid"}
    assert ("wider", "a policy for Twilio SendGrid, at stage enforce") in told(found)
    assert diffed(program, repository, "HEAD", "--fail-on", "widened")[0] == 1
    done = program("diff", "HEAD", cwd=repository, env=TODAY)
    assert "not compared: 1 error in the project's files at HEAD" in done.stdout


@pytest.mark.parametrize(("file", "text"), [("policycheck.yaml", "version: 2\n"), ("catalog/members.yaml", "a: b\n")])
def test_a_project_that_was_wrong_allowed_nothing(program: Run, repository: Path, file: str, text: str) -> None:
    kept = (repository / file).read_text()
    (repository / file).write_text(text)
    git(repository, "commit", "-qam", "broken")
    (repository / file).write_text(kept)
    code, found, _ = diffed(program, repository, "HEAD")
    assert code == 3
    assert ("wider", "a policy for Twilio SendGrid, at stage enforce") in told(found)
    fields = "2 fields: email (user.contact.email), ip_history (user.device.ip_address)"
    assert ("narrower", f"member-exports is described, with {fields}") in told(found)
    assert not any(sense == "changed" for sense, _ in told(found))


def test_policies_that_are_wrong_together_allowed_nothing(program: Run, repository: Path) -> None:
    # What is no UTF-8 cannot be told to be a policy.
    (repository / "policies/sendgrid.yaml").write_text("vendor: sendgrid\nrol: x\n")
    (repository / "policies/latin.yaml").write_bytes(b"vendor: latin\nname: \xe9\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "broken")
    git(repository, "rm", "-q", "policies/latin.yaml")
    (repository / "policies/sendgrid.yaml").write_text("vendor: sendgrid\n")
    code, found, _ = diffed(program, repository, "HEAD")
    assert code == 3
    assert found["unseen"] == [
        "2 errors in the project's files at HEAD: taken as if it allowed nothing, so everything is new"
    ]


def test_the_newer_revision_must_be_right(program: Run, repository: Path) -> None:
    edit(repository, "role: processor", "rol: processor")
    git(repository, "commit", "-qam", "broken")
    edit(repository, "rol: processor", "role: processor")
    done = program("diff", "HEAD~1", "HEAD", cwd=repository, env=TODAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert "1 error in the project's files at HEAD" in done.stderr


def test_a_revision_without_a_project_on_either_side(program: Run, repository: Path) -> None:
    git(repository, "rm", "-q", "-r", "--cached", ".")
    (repository.parent / "README").write_text("x")
    git(repository, "add", "../README")
    git(repository, "commit", "-qm", "gone")
    code, found, _ = diffed(program, repository, "HEAD~1", "HEAD")
    assert code == 0
    assert any(what.startswith("its policy is gone") for _, what in told(found))


def test_directories_without_a_policy_are_there(program: Run, tmp_path: Path) -> None:
    """One holds a README only, one is empty and in no commit at all."""
    root = tmp_path / "new"
    for name in ("catalog", "policies", "overrides"):
        (root / name).mkdir(parents=True)
    (root / "catalog/README.md").write_text("x")
    (root / "policycheck.yaml").write_text("version: 1\npolicies: [policies/]\ncatalog: [catalog/]\n")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    done = program("diff", "main", cwd=root, env=TODAY)
    assert (done.returncode, done.stderr) == (0, "nothing changed from main to the working tree\n")


def test_a_baseline_of_another_name_is_compared(program: Run, repository: Path) -> None:
    edit(repository, "version: 1\n", "version: 1\nbaseline: lists/known.txt\n", "policycheck.yaml")
    (repository / "lists").mkdir()
    (repository / "lists/known.txt").write_text(f"PC101 sendgrid {'a' * 16} {'b' * 16} high 5d2f6b0a  # one\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "known")
    assert diffed(program, repository, "HEAD")[1]["changes"] == []
    edit(repository, f"PC101 sendgrid {'a' * 16}", f"PC101 sendgrid {'c' * 16}", "lists/known.txt")
    code, found, _ = diffed(program, repository, "HEAD")
    assert (code, told(found)) == (
        0,
        [("wider", "PC101 in the baseline: one"), ("narrower", "PC101 in the baseline: one")],
    )


def test_statements_are_compared(program: Run, repository: Path) -> None:
    stated = "  - {name: stated, type: attestation, paths: [told/*.json]}\n"
    refused = "  - {name: refused, type: attestation, paths: [told/*.json], stale_after_days: x}\n"
    edit(repository, "connectors:\n", f"connectors:\n{stated}{refused}", "policycheck.yaml")
    (repository / "told").mkdir()
    states = {"vendor": "sendgrid", "system": "sendgrid", "asked": "ada", "on": "2026-10-01"}
    (repository / "told/a.json").write_text(json.dumps({**states, "states": {"fields": ["user.name"]}}))
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "stated")
    edit(repository, refused, "", "policycheck.yaml")
    gone = ("wider", "connector refused (attestation) no longer looks")
    assert told(diffed(program, repository, "HEAD")[1]) == [gone]
    git(repository, "rm", "-q", "told/a.json")
    code, found, _ = diffed(program, repository, "HEAD", "--fail-on", "widened")
    assert code == 1
    assert told(found) == [
        gone,
        ("judged-less", "the statement of 2026-10-01 about sendgrid is gone, and with it 1 field"),
    ]


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
        (["main...HEAD"], "a range is no revision"),
        (["main...HEAD"], "`policycheck diff $(git merge-base main HEAD) HEAD`"),
        (["main.."], "`policycheck diff main HEAD`"),
    ],
)
def test_names_that_are_neither(program: Run, repository: Path, words: list[str], message: str) -> None:
    done = program("diff", *words, cwd=repository, env=TODAY)
    assert (done.returncode, message in done.stderr) == (2, True)


def test_outside_of_a_repository_there_are_no_revisions(program: Run, project: Path) -> None:
    done = program("diff", "HEAD", cwd=project, env=TODAY)
    assert done.returncode == 2
    assert "HEAD is neither a stored snapshot nor a git revision: the project is in no git repository" in done.stderr


def test_files_that_git_has_lost_are_told(program: Run, repository: Path) -> None:
    for kind, message in (("policies/sendgrid.yaml", "git cannot read policies/sendgrid.yaml"), ("", "cannot list")):
        object = git(repository, "rev-parse", f"HEAD:./{kind}").strip()
        (repository.parent / f".git/objects/{object[:2]}/{object[2:]}").unlink()
        done = program("diff", "HEAD", cwd=repository, env=TODAY)
        assert (done.returncode, message in done.stderr) == (2, True)


def test_without_git_there_are_no_revisions(program: Run, repository: Path) -> None:
    done = program("diff", "HEAD", cwd=repository, env={**TODAY, "PATH": ""})
    assert done.returncode == 2
    assert "HEAD is neither" in done.stderr


def test_a_shallow_clone_says_so(program: Run, repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository.parent}", "clone")
    done = program("diff", "HEAD~1", cwd=tmp_path / "clone" / repository.name, env=TODAY)
    assert done.returncode == 2
    assert "this clone is shallow" in done.stderr
    assert "fetch-depth: 0" in done.stderr


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
    assert (
        lines[6]
        == "| sendgrid | <code>+</code> | user.contact (raw) |  | <code>a project/policies/sendgrid.yaml:10</code> |"
    )


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


def allowing(each: dict[str, Any], *actions: str, on: str = "*") -> dict[str, Any]:
    """A role that may do something more."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    more = {"PolicyName": "more", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    return {**each, "RolePolicyList": [*each["RolePolicyList"], more]}


def elsewhere(each: dict[str, Any]) -> dict[str, Any]:
    return {**each, "Arn": each["Arn"].replace("111122223333", "123456789012")}


def test_all_of_the_pattern_that_was_gained_is_told_with_an_example(program: Run, project: Path) -> None:
    first = pulled(program, project, VENDOR)
    second = pulled(program, project, allowing(VENDOR, "kms:Decrypt", "sqs:SendMessage"))
    third = pulled(program, project, allowing(VENDOR, "*"))
    (row,) = told(diffed(program, project, first, second)[1])
    assert row[1].startswith("kms:Decrypt, sqs:SendMessage on *, for example kms:Decrypt on arn:aws:kms:")
    assert row[1].endswith(", by role/vendor-sendgrid-import in 111122223333")
    assert any(what.startswith("* on *, for example ") for _, what in told(diffed(program, project, second, third)[1]))
    (lost,) = told(diffed(program, project, second, first)[1])
    assert (lost[0], lost[1][:32]) == ("narrower", "kms:Decrypt, sqs:SendMessage on ")


def test_what_a_role_in_several_accounts_gains_alike_is_one_row(program: Run, project: Path) -> None:
    both = [VENDOR, elsewhere(VENDOR)]
    first = pulled(program, project, *both)
    second = pulled(program, project, *[allowing(each, "sqs:SendMessage", on="arn:aws:sqs:*:*:q") for each in both])
    rows = [what for _, what in told(diffed(program, project, first, second)[1])]
    assert [each.rpartition(", by ")[2] for each in rows] == [
        "role/vendor-sendgrid-import in 111122223333, 123456789012"
    ]


def test_what_a_stranger_gains_is_told_too(program: Run, project: Path) -> None:
    first = pulled(program, project, STRANGER)
    second = pulled(program, project, allowing(STRANGER, "s3:GetObject", on="arn:aws:s3:::lumen-exports/members/*"))
    code, found, said = diffed(program, project, first, second, "--fail-on", "widened")
    rows = [(each["vendor"], each["sense"], each["what"], each["why"]) for each in found["changes"]]
    assert code == 1
    assert rows == [
        (None, "wider", "s3:GetObject on arn:aws:s3:::lumen-exports/members/*, for example s3:GetObject on "
         "arn:aws:s3:::lumen-exports/members/example, by role/other in 111122223333",
         "999999999999 acts through it"),
        (None, "wider", "user.contact.email (raw): member-exports.email", "readable by 999999999999"),
        (None, "wider", "user.device.ip_address (raw, history): member-exports.ip_history",
         "readable by 999999999999"),
    ]  # fmt: skip
    assert said.endswith("with parties that no vendor claims\n")
    assert "gained: no vendor" in program("diff", first, second, cwd=project, env=TODAY).stdout


def test_our_own_principals_are_no_party(program: Run, project: Path) -> None:
    first = pulled(program, project, VENDOR)
    provider = "arn:aws:iam::111122223333:saml-provider/AWSSSO_0a1b_DO_NOT_DELETE"
    aws = {"Service": "lambda.amazonaws.com"}
    service = role("lambda", {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": aws}]})  # fmt: skip
    single = role("single", {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRoleWithSAML", "Principal": {"Federated": provider}}]})  # fmt: skip
    reserved = {**single, "Arn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/single"}
    second = pulled(program, project, VENDOR, service, allowing(reserved, "*"))
    assert diffed(program, project, first, second)[1]["changes"] == []


def test_what_a_bucket_gives_to_strangers_and_vendors(program: Run, project: Path) -> None:
    def bucket(*actions: str) -> str:
        names = ["arn:aws:iam::999999999999:root", "arn:aws:iam::444455556666:root"]
        statement = {"Effect": "Allow", "Principal": {"AWS": names}, "Action": list(actions), "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        return json.dumps([{"arn": "arn:aws:s3:::lumen-other", "account": "111122223333", "policy": policy}])

    (project / "buckets.json").write_text(bucket("s3:PutObject"))
    first = pulled(program, project)
    (project / "buckets.json").write_text(bucket("s3:PutObject", "s3:DeleteObject"))
    second = pulled(program, project)
    found = diffed(program, project, first, second)[1]
    rows = {(each["vendor"], each["what"].partition(",")[0], "by arn:" in each["what"]) for each in found["changes"]}
    assert rows == {
        (None, "s3:DeleteObject on arn:aws:s3:::lumen-other", True),
        ("sendgrid", "s3:DeleteObject on arn:aws:s3:::lumen-other", True),
    }  # fmt: skip


def test_what_nobody_looked_for_is_not_lost(program: Run, project: Path) -> None:
    first = pulled(program, project, VENDOR, STRANGER)
    (project / "aws.json").unlink()
    program("pull", cwd=project, env=TODAY)
    code, found, said = diffed(program, project, first)
    assert code == 3
    assert {each["sense"] for each in found["changes"]} == {"not-seen"}
    assert ("not-seen", "nothing of it was seen") in told(found)
    assert "iam-export did not see everything" in {each["why"].rpartition("; ")[2] for each in found["changes"]}
    assert said.startswith(f"{len(found['changes'])} not seen from ")
    assert not found["widened"]
    second = sorted(path.name for path in (project / ".policycheck/snapshots").iterdir())[-1]
    back = diffed(program, project, second, first)[1]
    assert {each["sense"] for each in back["changes"]} == {"wider"}
    assert any(each["why"] == "iam-export did not see everything before" for each in back["changes"])
    text = program("diff", first, "--output", "markdown", cwd=project, env=TODAY).stdout
    assert "<code>.</code> not seen" in text


def test_a_connector_that_is_gone_did_not_look(program: Run, project: Path) -> None:
    first = pulled(program, project, VENDOR)
    edit(
        project, "  - {name: iam-export, type: aws-authorization-details, paths: [aws.json]}\n", "", "policycheck.yaml"
    )
    program("pull", cwd=project, env=TODAY)
    found = diffed(program, project, first)[1]
    assert {each["sense"] for each in found["changes"]} == {"not-seen"}
    assert "iam-export did not look" in {each["why"] for each in found["changes"]}


@pytest.fixture
def keys(project: Path) -> Path:
    """The project with an inventory of our keys at the vendor."""
    entry = "  - {name: keys, type: key-inventory, system: SYSTEM, paths: [keys.json]}\n"
    edit(project, "connectors:\n", f"connectors:\n{entry.replace('SYSTEM', 'sendgrid')}", "policycheck.yaml")
    return project


def inventory(program: Run, project: Path, *scopes: str, untold: bool = False) -> str:
    key = {
        "api_key_id": "lumenTransactional00",
        "name": "sendgrid-live",
        **({} if untold else {"scopes": list(scopes)}),
    }
    (project / "keys.json").write_text(json.dumps({"result": [key]}))
    return pulled(program, project, VENDOR)


def test_the_scopes_of_our_keys(program: Run, keys: Path) -> None:
    first = inventory(program, keys, "mail.send", "templates.read")
    second = inventory(program, keys, "mail.send", "marketing.read")
    assert told(diffed(program, keys, first, second)[1]) == [
        ("wider", "marketing.read: our key sendgrid-live at sendgrid"),
        ("narrower", "templates.read: our key sendgrid-live at sendgrid"),
    ]


def test_scopes_that_are_told_for_the_first_time_are_open(program: Run, keys: Path) -> None:
    first = inventory(program, keys, untold=True)
    second = inventory(program, keys, "mail.send")
    code, found, _ = diffed(program, keys, first, second)
    row = ("undecided", "our key sendgrid-live at sendgrid: scopes are told that were not told before")
    assert (code, row in told(found)) == (3, True)


def test_a_key_without_a_list_of_scopes_may_do_everything(program: Run, keys: Path) -> None:
    edit(keys, "system: sendgrid", "system: datadog", "policycheck.yaml")
    first = inventory(program, keys, "monitors_read")
    second = inventory(program, keys, untold=True)
    rows = told(diffed(program, keys, first, second)[1])
    assert [sense for sense, what in rows if what.endswith(": everything, without a list of scopes")] == ["wider"]


def test_access_of_which_it_is_not_known_whether_it_is_wider(
    program: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pulled(program, project, VENDOR)
    second = pulled(program, project, allowing(VENDOR, "s3:Get*", on="arn:aws:s3:::lumen-*-a/*-b"))
    monkeypatch.setattr("policycheck.checks.drift.Engine", lambda: Engine(budget=1))
    code, found, _ = diffed(program, project, first, second)
    assert code == 3
    assert any(
        sense == "undecided"
        and what.startswith("the access of role/vendor-sendgrid-import in 111122223333 may be wider")
        for sense, what in told(found)
    )


def test_a_snapshot_and_a_revision_do_not_go_together(program: Run, repository: Path) -> None:
    first = pulled(program, repository, VENDOR)
    done = program("diff", first, "HEAD", cwd=repository, env=TODAY)
    assert done.returncode == 2
    assert "one is a snapshot and the other a git revision" in done.stderr
