"""The problems of one run, collected: each with its place, its line and its caret, and never a secret."""

from __future__ import annotations

from policycheck.declared.document import Document, Path
from policycheck.declared.secrets import mask
from policycheck.model.places import Location
from policycheck.model.problems import Problem

#: How many problems of one file are told.
MOST = 100

#: The longest sentence.
LONGEST = 800

#: The longest part of a line that is shown with a problem.
SHOWN = 240


class Notes:
    """Collects problems. ``quiet`` files are read for what others refer to; their own problems are left out."""

    def __init__(self) -> None:
        self.quiet: set[str] = set()
        self._problems: set[Problem] = set()
        self._counts: dict[str, int] = {}
        self._full: set[str] = set()

    def room(self, document: Document) -> bool:
        """Whether more problems of this file will be told: to look for the nearest of many words takes time."""
        return document.path not in self.quiet and document.path not in self._full

    def add(
        self,
        rule: str,
        document: Document,
        path: Path,
        message: str,
        help: str = "",
        *,
        on_key: bool = False,
        severity: str = "error",
    ) -> None:
        """A problem with a value of a document, or with its key."""
        if self.room(document):
            location, span = document.place(path, on_key)
            self.put(rule, document, location, span, message, help, severity)

    def put(
        self,
        rule: str,
        document: Document,
        location: Location,
        span: int,
        message: str,
        help: str,
        severity: str = "error",
    ) -> None:
        """A problem at a place of a document. Beyond the most that are told, one error says that there are more."""
        if not self.room(document):
            return
        count = self._counts[document.path] = self._counts.get(document.path, 0) + 1
        if count > MOST:
            if severity != "error":
                return
            self._full.add(document.path)
            message, help = f"this file has more than {MOST} problems", "mend those told first"
        line = shown_line(document, location.line)
        span = max(1, min(span, len(line) - location.column + 1))
        self._problems.add(Problem(location, rule, severity, _shown(message), _shown(help), line, span))

    def file(self, rule: str, shown: str, message: str, help: str, severity: str = "error") -> None:
        """A problem with a file that gave no text."""
        self.put(rule, Document(shown, ""), Location(shown), 1, message, help, severity)

    def sorted(self) -> tuple[Problem, ...]:
        """All problems, by place."""
        return tuple(sorted(self._problems))


def shown_line(document: Document, line: int) -> str:
    """A line of a document with its secrets as stars, cut when very long; empty beyond the end."""
    if not document.lines:
        document.lines = mask(document.text, document.private).splitlines() or [""]
    return document.lines[line - 1][:SHOWN] if line <= len(document.lines) else ""


def _shown(sentence: str) -> str:
    """A sentence without secrets and control characters, cut when very long."""
    plain = "".join(char if char.isprintable() else " " for char in mask(sentence))
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 3]}..."
