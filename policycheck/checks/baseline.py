"""What the baseline accepts: what was there when the project adopted the tool, as long as it is no more than it was;
and PC504 about lines that cannot be what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from policycheck.checks.collector import Hit
from policycheck.checks.growth import grown, marks
from policycheck.library.rules import load_rules
from policycheck.model.dataclass import dataclass
from policycheck.model.findings import UNACCEPTABLE, Finding, Instance, Known
from policycheck.model.places import Location

_ANEW = "`policycheck baseline prune` takes it out; `policycheck baseline write --force` adds what is found now"


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines of a baseline are good for: those that no longer occur, those that another line says already,
    and those that do occur, with no more than what is there now."""

    gone: tuple[Known, ...] = ()
    doubled: tuple[Known, ...] = ()
    kept: tuple[Known, ...] = ()


class Baseline:
    """The entries of the file ``name``, against everything that was ``found``, accepted by other means or not."""

    def __init__(self, name: str, entries: tuple[Known, ...], found: Iterable[Finding]) -> None:
        self._name = name
        self._found = {(f.fingerprint, each.fingerprint): (f, each) for f in found for each in f.instances}
        self._wrong: list[tuple[Known, str]] = []
        self._old: list[Known] = []
        self._entries: dict[tuple[str, str], Known] = {}
        self._doubled: list[Known] = []
        #: What is more now, as words, by the fingerprint of the instance.
        self.grown: dict[str, str] = {}
        for entry in entries:
            self._take(entry)

    def _take(self, entry: Known) -> None:
        key = (entry.finding, entry.instance)
        wrong = self._fault(entry)
        if wrong:
            self._wrong.append((entry, wrong))
        elif entry.severity is None:
            self._old.append(entry)
        elif key in self._entries:
            self._doubled.append(entry)
        else:
            self._entries[key] = entry

    def _fault(self, entry: Known) -> str:
        """Why a line cannot be what it says; empty when it can."""
        if entry.rule not in load_rules():
            return f"there is no rule {entry.rule}"
        if entry.rule in UNACCEPTABLE or entry.rule.startswith("PC6"):
            return f"{entry.rule} never goes into a baseline"
        finding, _ = self._found.get((entry.finding, entry.instance), (None, None))
        if finding and (finding.rule, finding.vendor or "") != (entry.rule, entry.vendor):
            return f"it says {_whose(entry.rule, entry.vendor)}, and is {_whose(finding.rule, finding.vendor or '')}"
        return ""

    def accepts(self, finding: Finding, instance: Instance) -> str:
        """How the instance is accepted; empty when it was not there then, is more now, or needs a date."""
        entry = self._entries.get((finding.fingerprint, instance.fingerprint))
        if entry is None or entry.severity is None or not finding.dateless:
            return ""
        more = grown(instance, entry.severity, entry.extent)
        if more:
            self.grown[instance.fingerprint] = f"grown since the baseline: {more}"
        return "" if more else "in the baseline"

    @property
    def lines(self) -> Lines:
        """What the lines are good for."""
        gone = tuple(each for key, each in sorted(self._entries.items()) if key not in self._found)
        there = ((each, self._found[key][1]) for key, each in self._entries.items() if key in self._found)
        kept = tuple(sorted(_narrowed(entry, instance) for entry, instance in there))
        return Lines(gone, tuple(self._doubled), kept)

    def hits(self) -> Iterator[Hit]:
        """PC504 for each line that cannot be what it says, and once for all that are of an older form."""
        for entry, wrong in self._wrong:
            message = f"a line of the baseline accepts nothing: {wrong}"
            yield self._hit(entry, f"{entry.finding} {entry.instance}", message, f"line {entry.line}: {wrong}", _ANEW)
        if self._old:
            lines = f"{len(self._old)} line{'s' if len(self._old) > 1 else ''}"
            yield self._hit(
                self._old[0], "older form", "the baseline is of an older form, which accepts nothing",
                f"{lines} without a severity and what was found, so that nobody could tell whether it has grown",
                "look at what is open again, then `policycheck baseline write --force` writes it anew",
            )  # fmt: skip

    def _hit(self, entry: Known, cause: str, message: str, observed: str, help: str) -> Hit:
        return Hit(
            rule="PC504",
            vendor=None,
            cause=f"baseline {cause}",
            message=message,
            location=Location(self._name, max(entry.line, 1)),
            subject=(("baseline", cause), ("path", self._name)),
            observed=observed,
            help=help,
            label="accepts nothing",
        )


def _whose(rule: str, vendor: str) -> str:
    return f"{rule} of {vendor}" if vendor else f"{rule} of no vendor"


def _narrowed(entry: Known, now: Instance) -> Known:
    """The entry with no more than what is there now, so that what went does not come back unnoticed."""
    extent = entry.extent if now.extent is None else tuple(sorted({*entry.extent} & {*marks(now.extent)}))
    severity = min(entry.severity, now.severity) if entry.severity is not None else None
    return replace(entry, extent=extent, severity=severity)
