"""Where data comes from, what it is and who gets it: three rows of boxes and the bands between them, laid out here.

The same matrix gives the same picture, to the last digit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from policycheck.model.dataclass import dataclass
from policycheck.model.grants import Exposure
from policycheck.model.overview import OVER_SHARED, STATES, UNDECLARED, UNKNOWN, USED, Matrix
from policycheck.reports.html.grid import MEANINGS
from policycheck.reports.words import count

MOST_VENDORS, MOST_CATEGORIES, MOST_SOURCES = 15, 16, 10

#: With more pairs of a category and a vendor, a picture of everything is a tangle, and it shows what is to answer for.
MOST_PAIRS = 70

WIDTH = 1000
_BAR = 8
_X = (210, 520, 782)
_GAP = 9
_LEAST = 15
_LABEL = 32

_WORST = {state: rank for rank, state in enumerate((USED, UNKNOWN, OVER_SHARED, UNDECLARED))}
_ORIGINS = {
    "sent": "what we send",
    "custom": "fields that we defined there",
    "collected": "what vendors collect",
    "derived": "what vendors derive",
    "": "what people stated",
}


@dataclass(frozen=True, slots=True)
class Box:
    """One source, category or vendor. ``anchor`` tells on which side its label is; ``told`` is the whole of it."""

    x: float
    y: float
    height: float
    label: str
    told: str
    anchor: str
    text_x: float


@dataclass(frozen=True, slots=True)
class Band:
    """So many fields on their way; ``state`` is that of the category at the vendor, empty before a vendor is known."""

    path: str
    state: str
    told: str


@dataclass(frozen=True, slots=True)
class Picture:
    """``left_out`` are sentences on what the picture has no room for, empty when all is in it."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    left_out: str


#: (source, category, vendor), the state, and how many fields.
_Flow = tuple[str, str, str, str, int]


def picture(matrix: Matrix) -> Picture | None:
    """The picture of the vendors with most to answer for; None when nothing flows."""
    flows = _flows(matrix)
    if not flows:
        return None
    vendors = _top(flows, 2, MOST_VENDORS)
    kept = [flow for flow in flows if flow[2] in vendors]
    missing = len({flow[2] for flow in flows}) - len(vendors)
    notes = [f"Shown are the vendors with most to answer for; {count(missing, 'more vendor')} in the matrix"]
    notes = notes if missing else []
    if len({flow[1:3] for flow in kept}) > MOST_PAIRS and any(flow[3] != USED for flow in kept):
        kept = [flow for flow in kept if flow[3] != USED]
        notes.append("What is needed and used is left out, for it is much")
    categories, sources = _top(kept, 1, MOST_CATEGORIES), _top(kept, 0, MOST_SOURCES)
    merged = [(_or(f[0], sources, "other sources"), _or(f[1], categories, "other categories"), *f[2:]) for f in kept]
    return _drawn(merged, ". ".join(notes))


def _flows(matrix: Matrix) -> list[_Flow]:
    labels = {column.category: column.label for column in matrix.columns}
    names = Counter(labels.values())
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for cell in matrix.cells:
        label = labels[cell.category]
        word = label if names[label] == 1 else cell.category
        for source, _ in {(_source(each), each.place) for each in cell.exposures}:
            counted[source, word, cell.vendor, cell.state] += 1
    return [(*key, number) for key, number in sorted(counted.items())]


def _source(exposure: Exposure) -> str:
    if exposure.origin == "readable":
        return exposure.dataset or exposure.system
    return _ORIGINS.get(exposure.origin, exposure.origin)


def _top(flows: Sequence[_Flow], part: int, most: int) -> set[str]:
    """The names that carry most, those with most to answer for first."""
    weights: dict[str, tuple[int, int]] = {}
    for flow in flows:
        bad, all = weights.get(str(flow[part]), (0, 0))
        weights[str(flow[part])] = (bad + (flow[4] if flow[3] != USED else 0), all + flow[4])
    return set(sorted(weights, key=lambda name: (-weights[name][0], -weights[name][1], name))[:most])


def _or(name: str, kept: set[str], other: str) -> str:
    return name if name in kept else other


def _drawn(flows: Sequence[_Flow], left_out: str) -> Picture:
    columns = _ordered(flows)
    total = sum(flow[4] for flow in flows)
    unit = max(1.5, min(14.0, 420 / total))
    weights = [Counter[str]() for _ in columns]
    for flow in flows:
        for part in range(3):
            weights[part][str(flow[part])] += flow[4]
    heights = [sum(max(_LEAST, weights[i][n] * unit) + _GAP for n in names) - _GAP for i, names in enumerate(columns)]
    height = max(heights)
    boxes: list[Box] = []
    tops: list[dict[str, float]] = []
    for part, names in enumerate(columns):
        y, places = (height - heights[part]) / 2, dict[str, float]()
        for name in names:
            size = weights[part][name] * unit
            slot = max(_LEAST, size)
            places[name] = y + (slot - size) / 2
            boxes.append(_box(part, places[name], size, name, weights[part][name]))
            y += slot + _GAP
        tops.append(places)
    bands = [*_bands(flows, 0, columns, tops, unit), *_bands(flows, 1, columns, tops, unit)]
    return Picture(WIDTH, round(height) + 2, tuple(boxes), tuple(bands), left_out)


def _ordered(flows: Sequence[_Flow]) -> list[list[str]]:
    """Vendors as they have most to answer for, the rest by where its bands go, which crosses fewest."""
    bad = Counter[str]()
    for flow in flows:
        bad[flow[2]] += flow[4] if flow[3] != USED else 0
    vendors = sorted({flow[2] for flow in flows}, key=lambda name: (-bad[name], name))
    categories = _by_neighbours([(f[1], f[2], f[4]) for f in flows], vendors)
    return [_by_neighbours([(f[0], f[1], f[4]) for f in flows], categories), categories, vendors]


def _by_neighbours(pairs: Iterable[tuple[str, str, int]], order: Sequence[str]) -> list[str]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, neighbour, weight in pairs:
        sums[name][0] += order.index(neighbour) * weight
        sums[name][1] += weight
    return sorted(sums, key=lambda name: (sums[name][0] / sums[name][1], name))


def _box(part: int, y: float, size: float, name: str, weight: int) -> Box:
    # Coloured bands leave a category to the right: its label is where they are still grey.
    left = part < 2
    label = name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
    text_x = _X[part] - 8 if left else _X[part] + _BAR + 8
    return Box(
        _X[part], round(y, 1), round(max(size, 2), 1), label, f"{name}: {count(weight, 'field')}",
        "end" if left else "start", text_x,
    )  # fmt: skip


def _bands(
    flows: Sequence[_Flow], part: int, columns: Sequence[list[str]], tops: Sequence[Mapping[str, float]], unit: float
) -> list[Band]:
    """The bands from one row of boxes to the next."""
    merged: Counter[tuple[str, str, str]] = Counter()
    for flow in flows:
        merged[str(flow[part]), str(flow[part + 1]), flow[3] if part else ""] += flow[4]
    left, right = columns[part], columns[part + 1]
    rank = {"": 0, **_WORST}
    keys = sorted(merged, key=lambda k: (left.index(k[0]), right.index(k[1]), rank.get(k[2], len(STATES))))
    starts, ends = dict(tops[part]), dict(tops[part + 1])
    begin = {}
    for key in keys:
        begin[key] = starts[key[0]]
        starts[key[0]] += merged[key] * unit
    bands = []
    for key in sorted(keys, key=lambda k: (right.index(k[1]), left.index(k[0]), rank.get(k[2], len(STATES)))):
        told = f"{key[0]} → {key[1]}: {count(merged[key], 'field')}" + (f", {MEANINGS[key[2]][0]}" if key[2] else "")
        bands.append(Band(_path(part, begin[key], ends[key[1]], merged[key] * unit), key[2], told))
        ends[key[1]] += merged[key] * unit
    return bands


def _path(part: int, y0: float, y1: float, size: float) -> str:
    x0, x1 = _X[part] + _BAR, _X[part + 1]
    middle = (x0 + x1) / 2
    there = (x0, y0, middle, y0, middle, y1, x1, y1)
    back = (x1, y1 + size, middle, y1 + size, middle, y0 + size, x0, y0 + size)
    points = [f"{_tenth(point):g}" for point in (*there, *back)]
    return "M{} {}C{} {} {} {} {} {}L{} {}C{} {} {} {} {} {}Z".format(*points)


def _tenth(value: float) -> float:
    return round(value, 1)
