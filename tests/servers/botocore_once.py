"""What botocore does for each session again, done once in a process: more than half of a test that asks a server.

It reads the models of services, renames the events that its handlers are registered for, and looks at their signatures.
"""

from __future__ import annotations

from functools import cache
from types import FunctionType
from typing import Any

import botocore.hooks
import botocore.session


def install() -> None:
    """From now on; a second call does nothing."""
    sessions: Any = botocore.session
    hooks: Any = botocore.hooks
    if hasattr(sessions.create_loader, "cache_info"):
        return
    sessions.create_loader = cache(sessions.create_loader)
    hooks.accepts_kwargs = _accepts_kwargs(hooks.accepts_kwargs)
    hooks.EventAliaser = _aliaser(hooks.EventAliaser)
    sessions.EventAliaser = hooks.EventAliaser


def _accepts_kwargs(ask: Any) -> Any:
    known = cache(ask)
    # A bound method would be kept for ever, and its client with it.
    return lambda handler: (known if type(handler) is FunctionType and not handler.__closure__ else ask)(handler)


def _aliaser(base: Any) -> Any:
    renamed: dict[str, str] = {}

    class Aliaser(base):  # type: ignore[misc]
        def __init__(self, event_emitter: Any, event_aliases: Any = None) -> None:
            super().__init__(event_emitter, event_aliases)
            if self._event_aliases == botocore.hooks.EVENT_ALIASES:
                self._alias_name_cache = renamed

    return Aliaser
