"""What can go wrong when a vendor is asked. Messages never quote an answer."""

from __future__ import annotations


class Failure(Exception):
    """A question without a usable answer: ``reason`` is a sentence, ``help`` how to mend it. ``status`` is that of the
    answer, 0 where there was none. ``final``: no other question of this connector can be answered either."""

    def __init__(self, reason: str, help: str = "", *, status: int = 0, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.help = help
        self.status = status
        self.final = final
