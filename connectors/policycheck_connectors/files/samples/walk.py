"""The way through one payload: every value is counted at its key path, judged by its shape, and dropped."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_plus

from policycheck_connectors.files.samples.keys import ANY, name_of
from policycheck_connectors.files.samples.text import parse
from policycheck_connectors.files.samples.tree import ITEMS, MAX_KEYS, MAX_NODES, Node

MAX_DEPTH = 32
#: JSON inside a text inside JSON: how often that is looked into.
MAX_NESTED = 4
#: Of a path whose shape is known, one value of so many is judged.
_EVERY = 127
_KEPT = 1000
#: How JSON begins, plain and in Base64: ``{"``, ``[{``, ``["``, ``{`` and a line break.
_STARTS = frozenset("{[eW")
_JSON = ("{", "[")
_BEGINNINGS = (*_JSON, "eyJ", "W3s", "WyJ", "ewo")

TOO_MANY = "values at key paths beyond those that are kept"
TOO_DEEP = f"values nested deeper than {MAX_DEPTH} levels"


class Walker:
    """Counts what one record after the other holds. ``gap`` hears why something could not be counted."""

    def __init__(self, gap: Callable[[str], None]) -> None:
        self._gap = gap
        self._nodes = 0
        self._sampled = False
        self._names: dict[str, str] = {}
        self.record = 0
        self.place = 0

    def next(self, place: int) -> None:
        """Begin another record, the one at ``place``."""
        self.record += 1
        self._sampled = not self.record % _EVERY
        self.place = place

    def value(self, node: Node, value: object, depth: int = 0, nested: int = 0) -> None:
        """Count a value at a node, with everything inside it."""
        if isinstance(value, dict):
            self._object(node, value, depth, nested)
        elif isinstance(value, list):
            self._array(node, value, depth, nested)
        else:
            self.leaf(node, value, depth, nested)

    def _object(self, node: Node, value: dict[str, Any], depth: int, nested: int) -> None:
        record, children = self.record, node.children
        if node.last != record:
            node.last = record
            node.records += 1
        if depth > MAX_DEPTH:
            self._gap(TOO_DEEP)
            return
        for key, item in value.items():
            child = children.get(key) or self.child(node, key)
            if child is None:
                continue
            kind = type(item)
            if kind is dict:
                self._object(child, item, depth + 1, nested)
            elif kind is list:
                self._array(child, item, depth + 1, nested)
            elif kind is str and item[:1] in _STARTS:
                self.leaf(child, item, depth, nested)
            else:
                if child.last != record:
                    child.last = record
                    child.records += 1
                if child.left or self._sampled:
                    child.judge(item)

    def _array(self, node: Node, value: list[Any], depth: int, nested: int) -> None:
        if node.last != self.record:
            node.last = self.record
            node.records += 1
        if depth > MAX_DEPTH:
            self._gap(TOO_DEEP)
        elif value:
            child = node.children.get(ITEMS) or self.child(node, ITEMS)
            if child is not None:
                for item in value:
                    self.value(child, item, depth + 1, nested)

    def leaf(self, node: Node, value: object, depth: int = 0, nested: int = 0) -> None:
        """Count a plain value; a text that is JSON is looked into."""
        if isinstance(value, str) and value.startswith(_BEGINNINGS) and nested < MAX_NESTED:
            inside = _inside(value)
            if inside is not None:
                self.value(node, inside, depth + 1, nested + 1)
                return
        if node.last != self.record:
            node.last = self.record
            node.records += 1
        if node.left or self._sampled:
            node.judge(value)

    def pairs(self, node: Node, pairs: Iterable[tuple[str, object]]) -> None:
        """Count the pairs of a form or query; ``user[emails][]`` is ``user.emails[]``."""
        for name, value in pairs:
            found: Node | None = node.children.get(name)
            if found is None:
                found = self._at(node, name)
            if found is not None:
                self.value(found, value)

    def form(self, node: Node, text: str) -> None:
        """Count ``a=1&b=2`` (https://url.spec.whatwg.org/#urlencoded-parsing); only what is judged is decoded."""
        record = self.record
        for part in text.split("&"):
            name, _, value = part.partition("=")
            child = node.children.get(name) or (self._at(node, self._decoded(name)) if name else None)
            if child is None:
                continue
            if value and value[0] in "{[eW%":
                self.leaf(child, unquote_plus(value))
                continue
            if child.last != record:
                child.last = record
                child.records += 1
            if child.left or self._sampled:
                child.judge(unquote_plus(value))

    def _decoded(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            if len(self._names) >= _KEPT:
                self._names.clear()
            known = self._names[name] = unquote_plus(name)
        return known

    def child(self, node: Node, key: str) -> Node | None:
        """The node of a key, under the name that may be kept; None, which is a gap, when there are too many."""
        children = node.children
        name = key if key == ITEMS else name_of(key)
        if name not in children and len(children) >= MAX_KEYS:
            self._nodes -= node.make_room()
        if node.full and name not in children and not name.startswith("{") and name != ITEMS:
            name = ANY
        found = children.get(name)
        if found is None:
            if self._nodes >= MAX_NODES:
                self._gap(TOO_MANY)
                return None
            self._nodes += 1
            found = children[name] = Node(self.place)
        if name.startswith("{") and found.last != self.record:
            found.last = self.record
            found.records += 1
        return found

    def _at(self, node: Node, name: str) -> Node | None:
        head, *inner = name.replace("]", "").split("[") if name.endswith("]") and "[" in name else [name]
        found = node.children.get(head) or self.child(node, head)
        for part in inner[:MAX_DEPTH]:
            if found is None:
                return None
            key = ITEMS if not part or part.isdigit() else part
            found = found.children.get(key) or self.child(found, key)
        return found


def _inside(text: str) -> object:
    """The object or array that a text holds, plain or in Base64; None when it holds none."""
    try:
        if not text.startswith(_JSON):
            # A JSON Web Token has dots.
            if "." in text:
                return None
            plain = text.replace("+", "-").replace("/", "_").rstrip("=")
            text = urlsafe_b64decode(plain + "=" * (-len(plain) % 4)).decode()
        value = parse(text)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None
