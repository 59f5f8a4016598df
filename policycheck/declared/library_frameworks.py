"""PC003 and PC004 for frameworks.yaml: a rule serves entries that its frameworks list, or says why it serves none."""

from __future__ import annotations

from policycheck.declared.context import Context
from policycheck.declared.references import reference
from policycheck.declared.view import View
from policycheck.declared.words import brief
from policycheck.library.rules import load_rules


def frameworks(context: Context, view: View) -> None:
    """The file frameworks.yaml."""
    entries = {id: tuple(each.mapping("entries")) for id, each in view.named("frameworks")}
    used: dict[str, set[str]] = {id: set() for id in entries}
    for _, each in view.named("frameworks"):
        read = each.day("confirmed")
        if read is not None and read > context.today:
            help = "write the day on which you looked"
            context.notes.add("PC003", view.document, each.below("confirmed"), f"`{read}` lies in the future", help)
    for rule, served in view.named("rules"):
        reference(context, view, served.path, rule, load_rules(), "rule", "known rules")
        _served(context, served, entries, used)
    _absent(context, view)
    for id, numbers in entries.items():
        for number in numbers:
            if number not in used[id]:
                path = ("frameworks", id, "entries", number)
                message = f"no rule serves `{brief(number)}` of `{id}`"
                context.notes.add("PC004", view.document, path, message, "remove it, or name it", severity="warning")


def _served(context: Context, view: View, entries: dict[str, tuple[str, ...]], used: dict[str, set[str]]) -> None:
    for key in view.values:
        if key == "why":
            continue
        reference(context, view, view.below(key), key, (*entries, "why"), "framework", "known frameworks")
        for word, path in view.items(key) if key in entries else ():
            used[key].add(word)
            reference(context, view, path, word, entries[key], f"entry of `{key}`", "its entries")
    if not view.values:
        help = "name the entries that the rule serves, or say why it serves none: `why: ...`"
        context.notes.add("PC003", view.document, view.path, "this rule serves nothing and does not say why", help)


def _absent(context: Context, view: View) -> None:
    told = view.mapping("rules")
    for rule in load_rules():
        if told and rule not in told:
            help = f"write `{rule}: {{nist-800-53: [AC-6]}}`, or why it serves none"
            context.notes.add("PC003", view.document, ("rules",), f"nothing is said of {rule}", help)
