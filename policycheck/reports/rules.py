"""The rules: their list, and the page of one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from policycheck.library.frameworks import Framework, Reference, load_frameworks
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
    for line in page.wrap(f"{rule.id} {rule.name}: {rule.title}", "", "  "):
        yield page.style(line, "strong")
    needs = "needs no observed fact" if rule.offline else "needs a snapshot"
    mend = "the help holds the edit" if rule.fixable else "to be fixed by hand"
    facts = f"severity {rule.severity}, outcome {rule.outcome}, since {rule.since}, {needs}, {mend}"
    yield from page.wrap(facts, "", "  ")
    for title, attribute in _PARTS:
        yield ""
        yield page.style(title, "strong")
        for number, paragraph in enumerate(getattr(rule, attribute).strip().split("\n\n")):
            yield from [""] if number else []
            yield from _paragraph(paragraph, page)

    yield ""
    yield page.style("What it serves", "strong")
    yield from _serves(rule.id, page)


def _serves(rule: str, page: Page) -> Iterator[str]:
    known = load_frameworks()
    for framework, references in by_framework(known.of(rule)):
        yield from page.wrap(f"{framework.name}:", "  ", "  ")
        for each in references:
            yield from page.wrap(f"{each.number}  {each.title}", "    ", "      ")
    if not known.of(rule):
        yield from page.wrap(known.reasons.get(rule, "nothing was confirmed yet"), "  ", "  ")


def by_framework(references: Iterable[Reference]) -> list[tuple[Framework, list[Reference]]]:
    """The references of each framework, in their order."""
    groups: dict[str, tuple[Framework, list[Reference]]] = {}
    for each in references:
        groups.setdefault(each.framework.id, (each.framework, []))[1].append(each)
    return list(groups.values())


def _paragraph(text: str, page: Page) -> Iterator[str]:
    if text.startswith(" "):
        lines = textwrap.indent(text.rstrip(), "  ").splitlines()
        for line in lines if max(map(len, lines)) <= page.width else _stacked(lines):
            indent = " " * (len(line) - len(line.lstrip()))
            # Inside of brackets YAML reads on in the next line, if that stands further in.
            yield from page.wrap(line, indent, indent + "    ") if len(line) > page.width else [line]
    else:
        yield from page.wrap(text, "  ", "  ")


def _stacked(lines: list[str]) -> list[str]:
    """What stands before and after beside each other, one below the other."""
    column = lines[0].find("# after")
    if column < 0:
        return lines
    left, right = ([line[at] for line in lines] for at in (slice(column), slice(column, None)))
    margin = " " * (len(lines[0]) - len(lines[0].lstrip()))
    return [*(line.rstrip() for line in left if line.strip()), "", *(margin + line for line in right if line.strip())]


def listing(rules: Iterable[Rule], page: Page, fit: bool) -> list[str]:
    """The table of all rules."""
    rows = [(r.id, r.name, r.severity, r.outcome, r.title) for r in rules]
    return table(_HEAD, rows, page, fit, ("NAME", "OUTCOME"), comfort=48)


def document(rules: Iterable[Rule]) -> plain.Plain:
    """The JSON form, with the whole page of each rule, and the frameworks that rules refer to."""
    known = load_frameworks()
    return {
        "schema": SCHEMA,
        "rules": [{**asdict(each), **served(each.id)} for each in rules],
        "frameworks": [
            {"id": f.id, "name": f.name, "url": f.url, "source": f.source, "confirmed": f.confirmed}
            for f in known.frameworks.values()
        ],
    }


def served(rule: str) -> plain.Plain:
    """What a rule serves, for machines; ``unserved`` tells why there is nothing."""
    known = load_frameworks()
    references = [
        {"framework": each.framework.id, "number": each.number, "title": each.title} for each in known.of(rule)
    ]
    return {"frameworks": references, "unserved": None if references else known.reasons.get(rule, "")}
