"""Files of others are changed by one item or one line, or not at all."""

from __future__ import annotations

import pytest
import yaml

from policycheck.adoption.editing import ignoring, with_item
from policycheck.adoption.hooks import item
from policycheck.model.declared import Config
from policycheck.model.places import Location

ITEM = ["- repo: local", "  hooks: []"]
BLOCK = """\
# first
default_stages: [commit]
repos:   # in order
  # of importance
  - repo: a   # the one
    hooks: [x, y]

  # the other
  - repo: b
    hooks:
      - id: z
        args: [
          --all,
        ]
    # about b

# last
ci: {skip: [z]}
"""


def test_an_item_is_added_after_the_last_one_and_all_else_stays() -> None:
    new = with_item(BLOCK, "repos", ITEM)
    assert new is not None
    assert new == BLOCK.replace("        ]\n", "        ]\n  - repo: local\n    hooks: []\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("repos:\n- repo: a\n", "repos:\n- repo: a\n- repo: local\n  hooks: []\n"),
        ("repos:\n- repo: a", "repos:\n- repo: a\n- repo: local\n  hooks: []\n"),
        ("repos:\r\n  - repo: a\r\n", "repos:\r\n  - repo: a\r\n  - repo: local\r\n    hooks: []\r\n"),
        ("repos:\n  - {repo: a}\n# e", "repos:\n  - {repo: a}\n  - repo: local\n    hooks: []\n# e\n"),
        (
            "repos:\n  - repo: |\n      a\n      b\nx: 1\n",
            "repos:\n  - repo: |\n      a\n      b\n  - repo: local\n    hooks: []\nx: 1\n",
        ),
        ("repos:\n  - a\n...\n", "repos:\n  - a\n  - repo: local\n    hooks: []\n...\n"),
        ("---\nrepos:\n  - repo:\n", "---\nrepos:\n  - repo:\n  - repo: local\n    hooks: []\n"),
    ],
)
def test_how_files_are_written_is_kept(old: str, new: str) -> None:
    assert with_item(old, "repos", ITEM) == new


@pytest.mark.parametrize(
    "text",
    [
        "",
        "repos: []\n",
        "repos: [{repo: a}]\n",
        "repos:\n",
        "other:\n  - a\n",
        "- repos\n",
        "repos: {a: b}\n",
        "repos:\n  - a\n---\nrepos:\n  - b\n",
        "repos:\n\t- a\n",
        "repos: [\n",
        "repos:\n  - !tag a\n",
        "repos:\n  - a\nrepos:\n  - b\n",
    ],
)
def test_what_cannot_be_changed_safely_is_not(text: str) -> None:
    assert with_item(text, "repos", ITEM) in (
        None,
        text.replace("- a\n...", "- a\n  - repo: local\n    hooks: []\n..."),
    )


@pytest.mark.parametrize("below", ["", "sub/", "a b/c+d/"])
def test_the_hook_is_an_item_of_repos(below: str) -> None:
    new = with_item("repos:\n  - repo: a\n", "repos", item(below, Config("/", Location("policycheck.yaml"))))
    assert new is not None
    (added,) = yaml.safe_load(new)["repos"][1]["hooks"]
    assert added["id"] == "policycheck-validate"
    assert added["pass_filenames"] is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ".policycheck/\n"),
        ("*.pyc\n", "*.pyc\n.policycheck/\n"),
        ("*.pyc", "*.pyc\n.policycheck/\n"),
        ("*.pyc\r\n", "*.pyc\r\n.policycheck/\r\n"),
        ("#.policycheck/\n", "#.policycheck/\n.policycheck/\n"),
        (".policycheck\n", None),
        ("/.policycheck/\n", None),
        ("a\n  .policycheck/  \nb\n", None),
    ],
)
def test_a_line_is_added_to_gitignore_once(old: str, new: str | None) -> None:
    assert ignoring(old, ".policycheck/") == new
