"""The rules: their list, and the page of one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from policycheck.library.rules import Rule
from policycheck.reports import plain
from policycheck.reports.page import Page
from policycheck.reports.table import table

SCHEMA = "policycheck/rules/v1"
_HEAD = ("RULE", "NAME", "SEVERITY", "OUTCOME", "TITLE")

_PARTS = (
    ("What it means", "means"),
    ("Why it matters", "why"),
    ("What it is told from", "evidence"),
    ("How to fix it", "fix"),
    ("Severity", "severity_note"),
)


def page_of(rule: Rule, page: Page) -> Iterator[str]:
    """The page of one rule, wrapped; indented blocks stay as they are."""
    yield page.style(f"{rule.id} {rule.name}: {rule.title}", "strong")
    yield f"severity {rule.severity}, outcome {rule.outcome}, since {rule.since}, " + ", ".join(
        (
            "needs no observed fact" if rule.offline else "needs a snapshot",
            "the help holds the edit" if rule.fixable else "to be fixed by hand",
        )
    )
    for title, attribute in _PARTS:
        yield ""
        yield page.style(title, "strong")
        for number, paragraph in enumerate(getattr(rule, attribute).strip().split("\n\n")):
            yield from [""] if number else []
            yield from _paragraph(paragraph, page)


def _paragraph(text: str, page: Page) -> Iterator[str]:
    if text.startswith(" "):
        yield from textwrap.indent(text.rstrip(), "  ").splitlines()
    else:
        yield from page.wrap(text, "  ", "  ")


def listing(rules: Iterable[Rule], page: Page, fit: bool) -> list[str]:
    """The table of all rules."""
    return table(_HEAD, [(r.id, r.name, r.severity, r.outcome, r.title) for r in rules], page, fit, ("NAME", "OUTCOME"))


def document(rules: Iterable[Rule]) -> plain.Plain:
    """The JSON form, with the whole page of each rule."""
    return {"schema": SCHEMA, "rules": [asdict(each) for each in rules]}
