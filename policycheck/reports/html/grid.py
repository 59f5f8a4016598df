"""The matrix as rows for a table: vendors with most to answer for first."""

from __future__ import annotations

from itertools import groupby

from policycheck.model.dataclass import dataclass
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
    """One column. ``above`` is the category above it where the label alone would not do."""

    column: Column
    above: str


@dataclass(frozen=True, slots=True)
class Square:
    """One filled cell."""

    cell: Cell
    letter: str

    @property
    def state(self) -> str:
        """The state of the cell."""
        return self.cell.state

    @property
    def accepted(self) -> bool:
        """Whether each of its findings is accepted."""
        return self.cell.accepted


@dataclass(frozen=True, slots=True)
class Line:
    """One vendor; None where a cell is empty."""

    row: Row
    squares: tuple[Square | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The table, how many columns belong together, and how many cells are in each state."""

    headings: tuple[Heading, ...]
    groups: tuple[int, ...]
    lines: tuple[Line, ...]
    totals: dict[str, int]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The filled cells as they are read: line by line."""
        return tuple(square.cell for line in self.lines for square in line.squares if square)


def grid(matrix: Matrix) -> Grid:
    """The table of a matrix."""
    squares = {(cell.vendor, cell.category): Square(cell, LETTERS[cell.state]) for cell in matrix.cells}
    lines = [
        Line(row, tuple(squares.get((row.vendor, column.category)) for column in matrix.columns)) for row in matrix.rows
    ]
    lines.sort(key=lambda line: (-_weight(line), line.row.vendor))
    states = [cell.state for cell in matrix.cells]
    groups = tuple(len(tuple(same)) for _, same in groupby(matrix.columns, key=lambda column: column.group))
    totals = {state: states.count(state) for state in LETTERS}
    return Grid(tuple(map(_heading, matrix.columns)), groups, tuple(lines), totals)


def _weight(line: Line) -> int:
    return sum(_WEIGHT[square.state] for square in line.squares if square and not square.accepted)


def _heading(column: Column) -> Heading:
    parts = column.category.split(".")
    return Heading(column, parts[1].replace("_", " ") if len(parts) > 2 else "")
