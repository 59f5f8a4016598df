"""The first day: what was found, what will be written, and what to do next; planned as a whole, then written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.adoption import editing, hooks, starting
from policycheck.adoption.starting import Entry
from policycheck.cli import looking, placing, repository
from policycheck.cli.app import App
from policycheck.cli.before import declared
from policycheck.cli.placing import Planned
from policycheck.declared.settings import FILE
from policycheck.model.dataclass import dataclass
from policycheck.model.problems import UsageProblem
from policycheck.reports.words import count

if TYPE_CHECKING:
    from policycheck.adoption.drafting import Draft
    from policycheck.cli.adoption import Adopted
    from policycheck.model.declared import Config, Project

#: How many names of one kind a line names.
_NAMED = 3
_MAX_TEXT = 1 << 20
_EXPORT = "mkdir -p {} && aws iam get-account-authorization-details --output json > {}"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a run of ``init`` would do. ``found``, ``exists`` and ``notes`` are lines to show, ``next`` a command;
    ``missing`` are sentences on what of an export could not be read."""

    root: Path
    files: tuple[Planned, ...]
    found: tuple[str, ...]
    exists: tuple[str, ...]
    notes: tuple[str, ...]
    next: str
    missing: tuple[str, ...] = ()


class _Plan:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[Planned] = []
        self.found: list[str] = []
        self.exists: list[str] = []
        self.notes: list[str] = []

    def new(self, name: str, text: str, about: str) -> None:
        """A file of ours, unless there is something at its place."""
        path = self._inside(name)
        if path.exists() or path.is_symlink():
            self.exists.append(name)
        else:
            self.files.append(Planned(path, text, None, about))

    def changed(self, path: Path, old: str | None, new: str, about: str) -> None:
        """A file with something added."""
        self.files.append(Planned(path, new, old, about))

    def _inside(self, name: str) -> Path:
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise UsageProblem(f"{name} leads out of the project", "remove the link")
        return path


def plan(app: App, directory: Path | None, adopt: str | None) -> Beginning:
    """Look around and decide; raises UsageProblem with nothing done. ``adopt`` is an export, a directory of exports or
    a snapshot."""
    root = _root(app, directory, adopt)
    if (root / FILE).is_file():
        app.directory = app.root = root
    made = _Plan(root)
    project = declared(app, root)
    adopted = _adopted(app, project, root, adopt)
    entries = tuple(_entries(app, made, adopted))
    _project(made, entries, adopted)
    into = adopted.into if adopted else ""
    for draft, text in adopted.drafts if adopted else ():
        made.new(f"{into}/{draft.candidate.vendor}.yaml", text, _about(draft))
    if adopted:
        made.notes += (*adopted.notes, *_observing(made, adopted))
    _ignored(made)
    _hooked(made, project.config)
    missing = adopted.missing if adopted else ()
    done = (tuple(made.files), tuple(made.found), tuple(made.exists), tuple(made.notes))
    return Beginning(root, *done, _next(root, entries, adopted), missing)


def _observing(made: _Plan, adopted: Adopted) -> Iterator[str]:
    """What the drafts change, and what they do not."""
    if not adopted.drafts and not adopted.unnamed:
        yield "nobody was seen who has no policy yet"
    written = {each.path.stem for each in made.files}
    if any(draft.candidate.vendor in written and not draft.candidate.unnamed for draft, _ in adopted.drafts):
        yield "drafts are at stage observe: what `policycheck check` finds about a vendor that has one fails no run yet"
    if adopted.unnamed:
        whose = count(len(adopted.unnamed), "account is", "accounts are")
        yield f"{whose} let in that nobody has named: `policycheck check` fails on strangers, until a person names them"


def write(beginning: Beginning) -> None:
    """All files or none."""
    placing.place(beginning.files)


def _root(app: App, directory: Path | None, adopt: str | None) -> Path:
    """Where the project is or will be: as named, else the one around here, else here."""
    if directory is not None:
        if directory.exists() and not directory.is_dir():
            raise UsageProblem(f"{directory} is no directory", "an export is named with --adopt")
        return directory.absolute()
    return app.find_root() or (app.directory or Path.cwd()).absolute()


def _adopted(app: App, project: Project, root: Path, adopt: str | None) -> Adopted | None:
    if adopt is None:
        return None
    from policycheck.cli.adoption import adopted

    return adopted(app, project, root, adopt)


def _entries(app: App, made: _Plan, adopted: Adopted | None) -> Iterator[Entry]:
    """The connectors of a new project, and lines on what was found."""
    if adopted and adopted.entries:
        found = list(adopted.entries)
    elif adopted:
        found = []
    else:
        found = list(looking.named(looking.exports(made.root)))
        made.found += [_seen(each) for each in found]
    yield from found
    credentials = looking.aws(app.environ)
    if credentials:
        made.found.append(f"credentials of AWS: {_where(credentials)}")
        live = ", regions: enabled"
        reason = "live, with the credentials of AWS that are here, instead of the export"
        yield Entry("aws-live", "aws", more=live, off=reason if found else "")
    elif not found:
        yield Entry("aws", looking.DETAILS, (starting.EXPORTS,))
    yield from _asking(app, made)


def _seen(entry: Entry) -> str:
    whose = f" of {entry.system}" if entry.system else ""
    more = f" and {len(entry.paths) - _NAMED} more" if len(entry.paths) > _NAMED else ""
    return f"{', '.join(entry.paths[:_NAMED])}{more}: {looking.WHAT[entry.type]}{whose}"


def _where(credentials: looking.Aws) -> str:
    parts = [f"in the environment ({', '.join(credentials.variables)})"] if credentials.variables else []
    if credentials.profiles:
        names = credentials.profiles
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        parts.append(f"profile{'s' if len(names) > 1 else ''} {', '.join(names[:_NAMED])}{more}")
    return "; ".join(parts)


def _asking(app: App, made: _Plan) -> Iterator[Entry]:
    """A commented entry for each vendor of which the environment names a key and whose API we can ask."""
    from policycheck.cli.definitions import Definitions
    from policycheck_connectors.registry import vendors

    named: dict[str, list[str]] = {}
    for key in looking.keys(app.environ):
        made.found.append(f"{key.variable}: by its name a key of {key.name}; its value was not read")
        named.setdefault(key.vendor, []).append(key.variable)
    for vendor, variables in named.items():
        if vendor in vendors():
            definition = Definitions(app.today).shipped(vendor)
            fitting = looking.fitting(vendor, tuple(definition.auth.credentials), variables)
            words = ", ".join(f"{name}: {{env: {variable}}}" for name, variable in fitting.items())
            lacking = [variable for variable in fitting.values() if variable not in variables]
            reason = f"a key that may only read is enough: `policycheck connectors permissions {vendor}`"
            reason += f"; set {' and '.join(lacking)} first" if lacking else ""
            yield Entry(f"{vendor}-live", vendor, more=f", credentials: {{{words}}}", off=reason)


def _project(made: _Plan, entries: tuple[Entry, ...], adopted: Adopted | None) -> None:
    made.new(FILE, starting.config(entries), _reads(entries))
    if FILE in made.exists:
        _connected(made, adopted)
        return
    for name, text in (("policies/README.md", starting.POLICIES), ("catalog/README.md", starting.CATALOG)):
        made.new(name, text, "what goes here, with an example")


def _reads(entries: tuple[Entry, ...]) -> str:
    active = [each.name for each in entries if not each.off]
    off = [each.name for each in entries if each.off]
    more = f"; {', '.join(off)} in comments" if off else ""
    return f"the project; connectors: {', '.join(active) or 'none'}{more}"


def _connected(made: _Plan, adopted: Adopted | None) -> None:
    """Add to an existing policycheck.yaml what reads the adopted export, if nothing does yet."""
    lines = [each.line for each in (adopted.entries if adopted else ()) if not each.off]
    wanted = [line for line in lines if adopted and line not in adopted.known]
    if not wanted:
        return
    path = made.root / FILE
    old = _text(path)
    new: str | None = old
    for line in wanted:
        new = editing.with_item(new, "connectors", [line]) if new is not None else None
    if old is None or new is None:
        made.notes.append(f"add to `connectors` in {FILE}, which cannot be changed safely: {'; '.join(wanted)}")
    else:
        made.exists.remove(FILE)
        made.changed(path, old, new, f"{count(len(wanted), 'connector')} added")


def _about(draft: Draft) -> str:
    who = draft.candidate
    parts = [who.name or ("to be named by a person" if not who.known else "")]
    roles = sum(len(way.principals) for way in draft.ways)
    parts += [f"acts through {count(roles, 'principal')}"] if roles else []
    parts += [f"{count(sum(keys.number for keys in draft.keys), 'key')}"] if draft.keys else []
    refused = sum(not each.declared for way in draft.ways for each in way.permissions.allowed)
    beyond = len(draft.held) + refused + sum(bool(s.beyond) for keys in draft.keys for s in keys.scopes)
    parts += [f"{beyond} to review"] if beyond else []
    return ", ".join(filter(None, parts))


def _ignored(made: _Plan) -> None:
    path = made.root / ".gitignore"
    old = _text(path)
    if old is None and (path.exists() or path.is_symlink()):
        made.notes.append(f"add {starting.IGNORED} to .gitignore, which cannot be read")
        return
    new = editing.ignoring(old or "", starting.IGNORED)
    if new is None:
        made.exists.append(f".gitignore with {starting.IGNORED}")
    else:
        made.changed(path, old, new, f"{starting.IGNORED} added: snapshots stay here")


def _hooked(made: _Plan, config: Config) -> None:
    """Add the hook to a configuration of pre-commit, here or at the root of the repository."""
    below = repository.base(made.root)
    top = Path(str(made.root.resolve()).removesuffix(below.rstrip("/"))) if below else made.root
    path = top / hooks.FILE
    if not path.is_file():
        return
    old, item = _text(path), hooks.item(below, config)
    if old is not None and hooks.present(old, below):
        made.exists.append(f"{hooks.FILE} with {hooks.ID}")
        return
    new = editing.with_item(old, "repos", item) if old is not None and not path.is_symlink() else None
    if new is None:
        made.notes.append("\n".join([f"add to `repos` in {path.name}, which cannot be changed safely:", *item]))
    else:
        made.changed(path, old, new, f"the hook {hooks.ID} added")


def _text(path: Path) -> str | None:
    """A text file as it is, line ends too; None when there is none, or it is not readable text."""
    try:
        if path.is_symlink() or path.stat().st_size > _MAX_TEXT:
            return None
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _next(root: Path, entries: tuple[Entry, ...], adopted: Adopted | None) -> str:
    """The command that comes next, for a shell in the present directory."""
    from shlex import quote

    here = "" if root.resolve() == Path.cwd().resolve() else f" --project {_shown(root)}"
    if adopted:
        return f"policycheck check{here}" + (f" --snapshot {quote(adopted.snapshot)}" if adopted.snapshot else "")
    read = [path for each in entries if not each.off for path in each.paths if path != starting.EXPORTS]
    if read:
        return f"policycheck init{here} --adopt {_shown(Path(os.path.commonpath([root / path for path in read])))}"
    if any(each.type == "aws" and not each.off for each in entries):
        return f'policycheck init{here} --adopt "$(policycheck pull{here})"   # asks AWS, with calls that only read'
    export = _shown(root / "exports" / "aws.json")
    return f"{_EXPORT.format(_shown(root / 'exports'), export)} && policycheck init{here} --adopt {export}"


def _shown(path: Path) -> str:
    from shlex import quote

    resolved, here = path.absolute(), Path.cwd()
    return quote(resolved.relative_to(here).as_posix() if resolved.is_relative_to(here) else str(resolved))
