"""The page that text is set on: its width and its colours, and the parts that a compiler's message is made of."""

from __future__ import annotations

import re
from collections.abc import Callable

from policycheck.model.dataclass import dataclass
from policycheck.model.places import Location
from policycheck.reports.clean import clean

MIN_WIDTH, MAX_WIDTH = 60, 200

#: Columns that a label beside a caret needs to be read.
_NARROWEST = 20

#: What is longer is pointed at, not underlined.
LONGEST_CARET = 40

#: The text of a line of a file that a user wrote, by project path and 1-based line; "" when it cannot be read.
SourceLines = Callable[[str, int], str]

_STYLES: dict[str, dict[str, object]] = {
    "critical": {"fg": "bright_red", "bold": True, "reverse": True},
    "high": {"fg": "bright_red", "bold": True},
    "error": {"fg": "bright_red", "bold": True},
    "medium": {"fg": "yellow", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "low": {"fg": "cyan", "bold": True},
    "info": {"fg": "blue", "bold": True},
    "notice": {"fg": "blue", "bold": True},
    "help": {"fg": "green", "bold": True},
    "gutter": {"fg": "bright_blue", "bold": True},
    "strong": {"bold": True},
    "dim": {"dim": True},
}

_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,:\[\]{}#](?:[^\s,\[\]{}#:]|:(?=\S))*|[\[{].*[\]}]|\S")


@dataclass(frozen=True, slots=True)
class Page:
    """Text is wrapped to ``width`` columns, styled when ``color`` is on."""

    width: int = 100
    color: bool = False

    def style(self, text: str, style: str) -> str:
        """The text in one of the page's styles, unchanged without colour."""
        if not self.color:
            return text
        import click

        return click.style(text, **_STYLES[style])  # type: ignore[arg-type]

    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        """Cleaned text as lines behind the prefixes; long words stay whole, so that they can be copied."""
        lines: list[str] = []
        prefix, current = first, ""
        for word in clean(text).split():
            if current and len(prefix) + len(current) + 1 + len(word) > self.width:
                lines.append(prefix + current)
                prefix, current = rest, word
            else:
                current = f"{current} {word}" if current else word
        return [*lines, (prefix + current).rstrip()]

    def headline(self, severity: str, rule: str, message: str) -> list[str]:
        """``high[PC101]: sentence``, wrapped; severity and rule coloured."""
        mark = f"{severity}[{rule}]"
        first, *rest = self.wrap(message, f"{mark}: ", "    ")
        sentence = first[len(mark) :]
        return [
            self.style(mark, severity) + self.style(sentence, "strong"),
            *(self.style(each, "strong") for each in rest),
        ]

    def snippet(self, at: Location, source: str, label: str = "", span: int = 0) -> list[str]:
        """The arrow to a place and, when its line could be read, the line with a caret under ``span`` columns.

        A ``span`` of 0 underlines the word at the place.
        """
        pad = " " * len(str(at.line))
        arrow = f"{pad}{self.style('-->', 'gutter')} {clean(at.path)}:{at.line}:{at.column}"
        if not source.strip():
            return [arrow]
        text, start = _window(clean(source), at.column - 1, self.width - len(pad) - 4)
        length = max(1, min(span or _word(text, start), len(text) - start))
        bar = self.style("|", "gutter")
        told = self._label(label, start, length, len(pad) + 3)
        carets = [f"{pad} {bar} {' ' * start}{self.style(line, 'gutter')}" for line in told]
        return [arrow, f"{pad} {bar}", f"{self.style(str(at.line), 'gutter')} {bar} {text}", *carets]

    def _label(self, label: str, start: int, length: int, margin: int) -> list[str]:
        """The caret with its label, which goes on below where the line has no room for it."""
        room = self.width - margin - start
        marks = "^" * length
        words = " ".join(clean(label).split())
        if not words or len(marks) + 1 + len(words) <= room:
            return [f"{marks} {words}".rstrip()]
        narrow = Page(max(room, _NARROWEST))
        return narrow.wrap(words, f"{marks} ", " " * (length + 1)) if room - length > _NARROWEST else [
            marks, *narrow.wrap(words, "", "")
        ]  # fmt: skip

    def note(self, at: Location, word: str, text: str) -> list[str]:
        """``= word: text`` in the gutter of a snippet, wrapped under its own text."""
        pad = " " * (len(str(at.line)) + 1)
        return self._note(pad, word, text)

    def _note(self, pad: str, word: str, text: str) -> list[str]:
        label = f"= {word}: "
        lines = self.wrap(text, pad + label, pad + " " * len(label))
        painted = f"{self.style('=', 'gutter')} {self.style(word, 'help' if word == 'help' else 'strong')}: "
        return [pad + painted + lines[0][len(pad) + len(label) :], *lines[1:]]


def _word(text: str, start: int) -> int:
    """The length of the YAML word, quoted text or flow collection at a column; 1 where there is none."""
    match = _TOKEN.match(text, start)
    length = len(match.group()) if match else 1
    return 1 if length > LONGEST_CARET else length


def _window(text: str, column: int, width: int) -> tuple[str, int]:
    """The part of a line that fits, and where the column is in it."""
    text = text.rstrip()
    column = max(0, min(column, len(text)))
    if len(text) <= width:
        return text, column
    start = max(0, min(column - width // 3, len(text) - width + 2))
    end = min(len(text), start + width - (2 if start else 1))
    shown = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return shown, column - start + (1 if start else 0)
