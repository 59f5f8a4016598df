"""What opens behind a cell, as sentences: what was seen, by which grants, what the policy says, what would mend it."""

from __future__ import annotations

from typing import Any

from policycheck.model.grants import Exposure, Grant
from policycheck.model.overview import Cell
from policycheck.model.places import Evidence
from policycheck.reports.clean import clean
from policycheck.reports.html.grid import MEANINGS, Grid
from policycheck.reports.html.listed import Listed, source
from policycheck.reports.interface import Options
from policycheck.reports.words import count, short

#: Sentences of one kind behind one cell; what is more is counted.
MOST = 12


def details(grid: Grid | None, options: Options, findings: Listed) -> dict[str, Any]:
    """What opens later: ``cells`` as the table has them, ``seen`` of the findings whose instances are not in the page.

    Every text is cleaned.
    """
    cells = grid.cells if grid else ()
    means = {each.column.category: each.column.means for each in grid.headings} if grid else {}
    known = {item.finding.fingerprint: item.number for item in findings.items}
    told = {
        "cells": [_cell(cell, means[cell.category], options, known, findings.messages) for cell in cells],
        "seen": {str(item.number): item.seen for item in findings.items if item.later},
    }
    return {name: _cleaned(value) for name, value in told.items()}


def _cleaned(value: Any) -> Any:
    """The same with every text cleaned."""
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return clean(value) if isinstance(value, str) else value


def _cell(cell: Cell, means: str, options: Options, known: dict[str, int], told: dict[str, str]) -> dict[str, Any]:
    return {
        "vendor": cell.vendor,
        "category": cell.category or "not classified",
        "means": means,
        "state": MEANINGS[cell.state][0],
        "why": cell.why + ("; accepted" if cell.accepted else ""),
        "seen": [[seen(each), _sources(each.evidence)] for each in cell.exposures[:MOST]],
        "grants": [[let_in(each), _sources(each.evidence)] for each in cell.grants[:MOST]],
        "more": _more(cell),
        "lines": [
            [line.says, f"{line.at.path}:{line.at.line}", _source(options, line.at.path, line.at.line)]
            for line in cell.lines
        ],
        "need": cell.need,
        "fix": cell.fix,
        "findings": [known[each] for each in cell.findings if each in known],
        "unlisted": [told[each] for each in cell.findings if each in told and each not in known],
    }


def _more(cell: Cell) -> str:
    rest = [(len(cell.exposures) - MOST, "field"), (len(cell.grants) - MOST, "grant")]
    told = [count(number, f"more {word}") for number, word in rest if number > 0]
    return f"{' and '.join(told)}: `policycheck show exposures` and `show grants` list all" if told else ""


def _source(options: Options, path: str, line: int) -> str:
    return options.lines(path, line).strip()


def _sources(evidence: tuple[Evidence, ...]) -> list[str]:
    return [source(each) for each in evidence[:MOST]]


def seen(each: Exposure) -> str:
    """What a vendor has or can read, in one line."""
    verb = "can read" if each.origin == "readable" else "gets" if each.host else "has"
    people = "" if each.subjects is None else f", {each.subjects:,} people"
    via = f" via {short(each.party or each.via)} ({each.action})" if each.origin == "readable" else ""
    how = ", ".join(filter(None, (each.form, each.depth, each.origin or "stated by a person"))) + people
    limits = "; ".join(("", *each.limits))
    return f"{verb} {each.place}{via}: {how}{limits}"


def let_in(each: Grant) -> str:
    """Who gets in by a grant, and under which condition."""
    external = "" if each.external_id in ("", "required") else f", ExternalId {each.external_id}"
    conditions = f", if {each.conditions}" if each.conditions else ""
    return f"{each.party} as {each.name} in {each.account or each.system}{external}{conditions}"
