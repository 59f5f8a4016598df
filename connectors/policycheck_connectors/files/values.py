"""Taking single values out of an export: only text of a sane length gets through, and always valid Unicode."""

from __future__ import annotations

from collections.abc import Mapping

_MAX_TEXT = 4096


def text_of(value: object) -> str | None:
    """A non-empty string of at most 4,096 characters, else None; lone surrogates become question marks."""
    if not isinstance(value, str) or not value or len(value) > _MAX_TEXT:
        return None
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def word_of(value: object) -> str | None:
    """A string as ``text_of`` gives it, or a whole number as its figures: ids are either."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 128:
        return str(value)
    return text_of(value)


def items_of(value: object) -> list[object]:
    """A list as it is; [] for null and absence. ValueError for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def entry_of(value: object) -> Mapping[str, object]:
    """An object as it is; ValueError for anything else."""
    if not isinstance(value, Mapping):
        raise ValueError("not an object")
    return value
