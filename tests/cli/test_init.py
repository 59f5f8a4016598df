"""The first day: ``policycheck init`` in directories as people have them, run as a person would run it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.cli import looking
from tests.adoption.uncommenting import all_taken_in, taken_in
from tests.checks.lab import allow, role, trust

Program = Callable[..., subprocess.CompletedProcess[str]]

DATADOG, NOBODY, OURS = "464622532012", "444455556666", "123456789012"
OBSERVING = "drafts are at stage observe: what `policycheck check` finds about a vendor that has one fails no run yet\n"
STRANGER = (
    "1 account is let in that nobody has named: `policycheck check` fails on strangers, until a person names them\n"
)
SECRET = "SG.a-secret-that-nobody-may-see"
HOOKS = """\
# our hooks
repos:
  - repo: https://git.example/hooks   # first
    rev: v1
    hooks:
      - id: trailing-whitespace
# the end
"""


def export(*roles: Mapping[str, Any]) -> str:
    """What `aws iam get-account-authorization-details` writes about some roles."""
    lists = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": list(roles), "Policies": []}
    return json.dumps({**lists, "IsTruncated": False})


def let_in(account: str, name: str, *statements: Any) -> dict[str, Any]:
    """A role that an account may assume."""
    return role(name, trust({"AWS": f"arn:aws:iam::{account}:root"}), *statements, account=OURS)


MONITORING = let_in(
    DATADOG, "DatadogIntegration", allow(["ec2:Describe*", "cloudwatch:ListMetrics"], "*"), allow("s3:GetObject", "*")
)
MAIL = let_in(NOBODY, "mail-import", allow("s3:GetObject", "arn:aws:s3:::shop-mail-templates/*"))


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory of a user who has no credentials and no keys."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in looking._AWS_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "work"
    root.mkdir()
    return root


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")


def everything(root: Path) -> dict[str, str]:
    """All files below a directory, those of git left out."""
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in found}


def valid(program: Program, root: Path) -> None:
    done = program("validate", cwd=root)
    assert (done.returncode, done.stdout) == (0, "")
    assert " 0 errors, 0 warnings, 0 notices" in done.stderr


def test_from_the_first_look_to_the_first_finding(program: Program, there: Path) -> None:
    write(there, {"exports/aws.json": export(MONITORING, MAIL)})
    first = program("init", cwd=there)
    assert (first.returncode, first.stdout) == (
        0,
        "found exports/aws.json: authorization details of AWS\n"
        "wrote policycheck.yaml: the project; connectors: aws\n"
        "wrote policies/README.md: what goes here, with an example\n"
        "wrote catalog/README.md: what goes here, with an example\n"
        "wrote .gitignore: .policycheck/ added: snapshots stay here\n",
    )
    assert first.stderr == "next: policycheck init --adopt exports/aws.json\n"
    valid(program, there)
    second = program("init", "--adopt", "exports/aws.json", cwd=there)
    assert (second.returncode, second.stderr) == (0, OBSERVING + STRANGER + "next: policycheck check\n")
    assert second.stdout == (
        "wrote policies/datadog.yaml: Datadog, acts through 1 principal, 1 to review\n"
        "wrote policies/unknown-444455556666.yaml: to be named by a person, acts through 1 principal, 1 to review\n"
        "exists policycheck.yaml\n"
        "exists .gitignore with .policycheck/\n"
    )
    valid(program, there)
    third = program("check", "--output", "json", cwd=there)
    found = {(each["rule"], each["vendor"]) for each in json.loads(third.stdout)["findings"]}
    assert third.returncode == 1
    assert {("PC201", "datadog"), ("PC204", "datadog"), ("PC203", None)} <= found
    assert "unknown-444455556666" not in {vendor for _, vendor in found}


def test_adopting_strangers_changes_nothing_of_what_is_found(program: Program, there: Path) -> None:
    everything_of = let_in("555555555555", "sync", allow("s3:GetObject", "*"), allow("dynamodb:*", "*"))
    write(there, {"exports/aws.json": export(MAIL, everything_of)})
    program("init", cwd=there)
    before = program("check", cwd=there)
    program("init", "--adopt", "exports/aws.json", cwd=there)
    after = program("check", cwd=there)
    assert (before.returncode, after.returncode) == (1, 1)
    assert after.stdout == before.stdout
    assert after.stdout.count("high[PC203]") == 2
    assert after.stderr.splitlines()[0] == before.stderr.splitlines()[0]
    again = program("init", "--adopt", "exports/aws.json", cwd=there)
    told = (
        "2 accounts are let in that nobody has named: `policycheck check` fails on strangers, until a person names them"
    )
    assert again.stderr == f"{told}\nnext: policycheck check\n"


def test_a_draft_declares_what_is_narrow_and_comments_what_is_broad(program: Program, there: Path) -> None:
    write(there, {"aws.json": export(MONITORING)})
    assert program("init", "--adopt", "aws.json", cwd=there).returncode == 0
    text = (there / "policies/datadog.yaml").read_text("utf-8")
    policy = yaml.safe_load(text)
    assert (policy["vendor"], policy["kind"], policy["stage"]) == ("datadog", "log_management_apm", "observe")
    assert policy["recognise"]["aws_accounts"] == [DATADOG]
    assert f"# {DATADOG}: https://docs.datadoghq.com/" in text
    (entry,) = policy["access"]
    assert entry["principals"] == [f"arn:aws:iam::{OURS}:role/DatadogIntegration"]
    assert [each["actions"] for each in entry["allow"]] == [["ec2:Describe*", "cloudwatch:ListMetrics"]]
    assert '      ## - {actions: [s3:GetObject], resources: ["*"], why: "<why it must be this broad>"}\n' in text


def test_whatever_leaves_its_comment_leaves_a_valid_file(program: Program, there: Path) -> None:
    content = allow(["s3:GetObject", "s3:DeleteObject"], "arn:aws:s3:::acme-members/*")
    rest = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    watcher = let_in(DATADOG, "watch", allow("ec2:Describe*", "*"), content, allow("s3:*", "*"), rest)
    write(
        there, {"aws.json": export(watcher, MAIL), "exports/sendgrid/fields.csv": "field,type\nemail,text\nip,text\n"}
    )
    program("init", "--adopt", ".", cwd=there)
    for name in ("datadog", "sendgrid", f"unknown-{NOBODY}"):
        path = there / f"policies/{name}.yaml"
        drafted = path.read_text("utf-8")
        for version in taken_in(drafted):
            path.write_text(version, "utf-8")
            assert program("validate", cwd=there).returncode == 0, version
        assert all_taken_in(drafted) != drafted
    taken = yaml.safe_load((there / "policies/datadog.yaml").read_text("utf-8"))["access"][0]["allow"]
    assert [each["actions"] for each in taken] == [["ec2:Describe*"], ["s3:GetObject"], ["s3:DeleteObject"]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "has no export that is known"),
        ('{"RoleDetailList": [{"RoleName": "a", ', "nothing was written: aws.json: the file"),
        ("", "has no export that is known"),
    ],
)
def test_a_broken_export_is_one_error_and_nothing_is_written(
    program: Program, there: Path, content: str, reason: str
) -> None:
    write(there, {"aws.json": content})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert sorted(everything(there)) == ["aws.json"]


def test_dry_run_shows_every_line_and_writes_nothing(program: Program, there: Path) -> None:
    write(there, {"aws.json": export(MONITORING)})
    shown = program("init", "--adopt", "aws.json", "--dry-run", cwd=there)
    assert sorted(everything(there)) == ["aws.json"]
    assert program("init", "--adopt", "aws.json", cwd=there).returncode == 0
    written = everything(there)
    for name in ("policycheck.yaml", "policies/datadog.yaml", ".gitignore"):
        assert f"+++ b/{name}" in shown.stdout
        assert all(f"+{line}\n" in shown.stdout for line in written[name].splitlines())
    assert "would write policies/datadog.yaml: Datadog" in shown.stdout
    assert shown.stderr == OBSERVING + "nothing was written: --dry-run\n"


def test_a_second_run_writes_nothing_and_says_what_exists(program: Program, there: Path) -> None:
    write(there, {"aws.json": export(MONITORING, MAIL), ".pre-commit-config.yaml": HOOKS})
    program("init", "--adopt", "aws.json", cwd=there)
    before = everything(there)
    again = program("init", "--adopt", "aws.json", cwd=there)
    assert (again.returncode, again.stdout) == (
        0,
        "exists policycheck.yaml\n"
        "exists .gitignore with .policycheck/\n"
        "exists .pre-commit-config.yaml with policycheck-validate\n",
    )
    assert again.stderr == STRANGER + "next: policycheck check\n"
    assert everything(there) == before


def test_nothing_that_a_person_wrote_is_touched(program: Program, there: Path) -> None:
    mine = {
        "aws.json": export(MONITORING),
        "policies/datadog.yaml": "vendor: watcher\n",
        "policies/README.md": "mine\n",
        ".gitignore": "*.pyc",
    }
    write(there, mine)
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert done.returncode == 0
    assert "exists policies/datadog.yaml\n" in done.stdout
    assert done.stderr == "next: policycheck check\n"
    now = everything(there)
    assert {name: now[name] for name in mine} == {**mine, ".gitignore": "*.pyc\n.policycheck/\n"}


def test_an_existing_project_gets_drafts_where_its_policies_are_and_a_connector(program: Program, there: Path) -> None:
    config = (
        "version: 1\npolicies: [vendors/]   # ours\nconnectors:\n  - {name: aws, type: aws, regions: enabled}  # l\n"
    )
    taken = 'vendor: acme\nstage: draft\nrecognise: {aws_accounts: ["444455556666"], hosts: [datadoghq.eu]}\n'
    write(there, {"policycheck.yaml": config, "vendors/acme.yaml": taken, "aws.json": export(MONITORING, MAIL)})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert (done.returncode, done.stdout) == (
        0,
        "added to policycheck.yaml: 1 connector added\n"
        "wrote vendors/datadog.yaml: Datadog, acts through 1 principal, 1 to review\n"
        "wrote .gitignore: .policycheck/ added: snapshots stay here\n",
    )
    added = '  - {name: "aws-2", type: aws-authorization-details, paths: ["aws.json"]}\n'
    assert (there / "policycheck.yaml").read_text("utf-8") == config + added
    assert yaml.safe_load((there / "vendors/datadog.yaml").read_text())["recognise"]["hosts"] == [
        "datadoghq.com",
        "ddog-gov.com",
    ]
    valid(program, there)


@pytest.mark.parametrize("connectors", ["", "connectors: []\n", "connectors: [{name: a, type: aws}]\n"])
def test_a_configuration_that_cannot_be_changed_safely_is_left_and_the_line_is_told(
    program: Program, there: Path, connectors: str
) -> None:
    config = f"version: 1\n{connectors}"
    write(there, {"policycheck.yaml": config, "policies/a.yaml": "vendor: a\n", "aws.json": export(MONITORING)})
    (there / "catalog").mkdir()
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert done.returncode == 0
    assert "add to `connectors` in policycheck.yaml, which cannot be changed safely: - {name: " in done.stderr
    assert (there / "policycheck.yaml").read_text("utf-8") == config
    assert (there / "policies/datadog.yaml").is_file()


def test_a_project_with_errors_is_mended_first(program: Program, there: Path) -> None:
    write(there, {"policycheck.yaml": "version: 2\n", "aws.json": export(MONITORING)})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[PC003]" in done.stderr
    assert sorted(everything(there)) == ["aws.json", "policycheck.yaml"]


HOSTILE = [
    'x"]\nvendor: evil #',
    "x\n# policycheck: ignore[PC204] fine",
    "x#policycheck:ignore[PC201]",
    "../../../etc/passwd",
    "*",
    "[a-z]",
    "a:b,c",
    "{{x}}",
    "\u202ereversed\u2066",
    "x\x1b[31my",
    "\U0001f512\U000e0001",
    "&anchor*alias!!python/object:os.system",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_an_export_stay_names(program: Program, there: Path, name: str) -> None:
    evil = let_in(NOBODY, name, allow("s3:GetObject", f"arn:aws:s3:::{name}/*"), allow(name, "*"))
    evil["RolePolicyList"][0]["PolicyName"] = name
    write(there, {"aws.json": export(evil, MONITORING)})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert done.returncode in (0, 3), done.stderr
    written = {each for each in everything(there.parent) if each.startswith("work/policies/") or "work" not in each}
    unknown = f"work/policies/unknown-{NOBODY}.yaml"
    assert written - {unknown} == {"work/policies/README.md", "work/policies/datadog.yaml"}
    valid(program, there)
    assert (unknown in written) == (done.returncode == 0)
    if unknown not in written:
        return
    text = (there / f"policies/unknown-{NOBODY}.yaml").read_text("utf-8")
    policy = yaml.safe_load(text)
    assert policy["vendor"] == f"unknown-{NOBODY}"
    assert policy == {"vendor": f"unknown-{NOBODY}", "stage": "observe", "access": None}
    taken = yaml.safe_load(all_taken_in(text))
    arn = f"arn:aws:iam::{OURS}:role/{name}"
    assert {tuple(each["principals"]) for each in taken["access"] or ()} in ({(arn,)}, set())
    assert set(taken) == {"vendor", "stage", "recognise", "access"}
    assert all(line.isprintable() for line in text.split("\n"))
    checked = program("check", "--output", "json", cwd=there)
    found = json.loads(checked.stdout)["findings"]
    assert "PC203" in {each["rule"] for each in found}
    assert {each["accepted"] for each in found} == {None}


def test_a_thousand_roles_are_one_entry_for_each_set_of_permissions(program: Program, there: Path) -> None:
    roles = [
        let_in(f"{700000000000 + number % 10}", f"import-{number}", allow("s3:GetObject", "arn:aws:s3:::shop-a/*"))
        for number in range(1000)
    ]
    write(there, {"aws.json": export(*roles)})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert done.stdout.count("acts through 100 principals") == 10
    text = (there / "policies/unknown-700000000003.yaml").read_text("utf-8")
    (entry,) = yaml.safe_load(all_taken_in(text))["access"]
    assert len(entry["principals"]) == 100
    valid(program, there)


@pytest.fixture
def imported(program: Program, there: Path) -> None:
    """The program has imported what it adopts with: to an ordinary user, site-packages may be out of reach."""
    write(there, {"aws.json": export(MONITORING)})
    assert program("init", "--adopt", "aws.json", cwd=there).returncode == 0


@pytest.mark.usefixtures("imported")
def test_a_directory_that_cannot_be_written_stays_as_it_is(program: Program, ordinary_user: Path) -> None:
    write(ordinary_user, {"aws.json": export(MONITORING)})
    (ordinary_user / "policies").mkdir(mode=0o555)
    done = program("init", "--adopt", "aws.json", cwd=ordinary_user, env={"HOME": "/nonexistent"})
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: nothing was written: " in done.stderr
    assert sorted(everything(ordinary_user)) == ["aws.json"]
    assert sorted(each.name for each in ordinary_user.iterdir()) == ["aws.json", "policies"]


@pytest.mark.parametrize("source", ["gone.json", "notes.txt", "empty"])
def test_what_is_no_export_is_said(program: Program, there: Path, source: str) -> None:
    write(there, {"notes.txt": "hello", "empty/a.json": "{}"})
    done = program("init", "--adopt", source, cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {source} ")
    assert sorted(everything(there)) == ["empty/a.json", "notes.txt"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("../aws.json", export(MONITORING), "lies outside of the project"),
        ("a[b].json", export(MONITORING), "has a name that `paths` would read as a pattern"),
        ("keys.csv", "key_id,name,scopes\n1,a,b\n", "nothing tells whose keys and fields"),
    ],
)
def test_an_export_that_no_connector_could_read_again(
    program: Program, there: Path, name: str, content: str, reason: str
) -> None:
    write(there, {name: content})
    done = program("init", "--adopt", name, cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert not (there / "policycheck.yaml").exists()


def test_an_export_of_which_a_part_is_missing_is_adopted_and_told(program: Program, there: Path) -> None:
    first_page = json.dumps({**json.loads(export(MONITORING)), "IsTruncated": True, "Marker": "m"})
    write(there, {"aws.json": first_page})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert done.returncode == 3
    assert "the last page says that more pages follow" in done.stderr
    assert (there / "policies/datadog.yaml").is_file()


def test_without_anything_the_next_command_makes_an_export(program: Program, there: Path) -> None:
    done = program("init", "a new/project", cwd=there)
    assert done.stderr == (
        "next: mkdir -p 'a new/project/exports' && aws iam get-account-authorization-details --output json > "
        "'a new/project/exports/aws.json' && policycheck init --project 'a new/project' --adopt "
        "'a new/project/exports/aws.json'\n"
    )
    valid(program, there / "a new/project")
    write(there, {"a new/project/exports/aws.json": export(MONITORING)})
    then = program("init", "--project", "a new/project", "--adopt", "a new/project/exports/aws.json", cwd=there)
    assert (then.returncode, then.stderr) == (0, OBSERVING + "next: policycheck check --project 'a new/project'\n")
    assert (there / "a new/project/policies/datadog.yaml").is_file()


def test_a_file_is_no_directory_for_a_project(program: Program, there: Path) -> None:
    write(there, {"aws.json": "{}"})
    done = program("init", "aws.json", cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert "aws.json is no directory" in done.stderr


def test_a_link_that_leaves_the_project_is_not_followed(program: Program, there: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (there / "policies").symlink_to(tmp_path / "elsewhere")
    done = program("init", cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert "leads out of the project" in done.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_secrets_of_the_environment_are_named_and_never_shown(program: Program, there: Path) -> None:
    secrets = {
        "SENDGRID_API_KEY": SECRET,
        "STRIPE_SECRET_KEY": SECRET,
        "AWS_ACCESS_KEY_ID": SECRET,
        "SENDGRID_X": SECRET,
    }
    write(
        there.parent,
        {"home/.aws/credentials": f"[default]\naws_secret_access_key = {SECRET}\n[profile work]\n[a]\n[b]\n"},
    )
    done = program("init", cwd=there, env=secrets)
    assert done.stdout.startswith(
        "found credentials of AWS: in the environment (AWS_ACCESS_KEY_ID); profiles default, work, a and 1 more\n"
        "found SENDGRID_API_KEY: by its name a key of Twilio SendGrid; its value was not read\n"
        "found STRIPE_SECRET_KEY: by its name a key of Stripe; its value was not read\n"
    )
    assert done.stderr == (
        'next: policycheck init --adopt "$(policycheck pull)"   # asks AWS, with calls that only read\n'
    )
    written = everything(there)
    assert not any(SECRET in text for text in (*written.values(), done.stdout, done.stderr))
    config = written["policycheck.yaml"]
    assert '  # - {name: "sendgrid-live", type: sendgrid, credentials: {token: {env: SENDGRID_API_KEY}}}' in config
    assert yaml.safe_load(config)["connectors"] == [{"name": "aws-live", "type": "aws", "regions": "enabled"}]
    valid(program, there)
    uncommented = config.replace("  # - {", "  - {")
    (there / "policycheck.yaml").write_text(uncommented, "utf-8")
    valid(program, there)


def test_the_hook_is_added_and_comments_stay(program: Program, there: Path) -> None:
    subprocess.run(["git", "init", "-q", there], check=True)
    write(there, {".pre-commit-config.yaml": HOOKS})
    done = program("init", cwd=there)
    assert "added to .pre-commit-config.yaml: the hook policycheck-validate added\n" in done.stdout
    text = (there / ".pre-commit-config.yaml").read_text("utf-8")
    assert text.replace("# the end\n", "").startswith(HOOKS.replace("# the end\n", ""))
    assert text.endswith("# the end\n")
    assert [each["repo"] for each in yaml.safe_load(text)["repos"]] == ["https://git.example/hooks", "local"]


def test_below_the_root_of_a_repository_the_hook_names_the_project(program: Program, there: Path) -> None:
    subprocess.run(["git", "init", "-q", there], check=True)
    write(there, {".pre-commit-config.yaml": HOOKS})
    done = program("init", "vendors", cwd=there)
    assert "added to ../.pre-commit-config.yaml: the hook policycheck-validate added\n" in done.stdout
    (hook,) = yaml.safe_load((there / ".pre-commit-config.yaml").read_text())["repos"][1]["hooks"]
    assert hook["entry"] == 'policycheck validate --project "vendors"'
    assert hook["files"] == (
        r"^vendors/(?:policycheck\.yaml|policycheck\.baseline|(?:policies|catalog|overrides)/.*\.ya?ml)$"
    )


def test_a_hook_that_cannot_be_added_safely_is_printed(program: Program, there: Path) -> None:
    write(there, {".pre-commit-config.yaml": "repos: []\n"})
    done = program("init", cwd=there)
    _, _, told = done.stderr.partition("add to `repos` in .pre-commit-config.yaml, which cannot be changed safely:\n")
    (item,) = yaml.safe_load(told.partition("next:")[0])
    assert (item["repo"], item["hooks"][0]["entry"]) == ("local", "policycheck validate")
    assert (there / ".pre-commit-config.yaml").read_text("utf-8") == "repos: []\n"


def test_a_gitignore_that_is_no_text_is_left(program: Program, there: Path) -> None:
    (there / ".gitignore").write_bytes(b"\xff\xfe")
    done = program("init", cwd=there)
    assert "add .policycheck/ to .gitignore, which cannot be read" in done.stderr
    assert (there / ".gitignore").read_bytes() == b"\xff\xfe"


def test_inventories_and_definitions_are_adopted_with_what_is_beyond_need(program: Program, there: Path) -> None:
    write(
        there,
        {
            "exports/sendgrid/keys.csv": "key_id,name,scopes\nk1,live,mail.send\nk2,old,marketing.read\nk3,none,\n",
            "exports/sendgrid/fields.json": '{"custom_fields": [{"name": "last_ip"}, {"name": "zork_q"}]}',
            "exports/other/fields.json": '{"custom_fields": [{"name": "email"}]}',
        },
    )
    first = program("init", cwd=there)
    assert first.stderr == "next: policycheck init --adopt exports/sendgrid\n"
    assert "say with `system` whose these are" in (there / "policycheck.yaml").read_text("utf-8")
    done = program("init", "--adopt", "exports", cwd=there)
    assert done.stdout.startswith("wrote policies/sendgrid.yaml: Twilio SendGrid, 3 keys, 2 to review\n")
    valid(program, there)
    text = (there / "policies/sendgrid.yaml").read_text("utf-8")
    policy = yaml.safe_load(text)
    assert policy["fields"] == [{"category": "user.contact.email"}]
    assert policy["access"] == [{"system": "sendgrid", "held_by": "us", "scopes": ["mail.send"]}]
    assert "  ## has today, not needed for transactional_email:\n" in text
    assert "  # - {category: user.device.ip_address}\n" in text
    assert "its name does not tell what it is: sendgrid contact.zork_q" in text
    assert "      ## has today; it opens user.contact.phone_number" in text
    assert '      # - "marketing.read"\n' in text
    rules = {each["rule"] for each in json.loads(program("check", "--output", "json", cwd=there).stdout)["findings"]}
    assert {"PC101", "PC208"} <= rules


def test_a_snapshot_is_adopted_by_its_path_and_by_its_name(program: Program, there: Path) -> None:
    write(there, {"aws.json": export(MONITORING)})
    program("init", cwd=there)
    path = Path(program("pull", cwd=there).stdout.strip())
    for source in (str(path), path.name):
        done = program("init", "--adopt", source, "--dry-run", cwd=there)
        assert done.returncode == 0
        assert "would write policies/datadog.yaml" in done.stdout
        assert f"from the snapshot {path.name}" in done.stdout
    adopted = program("init", "--adopt", path.name, cwd=there)
    assert adopted.stderr.endswith(f"next: policycheck check --snapshot {path.name}\n")
    checked = program("check", "--snapshot", path.name, cwd=there)
    assert checked.returncode == 0
    assert "nothing was seen" not in checked.stderr


def test_an_account_that_a_policy_of_its_vendor_does_not_name_is_told(program: Program, there: Path) -> None:
    write(there, {"aws.json": export(MONITORING), "policies/datadog.yaml": "vendor: datadog\nstage: draft\n"})
    program("init", cwd=there)
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert done.stderr == (
        f"the policy of datadog does not recognise aws_accounts: {DATADOG}, which was seen\n"
        "nobody was seen who has no policy yet\n"
        "next: policycheck check\n"
    )
    assert (there / "policies/datadog.yaml").read_text("utf-8") == "vendor: datadog\nstage: draft\n"


def test_policies_that_are_there_before_the_project_count(program: Program, there: Path) -> None:
    mine = f'vendor: acme\nstage: draft\nrecognise: {{aws_accounts: ["{NOBODY}"]}}\n'
    write(there, {"aws.json": export(MONITORING, MAIL), "policies/acme.yaml": mine, "policies/notes.txt": ""})
    done = program("init", "--adopt", "aws.json", cwd=there)
    assert done.returncode == 0
    assert sorted(path.name for path in (there / "policies").iterdir()) == [
        "README.md",
        "acme.yaml",
        "datadog.yaml",
        "notes.txt",
    ]
    valid(program, there)


@pytest.mark.parametrize("adopt", [(), ("--adopt", "aws.json")])
def test_files_of_another_tool_are_not_made_ours(program: Program, there: Path, adopt: tuple[str, ...]) -> None:
    theirs = {"aws.json": export(MONITORING), "policies/pods.yaml": "apiVersion: v1\nkind: ClusterPolicy\n"}
    write(there, theirs)
    done = program("init", *adopt, cwd=there)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: nothing was written: a project here would read policies/pods.yaml, and ")
    assert everything(there) == theirs
    assert program("init", "vendors", cwd=there).returncode == 0
    valid(program, there / "vendors")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fields.csv", "name\nemail\nlast_ip\n"),
        ("fields.csv", "field,type\nemail,text\nlast_ip,text\n"),
        ("columns.csv", "Column Name;Data Type\nemail;text\nlast_ip;text\n"),
    ],
)
def test_a_plain_table_of_fields_below_a_vendors_name_is_adopted(
    program: Program, there: Path, name: str, content: str
) -> None:
    write(there, {f"exports/sendgrid/{name}": content})
    done = program("init", "--adopt", "exports", cwd=there)
    assert done.returncode == 0, done.stderr
    assert "# - {category: user.device.ip_address}" in (there / "policies/sendgrid.yaml").read_text("utf-8")


def test_what_of_a_directory_was_not_read_is_told_and_is_incomplete(program: Program, there: Path) -> None:
    write(
        there,
        {
            "exports/aws.json": export(MONITORING),
            "exports/people.csv": "name\nAda\n",
            "exports/sendgrid/list.csv": "email,opens\na@b.example,1\n",
            "exports/other/fields.json": '{"custom_fields": [{"name": "email"}]}',
            "exports/other/more.csv": "field,type\nemail,text\n",
        },
    )
    done = program("init", "--adopt", "exports", cwd=there)
    assert done.returncode == 3
    assert "whose it is: exports/other/more.csv (put it below a directory" in done.stderr
    assert (
        "not read, as no export that is known: exports/people.csv, exports/sendgrid/list.csv (known are " in done.stderr
    )
    assert "not read, as nothing tells whose it is: exports/other/fields.json (put it below a directory" in done.stderr
    assert "Ada" not in done.stderr
    assert (there / "policies/datadog.yaml").is_file()


def test_what_lies_about_in_a_project_is_only_told(program: Program, there: Path) -> None:
    write(there, {"aws.json": export(MONITORING), "package.json": '{"private": true}'})
    done = program("init", "--adopt", ".", cwd=there)
    assert done.returncode == 0
    assert "not read, as no export that is known: package.json (known are " in done.stderr


def test_a_table_that_is_no_export_is_told_the_columns_that_are(program: Program, there: Path) -> None:
    write(there, {"a.csv": "email,opens\na@b.example,1\n", "b.csv": "name\nemail\n"})
    first, second = (program("init", "--adopt", name, cwd=there) for name in ("a.csv", "b.csv"))
    assert (first.returncode, second.returncode) == (2, 2)
    assert "lists of fields with a column `field` or `name`" in first.stderr
    assert "nothing tells whose keys and fields b.csv holds" in second.stderr


@pytest.mark.parametrize(
    ("credentials", "variables", "fitting"),
    [
        (["token"], ["SENDGRID_API_KEY"], {"token": "SENDGRID_API_KEY"}),
        (["token"], ["A_SMTP_KEY", "A_AUDIT_TOKEN"], {"token": "A_AUDIT_TOKEN"}),
        (["key", "secret"], ["A_API_KEY", "A_SECRET_KEY"], {"key": "A_API_KEY", "secret": "A_SECRET_KEY"}),
        (["key", "secret"], ["A_SECRET_KEY"], {"key": "A_B_KEY", "secret": "A_SECRET_KEY"}),
        (["api_key", "application_key"], ["A_KEY"], {"api_key": "A_KEY", "application_key": "A_B_APPLICATION_KEY"}),
        (["user", "client_id"], ["A_DSN"], {"user": "A_B_USER", "client_id": "A_B_CLIENT_ID"}),
    ],
)  # fmt: skip
def test_each_credential_gets_the_variable_that_is_called_like_it(
    credentials: list[str], variables: list[str], fitting: dict[str, str]
) -> None:
    assert looking.fitting("a-b", credentials, variables) == fitting


def test_two_keys_of_one_vendor_go_where_their_names_say(program: Program, there: Path) -> None:
    program("init", "both", cwd=there, env={"DATADOG_API_KEY": SECRET, "DATADOG_APP_KEY": SECRET})
    program("init", "short", cwd=there, env={"DD_API_KEY": SECRET, "DD_APP_KEY": SECRET})
    program("init", "one", cwd=there, env={"DD_APP_KEY": SECRET})
    both, short, one = ((there / name / "policycheck.yaml").read_text("utf-8") for name in ("both", "short", "one"))
    assert "credentials: {api_key: {env: DATADOG_API_KEY}, application_key: {env: DATADOG_APP_KEY}}}" in both
    assert "credentials: {api_key: {env: DD_API_KEY}, application_key: {env: DD_APP_KEY}}}" in short
    assert "credentials: {api_key: {env: DATADOG_API_KEY}, application_key: {env: DD_APP_KEY}}}" in one
    assert "; set DATADOG_API_KEY first:" in one


def test_the_hook_watches_the_projects_own_directories(program: Program, there: Path) -> None:
    subprocess.run(["git", "init", "-q", there], check=True)
    write(
        there,
        {
            ".pre-commit-config.yaml": HOOKS + "# policycheck-validate maybe later\n",
            "policycheck.yaml": "version: 1\npolicies: [vendors/]\n",
            "vendors/a.yaml": "vendor: a\n",
        },
    )
    (there / "catalog").mkdir()
    done = program("init", cwd=there)
    assert "added to .pre-commit-config.yaml: the hook policycheck-validate added\n" in done.stdout
    (hook,) = yaml.safe_load((there / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][1]["hooks"]
    assert re.search(hook["files"], "vendors/sentry.yaml")
    assert not re.search(hook["files"], "policies/sentry.yaml")
    again = program("init", cwd=there)
    assert "exists .pre-commit-config.yaml with policycheck-validate\n" in again.stdout
