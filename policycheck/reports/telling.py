"""A finding in a few plain lines, for formats that have room for text but no page."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.findings import CheckResult, Finding
from policycheck.reports.clean import clean
from policycheck.reports.interface import Options
from policycheck.reports.order import tally_line
from policycheck.reports.words import count

#: Instances of one finding that are written out.
SHOWN_INSTANCES = 5


def told(finding: Finding) -> Iterator[str]:
    """``observed: ...``, ``help: ...``, ``owner: ...``: one cleaned line each, without the message itself."""
    for instance in finding.instances[:SHOWN_INSTANCES]:
        yield clean(f"observed: {instance.observed}")
    if len(finding.instances) > SHOWN_INSTANCES:
        yield f"and {len(finding.instances) - SHOWN_INSTANCES} more"
    if finding.because:
        yield clean(f"{finding.severity.word} because: {'; '.join(finding.because)}")
    for each in finding.assumes:
        yield clean(f"assumes: {each}")
    if not finding.enforced:
        yield "the policy is not at stage enforce: reported, never failing a run"
    if finding.help:
        yield clean(f"help: {finding.help}")
    if finding.owner:
        yield clean(f"owner: {finding.owner}")
    if finding.ask:
        yield clean(f"to accept it: {finding.ask}")


def verdict(result: CheckResult) -> str:
    """The answer in one sentence: how many findings fail the run, what is accepted, whether everything was seen."""
    failing = sum(each.fails(result.fail_on) for each in result.findings)
    blind = sum(each.unseen for each in result.findings)
    others = len(result.findings) - failing - blind
    parts = [f"{count(failing, 'finding')} at or above {result.fail_on}" if failing else ""]
    parts.append(f"{count(others, 'other finding' if failing else 'finding')} below what fails a run" if others else "")
    parts.append(f"{count(blind, 'thing')} could not be seen" if blind else "")
    told = [each for each in parts if each]
    if told or not result.accepted:
        return ", ".join(told) if told else "everything was looked at, and nothing was found"
    known = [each for each in result.accepted if each.accepted_by == "known"]
    blind_too = [each for each in result.accepted if each.unseen and each not in known]
    accepted = [each for each in result.accepted if not each.unseen and each not in known]
    return "; ".join(
        filter(None, ("nothing open", _some(accepted, "accepted"), _some(known, "not new"), _stated(blind_too)))
    )


def _some(findings: list[Finding], how: str) -> str:
    """``11 findings are accepted, 4 of them critical``; empty for none."""
    if not findings:
        return ""
    worst = max(each.severity for each in findings)
    number = sum(each.severity == worst for each in findings)
    if len(findings) == 1:
        return f"1 finding is {how}, and it is {worst.word}"
    return f"{count(len(findings), 'finding')} are {how}, {number} of them {worst.word}"


def _stated(findings: list[Finding]) -> str:
    number = len(findings)
    return f"{count(number, 'thing')} not seen {'is' if number == 1 else 'are'} accepted as such" if number else ""


def hidden(result: CheckResult, options: Options) -> tuple[str, bool]:
    """What ``--min-severity`` keeps out of a report, in one sentence; and whether any of it fails the run."""
    below = [each for each in result.findings if each.severity < options.min_severity]
    if not below:
        return "", False
    failing = sum(each.fails(result.fail_on) for each in below)
    told = f"; {failing} of them {'fails' if failing == 1 else 'fail'} the run" if failing else ""
    number = count(len(below), "finding")
    return f"{number} below {options.min_severity.word} not shown here{told} (--min-severity)", bool(failing)


def counts(result: CheckResult) -> str:
    """The line of counts that every format ends with."""
    return tally_line(result.tally)
