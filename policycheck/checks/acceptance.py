"""What accepts findings, in this order: a dated exception, a comment where the finding stands, the baseline, that it is
not new, a planned blind spot. What is accepted stays in the result, with the way in which it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policycheck.checks.collector import Collector, Hit
from policycheck.checks.context import Context
from policycheck.checks.exceptions import Exceptions, Plans, accept
from policycheck.model.declared import Ignore
from policycheck.model.facts import Attestation
from policycheck.model.findings import Finding, Instance, Known


@dataclass(frozen=True, slots=True)
class Before:
    """What was found earlier: ``found`` has (finding, instance) fingerprints, ``taken_at`` is the snapshot's moment."""

    taken_at: str
    found: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings split; ``gone`` are entries of the baseline that no longer occur."""

    open: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    gone: tuple[Known, ...] = ()


def judge_acceptance(
    context: Context,
    collector: Collector,
    statements: tuple[Attestation, ...],
    before: Before | None = None,
    accepting: bool = True,
) -> Outcome:
    """Split the findings, worst first, with those about acceptance itself (PC503, PC504).

    Without ``accepting`` only plans accept, and nothing is told about exceptions and comments.
    """
    exceptions, ignores, baseline = Exceptions(context), Ignores(context), Baseline(context.project.baseline)
    stages = [
        (exceptions.accepts, "exception"),
        (ignores.accepts, "ignore"),
        (baseline.accepts, "baseline"),
    ]
    accepts = stages if accepting else []
    if before:
        accepts.append((_Known(before).accepts, "known"))
    open_findings = collector.findings(context.policies)
    accepted: list[Finding] = []
    for each, by in (*accepts, (Plans(context, statements).accepts, "plan")):
        open_findings, now = accept(open_findings, each, by)
        accepted.extend(now)
    late = Collector()
    if accepting:
        late.extend(exceptions.hits())
        late.extend(ignores.hits())
    everything = (*open_findings, *late.findings(context.policies))
    ordered = sorted(everything, key=lambda f: (-f.severity, f.vendor or "", f.rule, f.message))
    return Outcome(tuple(ordered), tuple(accepted), baseline.gone if accepting else ())


class Ignores:
    """The comments of a project; remembers which ones accepted something."""

    def __init__(self, context: Context) -> None:
        self._vendors = {policy.at.path: policy.vendor for policy in context.project.policies}
        self._all = context.project.ignores
        self._at: dict[tuple[str, int, str], Ignore] = {
            (each.at.path, each.line, rule): each for each in self._all if not each.fault for rule in each.rules
        }
        self._used: set[tuple[str, int, str]] = set()

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it is not: the rule and the line must be the same."""
        key = (finding.location.path, finding.location.line, finding.rule)
        ignore = self._at.get(key)
        if ignore is None or not finding.dateless:
            return ""
        self._used.add(key)
        return f"ignored in {ignore.at.path}:{ignore.at.line}: {ignore.reason}"

    def hits(self) -> Iterator[Hit]:
        """PC504 for each rule of a comment that accepts nothing."""
        for each in self._all:
            if each.fault:
                yield self._hit(each, each.fault, each.fault, "malformed")
        for key, each in self._at.items():
            if key not in self._used:
                message = f"the comment that ignores {key[2]} matches nothing"
                told = f"no finding of {key[2]} stands at line {each.line}"
                yield self._hit(each, message, told, "matches nothing")

    def _hit(self, ignore: Ignore, message: str, observed: str, label: str) -> Hit:
        words = " ".join((*ignore.rules, ignore.reason)).strip()
        return Hit(
            rule="PC504",
            vendor=self._vendors.get(ignore.at.path),
            # Two comments with the same words in one file are one root cause with two instances.
            cause=f"ignore {ignore.at.path} {words} {message}",
            message=message,
            location=ignore.at,
            subject=(("ignore", words or message), ("path", ignore.at.path)),
            observed=observed,
            help="take it out, or write `# policycheck: ignore[PC101] reason` at the line that the finding names",
            label=label,
        )


class Baseline:
    """The findings that existed when the project adopted the tool."""

    def __init__(self, entries: tuple[Known, ...]) -> None:
        self._entries = {(each.finding, each.instance): each for each in entries}
        self._seen: set[tuple[str, str]] = set()

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it was not there then, or needs a date to be accepted."""
        key = (finding.fingerprint, instance.fingerprint)
        if key not in self._entries or not finding.dateless:
            return ""
        self._seen.add(key)
        return "in the baseline"

    @property
    def gone(self) -> tuple[Known, ...]:
        """The entries that matched nothing."""
        return tuple(each for key, each in sorted(self._entries.items()) if key not in self._seen)


class _Known:
    """What an earlier snapshot had too."""

    def __init__(self, before: Before) -> None:
        self._before = before

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it is new."""
        old = finding.dateless and (finding.fingerprint, instance.fingerprint) in self._before.found
        return f"not new: also in the snapshot of {self._before.taken_at}" if old else ""
