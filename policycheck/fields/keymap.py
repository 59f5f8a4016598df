"""A vendor's own names for its fields, found again in the paths of exports, samples and schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from policycheck.library.profiles import Profile
from policycheck.model.facts import VendorField


class KeyMap:
    """The key map of one profile. ``even`` evens out letter case and separators of a name."""

    def __init__(self, profile: Profile, even: Callable[[str], str]) -> None:
        self._even = even
        self._keys = {even(key): key for key in profile.keys}
        self._wrappers = {even(word) for word in profile.wrappers}

    def find(self, field: VendorField) -> str | None:
        """The key that stands for a field: with its object before without, whole before without what wraps it."""
        return next((self._keys[name] for name in self._names(field) if name in self._keys), None)

    def _names(self, field: VendorField) -> Iterator[str]:
        whole = field.path
        for path in (whole, *self._unwrapped(whole)):
            for owner in self._owners(field.object):
                yield self._even(f"{owner}.{path}")
            yield self._even(path)
        yield self._even(whole.rpartition(":")[2])
        yield self._even(field.label)

    def _owners(self, object: str) -> Iterator[str]:
        """The object as it is called, then each of its words: ``open webhook`` has what ``open`` has."""
        name = self._even(object)
        yield from (name, *name.split("_")) if name else ()

    def _unwrapped(self, path: str) -> Iterator[str]:
        """The path without its first parts, as far as these only wrap an object."""
        parts = path.split(".")
        while len(parts) > 1 and self._even(parts[0]) in {"", *self._wrappers}:
            parts = parts[1:]
            yield ".".join(parts)
