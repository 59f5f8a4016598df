"""The action that somebody may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

from policycheck.library.overlay import load_overlay

#: From here on two prefixes are alike, from 0 to 1: they are short, and many.
ALIKE = 0.7


class Actions(Protocol):
    """What is asked of a catalogue here."""

    def services(self) -> tuple[str, ...]: ...
    def known_service(self, prefix: str) -> bool: ...
    def names(self, prefix: str) -> tuple[str, ...]: ...
    def matching(self, pattern: str) -> tuple[str, ...]: ...


def nearest(catalogue: Actions, action: str) -> str | None:
    """An action of the catalogue, or a pattern that matches some, for one that matches none; None when nothing is near.

    In order: the action behind an API call whose permission has another name; the same name at the service that was
    meant; a similar name at that service.
    """
    prefix, _, name = action.strip().partition(":")
    prefix, overlay = prefix.lower(), load_overlay()
    misnamed = overlay.misnamed.get(f"{prefix}:{name.lower()}")
    if misnamed or not name:
        return misnamed
    prefix = overlay.prefixes.get(prefix, prefix)
    if not catalogue.known_service(prefix):
        return _elsewhere(catalogue, prefix, name)
    return _at(catalogue, prefix, name) or _similar(catalogue, prefix, name)


def _elsewhere(catalogue: Actions, prefix: str, name: str) -> str | None:
    """At a service with a similar prefix; at another one only when no third has an action of that name."""
    homes = [each for each in catalogue.services() if _at(catalogue, each, name)]
    for near in (get_close_matches(prefix, homes, 1, ALIKE), homes if len(homes) == 1 else []):
        if near:
            return _at(catalogue, near[0], name)
    services = get_close_matches(prefix, catalogue.services(), 1, ALIKE)
    return _similar(catalogue, services[0], name) if services else None


def _at(catalogue: Actions, prefix: str, name: str) -> str | None:
    """The name at a service, when it matches something there; a pattern stays one."""
    found = catalogue.matching(f"{prefix}:{name}")
    wild = "*" in name or "?" in name
    return (f"{prefix}:{name}" if wild else found[0]) if found else None


def _similar(catalogue: Actions, prefix: str, name: str) -> str | None:
    """Wildcards are left out of the comparison: ``GetObejct*`` is like ``GetObject``."""
    names = {each.partition(":")[2].lower(): each for each in catalogue.names(prefix)}
    near = get_close_matches(name.lower().replace("*", "").replace("?", ""), names, n=1)
    return names[near[0]] if near else None
