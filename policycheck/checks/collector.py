"""Hits to findings: one finding for each root cause, with its instances."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace

from policycheck.library.rules import load_rules
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Policy
from policycheck.model.findings import UNACCEPTABLE, Finding, Instance, Severity
from policycheck.model.places import Evidence, Location
from policycheck.model.verdict import Witness

#: Where exceptions stand for what belongs to no vendor that has a policy.
CONFIG = "policycheck.yaml"

#: How many different remedies one finding names: one for each way in which a vendor comes to hold a field.
REMEDIES_SHOWN = 4


def digest(*parts: str) -> str:
    """A short stable fingerprint over words."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Hit:
    """One instance of a rule, with what its finding says. Hits of one (rule, vendor, cause) become one finding.

    ``cause`` is the root cause: no account, no line number, no date. ``severity`` and ``outcome`` None: the rule's own.
    ``help`` is the remedy for this instance (a finding shows those of its first instances), ``otherwise`` what else
    would settle the whole finding. ``only_known``: of the product, not seen here. ``extent``: as in ``Instance``.
    """

    rule: str
    vendor: str | None
    cause: str
    message: str
    location: Location
    subject: tuple[tuple[str, str], ...]
    observed: str
    evidence: tuple[Evidence, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    help: str = ""
    otherwise: str = ""
    label: str = ""
    severity: Severity | None = None
    outcome: str | None = None
    because: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    only_known: bool = False
    reason: str = ""
    extent: tuple[str, ...] | None = ()


@dataclass(slots=True)
class _Open:
    first: Hit
    severity: Severity
    instances: dict[str, Instance] = field(default_factory=dict)
    help: dict[str, None] = field(default_factory=dict)
    because: dict[str, None] = field(default_factory=dict)
    assumes: dict[str, None] = field(default_factory=dict)


def _graver(severity: Severity) -> Severity:
    return Severity(min(severity + 1, Severity.CRITICAL))


def _set(extent: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return extent if extent is None else tuple(sorted(set(extent)))


def _both(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What two hits of one instance have found together; not known when one of them did not look."""
    return None if one is None or other is None else _set((*one, *other))


class Collector:
    """Merges hits into findings."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, str], _Open] = {}
        self._rules = load_rules()

    def extend(self, hits: Iterable[Hit]) -> None:
        """Add many hits."""
        for hit in hits:
            self.add(hit)

    def add(self, hit: Hit) -> None:
        """Add one hit: a new instance, or nothing when the same instance is there already."""
        key = (hit.rule, hit.vendor or "", hit.cause)
        severity = hit.severity if hit.severity is not None else self._default(hit.rule)
        found = self._open.get(key)
        if found is None:
            found = self._open[key] = _Open(hit, severity)
        elif severity > found.severity:
            found.severity = severity
            found.because.clear()
            # The gravest tells best what it is about.
            found.first = replace(found.first, message=hit.message)
        subject = tuple(sorted(hit.subject))
        fingerprint = digest(*key, *(f"{k}={v}" for k, v in subject))
        same = found.instances.get(fingerprint)
        found.instances[fingerprint] = (
            Instance(
                fingerprint, subject, hit.observed, hit.evidence, hit.witnesses, hit.reason, _set(hit.extent), severity
            )
            if same is None
            else replace(same, extent=_both(same.extent, hit.extent), severity=max(same.severity, severity))
        )
        if hit.help and len(found.help) < REMEDIES_SHOWN:
            found.help[hit.help] = None
        if severity == found.severity:
            found.because.update(dict.fromkeys(hit.because))
        found.assumes.update(dict.fromkeys(hit.assumes))

    def raise_members(self, vendor: str, rules: Collection[str], joined: Mapping[str, str]) -> None:
        """One step graver: this vendor's findings of these rules about a category that is joined with others.

        ``joined`` maps a category to the reason. What only might be there is left as it is.
        """
        for key, found in self._open.items():
            if key[0] not in rules or key[1] != vendor or found.first.only_known:
                continue
            categories = (dict(instance.subject).get("category", "") for instance in found.instances.values())
            reasons = dict.fromkeys(joined[category] for category in categories if category in joined)
            if reasons:
                found.severity = _graver(found.severity)
                for fingerprint, each in found.instances.items():
                    found.instances[fingerprint] = replace(each, severity=_graver(each.severity))
                found.because.update(reasons)

    def findings(self, policies: dict[str, Policy], series: str = "") -> tuple[Finding, ...]:
        """All findings, or those of one series of rules; the gravest first, then by vendor, rule and message."""
        kept = [(key, found) for key, found in self._open.items() if key[0].startswith(series)]
        made = [self._finding(key, found, policies.get(key[1])) for key, found in kept]
        return tuple(sorted(made, key=lambda f: (-f.severity, f.vendor or "", f.rule, f.message, f.fingerprint)))

    def _default(self, rule: str) -> Severity:
        return Severity[self._rules[rule].severity.upper()]

    def _finding(self, key: tuple[str, str, str], found: _Open, policy: Policy | None) -> Finding:
        hit = found.first
        return Finding(
            rule=hit.rule,
            severity=found.severity,
            outcome=hit.outcome or self._rules[hit.rule].outcome,
            vendor=hit.vendor,
            message=hit.message,
            fingerprint=digest(*key),
            location=hit.location,
            instances=tuple(found.instances.values()),
            help="; ".join(filter(None, (*found.help, hit.otherwise))),
            owner=policy.owner if policy else "",
            ask=f"an entry under exceptions in {policy.at.path if policy else CONFIG}"
            if hit.rule not in UNACCEPTABLE
            else "",
            enforced=policy is None or policy.stage == "enforce",
            because=tuple(found.because),
            assumes=tuple(found.assumes),
            label=hit.label,
        )
