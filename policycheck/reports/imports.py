"""What an import of a catalog changes: as a diff, and in one line for each file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from policycheck.model.dataclass import dataclass
from policycheck.reports.clean import clean
from policycheck.reports.words import count

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file: its texts (``old`` None for a new one), how many fields are new and wait for a person, what the source
    no longer has, and locations of the source that the file does not name. ``none``: the file says that it holds
    nothing about people."""

    path: str
    dataset: str
    old: str | None
    new: str
    added: int
    waiting: int
    gone: tuple[str, ...]
    places: tuple[str, ...]
    none: bool


def diff(files: Iterable[FileChange]) -> Iterator[str]:
    """A unified diff of all files."""
    for file in files:
        old, name = file.old or "", f"a/{file.path}" if file.old is not None else "/dev/null"
        lines = difflib.unified_diff(old.splitlines(), file.new.splitlines(), name, f"b/{file.path}", lineterm="")
        yield from (f"{clean(each)}\n" for each in lines)


def summary(files: Iterable[FileChange], missing: Iterable[str], dry_run: bool) -> Iterator[str]:
    """A line for each file, lines on what was not read, and what to do next."""
    waiting = changed = 0
    for file in files:
        changed += file.old != file.new
        waiting += file.waiting
        yield clean(f"{file.path}: {'; '.join(_told(file))}")
    for sentence in missing:
        yield clean(f"not read: {sentence}")
    if waiting:
        yield f"{count(waiting, 'field')} marked `review`: a person has to decide; `policycheck validate` counts them"
    if dry_run and changed:
        yield f"{count(changed, 'file')} would change; nothing was written"
    elif not changed:
        yield "nothing new"


def _told(file: FileChange) -> Iterator[str]:
    if file.none:
        yield "says `fields: none`, and is left as it is"
    elif file.old is None:
        yield f"new, {count(file.added, 'field')}"
    else:
        yield f"{count(file.added, 'new field')}" if file.added else "no new field"
    if file.waiting:
        yield f"{file.waiting} to review"
    if file.gone:
        yield f"kept, though the source does not have {_listed(file.gone)}"
    if file.places:
        yield f"the source also lies in {_listed(file.places)}, which the file does not name"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
