"""What accepts findings, in this order: a dated exception, a comment where the finding stands, the baseline, that it is
not new, a planned blind spot. What is accepted stays in the result, with the way in which it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from policycheck.checks.baseline import Baseline, Lines
from policycheck.checks.collector import Collector
from policycheck.checks.context import Context
from policycheck.checks.exceptions import Exceptions, Plans, accept
from policycheck.checks.growth import grown
from policycheck.checks.ignoring import Ignores
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Attestation, Coverage
from policycheck.model.findings import Finding, Instance, Severity


@dataclass(frozen=True, slots=True)
class Told:
    """An instance of a finding as a run told it: how grave, the digests of what was too much, and whether the finding
    failed that run."""

    severity: Severity
    extent: tuple[str, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier run told as open, by the fingerprints of (finding, instance); ``taken_at`` is when its snapshot
    was taken. ``fail_on`` is what fails the run of now. ``noted``: whether it is known what that run told."""

    taken_at: str
    told: Mapping[tuple[str, str], Told]
    id: str = ""
    fail_on: str = "info"
    noted: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings split; what the baseline's entries are good for is told by ``baseline``."""

    open: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    baseline: Lines


def judge_acceptance(
    context: Context,
    collector: Collector,
    statements: tuple[Attestation, ...],
    before: Before | None = None,
    accepting: bool = True,
    coverage: tuple[Coverage, ...] = (),
) -> Outcome:
    """Split the findings, worst first, with those about acceptance itself (PC503, PC504).

    Without ``accepting`` only plans accept, and nothing is told about exceptions and comments.
    """
    open_findings = collector.findings(context.policies)
    exceptions, ignores = Exceptions(context, coverage), Ignores(context, open_findings)
    baseline = Baseline(context.project.config.baseline, context.project.baseline, open_findings)
    stages = [
        (exceptions.accepts, "exception"),
        (ignores.accepts, "ignore"),
        (baseline.accepts, "baseline"),
    ]
    accepts = stages if accepting else []
    known = Known(before) if before else None
    if known:
        accepts.append((known.accepts, "known"))
    accepted: list[Finding] = []
    for each, by in (*accepts, (Plans(context, statements).accepts, "plan")):
        open_findings, now = accept(open_findings, each, by)
        accepted.extend(now)
    open_findings = tuple(_telling(open_findings, baseline.grown, known.grown if known else {}))
    late = Collector()
    if accepting:
        late.extend((*exceptions.hits(accepted), *ignores.hits(), *baseline.hits()))
    everything = (*open_findings, *late.findings(context.policies))
    ordered = sorted(everything, key=lambda f: (-f.severity, f.vendor or "", f.rule, f.message))
    return Outcome(tuple(ordered), tuple(accepted), baseline.lines if accepting else Lines())


def _telling(findings: Iterable[Finding], *grown: Mapping[str, str]) -> Iterator[Finding]:
    """The findings, with what has grown at each of their instances since it was accepted."""
    for finding in findings:
        instances = tuple(
            replace(each, observed="; ".join((each.observed, *more))) if more else each
            for each in finding.instances
            for more in [[of[each.fingerprint] for of in grown if each.fingerprint in of]]
        )
        yield replace(finding, instances=instances)


class Known:
    """What an earlier run told as open, as it was then. What was accepted then was not told, so it is new once nothing
    accepts it; so is what did not fail that run and fails this one."""

    def __init__(self, before: Before) -> None:
        self._before = before
        self.grown: dict[str, str] = {}

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it is new, or more than it was."""
        then = self._before.told.get((finding.fingerprint, instance.fingerprint))
        if then is None or not finding.dateless:
            return ""
        more = grown(instance, then.severity, then.extent)
        if not more and finding.fails(self._before.fail_on) and not then.failed:
            more = "now it fails a run, it did not then"
        if more:
            self.grown[instance.fingerprint] = f"grown since the snapshot of {self._before.taken_at}: {more}"
            return ""
        return f"not new: also in the snapshot of {self._before.taken_at}"
