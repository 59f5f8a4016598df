"""One finding, explained: how we know, what decided, what would make it go away, what it serves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from policycheck.library.frameworks import load_frameworks
from policycheck.library.rules import load_rules
from policycheck.model.facts import Coverage
from policycheck.model.findings import UNACCEPTABLE, CheckResult, Finding, Instance
from policycheck.model.selectors import names
from policycheck.reports import plain
from policycheck.reports.page import Page, SourceLines
from policycheck.reports.rules import by_framework, served
from policycheck.reports.text import evidence_text, witness_text
from policycheck.reports.words import count

SCHEMA = "policycheck/explain/v1"

#: For how long the exception that is offered would hold, in days.
EXCEPTION_DAYS = 90


def lines(result: CheckResult, finding: Finding, source: SourceLines, page: Page) -> Iterator[str]:
    """The whole explanation."""
    rule = load_rules()[finding.rule]
    yield from page.headline(finding.severity.word, finding.rule, finding.message)
    yield from page.snippet(finding.location, source(finding.location.path, finding.location.line), finding.label)
    if finding.accepted:
        yield from page.wrap(f"accepted: {finding.accepted}", "", "  ")
    yield from _section("What it means", page)
    yield from page.wrap(rule.means.split("\n\n")[0], "  ", "  ")
    yield from _section("How we know", page)
    types = {row.connector: row for row in result.coverage}
    for instance in finding.instances:
        yield from _instance(instance, types, page)
    yield from page.wrap(f"snapshot {result.snapshot.id}, taken at {result.snapshot.taken_at}", "  ", "    ")
    yield from _section("What decided", page)
    for text in _decided(result, finding):
        yield from page.wrap(text, "  ", "    ")
    yield from _section("What would make it go away", page)
    yield from _remedies(finding, result, page)
    yield from _section("What it serves", page)
    yield from _serves(finding.rule, page)
    yield ""
    yield from page.wrap(f"`policycheck explain {finding.rule}` tells the rest about the rule", "", "  ")


def _section(title: str, page: Page) -> Iterator[str]:
    yield ""
    yield page.style(title, "strong")


def _instance(instance: Instance, types: dict[str, Coverage], page: Page) -> Iterator[str]:
    yield from page.wrap(f"{instance.observed}", "  ", "    ")
    for each in instance.witnesses:
        yield from page.wrap(f"for example {witness_text(each)}", "    ", "      ")
    for evidence in instance.evidence:
        row = types.get(evidence.connector)
        kind = f" ({row.type})" if row and row.type != evidence.connector else ""
        yield from page.wrap(f"[{evidence_text(evidence)}]{kind}", "    ", "      ")
    yield from page.wrap(f"instance {instance.fingerprint}", "    ", "      ")


def _decided(result: CheckResult, finding: Finding) -> Iterator[str]:
    rule = load_rules()[finding.rule]
    yield f"rule {rule.id} {rule.name}; what it needs: {rule.evidence}"
    if finding.because:
        yield f"{finding.severity.word} because: {'; '.join(finding.because)}"
    for each in finding.assumes:
        yield f"assumes: {each}"
    if not finding.enforced:
        yield "the policy is not at stage enforce: reported, never failing a run"
    yield f"taxonomy {result.taxonomy}; AWS actions of {result.catalogue}; judged as of {result.today}"
    yield f"fingerprint {finding.fingerprint}"


def _remedies(finding: Finding, result: CheckResult, page: Page) -> Iterator[str]:
    if finding.help:
        yield from page.wrap(finding.help, "  ", "  ")
    if finding.owner:
        yield from page.wrap(f"{finding.owner} owns the policy", "  ", "  ")
    if finding.rule in UNACCEPTABLE:
        return
    where = f" by {finding.ask}" if finding.ask else ""
    yield from page.wrap(f"or accept it for a time{where}, with a reason and somebody's approval:", "  ", "  ")
    yield ""
    # As it is, so that it can be copied.
    yield from (f"    {line}" for line in exception(finding, date.fromisoformat(result.today)))


def exception(finding: Finding, today: date) -> list[str]:
    """An entry under ``exceptions`` that accepts the whole finding, with what a person must fill in."""
    first, number = dict(finding.instances[0].subject), len(finding.instances)
    alone = number == 1 and names(finding.rule, first)
    subject = first if alone else {"fingerprint": finding.fingerprint}
    match = ", ".join(f"{key}: {plain.quoted(value)}" for key, value in subject.items())
    told = "" if alone else f"   # the whole finding: {count(number, 'place')}"
    return [
        "exceptions:",
        f"  - rule: {finding.rule}",
        f"    match: {{{match}}}{told}",
        "    reason: ...",
        f"    owner: {finding.owner or '...'}",
        "    approved_by: ...",
        f"    expires: {today + timedelta(days=EXCEPTION_DAYS)}",
    ]


def _serves(rule: str, page: Page) -> Iterator[str]:
    known = load_frameworks()
    for framework, references in by_framework(known.of(rule)):
        numbers = "; ".join(f"{each.number} {each.title}" for each in references)
        yield from page.wrap(f"{framework.name}: {numbers}", "  ", "    ")
    if not known.of(rule):
        yield from page.wrap(known.reasons.get(rule, "nothing was confirmed yet"), "  ", "  ")


def document(result: CheckResult, finding: Finding) -> plain.Plain:
    """The JSON form."""
    rule = load_rules()[finding.rule]
    return {
        "schema": SCHEMA,
        "finding": plain.finding(finding),
        "rule": {"id": rule.id, "name": rule.name, "title": rule.title, "means": rule.means, **served(rule.id)},
        "snapshot": plain.snapshot(result.snapshot),
        "today": result.today,
        "taxonomy": result.taxonomy,
        "catalogue": result.catalogue,
    }
