"""Key paths and value shapes of sample documents; values are looked at and let go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from policycheck.fields.readers.named import Bad, Named, Reading
from policycheck.model.shapes import shape_of, told_by

MAX_DEPTH = 32


def read_samples(documents: Iterable[object]) -> Reading:
    """Every key path of some documents, in the order of first sight, each with the shape that tells most; what lies
    too deep is told."""
    shapes: dict[str, Counter[str]] = {}
    deep: dict[str, None] = {}
    for document in documents:
        for path, shape in _leaves(document, "", 0):
            if shape is None:
                deep[path] = None
            else:
                shapes.setdefault(path, Counter())[shape] += 1
    told = f"what lies more than {MAX_DEPTH} levels deep is not read, such as that below {next(iter(deep), '')[:200]!r}"
    bad = (Bad(0, told),) if deep else ()
    return Reading(tuple(Named(path, shape=told_by(found)) for path, found in shapes.items()), bad)


def _leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, str | None]]:
    """Paths with the shape of what is there, None for a part that lies too deep."""
    if isinstance(value, dict | list) and value and depth >= MAX_DEPTH:
        yield path, None
    elif isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _leaves(inner, f"{path}[]" if path else "", depth + 1)
    elif path:
        yield path, shape_of(value)
