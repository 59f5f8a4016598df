"""The service families by name; a module is imported when its family is asked for."""

from __future__ import annotations

from importlib import import_module

from policycheck_connectors.aws.family import Family
from policycheck_connectors.aws.names import FAMILIES


def family(name: str) -> Family:
    """The family of that name."""
    module, _, attribute = FAMILIES[name].partition(":")
    found: Family = getattr(import_module(module), attribute)
    return found
