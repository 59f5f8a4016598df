"""That no report takes the place of a file that the project is made of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from policycheck.cli.outputs import Output
from policycheck.model.declared import Project
from policycheck.model.problems import UsageProblem

#: Options of connectors that name files; ``file`` is that of a credential.
_PATHS = frozenset({"paths", "definition", "file"})


def spare(outputs: Iterable[Output], project: Project) -> None:
    """Raise UsageProblem for an output that the project is read from, or would be the next time."""
    for each in outputs:
        if each.path is not None and (what := _read_as(each.path.resolve(), project)):
            raise UsageProblem(
                f"{each.path} is {what}, so no report is written there",
                f"name another file: --output {each.format}=result.{each.format}",
            )


def _read_as(path: Path, project: Project) -> str:
    """What a path is to the project; empty for a file that is none of its own."""
    root, config = Path(project.config.root).resolve(), project.config
    if path == (root / config.at.path).resolve():
        return "the project's configuration"
    if path == (root / config.baseline).resolve():
        return "the project's baseline"
    if path.is_relative_to((root / config.snapshots_path).resolve()):
        return "among the stored snapshots"
    declared = {"policies": config.policies, "catalog": config.catalog, "overrides": config.overrides}
    for word, places in declared.items():
        if any(path.is_relative_to((root / place).resolve()) for place in places):
            return f"a file of `{word}`"
    for entry in config.connectors:
        if any(_named(path, text, root) for text in _texts(entry.options)):
            return f"what connector {entry.name} reads"
    return ""


def _texts(value: object, key: str = "") -> Iterator[str]:
    """The paths, and patterns of paths, in the options of a connector."""
    if isinstance(value, str) and key in _PATHS:
        yield value
    elif isinstance(value, dict | list | tuple):
        for name, each in value.items() if isinstance(value, dict) else [(key, each) for each in value]:
            yield from _texts(each, name)


def _named(path: Path, text: str, root: Path) -> bool:
    """Whether a text names a path, or as a pattern would find it."""
    if not text or "\0" in text:
        return False
    written = os.path.realpath(root / text)
    return os.fspath(path) == written or _found(path.parts, Path(written).parts)


def _found(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        # At the end it stands for the files in all directories.
        rest = pattern[1:] or ("*",)
        return any(_found(parts[start:], rest) for start in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _found(parts[1:], pattern[1:])
