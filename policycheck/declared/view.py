"""Typed reading of a checked document: absent and refused values look alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policycheck.declared.document import Document, Path
from policycheck.model.places import Location


class View:
    """One mapping of a document."""

    __slots__ = ("document", "path", "values")

    def __init__(self, document: Document, path: Path = (), values: dict[str, object] | None = None) -> None:
        self.document = document
        self.path = path
        self.values = document.values if values is None else values

    def has(self, key: str) -> bool:
        """Whether the key is there with a usable value."""
        return self.values.get(key) is not None

    def below(self, key: str) -> Path:
        """The path of a key of this mapping."""
        return (*self.path, key)

    def at(self, key: str | None = None) -> Location:
        """The place of a key of this mapping, or of the mapping itself."""
        return self.document.at(self.path if key is None else (*self.path, key))

    def value_at(self, key: str) -> Location:
        """The place of a key's value."""
        return self.document.value_at((*self.path, key))

    def text(self, key: str) -> str:
        """A text, empty when absent."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """A whole number."""
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def day(self, key: str) -> date | None:
        """A date."""
        value = self.values.get(key)
        return date.fromisoformat(value) if isinstance(value, str) else None

    def items(self, key: str) -> list[tuple[str, Path]]:
        """The texts of a list, each with its path."""
        value = self.values.get(key)
        if not isinstance(value, list):
            return []
        return [(item, (*self.path, key, index)) for index, item in enumerate(value) if isinstance(item, str)]

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self.values.get(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def mapping(self, key: str) -> dict[str, object]:
        """A mapping as it is."""
        value = self.values.get(key)
        return value if isinstance(value, dict) else {}

    def inside(self, key: str) -> View | None:
        """A mapping below this one."""
        value = self.values.get(key)
        return View(self.document, (*self.path, key), value) if isinstance(value, dict) else None

    def each(self, key: str) -> Iterator[View]:
        """The mappings of a list."""
        value = self.values.get(key)
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield View(self.document, (*self.path, key, index), item)

    def named(self, key: str) -> Iterator[tuple[str, View]]:
        """The mappings under free names."""
        for name, item in self.mapping(key).items():
            if isinstance(item, dict):
                yield name, View(self.document, (*self.path, key, name), item)
