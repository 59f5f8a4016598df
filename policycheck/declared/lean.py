"""Cerberus, imported without the part of it that costs more than the rest.

Cerberus asks ``importlib.metadata`` for its own version at import. That loads the email and zip packages and takes a
third of what ``policycheck validate`` may cost on one file (measured: 50 of 170 ms CPU), so that for the length of this
import a stand-in answers instead. Where the real module is loaded already, it is left alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_METADATA = "importlib.metadata"


class _Metadata(ModuleType):
    """What Cerberus uses of ``importlib.metadata``: a version that nobody reads, and the error it guards against."""

    PackageNotFoundError = LookupError

    def version(self, name: str) -> str:
        """A placeholder for the version of ``name``."""
        return "unknown"


@contextmanager
def _stand_in() -> Iterator[None]:
    if _METADATA in sys.modules:
        yield
        return
    sys.modules[_METADATA] = _Metadata(_METADATA)
    try:
        yield
    finally:
        del sys.modules[_METADATA]


with _stand_in():
    import cerberus
    from cerberus import errors
    from cerberus.errors import BaseErrorHandler, ErrorDefinition
    from cerberus.utils import TypeDefinition

__all__ = ["BaseErrorHandler", "ErrorDefinition", "TypeDefinition", "cerberus", "errors"]
