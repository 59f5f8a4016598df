"""Durations as people write them: ``90m``, ``1h``, ``30d``."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHAPE = re.compile(r"([1-9]\d{0,6})\s*([smhd])\Z")

DAY = 86400

#: The longest time in days that a file may name: a century; beyond it, dates end before the sum does.
DAYS = 36500

#: The longest session of a role in seconds (AWS IAM API reference, CreateRole, MaxSessionDuration).
SESSION = 43200


def seconds(text: str) -> int | None:
    """The seconds of a duration, None when it is none."""
    match = _SHAPE.match(text)
    return int(match[1]) * _SECONDS[match[2]] if match else None


def days(text: str) -> int | None:
    """The days of a duration, None when it is none or not in whole days."""
    value = seconds(text)
    return value // DAY if value is not None and value % DAY == 0 else None
