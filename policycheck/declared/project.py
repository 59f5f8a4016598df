"""A user's project: found, read, judged, and turned into the model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from policycheck.declared.assemble import Assembly, judge
from policycheck.declared.context import OptionChecks, Types
from policycheck.declared.files import within
from policycheck.declared.gather import gather_files, gather_project
from policycheck.declared.settings import BASELINE, FILE
from policycheck.declared.view import View
from policycheck.model.problems import Problem

if TYPE_CHECKING:
    from policycheck.model.declared import ConnectorEntry, Project
    from policycheck.model.findings import Known

_Built = TypeVar("_Built")


class Loaded:
    """What a project or some files gave.

    ``problems`` are all of all files, by place; ``checked`` is the number of files that were read. ``project`` is None
    exactly when a problem has severity ``error``, or when single files were loaded; it is built when first asked for.
    """

    __slots__ = ("_build", "_project", "checked", "problems")

    def __init__(
        self, problems: tuple[Problem, ...], checked: int, build: Callable[[], Project | None] = lambda: None
    ) -> None:
        self.problems = problems
        self.checked = checked
        self._build: Callable[[], Project | None] | None = build
        self._project: Project | None = None

    @property
    def project(self) -> Project | None:
        """The project, None when there are errors."""
        if self._build is not None:
            self._project, self._build = self._build(), None
        return self._project


def find_root(start: Path) -> Path | None:
    """The directory that holds policycheck.yaml, from ``start`` up to the root of its git repository; None if none."""
    here = start.resolve()
    for directory in (here, *here.parents):
        if (directory / FILE).exists():
            return directory
        if (directory / ".git").exists():
            return None
    return None


def load(
    root: Path,
    today: date,
    environ: Mapping[str, str] | None = None,
    *,
    connector_types: Types | None = None,
    connector_options: OptionChecks | None = None,
    dates: bool = False,
) -> Loaded:
    """The whole project in a directory; every rule, those between files as well.

    ``connector_types`` has the option names of each known connector type; None leaves types unchecked.
    ``connector_options`` tells what is wrong with the values of options. ``dates`` makes errors of what has lapsed by
    ``today``.
    """
    home = os.fspath(root.absolute())
    assembly = gather_project(home, today)
    assembly.context.types = connector_types
    assembly.context.options = connector_options
    problems = judge(assembly, environ or {}, dates)
    config = assembly.context.config
    known: tuple[Known, ...] = ()
    if config is not None:
        known, faults = _known(home, config.text("baseline") or BASELINE)
        problems = tuple(sorted({*problems, *faults, *_definitions(config, home, today)}))
    if config is None or any(problem.severity == "error" for problem in problems):
        return Loaded(problems, assembly.checked)
    return Loaded(problems, assembly.checked, lambda: _build(assembly, config, home, environ or {}, known))


def _known(home: str, name: str) -> tuple[tuple[Known, ...], tuple[Problem, ...]]:
    """The project's baseline and what is wrong with it."""
    if not os.path.lexists(Path(home, name)):
        return (), ()
    # most projects have none
    from policycheck.declared.baseline import read

    return read(home, name)


def _definitions(config: View, home: str, today: date) -> Iterator[Problem]:
    """The problems of connector definitions that lie in the project."""
    names = [entry.text("definition") for entry in config.each("connectors") if entry.text("type") == "rest"]
    for name in sorted({each for each in names if _inside(home, each)}):
        # most projects have none, and expressions need a parser of their own
        from policycheck.declared.definitions import load_definition

        yield from load_definition(Path(home, name), name, today)[1]


def _inside(home: str, name: str) -> bool:
    return bool(name) and "\0" not in name and within(os.path.realpath(Path(home, name)), os.path.realpath(home))


def connector_entries(root: Path) -> tuple[ConnectorEntry, ...]:
    """The connectors of a project as they are written, unjudged; nothing of a file that cannot be read."""
    from policycheck.declared.build_config import connector
    from policycheck.declared.files import Found
    from policycheck.declared.notes import Notes
    from policycheck.declared.parsing import parse_file

    home = os.fspath(root.absolute())
    document = parse_file(Found(os.fspath(Path(home, FILE)), FILE), home, Notes())
    return () if document is None else tuple(map(connector, View(document).each("connectors")))


def written_paths(root: Path) -> tuple[tuple[str, ...], str]:
    """What policycheck.yaml lists under ``policies``, ``catalog`` and ``overrides``, and the name of its baseline; the
    file unjudged, as of an earlier revision, and nothing of one that cannot be read."""
    from policycheck.declared.files import Found
    from policycheck.declared.notes import Notes
    from policycheck.declared.parsing import parse_file
    from policycheck.declared.settings import LISTED

    home = os.fspath(root.absolute())
    document = parse_file(Found(os.fspath(Path(home, FILE)), FILE), home, Notes())
    if document is None:
        return (), BASELINE
    view = View(document)
    return tuple(name for key in LISTED for name in view.texts(key)), view.text("baseline") or BASELINE


def load_files(
    root: Path | None,
    files: Sequence[Path],
    today: date,
    dates: bool = False,
    *,
    connector_types: Types | None = None,
    connector_options: OptionChecks | None = None,
) -> Loaded:
    """Single files, with the rules that need no other file; policycheck.yaml is read for what they refer to."""
    assembly = gather_files(os.fspath(root.absolute()) if root is not None else None, files, today)
    assembly.context.types = connector_types
    assembly.context.options = connector_options
    return Loaded(judge(assembly, {}, dates), assembly.checked)


def _build(
    assembly: Assembly, config: View, root: str, environ: Mapping[str, str], known: tuple[Known, ...]
) -> Project:
    # validate never builds a project, so it does not load what builds one
    from policycheck.declared.build_catalog import build_dataset, build_overrides
    from policycheck.declared.build_config import build_config
    from policycheck.declared.build_policy import build_policy
    from policycheck.declared.ignores import ignores
    from policycheck.model.declared import Project

    context = assembly.context
    return Project(
        config=build_config(config, root, environ),
        policies=tuple(_one(view, build_policy(context, view)) for view in context.policies),
        datasets=tuple(_one(view, build_dataset(view)) for view in context.catalogs),
        overrides=tuple(each for view in context.overrides for each in _one(view, build_overrides(view))),
        ignores=tuple(each for document in assembly.documents() for each in ignores(document)),
        baseline=known,
    )


def _one(view: View, built: _Built) -> _Built:
    view.document.forget()
    return built
