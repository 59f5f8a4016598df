"""Parsing JSON of which there is much: without looking for its encoding, and with one error for all that is wrong."""

from __future__ import annotations

import json
from typing import Any

_decode = json.JSONDecoder().raw_decode


def parse(text: str) -> Any:
    """The value of a JSON text; ValueError when it is none, or nested deeper than Python can follow."""
    try:
        value, end = _decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
    except ValueError:
        plain = text.strip()
        if len(plain) == len(text):
            raise
        return parse(plain)
    if end != len(text) and not text[end:].isspace():
        raise ValueError("more than one value")
    return value
