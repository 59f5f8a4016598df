"""Which files belong to a run, and what each of them is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from policycheck.declared.assemble import Assembly
from policycheck.declared.context import Context
from policycheck.declared.document import Document
from policycheck.declared.files import Found, shown, walk, within
from policycheck.declared.notes import Notes
from policycheck.declared.parsing import parse_file
from policycheck.declared.settings import FILE, listed_paths
from policycheck.declared.view import View

_KEYS = ("policies", "catalog", "overrides")


def gather_project(root: str, today: date) -> Assembly:
    """All files of the project in a directory."""
    notes = Notes()
    assembly = Assembly(Context(notes, today))
    if os.path.lexists(_config(root).path):
        assembly.config = _parse(assembly, _config(root), root)
    else:
        notes.file("PC001", FILE, f"there is no {FILE} here", "write one that begins with `version: 1`")
    seen: set[str] = set()
    for key, documents in zip(_KEYS, (assembly.policies, assembly.catalogs, assembly.overrides), strict=True):
        for found in _listed(assembly, key, root):
            if found.path not in seen:
                seen.add(found.path)
                document = _parse(assembly, found, root)
                if document is not None:
                    documents.append(document)
    return assembly


def _config(root: str) -> Found:
    return Found(os.fspath(Path(root, FILE)), FILE)


def _parse(assembly: Assembly, found: Found, root: str | None) -> Document | None:
    assembly.checked += 1
    return parse_file(found, root, assembly.context.notes)


def _listed(assembly: Assembly, key: str, root: str) -> Iterable[Found]:
    """The files under the paths that ``policies``, ``catalog`` or ``overrides`` lists."""
    view = View(assembly.config) if assembly.config is not None else None
    written = view.items(key) if view is not None and view.has(key) else None
    for index, name in enumerate(listed_paths(view, key)):
        path = os.path.normpath(Path(root, name))
        fault = _unusable(path, root)
        if fault is None:
            yield from _under(assembly, path, root)
        elif written is not None and view is not None:
            assembly.context.notes.add(
                "PC003", view.document, written[index][1], f"`{name}` {fault}", "correct or remove it"
            )


def _unusable(path: str, root: str) -> str | None:
    if not within(path, root):
        return "lies outside of the project"
    if not Path(path).exists():
        return "does not exist"
    if not within(os.path.realpath(path), os.path.realpath(root)):
        return "is a link that leaves the project"
    return None


def _under(assembly: Assembly, path: str, root: str) -> Iterable[Found]:
    if not Path(path).is_dir():
        yield Found(path, shown(path, root))
        return
    for found in walk(path, root):
        if isinstance(found, Found):
            yield found
        elif found.severity == "error" or assembly.context.whole:
            # beside single files, a directory may hold anything
            assembly.context.notes.file("PC001", found.place, found.message, found.help, found.severity)


def gather_files(root: str | None, files: Sequence[Path], today: date) -> Assembly:
    """Some files; of the others, only policycheck.yaml is read, without its problems being told."""
    assembly = Assembly(Context(Notes(), today, whole=False))
    given = [found for path in files for found in _given(assembly, path, root)]
    if root is not None and all(found.shown != FILE for found in given):
        assembly.context.notes.quiet.add(FILE)
        assembly.config = parse_file(_config(root), root, assembly.context.notes)
    for found in dict.fromkeys(given):
        document = _parse(assembly, found, root)
        if document is not None:
            _sort(assembly, document)
    return assembly


def _given(assembly: Assembly, path: Path, root: str | None) -> Iterable[Found]:
    place = os.path.normpath(path.absolute())
    inside = root is not None and within(place, root)
    if path.is_dir():
        if root is not None and inside and (fault := _unusable(place, root)):
            help = "put the files themselves into the project"
            assembly.context.notes.file("PC001", shown(place, root), f"this directory {fault}", help)
        return list(_under(assembly, place, root or place))
    return [Found(place, shown(place, root) if inside else shown(os.fspath(path), None))]


def _sort(assembly: Assembly, document: Document) -> None:
    """Put a document where its content belongs."""
    values = document.values
    if "vendor" in values and "asked" not in values:
        assembly.policies.append(document)
    elif "dataset" in values:
        assembly.catalogs.append(document)
    elif isinstance(values.get("fields"), list):
        assembly.overrides.append(document)
    elif document.path == FILE or "version" in values:
        assembly.config = document
    elif not {"asked", "states"} & values.keys():
        _place(assembly, document)


def _place(assembly: Assembly, document: Document) -> None:
    """A document without its most important key is judged by where it lies."""
    view = View(assembly.config) if assembly.config is not None else None
    for key, documents in zip(_KEYS, (assembly.policies, assembly.catalogs, assembly.overrides), strict=True):
        if any(document.path.startswith(name.removeprefix("./").rstrip("/") + "/") for name in listed_paths(view, key)):
            documents.append(document)
            return
    message = "the file is neither a policy, nor a catalog file, nor overrides, nor a configuration"
    help = "begin with `vendor:`, `dataset:`, a list of `fields:` or, in policycheck.yaml, `version:`"
    assembly.context.notes.add("PC003", document, (), message, help)
