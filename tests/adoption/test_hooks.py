"""The hook that ``init`` adds: which files it watches, and whether a configuration has it already."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from policycheck.adoption.hooks import item, pattern, present
from policycheck.model.declared import Config
from policycheck.model.places import Location

PLAIN = Config("/", Location("policycheck.yaml"))
OWN = Config(
    "/", Location("policycheck.yaml"), policies=("./vendors/", "it's.yaml"), catalog=("data",), baseline="known.txt"
)


@pytest.mark.parametrize(
    ("config", "below", "watched", "others"),
    [
        (
            PLAIN,
            "",
            ["policycheck.yaml", "policycheck.baseline", "policies/a.yaml", "catalog/x/b.yml", "overrides/o.yaml"],
            ["k8s/policies/p.yaml", "apps/catalog/c.yaml", "policies/README.md", "xpolicies/a.yaml"],
        ),
        (PLAIN, "sub/", ["sub/policies/a.yaml", "sub/policycheck.yaml"], ["policies/a.yaml", "x/sub/policies/a.yaml"]),
        (OWN, "", ["vendors/sentry.yaml", "it's.yaml", "data/d.yaml", "known.txt"], ["policies/a.yaml"]),
        (OWN, "a.b/", ["a.b/vendors/sentry.yaml"], ["axb/vendors/sentry.yaml"]),
    ],
)  # fmt: skip
def test_it_watches_what_the_project_reads(config: Config, below: str, watched: list[str], others: list[str]) -> None:
    (repo,) = yaml.safe_load("\n".join(item(below, config)))
    files = repo["hooks"][0]["files"]
    assert files == pattern(below, config)
    assert [path for path in watched if not re.search(files, path)] == []
    assert [path for path in others if re.search(files, path)] == []


def local(**hook: Any) -> str:
    return yaml.safe_dump({"repos": [{"repo": "local", "hooks": [{"id": "x", "language": "system", **hook}]}]})


@pytest.mark.parametrize(
    ("text", "below", "there"),
    [
        ("repos: []\n# policycheck-validate maybe later\n", "", False),
        ("repos: [\n", "", False),
        ("", "", False),
        ("repos: {}\n", "", False),
        ("repos: [{repo: a, hooks: [policycheck-validate]}]\n", "", False),
        ("repos: [{repo: https://git.example/p, rev: v1, hooks: [{id: policycheck-validate}]}]\n", "", True),
        ("repos: [{repo: https://git.example/p, rev: v1, hooks: [{id: policycheck-validate}]}]\n", "sub/", True),
        ("repos: [{repo: https://git.example/p, rev: v1, hooks: [{id: policycheck-validate-all}]}]\n", "", True),
        ("repos: [{repo: https://git.example/p, rev: v1, hooks: [{id: policycheck-validate-all}]}]\n", "sub/", False),
        (local(entry="policycheck validate"), "", True),
        (local(entry="policycheck validate", pass_filenames=False), "", True),
        (local(entry="policycheck validate", pass_filenames=False), "sub/", False),
        (local(entry="policycheck validate --project 'sub'"), "sub/", True),
        (local(entry="policycheck validate --project=./sub/"), "sub/", True),
        (local(entry="policycheck validate", args=["--project", "sub"]), "sub/", True),
        (local(entry="policycheck validate --project other"), "", False),
        (local(entry="policycheck validate --project other"), "sub/", False),
        (local(entry="policycheck validate --project ."), "", True),
        (local(entry="policycheck validate --project"), "sub/", False),
        (local(entry="policycheck check"), "", False),
        (local(entry="policycheck validate 'open"), "", False),
    ],
)
def test_a_hook_is_there_when_one_runs_on_this_project(text: str, below: str, there: bool) -> None:
    assert present(text, below) == there


@pytest.mark.parametrize("below", ["", "sub/"])
def test_what_init_adds_is_found_again(below: str) -> None:
    assert present("repos:\n" + "\n".join(f"  {line}" for line in item(below, PLAIN)), below)
