"""Who answers for an exception: a name or an address that is to the eye what it is to a comparison."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from policycheck.declared.placeholders import answer
from policycheck.declared.wrong import Wrong
from policycheck.model.people import address_in

_HIDDEN = ("Cc", "Cf")


def person(value: Any) -> Iterator[Wrong]:
    """A name, an address, or ``Name <name@lumen.example>``."""
    found = list(answer(value))
    if not found and isinstance(value, str) and _disguised(value):
        message = "this address or name has characters that cannot be seen, or that only look like others"
        help = "write it in plain letters, such as `ciso@lumen.example`; the domain of an address as `xn--...`"
        found = [Wrong((), message, help)]
    yield from found


def _disguised(text: str) -> bool:
    address = address_in(unicodedata.normalize("NFKC", text))
    hidden = any(unicodedata.category(char) in _HIDDEN for char in text.strip())
    return hidden or ("@" in address and not address.isascii())
