"""The part of a check's result that ``--vendor``, ``--owner`` and ``--account`` ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from policycheck.model.dataclass import dataclass
from policycheck.model.declared import Project
from policycheck.model.findings import CheckResult, Finding, tallied
from policycheck.model.overview import Changes, Matrix, Overview
from policycheck.model.problems import UsageProblem

#: How many names an error lists when none is near.
NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Selection:
    """Empty tuples select everything; within one option any value may match, all options must."""

    vendors: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.vendors or self.owners or self.accounts)

    def __str__(self) -> str:
        named = (("vendor", self.vendors), ("owner", self.owners), ("account", self.accounts))
        return ", ".join(f"{word} {' or '.join(values)}" for word, values in named if values)


def known(result: CheckResult, project: Project, accounts: Iterable[str], selection: Selection) -> None:
    """Raise UsageProblem for a selected name that nothing has: a typing slip must not look like a clean vendor."""
    found = (*result.findings, *result.accepted)
    names = {
        "vendor": {p.vendor for p in project.policies} | {f.vendor for f in found if f.vendor},
        "owner": {p.owner for p in project.policies if p.owner},
        "account": {*accounts, *(row.account for row in result.coverage)} - {""},
    }
    asked = {"vendor": selection.vendors, "owner": selection.owners, "account": selection.accounts}
    for word, values in asked.items():
        for value in values:
            if value not in names[word]:
                raise UsageProblem(f"no {word} is called {value!r}", _nearest(value, names[word]))


def _nearest(value: str, names: Collection[str]) -> str:
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in names}
    close = get_close_matches(value.casefold(), folded, n=1)
    if close:
        return f"did you mean {folded[close[0]]}?"
    shown = sorted(names)[:NAMES_SHOWN]
    return f"known are {', '.join(shown)}{' and more' if len(names) > len(shown) else ''}" if shown else ""


def select(result: CheckResult, selection: Selection) -> CheckResult:
    """The result with the selected findings and their counts.

    What was not seen stays unless it is known to be about somebody else: it could hide a finding that was asked for.
    """
    if not selection:
        return result
    findings = _kept(result.findings, selection)
    accepted = _kept(result.accepted, selection)
    tally = tallied(result.tally, findings, accepted)
    return replace(result, findings=findings, accepted=accepted, tally=tally)


def overview(everything: Overview, selection: Selection) -> Overview:
    """The vendors that were asked for. An account is part of many vendors, so all of their categories stay."""
    rows = tuple(
        row
        for row in everything.matrix.rows
        if _matches(row.vendor, selection.vendors, False) and _matches(row.owner, selection.owners, False)
    )
    vendors = {row.vendor for row in rows}
    cells = tuple(cell for cell in everything.matrix.cells if cell.vendor in vendors)
    used = {cell.category for cell in cells}
    columns = tuple(column for column in everything.matrix.columns if column.category in used)
    changes = everything.changes and _changed(everything.changes, vendors, selection)
    return replace(everything, matrix=Matrix(columns, rows, cells), changes=changes)


def _changed(changes: Changes, vendors: set[str], selection: Selection) -> Changes:
    # A change without a vendor is nobody's, or everybody's: it stays unless one vendor or owner was asked for.
    asked = bool(selection.vendors or selection.owners)
    kept = tuple(each for each in changes.drift.changes if not asked or each.vendor in vendors)
    return replace(changes, drift=replace(changes.drift, changes=kept), gone=_kept(changes.gone, selection))


def _kept(findings: Iterable[Finding], selection: Selection) -> tuple[Finding, ...]:
    return tuple(kept for finding in findings if (kept := _part(finding, selection)))


def _part(finding: Finding, selection: Selection) -> Finding | None:
    """The finding with its selected instances; None when it does not match."""
    open_ended = finding.unseen
    if not _matches(finding.vendor, selection.vendors, open_ended):
        return None
    if not _matches(finding.owner, selection.owners, open_ended):
        return None
    instances = tuple(
        each
        for each in finding.instances
        if _matches(dict(each.subject).get("account"), selection.accounts, open_ended)
    )
    return replace(finding, instances=instances) if instances or not selection.accounts else None


def _matches(value: str | None, wanted: tuple[str, ...], open_ended: bool) -> bool:
    return not wanted or value in wanted or (open_ended and not value)
