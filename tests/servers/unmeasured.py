"""Keeps coverage out of the threads of servers that stand in for others: no line of ours is run there."""

from __future__ import annotations

import sys
from socketserver import ThreadingMixIn
from typing import Any


def unmeasured(server: ThreadingMixIn) -> None:
    """Answer requests untraced: that each of a server's own lines is reported costs more than to answer."""
    held: Any = server
    answer = held.process_request_thread

    def untraced(*request: Any) -> None:
        sys.settrace(None)
        answer(*request)

    held.process_request_thread = untraced
