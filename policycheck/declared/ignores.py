"""Comments that accept a finding where it stands: ``# policycheck: ignore[PC101] reason``, or, where a line stands for
more than one thing, with the beginning of the finding's fingerprint: ``ignore[PC101 204d0e76b434] reason``.

Only a comment that is written exactly so accepts anything. Whatever looks as if it was meant so and is written
otherwise is told, and accepts nothing. Text of a value is never a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policycheck.declared.context import Context
from policycheck.declared.document import Document
from policycheck.declared.settings import FILE
from policycheck.model.places import Location

if TYPE_CHECKING:
    from policycheck.model.declared import Ignore

#: What cannot be ignored by a comment, with the reason.
NEVER = {
    "PC0": "what is written wrongly is mended, not ignored",
    "PC503": "an exception that has lapsed is mended in the exception",
    "PC504": "what accepts nothing is taken out",
    "PC506": "an approval is given by somebody else, not ignored",
    "PC6": "what could not be seen needs a dated exception, or a plan under `observe`",
}

_ONE = r"PC\d{3}(?: [0-9a-f]{10,16})?"
_EXACT = rf"#+ *policycheck: ignore\[({_ONE}(?:, ?{_ONE})*)\] +(\S.*)"
_BREAK = re.compile(r"[\n\r]")
_MEANT = re.compile(r"policy-?check\s*:|ignor\w*\s*[\[(]?\s*pc[\s-]?\d", re.IGNORECASE)
#: Of comments in policycheck.yaml, whose lines concern every vendor, those to come as well.
_EVERYONE = f"a comment in {FILE} accepts nothing: its lines concern every vendor"
_DATED = (
    "write an exception: in the vendor's policy, or here for what belongs to no vendor; `policycheck explain` has it"
)
_SHAPE = (
    "write `# policycheck: ignore[PC101] reason`, at the end of the line that the finding names or on a line before it"
)


def check(context: Context, document: Document) -> None:
    """Tell the comments of a document that accept nothing because of how they are written."""
    for ignore in ignores(document):
        if ignore.fault:
            context.notes.put("PC504", document, ignore.at, 1, ignore.fault, ignore.help or _SHAPE, "warning")


def looks_meant(text: str) -> bool:
    """Whether a comment with this text would be taken for one that accepts findings."""
    return bool(_MEANT.search(text))


def ignores(document: Document) -> Iterator[Ignore]:
    """All such comments of a document, those with a fault as well."""
    # most files have none, and to tell comments from texts they would have to be scanned
    if not _MEANT.search(document.text):
        return
    lines = document.text.splitlines()
    for index, comment in _comments(document.text):
        if _MEANT.search(comment):
            at = document.point(index)
            yield _ignore(document, at.line, at.column, comment, lines)


def _ignore(document: Document, line: int, column: int, comment: str, lines: list[str]) -> Ignore:
    from policycheck.model.declared import Ignore

    at = Location(document.path, line, column)
    alone = not lines[line - 1][: column - 1].strip()
    spoken = _next(lines, line) if alone else line
    match = re.fullmatch(_EXACT, comment.rstrip())
    if not match or lines[line - 1][: column - 1][-1:].strip():
        return Ignore(at, spoken, fault="this comment accepts nothing: it is not written as one that does")
    parts = [each.split() for each in match.group(1).split(",")]
    rules, named = tuple(each[0] for each in parts), tuple("".join(each[1:]) for each in parts)
    reason = match.group(2)
    if document.path == FILE:
        return Ignore(at, spoken, rules, reason, _EVERYONE, named, _DATED)
    return Ignore(at, spoken, rules, reason, _fault(rules, reason), named)


def _fault(rules: tuple[str, ...], reason: str) -> str:
    from policycheck.declared.placeholders import says_nothing
    from policycheck.library.rules import load_rules

    for rule in rules:
        if rule not in load_rules():
            return f"there is no rule {rule}, so this comment accepts nothing"
        for start, why in NEVER.items():
            if rule.startswith(start):
                return f"{rule} cannot be ignored, so this comment accepts nothing: {why}"
    return "its reason is a placeholder, so this comment accepts nothing" if says_nothing(reason) else ""


def _next(lines: list[str], line: int) -> int:
    """The next line (1-based) with more than a comment; the last one where there is none."""
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1].strip()
        if text and not text.startswith("#"):
            return number
    return len(lines)


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """(index of its number sign, comment) for each comment of a YAML text that can be read."""
    import yaml

    spans = sorted(
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(text, Loader=yaml.SafeLoader)
        if isinstance(token, yaml.ScalarToken)
    )
    # Without a blank before it, a number sign begins a comment behind a bracket or a quote only; that is told.
    at = text.find("#")
    while at >= 0:
        nearest = bisect_right(spans, at, key=lambda span: span[0])
        inside = spans[nearest - 1][1] if nearest and at < spans[nearest - 1][1] else 0
        comment = "" if inside else text[at : _end(text, at)]
        if comment:
            yield at, comment
        at = text.find("#", inside or at + len(comment))


def _end(text: str, at: int) -> int:
    """Where the line of an index ends."""
    found = _BREAK.search(text, at)
    return found.start() if found else len(text)
