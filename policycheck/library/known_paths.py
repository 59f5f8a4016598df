"""Whole paths of fields that hold the same in all products which have them, for names whose vendor nobody told.

``policies/paths.tsv`` is written by ``benchmarks.paths`` from the field maps and profiles: path, category and one such
vendor, sorted, only where the generic rules would say something else.
"""

from __future__ import annotations

from functools import lru_cache

from policycheck.library.data import data_root

FILE = "paths.tsv"
#: A path of one part says too little.
LEAST = 2


def known_path(parts: tuple[str, ...]) -> tuple[str, str] | None:
    """What a path holds, and a vendor that has it; None where it is not listed. ``parts`` as ``keymap.parts`` makes
    them."""
    if len(parts) < LEAST:
        return None
    text, want = _text(), ".".join(parts).encode() + b"\t"
    low, high = 0, len(text)
    while low < high:
        start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = text.index(b"\n", start) + 1
        line = text[start:end]
        if line.startswith(want):
            _, category, vendor = line.decode().rstrip().split("\t")
            return category, vendor
        if line < want:
            low = end
        else:
            high = start
    return None


@lru_cache(maxsize=1)
def _text() -> bytes:
    return data_root().joinpath(FILE).read_bytes()
