"""What a dated exception or a planned blind spot accepts, and PC503 and PC504 about the exceptions themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.checks.coverage import fresh, newest
from policycheck.model.declared import ExceptionRule, Policy
from policycheck.model.facts import Attestation
from policycheck.model.findings import UNACCEPTABLE, Finding, Instance, Severity

#: How many days before its end an exception is announced.
WARN_DAYS = 14


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
    """The exceptions of a project; remembers which ones matched."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._all = [(policy, e) for policy in context.project.policies for e in policy.exceptions]
        self._matched: set[int] = set()

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it is not. A lapsed exception matches and accepts nothing.

        A finding that belongs to no vendor can be accepted in any policy file, by exact selectors.
        """
        told = ""
        for number, (policy, exception) in enumerate(self._all):
            if finding.vendor in (None, policy.vendor) and matches(exception, finding, instance):
                self._matched.add(number)
                if exception.expires >= self._context.today:
                    told = told or f"exception until {exception.expires}"
        return told

    def hits(self) -> Iterator[Hit]:
        """PC503 and PC504."""
        for number, (policy, exception) in enumerate(self._all):
            if number not in self._matched:
                yield self._hit("PC504", policy, exception, f"the exception for {exception.rule} matches nothing",
                                "no finding has these selectors", "take it out, or correct its selectors",
                                "matches nothing")  # fmt: skip
            if exception.expires < self._context.today:
                yield self._hit("PC503", policy, exception,
                                f"the exception for {exception.rule} lapsed on {exception.expires}",
                                "its finding has returned" if number in self._matched else "nothing matches it",
                                "fix the finding, or have the exception approved again", "lapsed")  # fmt: skip
            elif exception.expires - self._context.today <= timedelta(days=WARN_DAYS):
                left = (exception.expires - self._context.today).days
                yield self._hit("PC503", policy, exception,
                                f"the exception for {exception.rule} lapses on {exception.expires}",
                                f"{left} days left", "fix the finding before then, or have it approved again",
                                "about to lapse", Severity.LOW)  # fmt: skip

    def _hit(
        self, rule: str, policy: Policy, exception: ExceptionRule, message: str,
        observed: str, help: str, label: str, severity: Severity | None = None,
    ) -> Hit:  # fmt: skip
        selectors = " ".join(f"{k}={v}" for k, v in exception.match)
        return Hit(
            rule=rule,
            vendor=policy.vendor,
            cause=f"{exception.rule} {selectors}",
            message=message,
            location=exception.at,
            subject=(("exception", f"{exception.rule} {selectors}"),),
            observed=f"{selectors}: {observed}",
            help=help,
            label=label,
            severity=severity,
        )


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
