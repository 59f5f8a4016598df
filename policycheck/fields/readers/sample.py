"""Key paths and value shapes of sample documents; values are looked at and let go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from policycheck.fields.readers.named import Named, Reading
from policycheck.model.shapes import shape_of, told_by

MAX_DEPTH = 32


def read_samples(documents: Iterable[object]) -> Reading:
    """Every key path of some documents, in the order of first sight, each with the shape that tells most."""
    shapes: dict[str, Counter[str]] = {}
    for document in documents:
        for path, shape in _leaves(document, "", 0):
            shapes.setdefault(path, Counter())[shape] += 1
    return Reading(tuple(Named(path, shape=told_by(found)) for path, found in shapes.items()))


def _leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value and depth < MAX_DEPTH:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and value and depth < MAX_DEPTH:
        for inner in value:
            yield from _leaves(inner, f"{path}[]" if path else "", depth + 1)
    elif path:
        yield path, shape_of(value)
