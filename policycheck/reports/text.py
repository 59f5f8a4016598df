"""The text report: reads like a compiler's messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TextIO

from policycheck.model.findings import CheckResult, Finding, Instance
from policycheck.model.places import Evidence
from policycheck.model.verdict import Witness
from policycheck.reports.alike import alike
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import grouped, shown
from policycheck.reports.page import Page
from policycheck.reports.words import count

#: Instances of one finding, and witnesses and evidence of one instance, that are written out.
SHOWN_INSTANCES, SHOWN_WITNESSES, SHOWN_EVIDENCE = 5, 3, 5

#: Help that the finding before has word for word, as one rule often gives for each way of a vendor.
SAME_HELP = "as for the finding before"

#: As much of a fingerprint as tells it from all others of a large project.
SHOWN_FINGERPRINT = 10


class TextReport:
    """Findings worst first, each with its policy line, what was observed, and how to mend it."""

    name = "text"

    def write(self, result: CheckResult, stream: TextIO, options: Options) -> None:
        """Write the open findings, optionally under headings."""
        findings = shown(result.findings, options.min_severity)
        if options.group_by == "finding":
            _write_all(findings, stream, options)
            return
        for title, members in grouped(findings, options.group_by):
            heading = f"{clean(title)}: {count(len(members), 'finding')}"
            stream.write(options.page.style(heading, "strong") + "\n\n")
            _write_all(members, stream, options)


def _write_all(findings: list[Finding], stream: TextIO, options: Options) -> None:
    before: Finding | None = None
    for finding in findings:
        same = before and (before.rule, before.vendor, before.help) == (finding.rule, finding.vendor, finding.help)
        told = replace(finding, help=SAME_HELP) if same and len(finding.help) > len(SAME_HELP) else finding
        stream.write("\n".join(render(told, options)) + "\n\n")
        before = finding


def render(finding: Finding, options: Options) -> Iterator[str]:
    """The lines of one finding."""
    page, at = options.page, finding.location
    yield from page.headline(finding.severity.word, finding.rule, finding.message)
    yield from page.snippet(at, options.lines(at.path, at.line), finding.label)
    instances = alike(finding.instances)
    for instance in instances[:SHOWN_INSTANCES]:
        yield from _instance(instance, finding, options)
    hidden = len(instances) - SHOWN_INSTANCES
    if hidden > 0:
        yield from page.note(at, "observed", f"and {hidden} more (--output json lists all)")
    for word, text in _notes(finding):
        yield from page.note(at, word, text)


def _instance(instance: Instance, finding: Finding, options: Options) -> Iterator[str]:
    page, at = options.page, finding.location
    yield from page.note(at, "observed", instance.observed)
    pad = " " * (len(str(at.line)) + 3)
    requests = [witness_text(each) for each in instance.witnesses if each.said not in instance.observed]
    for request in requests[:SHOWN_WITNESSES]:
        yield from page.wrap(f"for example {request}", pad, pad + "  ")
    yield from sources(instance.evidence, page, pad)


def sources(evidence: Sequence[Evidence], page: Page, pad: str) -> Iterator[str]:
    """One line for each piece of evidence, behind ``pad``."""
    texts = [evidence_text(each) for each in evidence[:SHOWN_EVIDENCE]]
    more = len(evidence) - SHOWN_EVIDENCE
    for text in [*texts, f"and {more} more"] if more > 0 else texts:
        for line in page.wrap(f"[{text}]", pad, pad + " "):
            yield page.style(line, "dim")


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.because:
        comma = any(", " in each for each in finding.because)
        yield f"{finding.severity.word} because", ("; " if comma else ", ").join(finding.because)
    for each in finding.assumes:
        yield "assumes", each
    if not finding.enforced:
        yield "note", "the policy is not at stage enforce: reported, never failing a run"
    if finding.help:
        yield "help", finding.help
    if finding.owner or finding.ask:
        exception = f"; to accept it: {finding.ask}" if finding.ask else ""
        yield "owner", (finding.owner or "nobody") + exception
    yield "more", f"policycheck explain {finding.fingerprint[:SHOWN_FINGERPRINT]}"


def evidence_text(evidence: Evidence) -> str:
    """``connector where (note)``."""
    return f"{evidence.connector} {evidence.where}" + (f" ({evidence.note})" if evidence.note else "")


def witness_text(witness: Witness) -> str:
    """``action on resource, with key = value``."""
    context = ", ".join(witness.terms())
    return f"{witness.action} on {witness.place}" + (f", with {context}" if context else "")
