"""Text from files and inventories, made harmless for a terminal."""

from __future__ import annotations


def clean(text: str) -> str:
    """The text on one line without anything that a terminal would act on or hide.

    Control characters, escape sequences' ESC, direction overrides, zero-width characters and lone surrogates vanish;
    line ends, tabs and other space become a single blank each.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text)
