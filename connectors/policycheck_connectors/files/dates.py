"""Moments as exports write them, without guessing: ISO 8601, seconds or milliseconds since 1970, or a stated format."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_NEVER = frozenset(
    {"", "-", "--", "n/a", "na", "none", "null", "nil", "never", "not used", "no expiry", "no expiration"}
)
_EPOCH = re.compile(r"(\d{10})(\.\d+)?|(\d{13})")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def moment(value: object, form: str = "") -> str | None:
    """``2026-11-20T08:15:00Z``, or ``2026-11-20`` for a mere day; None for never. ValueError for all else.

    ``form`` is a format of ``datetime.strptime`` for exports with dates of their own. A time without zone is UTC.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("not a date")
    text = str(value).strip()
    if text.lower() in _NEVER:
        return None
    if form:
        return _formed(text, form)
    if match := _EPOCH.fullmatch(text):
        seconds = int(match.group(3)) // 1000 if match.group(3) else int(match.group(1))
        return _utc(datetime.fromtimestamp(seconds, UTC))
    if _DAY.fullmatch(text):
        return date.fromisoformat(text).isoformat()
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d", text):
        raise ValueError("not a date")
    return _utc(datetime.fromisoformat(re.sub(r" ?(?:UTC|GMT)$", "Z", text)))


def _formed(text: str, form: str) -> str | None:
    read = datetime.strptime(text, form)
    if any(code in form for code in ("%H", "%I", "%c", "%X", "%s")):
        return _utc(read)
    return read.date().isoformat()


def _utc(read: datetime) -> str | None:
    if read.year == 1:
        # The zero of Go's time, which its exporters write for "never".
        return None
    read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return read.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
