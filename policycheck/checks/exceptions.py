"""What a dated exception or a planned blind spot accepts, and PC503 and PC504 about the exceptions themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.coverage import fresh, newest
from policycheck.model.declared import ExceptionRule, Policy
from policycheck.model.facts import Attestation, Coverage
from policycheck.model.findings import UNACCEPTABLE, Finding, Instance, Severity

#: How many days before its end an exception is announced.
WARN_DAYS = 14

#: How findings that something else accepts are spoken of.
_OTHERWISE = {
    "exception": "another exception", "ignore": "a comment", "baseline": "the baseline", "plan": "a planned blind spot",
    "known": "`--new-only`, as not new,",
}  # fmt: skip


def matches(exception: ExceptionRule, finding: Finding, instance: Instance) -> bool:
    """Every selector must be equal to the instance's, letter for letter; a typing slip matches nothing."""
    if exception.rule != finding.rule or finding.rule in UNACCEPTABLE or not exception.match:
        return False
    subject = {*instance.subject, ("fingerprint", instance.fingerprint), ("fingerprint", finding.fingerprint)}
    return set(exception.match) <= subject


def accept(
    findings: Iterable[Finding], accepts: Callable[[Finding, Instance], str], by: str
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Split findings into open ones and accepted ones, instance by instance. ``accepts`` says how, or nothing; ``by``
    is one of ``model.findings.ACCEPTED_BY``."""
    open_findings: list[Finding] = []
    accepted: list[Finding] = []
    for finding in findings:
        by_reason: dict[str, list[Instance]] = {}
        for instance in finding.instances:
            by_reason.setdefault(accepts(finding, instance), []).append(instance)
        for reason, instances in by_reason.items():
            part = replace(finding, instances=tuple(instances), accepted=reason, accepted_by=by if reason else "")
            (accepted if reason else open_findings).append(part)
    return tuple(open_findings), tuple(accepted)


class Exceptions:
    """The exceptions of a project; remembers which ones matched. ``coverage`` tells which connectors saw nothing."""

    def __init__(self, context: Context, coverage: Iterable[Coverage] = ()) -> None:
        self._context = context
        own = [(None, e) for e in context.project.config.exceptions]
        self._all: list[tuple[Policy | None, ExceptionRule]] = [
            *own, *((policy, e) for policy in context.project.policies for e in policy.exceptions)
        ]  # fmt: skip
        rows = tuple(coverage)
        self._blind = {row.connector for row in rows} - {row.connector for row in rows if row.status != "unseen"}
        self._matched: dict[int, list[str]] = {}
        self._refused: dict[int, str] = {}

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it is not. A lapsed exception matches and accepts nothing.

        A policy accepts what is found of its vendor, policycheck.yaml what belongs to no vendor that has a policy.
        """
        told = ""
        vendor = finding.vendor if finding.vendor in self._context.policies else None
        for number, (policy, exception) in enumerate(self._all):
            if vendor != (policy.vendor if policy else None) or not matches(exception, finding, instance):
                continue
            refused = self._unnamed(exception, finding, instance)
            if refused:
                self._refused[number] = refused
                continue
            self._matched.setdefault(number, []).append(instance.fingerprint)
            if exception.expires >= self._context.today and not told:
                told = f"exception until {exception.expires}: {_words(exception)}"
        return told

    def _unnamed(self, exception: ExceptionRule, finding: Finding, instance: Instance) -> str:
        """Why an exception cannot stand for something that could not be seen; empty when it can."""
        if finding.rule != "PC601":
            return ""
        connector, keys = dict(instance.subject).get("connector", ""), {key for key, _ in exception.match}
        if connector in self._blind:
            return f"connector {connector} saw nothing at all, which no exception accepts"
        if connector and not keys & {"connector", "fingerprint"}:
            return f"it does not name the connector that has the gap, {connector}"
        return ""

    def hits(self, accepted: Iterable[Finding]) -> Iterator[Hit]:
        """PC503 and PC504; ``accepted`` is everything that anything accepts."""
        by = {each.fingerprint: finding.accepted_by for finding in accepted for each in finding.instances}
        first: dict[tuple[object, ...], ExceptionRule] = {}
        for number, (policy, exception) in enumerate(self._all):
            same = first.setdefault((policy and policy.vendor, exception.rule, exception.match), exception)
            if same is not exception:
                yield self._hit("PC504", policy, exception, f"the exception for {exception.rule} is there twice",
                                f"the one at line {same.at.line} has the same selectors",
                                "keep one of the two", "there twice")  # fmt: skip
            elif number not in self._matched:
                refused = self._refused.get(number, "")
                told = "accepts nothing" if refused else "matches nothing"
                yield self._hit("PC504", policy, exception, f"the exception for {exception.rule} {told}",
                                refused or "no finding has these selectors",
                                "mend what keeps the connector from seeing, or name the gap: its connector and what it "
                                "could not see" if refused else "take it out, or correct its selectors",
                                told)  # fmt: skip
            yield from self._dates(policy, exception, [by.get(each, "") for each in self._matched.get(number, ())])

    def _dates(self, policy: Policy | None, exception: ExceptionRule, now: list[str]) -> Iterator[Hit]:
        """PC503; ``now`` is what accepts each instance that the exception matches, empty for what is open."""
        others = list(dict.fromkeys(_OTHERWISE[each] for each in now if each))
        if exception.expires < self._context.today:
            returned = "its finding has returned" if "" in now else "nothing matches it"
            beside = f"; {'a part of it' if '' in now else 'its finding'} is still accepted by {' and '.join(others)}"
            also = f"; or take it out, if {' and '.join(others)} should accept it" if others else ""
            yield self._hit("PC503", policy, exception,
                            f"the exception for {exception.rule} lapsed on {exception.expires}",
                            (returned if "" in now or not others else "it accepts nothing any more")
                            + (beside if others else ""),
                            f"fix the finding, or have the exception approved again{also}", "lapsed")  # fmt: skip
        elif exception.expires - self._context.today <= timedelta(days=WARN_DAYS):
            left = (exception.expires - self._context.today).days
            yield self._hit("PC503", policy, exception,
                            f"the exception for {exception.rule} lapses on {exception.expires}",
                            f"{left} days left", "fix the finding before then, or have it approved again",
                            "about to lapse", Severity.LOW)  # fmt: skip

    def _hit(
        self, rule: str, policy: Policy | None, exception: ExceptionRule, message: str,
        observed: str, help: str, label: str, severity: Severity | None = None,
    ) -> Hit:  # fmt: skip
        selectors = " ".join(f"{k}={v}" for k, v in exception.match)
        return Hit(
            rule=rule,
            vendor=policy.vendor if policy else None,
            cause=f"{exception.rule} {selectors}" + (" twice" if label == "there twice" else ""),
            message=message,
            location=exception.at,
            subject=(("exception", f"{exception.rule} {selectors}"),),
            observed=f"{selectors}: {observed}",
            help=help,
            label=label,
            severity=severity,
        )


def _words(exception: ExceptionRule) -> str:
    """Why something is accepted, and who answers for it."""
    return f"{exception.reason} (owner {exception.owner}, approved by {exception.approved_by})"


class Plans:
    """Planned blind spots whose attestation is fresh: they accept what nothing can tell about a vendor's system.

    A statement stands for what it states: keys for who has access, fields for what is held, and nothing for the rest.
    A connector that failed (denied, cut off, unreadable: a finding without a vendor) was not planned, so not accepted.
    """

    def __init__(self, context: Context, statements: tuple[Attestation, ...]) -> None:
        self._fresh: dict[tuple[str, str], Attestation] = {}
        for policy in context.project.policies:
            for plan in policy.observe:
                statement = newest(policy, plan, statements)
                if statement and fresh(statement, plan.every_days, context.today):
                    self._fresh[policy.vendor, plan.system] = statement

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it is not planned."""
        subject = dict(instance.subject)
        statement = self._fresh.get((finding.vendor or "", subject.get("system", "")))
        if finding.rule != "PC601" or statement is None:
            return ""
        stated = statement.fields if subject.get("resource") == "fields" else statement.keys
        return f"planned: attestation of {statement.on}" if stated is not None else ""
