"""How much a pull may cost: calls and minutes, counted over all threads."""

from __future__ import annotations

import threading
import time


class Spent(Exception):
    """A budget is used up; the text says which."""


class Budget:
    """Counts calls; raises Spent when there were too many, or when the time is over. Thread-safe."""

    def __init__(self, calls: int, minutes: int) -> None:
        self._left = calls
        self._calls = calls
        self._minutes = minutes
        self._end = time.monotonic() + minutes * 60
        self._lock = threading.Lock()

    def take(self) -> None:
        """Take one call out of the budget."""
        with self._lock:
            if self._left <= 0:
                raise Spent(f"the call budget of {self._calls} calls is spent")
            self._left -= 1
        if time.monotonic() > self._end:
            raise Spent(f"the time budget of {self._minutes} minutes is spent")

    def used(self) -> int:
        """Calls so far."""
        return self._calls - self._left
