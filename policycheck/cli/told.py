"""What a run told as open, kept beside the snapshot that it judged, so that a later one knows what is new.

One line for each instance of a finding: both fingerprints, the severity and the digests of what was too much there as
in a line of the baseline, and whether it failed the run. Digests alone: no name and no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from policycheck.checks.acceptance import Before, Told
from policycheck.checks.growth import marks
from policycheck.model.findings import CheckResult, Severity

#: The first line; an older form, or a newer one, has another.
HEAD = "# told as open: finding, instance, severity, digests of what was too much, whether it failed the run"

_FAILED, _SHOWN = "failed", "shown"
_GRAVE = "|".join(each.word for each in Severity)
_LINE = re.compile(
    rf"([0-9a-f]{{16}}) ([0-9a-f]{{16}}) ({_GRAVE}) (-|[0-9a-f]{{8}}(?:,[0-9a-f]{{8}})*) ({_FAILED}|{_SHOWN})"
)


def told(result: CheckResult, before: Before | None) -> dict[tuple[str, str], Told]:
    """What a run has told as open, and what it left out as told before.

    What a date has to accept is told by each run anew, so it is not among it.
    """
    found = {
        (finding.fingerprint, each.fingerprint): Told(each.severity, marks(each.extent), finding.fails(result.fail_on))
        for finding in result.findings
        if finding.dateless
        for each in finding.instances
        if each.extent is not None
    }
    for finding in result.accepted if before else ():
        for each in finding.instances if finding.accepted_by == "known" else ():
            key = (finding.fingerprint, each.fingerprint)
            if before and key in before.told:
                # No more than what is there now, so that what went does not come back unnoticed.
                found[key] = Told(each.severity, marks(each.extent or ()), before.told[key].failed)
    return found


def written(entries: Mapping[tuple[str, str], Told]) -> Iterator[str]:
    """The lines of a file with these entries, sorted."""
    yield f"{HEAD}\n"
    for (finding, instance), each in sorted(entries.items()):
        extent = ",".join(each.extent) or "-"
        yield f"{finding} {instance} {each.severity.word} {extent} {_FAILED if each.failed else _SHOWN}\n"


def read(path: Path) -> dict[tuple[str, str], Told] | None:
    """The entries of a file; None for one of another form, or that is not whole: it says nothing of what was told."""
    try:
        head, *lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    matches = [_LINE.fullmatch(line) for line in lines[:-1]]
    if head != HEAD or lines[-1:] != [""] or None in matches:
        return None
    return {
        (match[1], match[2]): Told(
            Severity[match[3].upper()], () if match[4] == "-" else tuple(match[4].split(",")), match[5] == _FAILED
        )
        for match in matches
        if match
    }
