"""The hook for pre-commit: whether a configuration has it for this project, and the item that adds it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from policycheck.adoption.quoting import quoted
from policycheck.model.declared import Config

FILE = ".pre-commit-config.yaml"
ID = "policycheck-validate"
#: The hook for a whole project, which gets no names of files.
_WHOLE = "policycheck-validate-all"
_COMMAND = ["policycheck", "validate"]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def item(below: str, config: Config) -> list[str]:
    """The lines of an item under ``repos``. ``below`` is the project's directory below the root of the repository,
    empty or ``sub/``."""
    where = f" --project {quoted(below.rstrip('/'))}" if below else ""
    entry = quoted(f"policycheck validate{where}") if below else "policycheck validate"
    files = pattern(below, config).replace("'", "''")
    return [
        "- repo: local",
        "  hooks:",
        f"    - id: {ID}",
        "      name: policycheck validate",
        f"      entry: {entry}",
        "      language: system",
        f"      files: '{files}'",
        "      types: []   # links too",
        "      pass_filenames: false   # all files: some mistakes are between two of them",
    ]


def pattern(below: str, config: Config) -> str:
    """What matches the files that a project reads, and no others of its repository."""
    places = dict.fromkeys((*config.policies, *config.catalog, *config.overrides))
    files = ["policycheck.yaml", config.baseline, *(each for each in places if each.endswith((".yaml", ".yml")))]
    folders = [re.escape(each.removeprefix("./").rstrip("/")) for each in places if each not in files]
    inside = [f"(?:{'|'.join(folders)})/.*\\.ya?ml"] if folders else []
    return f"^{re.escape(below)}(?:{'|'.join([*map(re.escape, files), *inside])})$"


def present(text: str, below: str) -> bool:
    """Whether a configuration runs a hook of ours on this project; False for what cannot be read."""
    try:
        found = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return any(_covers(hook, below) for hook in _hooks(found))


def _hooks(config: object) -> Iterator[Mapping[str, Any]]:
    for repo in _mappings(config.get("repos") if isinstance(config, dict) else None):
        yield from _mappings(repo.get("hooks"))


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _covers(hook: Mapping[str, Any], below: str) -> bool:
    words = _words(hook)
    ours = hook.get("id") in (ID, _WHOLE) or words[:2] == _COMMAND
    project = next((_project(words[at:]) for at in range(len(words)) if words[at].startswith("--project")), None)
    if not ours or project is not None:
        return ours and project == below.rstrip("/")
    whole = hook.get("pass_filenames") is False or hook.get("id") == _WHOLE
    return not below or not whole


def _words(hook: Mapping[str, Any]) -> list[str]:
    args = hook.get("args")
    try:
        words = shlex.split(str(hook.get("entry", "")))
    except ValueError:
        words = []
    return [*words, *(str(each) for each in (args if isinstance(args, Iterable) else ()))]


def _project(words: list[str]) -> str:
    _, equals, value = words[0].partition("=")
    named = value if equals else "".join(words[1:2])
    return named.removeprefix("./").rstrip("/").replace(".", "", named == ".")
