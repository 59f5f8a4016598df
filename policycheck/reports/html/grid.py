"""The matrix as rows for a table: vendors with most to answer for first."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.model.overview import DECLARED, OVER_SHARED, UNDECLARED, UNKNOWN, USED, Cell, Column, Matrix, Row

#: Each state has a letter and a shape beside its colour.
LETTERS = {DECLARED: "D", USED: "N", OVER_SHARED: "O", UNDECLARED: "U", UNKNOWN: "?"}

#: The legend.
MEANINGS = {
    DECLARED: ("declared only", "allowed, and not seen"),
    USED: ("needed and used", "seen, allowed, and needed or with a reason"),
    OVER_SHARED: ("over-shared", "more than the policy allows or such a vendor needs"),
    UNDECLARED: ("undeclared", "seen, and no line of a policy allows it"),
    UNKNOWN: ("unknown", "not classified, or not all was seen"),
}
_WEIGHT = {UNDECLARED: 1_000_000, OVER_SHARED: 1_000_000, UNKNOWN: 1_000, USED: 1, DECLARED: 0}


@dataclass(frozen=True, slots=True)
class Heading:
    """One column. ``above`` is the category above it where the label alone would not do; ``first`` of its group."""

    column: Column
    above: str
    first: bool


@dataclass(frozen=True, slots=True)
class Square:
    """One filled cell: ``index`` is its place among the details."""

    index: int
    state: str
    letter: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One vendor; None where a cell is empty."""

    row: Row
    squares: tuple[Square | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The table, and how many cells are in each state."""

    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    totals: dict[str, int]


def grid(matrix: Matrix) -> Grid:
    """The table of a matrix."""
    squares = {(cell.vendor, cell.category): _square(index, cell) for index, cell in enumerate(matrix.cells)}
    lines = [
        Line(row, tuple(squares.get((row.vendor, column.category)) for column in matrix.columns)) for row in matrix.rows
    ]
    lines.sort(key=lambda line: (-_weight(line), line.row.vendor))
    states = [cell.state for cell in matrix.cells]
    return Grid(tuple(_headings(matrix)), tuple(lines), {state: states.count(state) for state in LETTERS})


def _square(index: int, cell: Cell) -> Square:
    return Square(index, cell.state, LETTERS[cell.state], cell.accepted)


def _weight(line: Line) -> int:
    return sum(_WEIGHT[square.state] for square in line.squares if square and not square.accepted)


def _headings(matrix: Matrix) -> list[Heading]:
    headings: list[Heading] = []
    for column in matrix.columns:
        parts = column.category.split(".")
        above = parts[1].replace("_", " ") if len(parts) > 2 else ""
        first = not headings or headings[-1].column.group != column.group
        headings.append(Heading(column, above, first))
    return headings
