"""The files of one run, judged: schemas first, then every rule on what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from policycheck.declared import (
    actions,
    breadth,
    calendar,
    connectors,
    contradictions,
    exceptions,
    identities,
    ignores,
    privileges,
    references,
    scopes,
    unreviewed,
)
from policycheck.declared.conforming import conform
from policycheck.declared.context import Context
from policycheck.declared.document import Document
from policycheck.declared.settings import FAIL_ON, FILE, SEVERITIES
from policycheck.declared.view import View
from policycheck.declared.words import brief, listed
from policycheck.model.problems import Problem


class Assembly:
    """All documents of a run that could be parsed, by what they are; ``checked`` counts the files that were read."""

    __slots__ = ("catalogs", "checked", "config", "context", "overrides", "policies")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.config: Document | None = None
        self.policies: list[Document] = []
        self.catalogs: list[Document] = []
        self.overrides: list[Document] = []
        self.checked = 0

    def documents(self) -> Iterator[Document]:
        """Every document."""
        yield from [self.config] if self.config is not None else []
        yield from (*self.policies, *self.catalogs, *self.overrides)


def judge(assembly: Assembly, environ: Mapping[str, str], dates: bool) -> tuple[Problem, ...]:
    """All problems, by place. With ``dates``, notices about what has lapsed become errors."""
    context = assembly.context
    _environment(context, environ)
    if assembly.config is not None:
        conform(assembly.config, "config", context.notes)
        context.config = View(assembly.config)
        _config(context, context.config)
    for document in assembly.policies:
        conform(document, "policy", context.notes)
        context.policies.append(View(document))
    for document in assembly.catalogs:
        conform(document, "catalog", context.notes)
        context.catalogs.append(View(document))
    for document in assembly.overrides:
        conform(document, "overrides", context.notes)
        context.overrides.append(View(document))
    for document in assembly.documents():
        ignores.check(context, document)
    _rules(context)
    problems = context.notes.sorted()
    return tuple(map(_dated, problems)) if dates else problems


def _dated(problem: Problem) -> Problem:
    return replace(problem, severity="error") if problem.severity == "notice" else problem


def _rules(context: Context) -> None:
    for view in context.policies:
        rooms = (references, identities, contradictions, breadth, actions, scopes, privileges, exceptions, calendar)
        for room in rooms:
            room.policy(context, view)
    for view in context.catalogs:
        references.catalog(context, view)
        unreviewed.catalog(context, view)
        _nothing(context, view)
    for view in context.overrides:
        references.overrides(context, view)
    if context.whole:
        references.across(context)
        identities.across(context)


def _config(context: Context, view: View) -> None:
    for room in (references, identities, contradictions, connectors, exceptions, calendar):
        room.config(context, view)


def _nothing(context: Context, view: View) -> None:
    """``fields: none`` needs a reason, and a reason for nothing needs ``fields: none``."""
    none = view.text("fields") == "none"
    if none and not view.text("why"):
        message = "`fields: none` needs a reason"
        help = 'say why nothing there is about people: `why: "build logs only"`'
        context.notes.add("PC003", view.document, view.below("fields"), message, help)


def _environment(context: Context, environ: Mapping[str, str]) -> None:
    value = environ.get(FAIL_ON)
    if value and value not in SEVERITIES:
        message = f"the environment variable {FAIL_ON} cannot be `{brief(value)}`"
        context.notes.file("PC003", FILE, message, f"set it to one of {listed(SEVERITIES)}")
