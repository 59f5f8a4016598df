"""Plain tables: aligned columns; where somebody reads them in too narrow a place, nothing is cut off but folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from policycheck.reports.clean import clean
from policycheck.reports.page import Page

#: Cells are not folded into fewer characters than these; than the latter only when no column can be left out instead.
LEAST, COMFORT = 10, 24
_GAP = "  "
_EMPTY = "-"
#: Behind these characters a long word may be folded.
_JOINTS = frozenset("/:.@,;-_&=?+])}")


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    page: Page,
    fit: bool = False,
    optional: Sequence[str] = (),
    headings: Sequence[str] = (),
    comfort: int = COMFORT,
) -> list[str]:
    """The lines of a table under a heading, two blanks between columns.

    With ``fit`` it is brought to the page's width when it is wider: empty columns go, those in ``headings`` become
    lines above their rows, columns in ``optional`` go one after the other until cells need not be folded below
    ``comfort`` characters, then long cells are folded.
    """
    columns = {name: [clean(row[number]) or _EMPTY for row in rows] for number, name in enumerate(head)}
    if not fit or _width(columns) <= page.width:
        return _aligned(columns, {name: _widest(name, cells) for name, cells in columns.items()}, page)
    columns = {name: cells for name, cells in columns.items() if any(cell != _EMPTY for cell in cells)} or columns
    above = [columns.pop(name) for name in headings if name in columns and len(columns) > 1]
    indent = len(_GAP) * len(above)
    room = page.width - indent
    for name in optional:
        if name in columns and _folded(columns, comfort) > room:
            del columns[name]
    lines = _aligned(columns, _squeezed(columns, room), page, tuple(zip(*above, strict=True)))
    return [" " * indent + lines[0], *lines[1:]]


def _widest(name: str, cells: Sequence[str]) -> int:
    return max(map(len, (name, *cells)))


def _width(columns: dict[str, list[str]]) -> int:
    return sum(_widest(name, cells) + len(_GAP) for name, cells in columns.items()) - len(_GAP)


def _folded(columns: dict[str, list[str]], comfort: int) -> int:
    """The width that is comfortable to read."""
    widths = (max(len(name), min(_widest(name, cells), comfort)) for name, cells in columns.items())
    return sum(width + len(_GAP) for width in widths) - len(_GAP)


def _squeezed(columns: dict[str, list[str]], room: int) -> dict[str, int]:
    """Take from the widest column until all fit, but none below LEAST or its name."""
    widths = {name: _widest(name, cells) for name, cells in columns.items()}
    least = {name: max(LEAST, len(name)) for name in columns}
    available = room - len(_GAP) * (len(columns) - 1)
    while sum(widths.values()) > available:
        name = max(widths, key=lambda each: (widths[each] - least[each] > 0, widths[each]))
        if widths[name] <= least[name]:
            break
        widths[name] -= 1
    return widths


def _aligned(
    columns: dict[str, list[str]], widths: dict[str, int], page: Page, above: Sequence[tuple[str, ...]] = ()
) -> list[str]:
    """The heading, then every row, each under those of its headings (``above``) that are new."""
    lines = [page.style(_line(tuple(columns), tuple(widths.values())), "strong")]
    last: tuple[str, ...] = ()
    for number, row in enumerate(zip(*columns.values(), strict=True)):
        titles = above[number] if above else ()
        lines += _titles(titles, last, page)
        last = titles
        lines += [" " * len(_GAP) * len(titles) + line for line in _row(row, tuple(widths.values()))]
    return lines


def _titles(titles: tuple[str, ...], last: tuple[str, ...], page: Page) -> Iterator[str]:
    for depth, title in enumerate(titles):
        if titles[: depth + 1] != last[: depth + 1]:
            yield _GAP * depth + page.style(title, "strong")


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    pieces = [_fold(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, pieces))):
        yield _line([each[number] if number < len(each) else "" for each in pieces], widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _fold(cell: str, width: int) -> list[str]:
    """The cell in pieces, each after the first one blank further in."""
    pieces, rest, room = [], cell, width
    while len(rest) > room:
        blanks = (n for n in range(room, room // 2, -1) if rest[n] == " ")
        joints = (n for n in range(room, room // 3, -1) if rest[n] == " " or rest[n - 1] in _JOINTS)
        cut = next(chain(blanks, joints), room)
        pieces.append(rest[:cut].rstrip())
        rest, room = rest[cut:].lstrip(), max(1, width - 1)
    pieces.append(rest)
    return [pieces[0], *(f" {piece}" for piece in pieces[1:])]
