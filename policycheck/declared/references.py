"""PC004: names that refer to nothing."""

from __future__ import annotations

import re
from collections.abc import Collection

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.ignores import NEVER
from policycheck.declared.settings import FIRST_RULES, NEWEST_RULES
from policycheck.declared.shapes import MONTH, RESERVED
from policycheck.declared.view import View
from policycheck.declared.words import brief, meant
from policycheck.library.kinds import kind_ids
from policycheck.library.rules import load_rules
from policycheck.library.taxonomy import NONE, load_taxonomy

#: Rules about acceptance itself.
_LATE = frozenset(NEVER) - {"PC0", "PC6"}
_ACCOUNT = re.compile(r"\d{12}\Z")


def reference(
    context: Context, view: View, path: Path, word: str, words: Collection[str], what: str, names: str
) -> None:
    """A word that must be one of some names; ``what`` it is, and what the names are called together."""
    if word not in words and context.notes.room(view.document):
        context.notes.add("PC004", view.document, path, f"unknown {what} `{brief(word)}`", meant(word, words, names))


def category(context: Context, view: View, path: Path, word: str) -> None:
    """A word that must be a key of the taxonomy."""
    taxonomy = load_taxonomy()
    if not word or word in taxonomy.categories or not context.notes.room(view.document):
        return
    near = taxonomy.nearest(word)
    help = f"did you mean `{near}`?" if near else "categories look like `user.contact.email`: see the taxonomy"
    context.notes.add("PC004", view.document, path, f"unknown category `{brief(word)}`", help)


def categories(context: Context, view: View, key: str) -> None:
    """A list of categories."""
    for word, path in view.items(key):
        category(context, view, path, word)


def _kind(context: Context, view: View) -> None:
    if view.has("kind"):
        reference(context, view, view.below("kind"), view.text("kind"), kind_ids(), "kind of vendor", "known kinds")


def policy(context: Context, view: View) -> None:
    """All references of a policy."""
    _kind(context, view)
    for _, integration in view.named("integrations"):
        _kind(context, integration)
    categories(context, view, "never")
    words = load_taxonomy()
    for key, known in (("use", words.uses), ("subjects", words.subjects)):
        for word, path in view.items(key):
            reference(context, view, path, word, known, key.removesuffix("s"), f"known {key}s".replace("ss", "s"))
    profiles = context.names("profiles")
    for word, path in view.items("extends") if profiles is not None else ():
        reference(context, view, path, word, profiles or (), "profile", "known profiles")
    integrations = frozenset(view.mapping("integrations"))
    for item in view.each("fields"):
        _field(context, item, integrations)
    for item in view.each("access"):
        _access(context, item, integrations)
    for item in view.each("exceptions"):
        _exception(context, item)


def _field(context: Context, view: View, integrations: frozenset[str]) -> None:
    category(context, view, view.below("category"), view.text("category"))
    words = load_taxonomy()
    for word, path in view.items("forms"):
        reference(context, view, path, word, words.forms, "form", "known forms")
    for word, path in view.items("origins"):
        reference(context, view, path, word, words.origins, "origin", "known origins")
    if view.has("depth"):
        reference(context, view, view.below("depth"), view.text("depth"), words.depths, "depth", "known depths")
    for word, path in view.items("via"):
        reference(context, view, path, word, integrations, "integration", "integrations of this vendor")


def _access(context: Context, view: View, integrations: frozenset[str]) -> None:
    if view.has("integration"):
        path, word = view.below("integration"), view.text("integration")
        reference(context, view, path, word, integrations, "integration", "integrations of this vendor")
    groups = context.names("groups")
    for word, path in view.items("in") if groups is not None else ():
        if not _ACCOUNT.match(word):
            reference(context, view, path, word, groups or (), "group of accounts", "known groups")


def _exception(context: Context, view: View) -> None:
    rule, path = view.text("rule"), view.below("rule")
    if rule.startswith("PC0"):
        message = f"{rule} is about what is written in files, and cannot be excepted"
        context.notes.add("PC004", view.document, path, message, "mend the file instead")
    elif rule in _LATE:
        message = f"{rule} is about what accepts findings, and cannot be excepted"
        context.notes.add("PC004", view.document, path, message, f"take the entry out: {NEVER[rule]}")
    elif rule and rule not in load_rules():
        context.notes.add("PC004", view.document, path, f"unknown rule `{rule}`", "`policycheck rules` lists them all")
    match = view.inside("match")
    if match is not None and match.has("category"):
        category(context, match, match.below("category"), match.text("category"))


def catalog(context: Context, view: View) -> None:
    """All references of a catalog file."""
    words = load_taxonomy()
    subjects = view.inside("subjects")
    if subjects is not None and subjects.has("kind"):
        path = subjects.below("kind")
        reference(context, subjects, path, subjects.text("kind"), words.subjects, "kind of subject", "known subjects")
    fields = view.inside("fields")
    for name in view.mapping("fields"):
        if fields is not None and fields.text(name) not in ("", NONE):
            category(context, fields, fields.below(name), fields.text(name))
    for _, item in view.named("fields"):
        if item.text("category") != NONE:
            category(context, item, item.below("category"), item.text("category"))
        if item.has("form"):
            reference(context, item, item.below("form"), item.text("form"), words.forms, "form", "known forms")
        if item.has("depth"):
            reference(context, item, item.below("depth"), item.text("depth"), words.depths, "depth", "known depths")


def overrides(context: Context, view: View) -> None:
    """All references of a file of overrides; ``none`` is a category there. Whether a vendor has a policy is not asked:
    fields can be classified before there is one."""
    for item in view.each("fields"):
        if item.text("category") != NONE:
            category(context, item, item.below("category"), item.text("category"))
        if item.has("form"):
            known = load_taxonomy().forms
            reference(context, item, item.below("form"), item.text("form"), known, "form", "known forms")


def config(context: Context, view: View) -> None:
    """All references of policycheck.yaml."""
    defaults = view.inside("defaults")
    for holder in [defaults] if defaults is not None else []:
        categories(context, holder, "never")
    for _, profile in view.named("profiles"):
        categories(context, profile, "never")
    for item in view.each("exceptions"):
        _exception(context, item)
    _pin(context, view)


def _pin(context: Context, view: View) -> None:
    """A month of rules in which there are none, so that pinning to it does nothing."""
    pin = view.text("rules")
    if not MONTH.match(pin) or FIRST_RULES <= pin <= NEWEST_RULES:
        return
    early = pin < FIRST_RULES
    known = f"the first are of {FIRST_RULES}" if early else f"the newest of this version are of {NEWEST_RULES}"
    help = f'write `rules: "{FIRST_RULES if early else NEWEST_RULES}"`, which has the same effect'
    context.notes.add(
        "PC004", view.document, view.below("rules"), f"there are no rules of {pin}: {known}", help, severity="warning"
    )


def across(context: Context) -> None:
    """References from a policy to other files: ``held_by`` a vendor, an exception for a dataset or a connector."""
    vendors = {view.text("vendor") for view in context.policies} | RESERVED
    datasets = {view.text("dataset") for view in context.catalogs}
    entries = context.config.each("connectors") if context.config is not None else ()
    connectors = {entry.text("name") for entry in entries}
    for view in context.policies:
        for item in view.each("access"):
            if item.has("held_by"):
                reference(
                    context, item, item.below("held_by"), item.text("held_by"), vendors, "vendor", "known vendors"
                )
    for view in (*context.policies, *([context.config] if context.config is not None else ())):
        for item in view.each("exceptions"):
            match = item.inside("match")
            for key, known in (("dataset", datasets), ("connector", connectors)):
                if match is not None and match.has(key):
                    reference(context, match, match.below(key), match.text(key), known, key, f"known {key}s")
