"""Plain tables: aligned columns, shortened only where a terminal is too narrow."""

from __future__ import annotations

from collections.abc import Sequence

from policycheck.reports.clean import clean
from policycheck.reports.page import Page

#: Columns are not shortened below this many characters.
LEAST = 12


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    page: Page,
    fit: bool = False,
    optional: Sequence[str] = (),
) -> list[str]:
    """The lines of a table under a heading, two blanks between columns.

    With ``fit`` it is brought to the page's width: columns in ``optional`` go first, one after the other, then the
    middle of long cells.
    """
    columns = {name: [clean(row[number]) or "-" for row in rows] for number, name in enumerate(head)}
    for name in optional if fit else ():
        if _width(columns) > page.width:
            del columns[name]
    widths = [max(map(len, (name, *cells))) for name, cells in columns.items()]
    if fit:
        widths = _squeeze(widths, page.width - 2 * (len(columns) - 1))
    lines = [_line(row, widths) for row in (tuple(columns), *zip(*columns.values(), strict=True))]
    return [page.style(lines[0], "strong"), *lines[1:]]


def _width(columns: dict[str, list[str]]) -> int:
    return sum(max(map(len, (name, *cells))) + 2 for name, cells in columns.items()) - 2


def _squeeze(widths: list[int], available: int) -> list[int]:
    """Take from the widest column until all fit, but none below LEAST."""
    widths = list(widths)
    while sum(widths) > available and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(_cut(cell, width).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cut(cell: str, width: int) -> str:
    """Keep both ends: the end of an ARN tells more than its middle."""
    if len(cell) <= width:
        return cell
    tail = (width - 1) // 2
    return f"{cell[: width - 1 - tail]}…{cell[-tail:]}"
