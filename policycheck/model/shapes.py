"""The shape of a value as one word: what it looks like, never what it is.

A second opinion only: the address of a visitor and that of a mail server look the same. Standard library only, and
nothing of a value is kept or returned.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from ipaddress import IPv6Address
from urllib.parse import parse_qsl, urlsplit

#: Every answer of ``shape_of`` but "" (nothing can be said: a container, bytes). ``secret``: looks like a live
#: credential; ``token``: stands for something kept elsewhere; ``coordinate``: a number that may be a latitude or
#: longitude, ``coordinates`` a pair of them.
SHAPES: tuple[str, ...] = (
    "empty", "boolean", "integer", "number", "coordinate", "coordinates", "date", "datetime", "email", "phone", "url",
    "ipv4", "ipv4_truncated", "ipv6", "ipv6_truncated", "mac", "uuid", "md5", "sha1", "sha256", "sha512", "bcrypt",
    "argon2", "password_hash", "jwt", "secret", "token", "encrypted", "masked", "card", "iban", "national_id",
    "country", "language", "time_zone", "user_agent", "handle", "text",
)  # fmt: skip

#: Shapes that tell of a person however seldom they occur: one address among a thousand codes is an address.
TELLING: tuple[str, ...] = (
    "card", "iban", "national_id", "email", "phone", "ipv4", "ipv6", "bcrypt", "argon2", "password_hash",
)  # fmt: skip

# No shape but text is longer, and the patterns are tried one after the other.
_LONGEST = 512
# A text of JSON may be longer, and is looked into.
_LONGEST_JSON = 8192
_EMAIL = r"[^\s@<>,;:()]{1,64}@(?:[^\W_](?:[\w-]{0,62})\.)+[\w-]{2,63}"
_IPV4 = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"

# In this order: the first that matches the whole value names it. ``*_`` are candidates that a function looks at.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("boolean", r"(?i:true|false)"),
    ("national_id", r"\d{3}-\d{2}-\d{4}|\d{3}\.\d{3}\.\d{3}-\d{2}"),
    ("date", r"(?:19|20)\d\d(?P<_d>[-/.])(?:0[1-9]|1[0-2])(?P=_d)(?:0[1-9]|[12]\d|3[01])"
             r"|\d{1,2}(?P<_e>[/.])\d{1,2}(?P=_e)(?:19|20)\d\d"),
    ("datetime", r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:Z|UTC|[+-]\d\d:?\d\d)?"),
    ("coordinates", r"[-+]?\d{1,2}\.\d{3,}\s*[,;]\s*[-+]?\d{1,3}\.\d{3,}"),
    ("coordinate", r"[-+]?(?:1[0-7]\d|\d?\d)\.\d{4,}"),
    ("digits_", r"\d{1,19}"),
    ("integer", r"[-+]?\d{1,6}|-\d+"),
    ("number", r"[-+]?\d+[.,]\d+(?:[eE][-+]?\d+)?"),
    ("ipv4_truncated", r"(?:\d{1,3}\.){3}(?:0|x{1,3}|\*)|(?:\d{1,3}\.){2}(?:[x*]{1,3}\.[x*]{1,3}|0\.0)"
                       r"|(?:\d{1,3}\.){3}\d{1,3}/(?:8|16|24)"),
    ("ipv4", rf"{_IPV4}(?::\d{{1,5}})?(?:\s*,\s*(?:{_IPV4}|[0-9a-fA-F:]{{3,39}}|unknown))*"),
    ("mac", r"[0-9a-fA-F]{2}(?P<_m>[:-])[0-9a-fA-F]{2}(?:(?P=_m)[0-9a-fA-F]{2}){4}"),
    ("ipv6_", r"[0-9a-fA-F:]*:[0-9a-fA-F:.]*(?:/\d{1,3})?"),
    ("uuid", r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"),
    ("phone", r"\+\(?\d(?:[ ()./-]{0,2}\d){6,14}|\(\d{2,4}\) ?\d{2,5}[ -]?\d{2,6}|\d{3}[-. ]\d{3}[-. ]\d{4}"
              r"|0\d{1,4}[ /-]\d{3,}(?:[ -]\d{2,}){0,3}"),
    ("md5", r"[0-9a-f]{32}|[0-9A-F]{32}"),
    ("sha1", r"[0-9a-f]{40}|[0-9A-F]{40}"),
    ("sha256", r"[0-9a-f]{64}|[0-9A-F]{64}|[0-9A-Za-z+/]{43}="),
    ("sha512", r"[0-9a-f]{128}|[0-9A-F]{128}|[0-9A-Za-z+/]{86}=="),
    ("bcrypt", r"\$2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}"),
    ("argon2", r"\$argon2(?:id|i|d)\$.+"),
    ("password_hash", r"\$(?:1|5|6|7|y|scrypt|pbkdf2[\w-]*|s0)\$.+|pbkdf2[:_]\S+|\{S?SHA\d*\}\S+|scrypt:\S+"),
    ("jwt", r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*"),
    ("secret", r"(?:sk|rk)_(?:live|test)_\w{8,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abeprs]-[\w-]{8,}"
               r"|SG\.[\w.-]{20,}"
               r"|A[KS]IA[0-9A-Z]{16}|glpat-[\w-]{16,}|key-[0-9a-f]{32}"
               r"|(?i:bearer|basic) \S{8,}|-----BEGIN [A-Z ]*PRIVATE KEY.*"),
    ("encrypted", r"(?:vault:v\d+:|enc(?:rypted)?:|ENC\[|AQICAH|-----BEGIN PGP MESSAGE).+"),
    ("token", r"(?:tok|token|pm|src|card|tkn|ptk|nonce|vlt|vault)_(?=\w*\d)\w{6,}"),
    ("masked", r"(?=[^\n]{2,80}\Z)(?=.*(?:[*•●]{2,}|[xX]{3,}.*\d|[*•]@)).*"),
    ("email", rf"(?:mailto:)?(?:[^<>@\n]{{0,100}}<)?{_EMAIL}>?(?:\?\S*)?"),
    ("url_", r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)\S+"),
    ("card_", r"\d{4}(?P<_c>[ -])\d{4}(?P=_c)\d{4}(?P=_c)\d{1,7}|\d{4}(?P<_a>[ -])\d{6}(?P=_a)\d{5}"),
    ("iban_", r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?"),
    ("time_zone", r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US)/[A-Z]\S+"
                  r"|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d\d)?)?"),
    ("language", r"[a-z]{2,3}(?:[-_](?:[A-Z]{2}|[A-Z][a-z]{3}(?:[-_][A-Z]{2})?|419))"),
    ("country_", r"[A-Z]{2}"),
    ("language_", r"[a-z]{2}"),
    ("user_agent", r"(?:Mozilla|Opera|Dalvik|okhttp|curl|Wget|CFNetwork|python-requests|PostmanRuntime|Dart)/[^\n]+"
                   r"|[\w.-]+/\d[\w.]* \([^\n]+"),
    ("handle", r"@[A-Za-z0-9_](?:[\w.-]{0,38}\w)?"),
)  # fmt: skip

# Codes of two letters each (ISO 3166-1, ISO 639-1), apart by spaces: a code is in the text or it is none.
_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
_LANGUAGES = (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko "
    "ky lo lt lv mk ml mn mr ms my nb ne nl nn no pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh "
    "zu"
)
_CARD = re.compile(r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}")
_GAP = re.compile(r"[ -]")
_LISTED = re.compile(r"[,;\n]")
_LINKED = frozenset({"email", "phone", "ipv4", "ipv6"})


def shape_of(value: object) -> str:
    """The word of ``SHAPES`` for a value as it stands in JSON, CSV or a form; "" when nothing can be said."""
    if value is None:
        return "empty"
    if isinstance(value, str):
        return _of_text(value.strip())
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "coordinate" if abs(value) <= 180 and len(repr(value).partition(".")[2]) >= 4 else "number"
    return ""


def told_by(counts: Mapping[str, int]) -> str:
    """The one shape that stands for all values of a field: the commonest that tells of a person, else the commonest
    that says something, else the commonest; of equal counts the first in the alphabet, "" where nothing was seen."""
    for among in (TELLING, {*SHAPES} - {"empty"}, {*SHAPES, ""}):
        found = [shape for shape in counts if shape in among]
        if found:
            return min(found, key=lambda shape: (-counts[shape], shape))
    return ""


@cache
def _compiled() -> re.Pattern[str]:
    """All patterns as one; built on first use, since not every run sees a value."""
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS), re.DOTALL)


def _of_text(text: str) -> str:
    if not text:
        return "empty"
    if len(text) > _LONGEST:
        return _json(text)
    match = _compiled().fullmatch(text)
    if match is None or match.lastgroup is None:
        return _several(text)
    name = match.lastgroup
    return _LOOKS[name](text) if name in _LOOKS else name


def _several(text: str) -> str:
    """Of addresses one after the other, with commas or semicolons between; else of JSON."""
    parts = [part.strip() for part in _LISTED.split(text)] if "@" in text else []
    if len(parts) > 1 and any(parts) and all(not part or shape_of(part) == "email" for part in parts):
        return "email"
    return _json(text)


def _url(text: str) -> str:
    """That of an address of a person among the parameters, which goes wherever the link goes."""
    try:
        values = [value for _, value in parse_qsl(urlsplit(text).query)] if "?" in text else []
    except ValueError:
        return "url"
    return next((shape for shape in map(shape_of, values) if shape in _LINKED), "url")


def _json(text: str) -> str:
    """What tells of a person within a text that is JSON; "text" of any other."""
    if text[0] not in "{[" or len(text) > _LONGEST_JSON:
        return "text"
    try:
        inside = {shape_of(value) for value in _leaves(json.loads(text))}
    except (ValueError, RecursionError):
        return "text"
    return next((shape for shape in TELLING if shape in inside), "text")


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    else:
        yield value


def _digits(text: str) -> str:
    return "card" if len(text) > 12 and _is_card(text) else "integer"


def _spaced_card(text: str) -> str:
    return "card" if _is_card(_GAP.sub("", text)) else "text"


def _is_card(digits: str) -> bool:
    """Issuer prefix and length, and the check digit of ISO/IEC 7812-1 (Luhn)."""
    if not _CARD.fullmatch(digits):
        return False
    total = sum(int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(digits)))
    return total % 10 == 0


def _iban(text: str) -> str:
    """Checked by ISO 13616: the first four characters go last, letters become numbers, modulo 97 is 1."""
    plain = text.replace(" ", "")
    return "iban" if int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1 else "text"


def _ipv6(text: str) -> str:
    address, _, length = text.partition("/")
    try:
        packed = IPv6Address(address).packed
    except ValueError:
        return "text"
    short = (length and int(length) <= 64) or (not any(packed[6:]) and any(packed))
    return "ipv6_truncated" if short else "ipv6"


_LOOKS: dict[str, Callable[[str], str]] = {
    "digits_": _digits,
    "card_": _spaced_card,
    "iban_": _iban,
    "url_": _url,
    "ipv6_": _ipv6,
    "country_": lambda text: "country" if text in _COUNTRIES else "text",
    "language_": lambda text: "language" if text in _LANGUAGES else "text",
}
