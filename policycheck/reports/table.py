"""Plain tables: aligned columns, shortened only where a terminal is too narrow."""

from __future__ import annotations

from collections.abc import Sequence

from policycheck.reports.clean import clean
from policycheck.reports.page import Page

#: Columns are not shortened below this many characters.
LEAST = 12


def table(head: Sequence[str], rows: Sequence[Sequence[str]], page: Page, fit: bool = False) -> list[str]:
    """The lines of a table under a heading; with ``fit`` cells are cut to the page's width."""
    cells = [[clean(cell) or "-" for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(head), *cells]) for column in range(len(head))]
    if fit:
        widths = _squeeze(widths, page.width - 2 * (len(head) - 1))
    lines = [_line(head, widths), *(_line(row, widths) for row in cells)]
    return [page.style(lines[0], "strong"), *lines[1:]]


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
