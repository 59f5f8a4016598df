"""Learning the catalog: reads the sources, plans, writes; all or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli.app import App
from policycheck.cli.files import atomic, public_mode
from policycheck.model.dataclass import dataclass
from policycheck.model.problems import UsageProblem
from policycheck.reports.imports import FileChange

if TYPE_CHECKING:
    from policycheck.catalog.drafts import Draft, Drafts
    from policycheck.catalog.planning import Change, Plan
    from policycheck.model.declared import Config

#: Larger sources are not read; the manifest of a large dbt project has some tens of megabytes.
MAX_BYTES = 512 << 20
_SECRET_HELP = (
    "the command line is seen by others: put the connection string into a variable and name it with --dsn-env"
)


@dataclass(frozen=True, slots=True)
class Request:
    """The command's arguments; empty texts where nothing was given."""

    sources: tuple[str, ...]
    format: str
    dsn_env: str
    into: str
    dataset: str
    location: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be written, and sentences on what of the sources could not be read."""

    files: tuple[FileChange, ...]
    missing: tuple[str, ...]


def plan(app: App, request: Request) -> Planned:
    """What an import would do; raises UsageProblem when a source cannot be read or something is in the way."""
    _check(app, request)
    project = app.load()
    root = Path(project.config.root)
    from policycheck.catalog.planning import Planner, Wishes
    from policycheck.fields.classify import Classifier
    from policycheck.library.taxonomy import load_taxonomy

    told: list[tuple[Draft, str]] = []
    missing: list[str] = []
    for name, drafts in _drafts(app, request, root):
        source = f"{name} ({drafts.format})" if name != drafts.format else name
        told += [(draft, source) for draft in drafts.drafts]
        missing += [f"{name}: {sentence}" for sentence in drafts.missing]
    wishes = Wishes(_into(project.config, request.into), request.dataset, request.location)
    planner = Planner(
        project.datasets,
        Classifier(load_taxonomy(), project.datasets, project.overrides),
        lambda path: _text(root / path),
    )
    found = planner.plan(told, wishes)
    _settled(found, request, len(told))
    return Planned(tuple(map(_change, found.changes)), tuple(missing))


def _check(app: App, request: Request) -> None:
    for source in request.sources:
        if source.startswith(("postgres://", "postgresql://")) or "password=" in source or "dbname=" in source:
            raise UsageProblem("a connection string cannot be given as a source", _SECRET_HELP)
    live = request.format == "postgres"
    if live and request.sources:
        raise UsageProblem(
            "a database is no file: leave SOURCE out", "`--dsn-env VAR` or libpq's PGHOST tell where it is"
        )
    if request.dsn_env and not live:
        raise UsageProblem("--dsn-env belongs to --format postgres", "add it, or leave --dsn-env out")
    if not live and not request.sources:
        raise UsageProblem("no SOURCE to learn from", "name a file, or --format postgres; --help shows examples")
    if request.dsn_env and not app.environ.get(request.dsn_env):
        raise UsageProblem(f"the environment variable {request.dsn_env} is not set", "put the connection string there")


def _settled(found: Plan, request: Request, drafts: int) -> None:
    if found.conflicts:
        helps = dict.fromkeys(each.help for each in found.conflicts)
        message = "; ".join(each.message for each in found.conflicts)
        raise UsageProblem(f"nothing was written: {message}", "; ".join(helps))
    if drafts and not found.changes:
        raise UsageProblem(f"no dataset of the sources is called {request.dataset}", "--dry-run without it shows all")


def _drafts(app: App, request: Request, root: Path) -> Iterator[tuple[str, Drafts]]:
    if request.format == "postgres":
        yield _database(app, request.dsn_env)
        return
    from policycheck.catalog.drafts import NotASourceError
    from policycheck.catalog.reading import read_source

    for source in request.sources:
        text = _source(Path(source))
        try:
            yield _shown(Path(source), root), read_source(text, Path(source).name.partition(".")[0], request.format)
        except NotASourceError as error:
            raise UsageProblem(f"{source}: {error.message}", error.help) from None


def _database(app: App, variable: str) -> tuple[str, Drafts]:
    from policycheck.catalog.named import Column, from_columns
    from policycheck_connectors.postgres.columns import read_columns

    database, rows = read_columns(app.environ.get(variable, ""), app.environ)
    return f"the database {database}", from_columns((Column(*row) for row in rows), database)


def _source(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageProblem(f"{path} is larger than {MAX_BYTES >> 20} MiB", "split it")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read ({error.strerror})", "check the path") from None
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{path} is not UTF-8 at byte {error.start + 1:,}", "write it in UTF-8") from None


def _shown(path: Path, root: Path) -> str:
    """A source as it is named in files of the project: relative to it, or by its name alone."""
    full = path.resolve()
    return full.relative_to(root.resolve()).as_posix() if full.is_relative_to(root.resolve()) else path.name


def _into(config: Config, wanted: str) -> str:
    """The directory for new files, relative to the project; one that the project reads."""
    root = Path(config.root)
    if not wanted:
        return next((name for name in config.catalog if not name.endswith((".yaml", ".yml"))), "catalog")
    full = Path(os.path.normpath(root / wanted))
    listed = [Path(os.path.normpath(root / name)) for name in config.catalog]
    if not any(full.is_relative_to(each) for each in listed):
        help = f"choose one below {', '.join(config.catalog)}, or list it under `catalog` in {config.at.path}"
        raise UsageProblem(f"the project does not read a catalog from {wanted}", help)
    return full.relative_to(root).as_posix()


def _text(path: Path) -> str | None:
    """A file of the project without any translation of line ends."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return ""


def _change(change: Change) -> FileChange:
    return FileChange(
        path=change.path,
        dataset=change.dataset,
        old=change.old,
        new=change.new,
        added=len(change.added),
        waiting=change.waiting,
        gone=change.gone,
        places=change.places,
        none=change.none,
    )


def write(app: App, planned: Planned) -> None:
    """Write the files that change, each all or nothing. Raises UsageProblem."""
    root = app.root or Path()
    for file in planned.files:
        if file.new == file.old:
            continue
        path = root / file.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            mode = path.stat().st_mode & 0o777 if path.exists() else public_mode()
            with atomic(path, mode) as stream:
                stream.write(file.new)
        except OSError as error:
            raise UsageProblem(f"{file.path} cannot be written ({error.strerror})", "check the permissions") from None
