"""Answers of boto3 as the AWS CLI prints them: dates as text, so that live calls and exports share their readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime


def plain(value: object) -> object:
    """A value with its dates in ISO 8601 and UTC, and without bytes and streams."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else None


def moment(value: object) -> str | None:
    """A date of an answer in ISO 8601 and UTC, None when there is none."""
    told = plain(value)
    return told if isinstance(told, str) and told else None
