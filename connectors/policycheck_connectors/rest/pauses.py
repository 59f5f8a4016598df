"""How long to wait: between calls, after a refusal that names a time, after one that names none."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

#: Seconds before the first repetition; each further one waits twice as long.
FIRST = 0.5
#: How often a question is repeated.
REPEATS = 5
#: The longest wait for one answer, in seconds.
LONGEST = 300.0
#: Larger numbers in reset headers are moments, smaller ones are seconds from now.
_MOMENT = 1_000_000_000.0
_RESETS = ("RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset", "X-HubSpot-RateLimit-Interval-Milliseconds")


def after_refusal(headers: Mapping[str, str], attempt: int) -> float:
    """Seconds to wait after status 429 or 503: what the answer says, else twice as long each time.

    Moments are compared with the answer's own ``Date``, so that a wrong clock here does not matter.
    """
    told = _moment(headers.get("Date", ""))
    stated = _retry_after(headers.get("Retry-After", ""), told)
    for name in _RESETS if stated is None else ():
        stated = stated if stated is not None else _reset(name, headers.get(name, ""), told)
    return FIRST * 2**attempt if stated is None else stated


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError):
        return None


def _retry_after(text: str, told: float | None) -> float | None:
    if text.strip().isdecimal():
        return float(text)
    moment = _moment(text)
    return None if moment is None or told is None else max(0.0, moment - told)


def _reset(name: str, text: str, told: float | None) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    if name.endswith("Milliseconds"):
        return value / 1000
    if value <= _MOMENT:
        return max(0.0, value)
    return None if told is None else max(0.0, value - told)


class Pace:
    """Lets one call pass each ``1 / per_second`` seconds, and sleeps where it is told to. Thread-safe."""

    def __init__(self, per_second: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap = 1 / per_second
        self._next = 0.0
        self._lock = threading.Lock()
        self.sleep = sleep

    def wait(self) -> None:
        """Wait for this call's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            self.sleep(turn - now)
