"""PC003 to PC006 for profiles and kinds: sources, categories, forms, switches and scopes that nothing else names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from fnmatch import fnmatchcase

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.references import category, reference
from policycheck.declared.view import View
from policycheck.declared.words import brief, meant
from policycheck.library.taxonomy import NONE, load_taxonomy

_ROWS = ("needed", "optional", "over_shared")


def kind(context: Context, view: View) -> None:
    """A kind of vendor."""
    _dates(context, view)
    used = [row for key in _ROWS for row in view.each(key)]
    for row in used:
        category(context, row, row.below("category"), row.text("category"))
        for word, path in row.items("forms"):
            reference(context, row, path, word, load_taxonomy().forms, "form", "known forms")
        source(context, view, row.below("source"), row.text("source"))
    inventory = view.inside("inventory")
    if inventory is not None:
        source(context, view, inventory.below("source"), inventory.text("source"))
    if not used and not any(key in view.values for key in _ROWS):
        help = "write what such a vendor needs, may use, or gets without need"
        context.notes.add("PC003", view.document, (), "a kind without fields says nothing", help)
    unused(context, view, "sources", {row.text("source") for row in (*used, *filter(None, [inventory]))})
    _twice(context, view)


def _twice(context: Context, view: View) -> None:
    """A category in two lists of a kind: it cannot be needed and needless."""
    seen: dict[str, str] = {}
    for key in _ROWS:
        for row in view.each(key):
            word = row.text("category")
            first = seen.setdefault(word, key)
            if word and first != key:
                message = f"`{word}` is in `{first}` and in `{key}`"
                context.notes.add("PC006", view.document, row.below("category"), message, "remove one of the two")


def profile(context: Context, view: View, kinds: Collection[str]) -> None:
    """A vendor profile; ``kinds`` are those that exist."""
    _dates(context, view)
    for word, path in view.items("kinds"):
        reference(context, view, path, word, kinds, "kind of vendor", "known kinds")
    unused(context, view, "sources", set(_sources(context, view)))
    unused(context, view, "switches", set(_fields(context, view)))
    scopes = view.inside("scopes")
    if scopes is not None:
        _scopes(context, scopes)


def field_map(context: Context, view: View) -> None:
    """The names of a product's fields."""
    _dates(context, view)
    unused(context, view, "sources", set(_sources(context, view)))
    for _ in _fields(context, view):
        pass


def _dates(context: Context, view: View) -> None:
    """Nothing was read tomorrow."""
    for each in (view, *(source for _, source in view.named("sources"))):
        read: date | None = each.day("date")
        if read is not None and read > context.today:
            message = f"`{read}` lies in the future"
            context.notes.add("PC003", view.document, each.below("date"), message, "write the day on which you looked")


def _sources(context: Context, view: View) -> Iterator[str]:
    """The sources that are named, each one checked."""
    recognise = view.inside("recognise")
    groups = [recognise.inside(key) for key in recognise.values] if recognise is not None else []
    for group in (*groups, view.inside("keys"), view.inside("builtin")):
        for name in group.values if group is not None else ():
            if group is not None:
                yield source(context, view, group.below(name), name, on_key=True)
    scopes = view.inside("scopes")
    for each in (*(switch for _, switch in view.named("switches")), *([scopes] if scopes is not None else [])):
        yield source(context, view, each.below("source"), each.text("source"))


def source(context: Context, view: View, path: Path, word: str, on_key: bool = False) -> str:
    """A word that must be the name of one of the file's sources; given back."""
    sources = view.mapping("sources")
    if word and sources and word not in sources:
        help = f"{meant(word, sources, 'sources of this file')} Each fact stands under a name of `sources`"
        context.notes.add("PC004", view.document, path, f"unknown source `{brief(word)}`", help, on_key=on_key)
    return word


def unused(context: Context, view: View, key: str, used: Collection[str]) -> None:
    """Entries of a mapping that nothing in the file refers to: warnings."""
    for name in view.mapping(key):
        if name not in used and context.notes.room(view.document):
            message = f"nothing here refers to `{brief(name)}` of `{key}`"
            place = view.below(key)
            context.notes.add(
                "PC004", view.document, (*place, name), message, "remove it, or name it", severity="warning"
            )


def _fields(context: Context, view: View) -> Iterator[str]:
    """Every field of the maps, each one checked; yields the switches that they name."""
    seen: set[str] = set()
    for part in ("keys", "builtin"):
        for name, path, fact in _facts(view, part):
            if name in seen:
                help = "one line is enough: remove one of the two"
                context.notes.add("PC005", view.document, path, f"`{brief(name)}` has a category already", help)
            seen.add(name)
            word, place = (fact, path) if isinstance(fact, str) else (fact.text("category"), fact.below("category"))
            if part == "builtin" or word != NONE:
                category(context, view, place, word)
            if isinstance(fact, View):
                yield from _details(context, view, fact)


def _details(context: Context, view: View, fact: View) -> Iterator[str]:
    taxonomy = load_taxonomy()
    for key, words in (("form", taxonomy.forms), ("depth", taxonomy.depths), ("origin", taxonomy.origins)):
        if fact.has(key):
            reference(context, fact, fact.below(key), fact.text(key), words, key, f"known {key}s")
    if fact.has("switch"):
        yield fact.text("switch")
        switches = view.mapping("switches")
        reference(context, fact, fact.below("switch"), fact.text("switch"), switches, "switch", "switches of this file")


def _facts(view: View, part: str) -> Iterator[tuple[str, Path, str | View]]:
    for source, group in view.mapping(part).items():
        for name, value in group.items() if isinstance(group, dict) else ():
            path = (*view.below(part), source, name)
            if isinstance(value, str):
                yield name, path, value
            elif isinstance(value, dict):
                yield name, path, View(view.document, path, value)


def _scopes(context: Context, view: View) -> None:
    """Scopes that are referred to must be known ones; categories must exist."""
    words = view.texts("known")
    for word, path in view.items("unrestricted"):
        _scope(context, view, path, word, words)
    for key in ("includes", "reaches"):
        for scope, items in view.mapping(key).items():
            path = (*view.below(key), scope)
            _scope(context, view, path, scope, words, on_key=True)
            for index, item in enumerate(items if isinstance(items, list) else ()):
                if key == "includes":
                    _scope(context, view, (*path, index), str(item), words)
                else:
                    category(context, view, (*path, index), str(item))


def _scope(context: Context, view: View, path: Path, word: str, words: tuple[str, ...], on_key: bool = False) -> None:
    if any(fnmatchcase(each, word) for each in words) or not context.notes.room(view.document):
        return
    what = "no known scope matches" if "*" in word else "unknown scope"
    help = f"{meant(word, words, 'known scopes')} All scopes that are referred to stand in `known`"
    context.notes.add("PC004", view.document, path, f"{what} `{brief(word)}`", help, on_key=on_key)
