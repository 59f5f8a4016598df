"""The parts that schemas are made of. ``example`` is what a message shows when the value is wrong."""

from __future__ import annotations

from typing import Any, TypeAlias

from policycheck.declared.durations import DAYS

Rules: TypeAlias = dict[str, Any]


def text(example: str, **more: Any) -> Rules:
    """A text that is not empty."""
    return {"type": "string", "empty": False, "meta": example, **more}


def texts(example: str, shape: str = "texts", **more: Any) -> Rules:
    """A list of texts."""
    return {"type": "list", "shape": shape, "meta": example, **more}


def whole(example: str, least: int = 1, most: int = DAYS) -> Rules:
    """A whole number."""
    return {"type": "whole", "min": least, "max": most, "meta": example}


def number(example: str, least: float = 0, most: float = 1) -> Rules:
    """A number, whole or not."""
    return {"type": "number", "min": least, "max": most, "meta": example}


def flag(example: str) -> Rules:
    """True or false."""
    return {"type": "boolean", "meta": example}


def mapping(example: str, **more: Any) -> Rules:
    """A mapping."""
    return {"type": "dict", "meta": example, **more}


def listing(example: str, **more: Any) -> Rules:
    """A list of mappings."""
    return {"type": "list", "meta": example, **more}


#: A day in the future of a contract or a key.
DAY = text("2027-03-31", shape="day")
