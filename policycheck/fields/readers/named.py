"""What every reader of field names answers with."""

from __future__ import annotations

from policycheck.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """One field as a document names it; nothing of its values.

    ``path`` is dotted within ``object`` (a table, a schema, "" for none), ``[]`` stands for the items of an array.
    ``type`` as written there, in lower case; ``format`` a word that tells more (``email``, ``ipv4`` in JSON Schema);
    ``shape`` a word of ``model.shapes.SHAPES``; ``text`` a label or comment. ``line`` counts from 1, 0 when not known.
    ``listed``: a row of a list, whose ``path`` may begin with the object itself.
    """

    path: str
    object: str = ""
    type: str = ""
    format: str = ""
    shape: str = ""
    text: str = ""
    vendor: str = ""
    line: int = 0
    listed: bool = False

    @property
    def key(self) -> str:
        """The path with its object before it."""
        return f"{self.object}.{self.path}" if self.object else self.path


@dataclass(frozen=True, slots=True)
class Bad:
    """A part that could not be read: the sentence quotes no value. ``path`` where the part is one field, "" when not
    even its name can be read; None where nobody knows which fields it has."""

    line: int
    message: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All fields of a document, in its order, and the parts of it that could not be read."""

    fields: tuple[Named, ...]
    bad: tuple[Bad, ...] = ()


class UnreadableError(Exception):
    """The document as a whole cannot be read: the message says why, ``line`` where (0 when not known)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
