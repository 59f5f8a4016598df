"""A project's files at a git revision, and the files as they are now, as ``diff`` compares them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from policycheck.cli import revisions
from policycheck.cli.app import App, connector_types
from policycheck.cli.terminal import patient
from policycheck.declared.project import Loaded, load, written_paths
from policycheck.declared.settings import FILE
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Config, Project
from policycheck.model.facts import Attestation
from policycheck.model.places import Location
from policycheck.model.problems import Problem, UsageProblem
from policycheck.reports import problems as reports
from policycheck.reports.words import count

_STATEMENT = "attestation"
_POLICY = re.compile(r"^vendor:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edition:
    """A project with what people state in its files. ``problems`` are sentences on what could not be taken as it is."""

    project: Project
    statements: tuple[Attestation, ...] = ()
    problems: tuple[str, ...] = ()


def of(project: Project) -> Edition:
    """The files as they are now."""
    return Edition(project, tuple(_statements(project)))


def new(app: App, root: Path, revision: tuple[str, str], directory: Path) -> Edition:
    """The newer of two revisions; raises UsageProblem when it does not validate, as nothing can be said of it then."""
    name, commit = revision
    loaded = _laid_out(app, root, commit, directory)
    if loaded is None:
        return Edition(_nothing(directory))
    if loaded.project is None:
        _show(app, _errors(loaded))
        message = f"{count(len(_errors(loaded)), 'error')} in the project's files at {name}"
        raise UsageProblem(message, "compare with a revision whose files `policycheck validate` accepts")
    return _complete(root, commit, loaded.project)


def old(app: App, root: Path, revision: tuple[str, str], directory: Path) -> Edition:
    """The older of two revisions; a policy that does not validate is taken as if it allowed nothing, and so is all of
    it where anything else does not: nothing may be blocked by what it mends."""
    name, commit = revision
    loaded = _laid_out(app, root, commit, directory)
    if loaded is None:
        return Edition(_nothing(directory))
    if loaded.project is not None:
        return _complete(root, commit, loaded.project)
    errors = _errors(loaded)
    _show(app, errors)
    at = f"{count(len(errors), 'error')} in the project's files at {name}"
    paths = sorted({each.location.path for each in errors})
    if all(_is_policy(directory / path) for path in paths):
        for path in paths:
            (directory / path).unlink()
        again = _load(app, directory)
        if again.project is not None:
            rest = _complete(root, commit, again.project)
            taken = f"{at}: {' and '.join(paths)} taken as if it allowed nothing, so all of it is new"
            return Edition(rest.project, rest.statements, (taken,))
    return Edition(_nothing(directory), (), (f"{at}: taken as if it allowed nothing, so everything is new",))


def _laid_out(app: App, root: Path, commit: str, directory: Path) -> Loaded | None:
    """The files at a commit, read; None where there was no project yet."""
    revisions.lay_out(root, commit, directory)
    if not (directory / FILE).exists():
        return None
    listed, baseline = written_paths(directory)
    for path in (directory / name for name in listed):
        # An empty directory is in no commit.
        if not path.suffix and not path.exists() and path.resolve().is_relative_to(directory.resolve()):
            path.mkdir(parents=True)
    revisions.add(root, commit, directory, [baseline])
    return _load(app, directory)


def _load(app: App, directory: Path) -> Loaded:
    return load(directory, app.today, app.environ, connector_types=connector_types(app.today))


def _complete(root: Path, commit: str, project: Project) -> Edition:
    entries = (each for each in project.config.connectors if each.type == _STATEMENT)
    patterns = [str(path) for entry in entries for path in _listed(entry.options.get("paths"))]
    revisions.add(root, commit, Path(project.config.root), patterns)
    return of(project)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _statements(project: Project) -> Iterator[Attestation]:
    from policycheck_connectors.interface import ConnectorError
    from policycheck_connectors.registry import build

    for entry in project.config.connectors:
        if entry.type == _STATEMENT:
            try:
                facts = build(entry, Path(project.config.root)).pull()
                yield from (fact for fact in facts if isinstance(fact, Attestation))
            except ConnectorError:
                # Another edition may have options that this version refuses; it states nothing then.
                continue


def _nothing(directory: Path) -> Project:
    return Project(Config(str(directory), Location(FILE)), (), ())


def _is_policy(path: Path) -> bool:
    try:
        return path.name != FILE and not path.is_symlink() and bool(_POLICY.search(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return False


def _errors(loaded: Loaded) -> list[Problem]:
    return [each for each in loaded.problems if each.severity == "error"]


def _show(app: App, errors: list[Problem]) -> None:
    with patient(sys.stderr) as stream:
        reports.write_text(errors, stream, app.page(stream))
