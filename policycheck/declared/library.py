"""The library under ``policies/``, judged as users' files are: each problem with its place, its help, the nearest word.

``validate --library``. Data that the program itself wrote (the AWS catalogue, JSON schemas) is left to the tests.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from policycheck.declared import (
    library_claims,
    library_facts,
    library_frameworks,
    library_names,
    library_products,
    library_sets,
    library_words,
)
from policycheck.declared.conforming import conform
from policycheck.declared.context import Context
from policycheck.declared.document import Document
from policycheck.declared.files import Found, walk
from policycheck.declared.notes import Notes
from policycheck.declared.parsing import parse_file
from policycheck.declared.project import Loaded
from policycheck.declared.shapes import SLUG
from policycheck.declared.view import View
from policycheck.library.kinds import kind_ids

#: Directories whose files are named after what they describe -> the schema of each.
_SHELVES = {"kinds": "kind", "vendors": "profile", "fields": "field_map"}
_PRODUCTS = ("vendors", "fields")


def load_library(root: Path, today: date, files: Sequence[Path] = ()) -> Loaded:
    """The problems of a library, of some of its files when they are given; facts are dated by ``today`` at the latest.

    All files are read in either case, since a host may be claimed by another one.
    """
    home = os.fspath(root.absolute())
    context = Context(Notes(), today)
    every = _files(context, home)
    documents = [document for found in every for document in _parsed(context, found, home)]
    kinds = {*kind_ids(), *(Path(each.path).stem for each in documents if _shelf(each) == "kinds")}
    products = {Path(each.path).stem: View(each).text("name") for each in documents if _shelf(each) in _PRODUCTS}
    for document in documents:
        _judge(context, document, kinds, products)
    library_claims.across(context, [View(each) for each in documents if _shelf(each) == "vendors"])
    chosen = {_shown(path, home): path for path in files}
    for name in chosen.keys() - {found.shown for found in every}:
        help = f"its files are those under {home}"
        context.notes.file("PC001", name, "this is no file of the library", help)
    problems = [each for each in context.notes.sorted() if not chosen or each.location.path in chosen]
    return Loaded(tuple(problems), len(chosen) or len(documents))


def _shown(path: Path, home: str) -> str:
    """A file as problems name it: relative to the directory that holds the library, where it lies there."""
    place = os.path.realpath(path)
    top = os.path.realpath(Path(home).parent)
    return os.path.relpath(place, top).replace(os.sep, "/") if place.startswith(top + os.sep) else os.fspath(path)


def _files(context: Context, home: str) -> list[Found]:
    found = []
    for each in walk(home, os.fspath(Path(home).parent)):
        if not isinstance(each, Found):
            if each.severity == "error":
                context.notes.file("PC001", each.place, each.message, each.help)
        elif _named(context, each):
            found.append(each)
    return found


def _named(context: Context, found: Found) -> bool:
    """Whether the loaders will find a file: theirs are ``*.yaml``, and the names of vendors and kinds are their ids."""
    path = Path(found.shown)
    if path.suffix != ".yaml":
        context.notes.file("PC001", found.shown, "files of the library end in .yaml", f"call it `{path.stem}.yaml`")
    elif path.parent.name in _SHELVES and not SLUG.match(path.stem):
        help = "use lower-case letters, digits, `-`, `_` and `.`"
        context.notes.file("PC003", found.shown, f"`{path.stem}` cannot be an id, and the file's name is one", help)
    else:
        return True
    return False


def _parsed(context: Context, found: Found, home: str) -> list[Document]:
    document = parse_file(found, home, context.notes)
    return [document] if document is not None else []


def _shelf(document: Document) -> str:
    return Path(document.path).parent.name


def _judge(context: Context, document: Document, kinds: Collection[str], products: Mapping[str, str]) -> None:
    view, shelf = View(document), _shelf(document)
    if shelf in _SHELVES:
        conform(document, _SHELVES[shelf], context.notes)
    if shelf == "kinds":
        library_facts.kind(context, view)
    elif shelf == "vendors":
        library_facts.profile(context, view, kinds)
    elif shelf == "fields":
        library_facts.field_map(context, view)
    elif document.path.endswith("/names.yaml"):
        conform(document, "names", context.notes)
        library_products.names(context, view, products)
    elif document.path.endswith("/taxonomy.yaml"):
        library_words.taxonomy(context, view)
    elif document.path.endswith("/combinations.yaml"):
        conform(document, "combinations", context.notes)
        library_sets.combinations(context, view)
    elif document.path.endswith("/frameworks.yaml"):
        conform(document, "frameworks", context.notes)
        library_frameworks.frameworks(context, view)
    elif document.path.endswith("/classification.yaml"):
        conform(document, "classification", context.notes)
        library_names.classification(context, view)
    document.forget()
