"""Texts that hold the place of an answer: whoever reads a policy may not take them for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policycheck.declared.words import brief
from policycheck.declared.wrong import Wrong

_SCHEME = re.compile(r"(?:https?|mailto):/*", re.IGNORECASE)
#: What begins with one of these is still to be done; the second group says nothing when it stands alone.
_OPEN = re.compile(
    r"\W*(?:(?:todo|tbd|tba|fixme|change[ _-]?me)\b|(?:xxx+|n/?a|none|placeholder|fill (?:me )?in)\W*\Z)"
)
#: ``<who answers for it>``; a person's ``Name <address>`` is an answer.
_BRACKETS = re.compile(r"\W*<[^<>@]*>\W*")
#: The host of the examples that this program writes.
_EXAMPLE = "your-company.example"


def placeholder(text: str) -> bool:
    """Whether a text only holds the place of an answer: dots, ``TODO``, ``<owner>``, ``https://...``."""
    plain = _SCHEME.sub("", text.strip(), count=1).casefold()
    if not any(char.isalnum() for char in plain) or _EXAMPLE in plain:
        return True
    return bool(_OPEN.match(plain) or _BRACKETS.fullmatch(plain))


def says_nothing(text: str) -> bool:
    """Whether a reason gives none: a placeholder, or a single letter."""
    return placeholder(text) or sum(char.isalnum() for char in text) < 2


def answer(value: Any) -> Iterator[Wrong]:
    """A text that answers something."""
    if value and placeholder(value):
        help = "write what is true, or take the key out until somebody knows"
        yield Wrong((), f"`{brief(value)}` is a placeholder, not an answer", help)
