"""People as policies name them: by an address, with or without a name before it."""

from __future__ import annotations

import re
import unicodedata

_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")
_TAG = re.compile(r"\+[^@]*(?=@)")


def address_in(text: str) -> str:
    """The address in angle brackets, or else the first that there is; all of the text where there is none."""
    inside = text.rpartition("<")[2].partition(">")[0] if ">" in text.rpartition("<")[2] else ""
    match = _ADDRESS.search(inside) or _ADDRESS.search(text)
    return match.group() if match else " ".join((inside.strip() or text).split())


def address_of(person: str) -> str:
    """The address of ``Name <name@lumen.example>`` as addresses are compared: in one form, without case and ``+tag``;
    all of it where there is none."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", person).casefold())
    return _TAG.sub("", address_in(folded)).rstrip(".")
