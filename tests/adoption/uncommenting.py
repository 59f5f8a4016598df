"""What a person does with a draft: take the number sign from an entry, or from all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE = re.compile(r"(\s*)# ( *)(.*)")


def entries(text: str) -> list[tuple[int, int]]:
    """The lines (first, one after the last) of each entry behind a single number sign."""
    found: list[tuple[int, int]] = []
    for number, line in enumerate(text.splitlines()):
        match = _LINE.fullmatch(line)
        if match and match[2] and found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        elif match:
            found.append((number, number + 1))
    return found


def taken_in(text: str) -> Iterator[str]:
    """The text with each entry alone taken out of its comment, and then with all of them."""
    found = entries(text)
    for entry in [[each] for each in found] + [found]:
        lines = text.splitlines()
        for first, last in entry:
            lines[first:last] = [line.replace("# ", "", 1) for line in lines[first:last]]
        yield "\n".join(lines) + "\n"


def all_taken_in(text: str) -> str:
    """The text with all entries taken out of their comments."""
    return list(taken_in(text))[-1]
