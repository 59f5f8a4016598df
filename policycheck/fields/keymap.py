"""A vendor's own names for its fields, found again in the paths of exports, samples and schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from policycheck.library.profiles import Profile
from policycheck.model.facts import VendorField

_Parts = tuple[str, ...]
_PLURALS = (
    ("people", "person"),
    ("ies", "y"),
    ("ses", "s"),
    ("xes", "x"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("ss", "ss"),
    ("s", ""),
)
_SHORTEST_PLURAL = 4


class KeyMap:
    """The key map of one profile. ``even`` evens out letter case and separators of a name."""

    def __init__(self, profile: Profile, even: Callable[[str], str]) -> None:
        self._even = even
        self._profile = profile
        self._keys = {even(key): key for key in profile.keys}
        self._wrappers = {even(word) for word in profile.wrappers}

    def find(self, field: VendorField) -> str | None:
        """The key that stands for a field: with its object before without, whole before without what wraps it."""
        return next((self._keys[name] for name in self._names(field) if name in self._keys), None)

    def alike(self, field: VendorField) -> str | None:
        """The key that ends with most of the same parts, two at least and whether in the plural or not; one is enough
        where nothing tells of what object the field is. None when such keys hold different things."""
        whole = self._parts(f"{field.object}.{field.path}" if field.object else field.path)
        least = min(2, len(whole))
        for start in range(len(whole) - least + 1):
            if whole[start:] in self._ends:
                return self._ends[whole[start:]] or None
        return None

    def _names(self, field: VendorField) -> Iterator[str]:
        whole = field.path
        for path in (whole, *self._unwrapped(whole)):
            for owner in self._owners(field.object):
                yield self._even(f"{owner}.{path}")
            yield self._even(path)
        yield self._even(whole.rpartition(":")[2])
        yield self._even(field.label)

    def _owners(self, object: str) -> Iterator[str]:
        """The object as it is called, then fewer and fewer of its words: ``open webhook`` has what ``open`` has, and
        ``inbound message webhook`` what ``inbound message`` has rather than what ``message`` has."""
        words = self._even(object).split("_") if object else []
        for length in range(len(words), 0, -1):
            yield from ("_".join(words[at : at + length]) for at in range(len(words) - length + 1))

    def _unwrapped(self, path: str) -> Iterator[str]:
        """The path without its first parts, as far as these only wrap an object."""
        inner = path.split(".")
        while len(inner) > 1 and self._even(inner[0]) in {"", *self._wrappers}:
            inner = inner[1:]
            yield ".".join(inner)

    @cached_property
    def _ends(self) -> dict[_Parts, str]:
        """What keys end with -> one of these keys; "" where they do not hold the same."""
        found: dict[_Parts, str] = {}
        for key in self._profile.keys:
            whole = self._parts(key)
            for start in range(len(whole)):
                first = found.setdefault(whole[start:], key)
                if first and self._fact(first) != self._fact(key):
                    found[whole[start:]] = ""
        return found

    def _fact(self, key: str) -> tuple[str, str, str]:
        known = self._profile
        return known.keys[key], known.forms.get(key, ""), known.depths.get(key, "")

    def _parts(self, path: str) -> _Parts:
        return parts(path, self._even)


def parts(path: str, even: Callable[[str], str]) -> tuple[str, ...]:
    """The parts of a path that have a name, each evened out and in the singular; a number is a place in a list."""
    evened = (even(part) for part in path.split("."))
    return tuple(_singular(part) for part in evened if part and not part.isdecimal())


def _singular(part: str) -> str:
    return "_".join(_one(word) for word in part.split("_"))


def _one(word: str) -> str:
    """A word without the end of a plural; the same for every spelling is enough."""
    if len(word) < _SHORTEST_PLURAL:
        return word
    ending = next(((end, instead) for end, instead in _PLURALS if word.endswith(end)), ("", ""))
    return word.removesuffix(ending[0]) + ending[1]
