"""What was seen in requests: a tree of key paths for each endpoint, with counts and shapes, and no values.

A tree is bounded: by the number of its nodes in all, and by the number of children of one node.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.shapes import shape_of, told_by
from policycheck_connectors.files.samples.keys import ANY

#: Key paths that one connector keeps in all.
MAX_NODES = 100_000
#: Different keys of one object; with more, they are taken for data.
MAX_KEYS = 1000
#: Values of a path that are judged at first; later ones are sampled.
SHAPES_JUDGED = 64
ITEMS = "[]"

#: Objects alike whose number makes them a map, and values alike: numbers by name.
_MAP_OF_OBJECTS = 8
_MAP_OF_NUMBERS = 50
_RARE = 2
_MANY_RARE = 50
_MANY_RECORDS = 200
_COUNTS = frozenset({"integer", "number", "boolean"})


class Node:
    """One key path.

    ``records``: how many records had it; ``last``: the number of the latest one; ``place``: the first one. ``left``:
    how many more values are judged for sure; ``shapes``: how often each was seen. ``full``: it had too many keys, so
    that new names are ``{key}``.
    """

    __slots__ = ("children", "full", "last", "left", "place", "records", "shapes")

    def __init__(self, place: int) -> None:
        self.children: dict[str, Node] = {}
        self.records = 0
        self.last = -1
        self.left = SHAPES_JUDGED
        self.full = False
        self.place = place
        self.shapes: dict[str, int] = {}

    def absorb(self, other: Node) -> None:
        """Take in what another node counted, of other records."""
        self.records += other.records
        self.last = max(self.last, other.last)
        self.left = min(self.left, other.left)
        self.place = min(self.place, other.place)
        for shape, count in other.shapes.items():
            self.shapes[shape] = self.shapes.get(shape, 0) + count
        for key, child in other.children.items():
            mine = self.children.get(key)
            if mine is None:
                self.children[key] = child
            else:
                mine.absorb(child)

    def judge(self, value: object) -> None:
        """Note the shape of a value. As long as nothing but empty values came, every one is judged."""
        shape = shape_of(value)
        self.shapes[shape] = self.shapes.get(shape, 0) + 1
        if shape != "empty" and self.left:
            self.left -= 1

    @property
    def leaf(self) -> bool:
        """Whether it had values of its own."""
        return bool(self.shapes)

    @property
    def shape(self) -> str:
        """That which tells most of its values: a rare address counts more than many codes."""
        return told_by(self.shapes)

    @property
    def size(self) -> int:
        """The number of nodes below this one."""
        return len(self.children) + sum(child.size for child in self.children.values())

    def make_room(self) -> int:
        """Fold the keys that are seldom seen, all of them if that is not enough; answers how many nodes went."""
        self.full = True
        size = self.size
        self.fold(max(_RARE, self.records // 100))
        if len(self.children) >= MAX_KEYS:
            self.fold(self.records)
        return size - self.size

    def fold(self, seldom: int) -> None:
        """Make one ``{key}`` of the keys that so many records had at most and that are no stand-ins."""
        named = [key for key, child in self.named() if child.records <= seldom]
        if named:
            whole = self.children.get(ANY) or Node(self.place)
            for key in named:
                whole.absorb(self.children.pop(key))
            whole.cap(self.records)
            self.children[ANY] = whole

    def cap(self, records: int) -> None:
        """One record may have had several of what was made one."""
        self.records = min(self.records, records)
        for child in self.children.values():
            child.cap(records)

    def named(self) -> list[tuple[str, Node]]:
        """The children under names, not stand-ins."""
        return [(key, child) for key, child in self.children.items() if not key.startswith("{") and key != ITEMS]

    def settle(self) -> None:
        """Fold what is a map by the looks of its keys, here and below; to be called once, at the end."""
        if self._is_map():
            self.fold(self.records)
        elif self._is_sparse():
            self.fold(max(_RARE, self.records // 100))
        for child in self.children.values():
            child.settle()

    def _is_map(self) -> bool:
        named = [child for _, child in self.named()]
        if len(named) >= _MAP_OF_OBJECTS:
            inner = {frozenset(child.children) for child in named}
            if len(inner) == 1 and inner != {frozenset()} and inner != {frozenset({ITEMS})}:
                return True
        return len(named) >= _MAP_OF_NUMBERS and all(not c.children and c.shape in _COUNTS for c in named)

    def _is_sparse(self) -> bool:
        named = [child for _, child in self.named()]
        rare = sum(child.records <= _RARE for child in named)
        return self.records >= _MANY_RECORDS and len(named) >= _MANY_RARE and rare >= 0.8 * len(named)


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every key path below a node that had values or that is data by itself, in order."""
    for key in sorted(node.children):
        child = node.children[key]
        here = path + key if key == ITEMS or not path else f"{path}.{key}"
        if child.leaf or key.startswith("{"):
            yield here, child
        yield from leaves(child, here)
