"""The order and grouping of findings, and the words for counts that all formats share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from policycheck.model.findings import Finding, Severity, Tally
from policycheck.reports.words import count


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first, then by vendor, rule and place."""
    return sorted(findings, key=lambda f: (-f.severity, f.vendor or "~", f.rule, f.location, f.fingerprint))


def shown(findings: Iterable[Finding], minimum: Severity) -> list[Finding]:
    """The findings at or above a severity, ordered."""
    return ordered(finding for finding in findings if finding.severity >= minimum)


def grouped(findings: Sequence[Finding], by: str) -> list[tuple[str, list[Finding]]]:
    """(title, findings) for each vendor, owner or account; by account a finding keeps that account's instances only."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        for title, part in _parts(finding, by):
            groups.setdefault(title, []).append(part)
    return sorted(groups.items(), key=lambda group: (group[0].startswith("no "), group[0]))


def _parts(finding: Finding, by: str) -> list[tuple[str, Finding]]:
    if by == "vendor":
        return [(finding.vendor or "no vendor", finding)]
    if by == "owner":
        return [(finding.owner or "no owner", finding)]
    accounts: dict[str, list[int]] = {}
    for index, instance in enumerate(finding.instances):
        accounts.setdefault(dict(instance.subject).get("account") or "no account", []).append(index)
    return [
        (account, replace(finding, instances=tuple(finding.instances[index] for index in indexes)))
        for account, indexes in accounts.items()
    ] or [("no account", finding)]


def tally_line(tally: Tally) -> str:
    """The one line at the end of a check."""
    seen = f"{count(tally.vendors, 'vendor')}, {count(tally.grants, 'grant')}, {count(tally.fields, 'field')}"
    severities = dict(tally.severities)
    words = [f"{severities[s.word]} {s.word}" for s in reversed(Severity) if severities.get(s.word)]
    left = f"; {count(tally.left_out, 'kind')} of resources left out by `services`" if tally.left_out else ""
    none = "no open findings" if tally.excepted or tally.ignored or tally.baselined or tally.known else "no findings"
    more = ((tally.ignored, "ignored"), (tally.baselined, "in the baseline"), (tally.known, "not new"))
    told = "".join(f"{number} {word}; " for number, word in more if number)
    return (
        f"checked {seen}: {', '.join(words) or none}; {tally.excepted} excepted; {told}"
        f"{tally.stated} stated, not seen; {tally.not_seen} not seen{left}"
    )
