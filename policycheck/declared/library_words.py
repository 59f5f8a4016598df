"""The taxonomy's own words: each category has a parent, a sensitivity, and aliases that no other has."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.view import View
from policycheck.declared.words import brief, meant
from policycheck.library.taxonomy import SENSITIVITIES


def taxonomy(context: Context, view: View) -> None:
    """The file taxonomy.yaml."""
    categories = view.mapping("categories")
    aliases: dict[str, str] = {}
    for key, entry in categories.items():
        path: Path = ("categories", key)
        if not (isinstance(entry, list) and len(entry) > 1 and all(isinstance(word, str) for word in entry)):
            help = f'write `{key}: [low, "what it is", alias]`'
            context.notes.add("PC003", view.document, path, f"`{brief(key)}` must be a list of texts", help)
            continue
        _known(context, view, (*path, 0), str(entry[0]), SENSITIVITIES, "sensitivity")
        parent = key.rpartition(".")[0]
        if parent:
            _known(context, view, path, parent, categories, "parent category")
        for index, alias in enumerate(entry[2:], 2):
            _alias(context, view, (*path, index), str(alias), aliases.setdefault(str(alias), key), key)
    for narrow, wide in view.mapping("same").items():
        for word in (narrow, str(wide)):
            _known(context, view, ("same", narrow), word, categories, "category")
    forms = view.inside("forms")
    for form in forms.values if forms is not None else ():
        for word, path in forms.items(form) if forms is not None else ():
            _known(context, view, path, word, forms.values if forms is not None else (), "form")


def _known(context: Context, view: View, path: Path, word: str, words: Iterable[str], what: str) -> None:
    names = tuple(words)
    if word not in names:
        help = meant(word, names, "known ones")
        context.notes.add("PC004", view.document, path, f"unknown {what} `{brief(word)}`", help)


def _alias(context: Context, view: View, path: Path, alias: str, first: str, key: str) -> None:
    if first != key:
        message = f"`{brief(alias)}` stands for `{first}` already"
        context.notes.add("PC005", view.document, path, message, "an alias has one meaning: remove one of the two")
