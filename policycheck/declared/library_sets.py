"""PC003 and PC004 for combinations.yaml: forms, categories and sources that exist; no set twice."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.declared.context import Context
from policycheck.declared.library_facts import source
from policycheck.declared.references import categories, category, reference
from policycheck.declared.view import View
from policycheck.library.taxonomy import load_taxonomy


def combinations(context: Context, view: View) -> None:
    """The file combinations.yaml."""
    forms = load_taxonomy().forms
    for key in ("weights", "join_weights"):
        for form in view.mapping(key):
            reference(context, view, (*view.below(key), form), form, forms, "form", "known forms")
    for form in forms if view.has("weights") else ():
        if form not in view.mapping("weights"):
            help = f"say what is left of a member that is {form}: `{form}: 0.5`"
            context.notes.add("PC003", view.document, view.below("weights"), f"the form `{form}` has no weight", help)
    categories(context, view, "identifiers")
    seen: dict[tuple[tuple[str, ...], ...], str] = {}
    for name, each in view.named("combinations"):
        source(context, view, each.below("source"), each.text("source"))
        members = tuple(sorted(_members(context, each)))
        first = seen.setdefault(members, name)
        if members and first != name:
            help = "remove one of the two"
            context.notes.add("PC005", view.document, each.path, f"`{name}` has the members of `{first}`", help)


def _members(context: Context, view: View) -> Iterator[tuple[str, ...]]:
    """The categories of each member, each one checked, with what else makes two members different."""
    for word, path in view.items("all_of"):
        category(context, view, path, word)
        yield (word,)
    for member in view.each("all_of"):
        if member.has("depth"):
            depths = load_taxonomy().depths
            reference(context, member, member.below("depth"), member.text("depth"), depths, "depth", "known depths")
        category(context, member, member.below("category"), member.text("category"))
        categories(context, member, "any_of")
        yield (member.text("depth"), *filter(None, [member.text("category")]), *member.texts("any_of"))
