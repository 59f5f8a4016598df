"""Adding to files that people wrote: one item to a list of a YAML file, one line to .gitignore; all else stays.

What cannot be done so that everything else provably stays as it is, is not done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def with_item(text: str, key: str, item: Sequence[str]) -> str | None:
    """A YAML text with one more item at the end of the list under a key of its top level; None when that is not safe.

    ``item`` are its lines without indentation, the first with ``- ``. Comments and order stay; the result is read
    again and must differ by the item alone.
    """
    found = _list(text, key)
    if found is None:
        return None
    last, indent = found
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += ends
    new = "".join([*lines[:last], *(" " * indent + each + ends for each in item), *lines[last:]])
    return new if _differs_by_one(text, new, key, item) else None


def _list(text: str, key: str) -> tuple[int, int] | None:
    """The number of lines up to the end of the last item, and where its dash stands; None for no such block list."""
    try:
        documents = list(yaml.compose_all(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if len(documents) != 1 or not isinstance(documents[0], yaml.MappingNode):
        return None
    for name, value in documents[0].value:
        if name.value == key and isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
            return _last_line(value), value.start_mark.column
    return None


def _last_line(node: yaml.Node) -> int:
    """The number of the last line with something of a node: a block collection's own end is after its comments."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False):
        mark = node.end_mark
        return int(mark.line) + (mark.column > 0)
    children = node.value
    parts = [part for child in children for part in (child if isinstance(child, tuple) else (child,))]
    return max((_last_line(part) for part in parts), default=int(node.end_mark.line) + 1)


def _differs_by_one(old: str, new: str, key: str, item: Sequence[str]) -> bool:
    try:
        before, after = yaml.load(old, Loader=_Loader), yaml.load(new, Loader=_Loader)
        wanted = yaml.load("\n".join(item), Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    before[key] = [*before[key], *wanted]
    return bool(before == after)


def ignoring(text: str, entry: str) -> str | None:
    """A .gitignore with a line for a directory; None when it has one."""
    kept = {line.strip().strip("/") for line in text.splitlines()}
    if entry.strip("/") in kept:
        return None
    ends = "\r\n" if "\r\n" in text else "\n"
    return text + ("" if not text or text.endswith("\n") else ends) + entry + ends
