"""Telling names from data: a key of a map, or a part of a path, that is data itself is never kept.

What takes its place is a word in braces: ``{email}``, ``{uuid}``, ``{id}``.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from policycheck.model.shapes import shape_of
from policycheck_connectors.files.secrets import masked

#: Shape of a key -> what takes its place. Shapes that names have too (``country``: "id") are not here.
_STAND_INS = {
    **dict.fromkeys(("integer", "number", "coordinate", "coordinates", "token"), "{id}"),
    **dict.fromkeys(("md5", "sha1", "sha256", "sha512"), "{hash}"),
    **dict.fromkeys(("bcrypt", "argon2", "password_hash", "jwt", "secret", "encrypted"), "{secret}"),
    **dict.fromkeys(("date", "datetime"), "{date}"),
    **dict.fromkeys(("ipv4", "ipv4_truncated", "ipv6", "ipv6_truncated"), "{ip}"),
    **{word: f"{{{word}}}" for word in ("email", "phone", "uuid", "mac", "card", "iban", "national_id", "url")},
    **dict.fromkeys(("masked", "user_agent", "empty"), "{key}"),
}  # fmt: skip

#: Stand-ins for what tells of a person by itself, and the shape that it had.
PERSONAL = {
    "{email}": "email",
    "{phone}": "phone",
    "{ip}": "ipv4",
    "{mac}": "mac",
    "{card}": "card",
    "{iban}": "iban",
    "{national_id}": "national_id",
}
#: What takes the place of keys that are too many, or like no name.
ANY = "{key}"
ID = "{id}"

_LONGEST = 80
_PLAIN = re.compile(r"[$@]?(?:[A-Za-z_-]{1,15}\d?){1,2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBERS = re.compile(r"\d+")
_STRANGE = re.compile(r"[\x00-\x1f\x7f/\\={}<>;,]|://|.@")
_WORDS = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}")
_VERSION = re.compile(r"v\d{1,3}(?:(?:\.|alpha|beta|p)\d{1,3}){0,3}|\d\.\d|20\d\d-\d\d-\d\d")
_SEGMENT = re.compile(r"[A-Za-z_.~!$@:-]+\d{0,2}")


def name_of(key: str) -> str:
    """A key as it may be kept: itself when it is a name, else what takes its place."""
    if _PLAIN.fullmatch(key) and len(key) < 16:
        return key
    if len(key) > _LONGEST:
        return ANY
    stand_in = _STAND_INS.get(shape_of(key))
    if stand_in:
        return stand_in
    if masked(key) != key:
        return "{secret}"
    if _STRANGE.search(key) or not key.isprintable():
        return ANY
    return ID if _random(key) else key.encode("utf-8", "replace").decode()


def segment_of(segment: str) -> str:
    """A part of a URL's path as it may be kept."""
    if segment.isdecimal():
        return ID
    text = unquote(segment.partition(";")[0])
    if _VERSION.fullmatch(text) or (len(text) < 16 and _SEGMENT.fullmatch(text) and shape_of(text) == "text"):
        return text
    name = name_of(text) if text else ""
    if not name or name.startswith("{"):
        return name
    return name if _SEGMENT.fullmatch(name) else ID


def _random(text: str) -> bool:
    """Whether a text looks like an id: many digits or numbers, or letters and digits without words."""
    numbers = _NUMBERS.findall(_YEAR.sub("", text))
    if len(numbers) >= 3 or sum(map(len, numbers)) >= 5:
        return True
    if len(text) < 16 or text.islower() or text.isupper():
        return False
    return sum(map(len, _WORDS.findall(text))) < len(text) * 0.6
