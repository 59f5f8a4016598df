"""Recorded requests to measure with: mail, analytics, a pixel and a CRM, of invented people.

``python -m benchmarks.requests FILE COUNT`` writes them.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_TYPE = {"content-type": "application/json", "authorization": "Bearer none", "user-agent": "lumen-backend/4.1"}
_BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "accept": "*/*",
    "cookie": "id=1",
    "sec-fetch-mode": "cors",
}
_FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}


def _mail(number: int, person: str, address: str) -> dict[str, Any]:
    data = {"first_name": "Ann", "tier": "pro", "last_ip": address, "album": f"summer {number}"}
    body = {
        "personalizations": [{"to": [{"email": person, "name": f"Ann {number}"}], "dynamic_template_data": data}],
        "from": {"email": "hello@lumen.example"},
        "template_id": "d-welcome",
        "custom_args": {"member_id": str(number)},
    }
    return {
        "method": "POST",
        "url": "https://api.mail.example/v3/mail/send",
        "headers": _TYPE,
        "body": json.dumps(body),
    }


def _analytics(number: int, person: str, address: str) -> dict[str, Any]:
    event = {
        "user_id": str(number),
        "device_id": f"d-{number}",
        "event_type": "album viewed",
        "time": 1_760_000_000_000 + number,
        "event_properties": {"page": "/home", "referrer": "https://www.lumen.example/", "load_ms": number / 7},
        "user_properties": {"plan": "pro", "email": person},
        "ip": address,
        "language": "en-GB",
    }
    return {
        "method": "POST",
        "url": "https://events.analytics.example/2/batch",
        "headers": _TYPE,
        "body": {"events": [event]},
    }


def _pixel(number: int, person: str, address: str) -> dict[str, Any]:
    page = f"https%3A%2F%2Fwww.lumen.example%2Falbums%2F{number}"
    url = f"https://px.tracker.example/collect?cid={number}.7&dl={page}&uip={address}&ul=en-gb&z={number * 31}"
    return {"method": "GET", "url": url, "headers": _BROWSER}


def _crm(number: int, person: str, address: str) -> dict[str, Any]:
    body = f"email={person.replace('@', '%40')}&phone=%2B4930{number:07}&address%5Bcity%5D=Berlin&tags%5B%5D=a"
    return {"method": "PUT", "url": f"https://api.crm.example/v1/contacts/{number}", "headers": _FORM, "body": body}


_KINDS: tuple[Callable[[int, str, str], dict[str, Any]], ...] = (_mail, _analytics, _pixel, _crm)


def lines(count: int) -> Iterator[str]:
    """So many requests as JSON Lines, the same in every run."""
    chance = random.Random(4)
    for number in range(count):
        record = _KINDS[number % len(_KINDS)](
            number, f"ann{number}@lumen.example", f"198.51.100.{chance.randrange(1, 255)}"
        )
        yield json.dumps({"time": "2026-11-19T10:00:00Z", **record}) + "\n"


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", encoding="utf-8") as _file:
        _file.writelines(lines(int(sys.argv[2])))
