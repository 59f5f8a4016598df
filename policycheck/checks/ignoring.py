"""What comments accept: the one finding that each was written for; and PC504 about those that accept none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from policycheck.checks.collector import Hit
from policycheck.checks.context import Context
from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Ignore
from policycheck.model.findings import Finding, Instance
from policycheck.model.places import Location

_SHAPE = "take it out, or write `# policycheck: ignore[PC101] reason` at the line that the finding names"

#: Findings that a sentence names.
SHOWN = 3


@dataclass(slots=True)
class _Meant:
    """One rule of a comment, the finding that it names (empty for none), and those that it could be meant for."""

    ignore: Ignore
    rule: str
    named: str
    found: list[Finding] = field(default_factory=list)


class Ignores:
    """The comments of a project, against everything that was found, accepted by other means or not."""

    def __init__(self, context: Context, found: Iterable[Finding]) -> None:
        self._vendors = {policy.at.path: policy.vendor for policy in context.project.policies}
        self._says = {rule.at: rule.category for policy in context.project.policies for rule in policy.fields}
        self._says |= {never.at: never.category for policy in context.project.policies for never in policy.never}
        self._all = context.project.ignores
        self._meant = [
            _Meant(ignore, rule, named)
            for ignore in self._all
            if not ignore.fault
            for rule, named in zip(ignore.rules, ignore.findings, strict=True)
        ]
        at: dict[tuple[str, int, str], list[_Meant]] = {}
        for each in self._meant:
            at.setdefault((each.ignore.at.path, each.ignore.line, each.rule), []).append(each)
        for finding in found:
            for each in at.get((finding.location.path, finding.location.line, finding.rule), ()):
                if finding.dateless and finding.fingerprint.startswith(each.named):
                    each.found.append(finding)
        self._accepting: dict[str, Ignore] = {}
        self._wrong: list[tuple[_Meant, str, str]] = []
        for each in self._meant:
            self._judge(each)

    def _judge(self, each: _Meant) -> None:
        """Let a comment accept its finding, or keep why it does not."""
        if not each.found:
            self._wrong.append(
                (each, "matches nothing", f"no finding of {each.rule} stands at line {each.ignore.line}")
            )
            return
        first = each.found[0]
        if len(each.found) > 1:
            told = f"matches {len(each.found)} findings, so it accepts none of them"
            self._wrong.append((each, told, _listed(each.found)))
        elif not each.named and not self._single(first):
            told = "stands at a line that speaks of more than one thing, and does not say which finding it is for"
            self._wrong.append((each, told, _listed(each.found)))
        elif first.fingerprint in self._accepting:
            other = self._accepting[first.fingerprint].at.line
            self._wrong.append((each, "is there twice", f"the comment at line {other} accepts the same finding"))
        else:
            self._accepting[first.fingerprint] = each.ignore

    def _single(self, finding: Finding) -> bool:
        """Whether the line that a finding names can have no other finding of this rule: it says just this category, or
        one thing about the whole policy."""
        if finding.rule.startswith("PC5"):
            return True
        category = self._says.get(finding.location)
        return category is not None and all(("category", category) in each.subject for each in finding.instances)

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it is not."""
        ignore = self._accepting.get(finding.fingerprint)
        return f"ignored in {ignore.at.path}:{ignore.at.line}: {ignore.reason}" if ignore else ""

    def hits(self) -> Iterator[Hit]:
        """PC504 for each comment that accepts nothing, rule by rule."""
        for ignore in self._all:
            if ignore.fault:
                yield self._hit(ignore, ignore.fault, ignore.fault, "malformed", ignore.help)
        for each, told, observed in self._wrong:
            message = f"the comment that ignores {each.rule} {told}"
            yield self._hit(each.ignore, message, observed, told.split(",")[0], _way_out(each))

    def _hit(self, ignore: Ignore, message: str, observed: str, label: str, help: str) -> Hit:
        words = " ".join((*ignore.rules, ignore.reason)).strip()
        return Hit(
            rule="PC504",
            vendor=self._vendors.get(ignore.at.path),
            # Two comments with the same words in one file are one root cause with two instances.
            cause=f"ignore {ignore.at.path} {words} {message}",
            message=message,
            location=Location(ignore.at.path, ignore.at.line, ignore.at.column),
            subject=(("ignore", words or message), ("path", ignore.at.path)),
            observed=observed,
            help=help
            or "take it out, or write `# policycheck: ignore[PC101] reason` at the line that the finding names",
            label=label,
        )


def _way_out(each: _Meant) -> str:
    if not each.found:
        return ""
    named = f"`# policycheck: ignore[{each.rule} {each.found[0].fingerprint}] reason`"
    return f"name the one that is meant, as in {named}; or write an exception with `match` for each"


def _listed(found: list[Finding]) -> str:
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "; ".join(f"{each.fingerprint}: {each.message}" for each in found[:SHOWN]) + more
