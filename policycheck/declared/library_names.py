"""PC004 and PC005 for classification.yaml: categories, forms, shapes and owners that exist; each id and name once."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.declared.context import Context
from policycheck.declared.references import category, reference
from policycheck.declared.view import View
from policycheck.library.taxonomy import NONE, load_taxonomy
from policycheck.model.shapes import SHAPES

#: The owner of a field whose path names none.
_NOBODY = "nobody"


def classification(context: Context, view: View) -> None:
    """The file classification.yaml."""
    forms, depths = load_taxonomy().forms, load_taxonomy().depths
    rules, shapes = [*view.each("rules")], [*view.each("shapes")]
    _ids(context, [*rules, *shapes])
    for each in (*rules, *shapes, *view.each("forms"), *view.each("shape_forms"), *view.each("depths")):
        if each.has("form"):
            reference(context, each, each.below("form"), each.text("form"), forms, "form", "known forms")
        if each.has("depth"):
            reference(context, each, each.below("depth"), each.text("depth"), depths, "depth", "known depths")
    for each in (*rules, *shapes):
        if each.text("category") != NONE:
            category(context, each, each.below("category"), each.text("category"))
        _all(context, each, ("of", "not_of"), (*view.mapping("owners"), _NOBODY), "kind of owner")
    _classes(context, view, rules)
    for each in (*view.each("forms"), *view.each("shape_forms")):
        _categories(context, each, "of")
    _categories(context, view, "plural_history")
    _fits(context, view)
    nothing = [each.text("id") for each in rules if each.text("category") == NONE]
    for each in shapes:
        _all(context, each, ("over",), nothing, "rule for nothing personal")
    for each in (*shapes, *view.each("shape_forms")):
        _all(context, each, ("shapes",), SHAPES, "shape of a value")
    _shadowed(context, rules)


def _classes(context: Context, view: View, rules: Iterable[View]) -> None:
    """What `@name` stands for: a class of words, and where owners are asked for, a kind of owner."""
    classes = (*view.mapping("classes"),)
    owners = (*classes, *view.mapping("owners"))
    for each in rules:
        for key in ("names", "within", "without", "near", "far"):
            known = classes if key in ("near", "far") else owners
            for word in words(each.text(key)):
                if word.startswith("@"):
                    reference(context, each, each.below(key), word[1:], known, "class of words", "known ones")


def _fits(context: Context, view: View) -> None:
    for name, fit in view.named("fits"):
        category(context, view, fit.path, name)
        _all(context, fit, ("shapes", "never"), SHAPES, "shape of a value")


def _all(context: Context, view: View, keys: Iterable[str], known: Iterable[str], what: str) -> None:
    """The words of texts with commas, each one of some names."""
    names = tuple(known)
    for key in keys:
        for word in words(view.text(key)):
            reference(context, view, view.below(key), word, names, what, "known ones")


def _categories(context: Context, view: View, key: str) -> None:
    for word in words(view.text(key)):
        category(context, view, view.below(key), word)


def words(text: str) -> list[str]:
    """The items of a text with commas."""
    return [item.strip() for item in text.split(",") if item.strip()]


def _ids(context: Context, rules: Iterable[View]) -> None:
    seen: set[str] = set()
    for each in rules:
        id = each.text("id")
        if id and id in seen:
            context.notes.add("PC005", each.document, each.below("id"), f"two rules are called `{id}`", "rename one")
        seen.add(id)


def _shadowed(context: Context, rules: Iterable[View]) -> None:
    """A rule that the one above it always beats: the same names under no other condition."""
    first: dict[tuple[str, ...], str] = {}
    for each in rules:
        conditions = tuple(map(each.text, ("of", "not_of", "within", "without", "near", "far")))
        more = (
            each.text("category"),
            each.text("types"),
            str(each.values.get("whole")),
            str(each.values.get("together")),
        )
        for name in words(each.text("names")):
            above = first.setdefault((name, *conditions, *more), each.text("id"))
            if above != each.text("id") and context.notes.room(each.document):
                message = f"the rule `{above}` above reads `{name}` already, under the same conditions"
                help = "remove the name from one of the two, or tell them apart"
                context.notes.add("PC005", each.document, each.below("names"), message, help, severity="warning")
