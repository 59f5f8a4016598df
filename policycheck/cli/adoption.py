"""Adopting what there is: an export or a snapshot is read, and every vendor in it without a policy gets a draft."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck import __version__
from policycheck.adoption.drafting import Draft, Drafting, drafts
from policycheck.adoption.starting import Entry
from policycheck.adoption.writing import text
from policycheck.cli import clock, looking
from policycheck.cli.app import App
from policycheck.cli.looking import Export
from policycheck.declared.settings import FILE
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Config, ConnectorEntry, Project
from policycheck.model.places import Location
from policycheck.model.problems import UsageProblem
from policycheck.snapshots.layout import META
from policycheck.snapshots.reader import Snapshot, open_snapshot

if TYPE_CHECKING:
    from policycheck.model.facts import Coverage

_PUT = "put it below a directory that is called like the vendor, such as exports/sendgrid/"
_KNOWN = (
    "known are what `aws iam get-account-authorization-details --output json` writes; lists of keys with a column "
    "`key_id`, or `name` beside `scopes` or `last_used`; lists of fields with a column `field` or `name`, alone or "
    "beside `type`, below a directory that is called like the vendor; `policycheck connectors list` tells what else "
    "policycheck.yaml can name"
)
#: How many files a sentence names.
_NAMED = 3
#: What of an export a draft rests on: without all of it somebody would be missing.
_DAMAGE = "the file "


@dataclass(frozen=True, slots=True)
class Adopted:
    """Drafts with their texts; ``entries`` read the export, ``known`` are lines of those that the project has already.
    ``missing`` are sentences on what could not be read; ``into`` is the directory of the project's policies,
    ``notes`` are sentences for whoever reviews. ``snapshot`` is what was adopted, empty for an export; ``unnamed`` are
    the accounts that are let in and that nobody has named."""

    drafts: tuple[tuple[Draft, str], ...]
    entries: tuple[Entry, ...]
    known: frozenset[str]
    missing: tuple[str, ...]
    into: str
    notes: tuple[str, ...] = ()
    snapshot: str = ""
    unnamed: tuple[str, ...] = ()


def adopted(app: App, project: Project, root: Path, source: str) -> Adopted:
    """Read the source and draft; raises UsageProblem for what is none, and for an export that is damaged."""
    path = Path(source)
    if not path.exists() or (path.is_dir() and (path / META).is_file()):
        return _of_snapshot(app, project, source)
    found, passed = _looked(root, path)
    entries = tuple(_apart(looking.named(found), project))
    if all(each.off for each in entries):
        raise UsageProblem(f"nothing tells whose keys and fields {source} holds", _PUT)
    with _pulled(app, root, entries) as snapshot:
        missing = (*_missing(snapshot.coverage(), source), *_whose(entries))
        made, drafting = _drafted(app, project, snapshot, source)
    known = frozenset(each.line for each in entries if _reads(project, each))
    # A whole project holds much that was never meant as an export.
    lacking, notes = (missing, passed) if path.resolve() == root.resolve() else ((*missing, *passed), [])
    into = _into(project.config)
    return Adopted(made, entries, known, lacking, into, (*drafting.notes, *notes), unnamed=drafting.unnamed)


def _into(config: Config) -> str:
    return next((name.rstrip("/") for name in config.policies if not name.endswith((".yaml", ".yml"))), "policies")


def _of_snapshot(app: App, project: Project, source: str) -> Adopted:
    from policycheck.cli.pulling import stored

    if not Path(source).exists() and not (Path(project.config.root) / project.config.snapshots_path / source).is_dir():
        raise UsageProblem(f"{source} does not exist", "name an export, a directory of exports or a snapshot")
    with open_snapshot(stored(project, source)) as snapshot:
        missing = tuple(f"{each.connector}: {each.reason}" for each in snapshot.coverage() if each.status != "complete")
        made, drafting = _drafted(app, project, snapshot, f"the snapshot {snapshot.info.id}")
    into = _into(project.config)
    return Adopted(made, (), frozenset(), missing, into, drafting.notes, source, drafting.unnamed)


def _drafted(
    app: App, project: Project, snapshot: Snapshot, source: str
) -> tuple[tuple[tuple[Draft, str], ...], Drafting]:
    """Drafts with their texts, and what else there is to say."""
    made = drafts(project, snapshot)
    return tuple((each, text(each, source, app.today)) for each in made.drafts), made


def _looked(root: Path, path: Path) -> tuple[tuple[Export, ...], list[str]]:
    """A file, or the files of a directory, that connectors read; sentences on those that none does."""
    full, top = path.resolve(), root.resolve()
    if not full.is_relative_to(top):
        raise UsageProblem(f"{path} lies outside of the project", f"copy it into {root.name}/exports, then adopt it")
    others: list[str] = []
    if full.is_dir():
        below, seen = full.relative_to(top), tuple(looking.looked_at(full))
        found = tuple(replace(each, path=(below / each.path).as_posix()) for each in seen if isinstance(each, Export))
        others = [(below / each).as_posix() for each in seen if isinstance(each, str)]
    elif not looking.plain(full.relative_to(top).as_posix()):
        raise UsageProblem(f"{path} has a name that `paths` would read as a pattern", "rename it")
    else:
        one = looking.recognised(full, full.relative_to(top).as_posix())
        found = (one,) if one else ()
    if not found:
        raise UsageProblem(f"{path} has no export that is known", _KNOWN)
    return found, _passed(others)


def _passed(others: Sequence[str]) -> list[str]:
    """One sentence on files that are no exports, as far as anybody can tell."""
    if not others:
        return []
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return [f"not read, as no export that is known: {', '.join(others[:_NAMED])}{more} ({_KNOWN})"]


def _whose(entries: Iterable[Entry]) -> Iterator[str]:
    for each in entries:
        if each.off:
            yield f"not read, as nothing tells whose it is: {', '.join(each.paths)} ({_PUT})"


@contextmanager
def _pulled(app: App, root: Path, entries: tuple[Entry, ...]) -> Iterator[Snapshot]:
    """A snapshot of the export that nobody keeps."""
    from policycheck.snapshots.writer import Writer
    from policycheck_connectors.registry import build
    from policycheck_connectors.runner import run

    connectors = [build(_declared(each), root) for each in entries if not each.off]
    with tempfile.TemporaryDirectory(prefix="policycheck-") as scratch:
        with Writer(Path(scratch), clock.now_utc(app.environ), "", __version__) as writer:
            path = writer.commit(run(connectors, writer.add))
        with open_snapshot(path) as snapshot:
            yield snapshot


def _apart(entries: Iterable[Entry], project: Project) -> Iterator[Entry]:
    """The entries under names that no connector of the project has."""
    taken = {each.name for each in project.config.connectors}
    for each in entries:
        names = (each.name, *(f"{each.name}-{number}" for number in range(2, len(taken) + 3)))
        yield replace(each, name=next(name for name in names if name not in taken))


def _declared(entry: Entry) -> ConnectorEntry:
    options: dict[str, object] = {"paths": list(entry.paths)}
    if entry.system:
        options["system"] = entry.system
    return ConnectorEntry(entry.name, entry.type, Location(FILE, 1, 1), options)


def _missing(coverage: tuple[Coverage, ...], source: str) -> Iterator[str]:
    """Sentences on gaps; UsageProblem when a file is damaged, or when nothing was seen."""
    gaps = [each for each in coverage if each.status != "complete"]
    for gap in gaps:
        if gap.status == "unseen" or gap.reason.startswith(_DAMAGE):
            where = gap.where or source
            raise UsageProblem(f"nothing was written: {where}: {gap.reason}", gap.help or "export it again, whole")
    yield from dict.fromkeys(f"{each.where or each.connector}: {each.reason} ({each.help})" for each in gaps)


def _reads(project: Project, entry: Entry) -> bool:
    """Whether a connector of the project reads these files already."""
    from policycheck_connectors.files.source import find

    root = Path(project.config.root)
    read: set[Path] = set()
    for each in project.config.connectors:
        paths = each.options.get("paths")
        if each.type == entry.type and isinstance(paths, list | tuple):
            read |= {found.path for found in find(root, tuple(map(str, paths))) if not found.problem}
    return all(root / path in read for path in entry.paths)
