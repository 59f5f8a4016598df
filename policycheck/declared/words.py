"""Words for messages: the nearest known one, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that the writer of ``word`` most likely meant, None when none is near."""
    candidates = sorted(known)
    same = {name.lower().replace("-", "_"): name for name in candidates}
    plain = word.lower().replace("-", "_")
    if plain in same:
        return same[plain]
    # difflib costs 3 ms to import, and most runs never misspell a word
    from difflib import get_close_matches

    close = get_close_matches(plain, same, n=1, cutoff=0.6)
    return same[close[0]] if close else None


def meant(word: str, known: Iterable[str], what: str) -> str:
    """A help sentence: the nearest known word, else all of them."""
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean `{near}`?"
    return f"{what}: {listed(names)}" if names else f"there are no {what}"


def listed(names: Iterable[str], limit: int = 24) -> str:
    """Names in backquotes, separated by commas; a long list ends in dots."""
    quoted = [f"`{name}`" for name in names]
    return ", ".join(quoted[:limit]) + (", ..." if len(quoted) > limit else "")


def brief(value: str, limit: int = 60) -> str:
    """A value for a message: one line, not too long."""
    line = " ".join(value.split())
    return line if len(line) <= limit else line[: limit - 3] + "..."
