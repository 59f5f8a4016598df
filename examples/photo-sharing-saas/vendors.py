"""Lumen's accounts at four vendors, played with what was exported from them, in the vendors' own shapes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from comparing import EXAMPLE

sys.path.insert(0, str(EXAMPLE.parents[1]))

from tests.servers.vendors import Reply, Seen, Vendors, running

#: What policycheck needs in its environment to be let in; the vendors that are played take nothing else.
CREDENTIALS = {
    "SENDGRID_AUDIT_KEY": "demo-sendgrid",
    "ZENDESK_AUDIT_TOKEN": "demo-zendesk",
    "DATADOG_API_KEY": "demo-datadog-api",
    "DATADOG_AUDIT_KEY": "demo-datadog",
    "AMPLITUDE_KEY": "demo-amplitude",
    "AMPLITUDE_SECRET": "demo-secret",
}
Answers = Mapping[str, Any]


def _export(name: str) -> Any:
    return json.loads((EXAMPLE / "exports" / name).read_text("utf-8"))


def _sendgrid() -> Answers:
    keys = _export("sendgrid/api-keys.json")["result"]
    listed = [{name: key[name] for name in ("api_key_id", "name")} for key in keys]
    return {
        "/v3/api_keys": {"result": listed},
        **{f"/v3/api_keys/{key['api_key_id']}": key for key in keys},
        "/v3/marketing/field_definitions": _export("sendgrid/field-definitions.json"),
    }


def _zendesk() -> Answers:
    last = {"meta": {"has_more": False}, "links": {"next": None}}
    return {
        "/api/v2/oauth/clients": {"clients": [], **last},
        "/api/v2/oauth/global_clients": {"clients": [], **last},
        "/api/v2/oauth/tokens": {"tokens": _export("zendesk/oauth-tokens.json")["tokens"], **last},
        "/api/v2/user_fields": {"user_fields": _export("zendesk/user-fields.json")["user_fields"], **last},
        "/api/v2/organization_fields": {"organization_fields": [], **last},
        "/api/v2/ticket_fields": {"ticket_fields": [], **last},
    }


def _datadog() -> Answers:
    none = {"data": [], "meta": {"page": {"total_filtered_count": 0}}}
    return {
        "/api/v2/api_keys": none,
        "/api/v2/application_keys": _export("datadog/application-keys.json"),
        "/api/v2/personal_access_tokens": none,
        "/api/v2/logs/config/custom-destinations": {"data": []},
    }


def _amplitude() -> Answers:
    return {
        "/api/2/taxonomy/user-property": _export("amplitude/user-properties.json"),
        "/api/2/taxonomy/event": {"success": True, "data": []},
    }


def _player(answers: Answers, header: str, value: str) -> Callable[[Seen], Reply]:
    def play(seen: Seen) -> Reply:
        if seen.headers.get(header) != value:
            return Reply({"error": "not authenticated"}, 401)
        return Reply(answers[seen.path]) if seen.path in answers else Reply({"error": "no such thing"}, 404)

    return play


@contextmanager
def played(directory: Path) -> Iterator[Vendors]:
    """The four vendors behind a proxy on a free port of this machine, with certificates of an authority of its own."""
    with running(directory) as vendors:
        basic = "Basic ZGVtby1hbXBsaXR1ZGU6ZGVtby1zZWNyZXQ="
        vendors.plays = {
            "api.sendgrid.com": _player(_sendgrid(), "authorization", "Bearer demo-sendgrid"),
            "lumen.zendesk.com": _player(_zendesk(), "authorization", "Bearer demo-zendesk"),
            "api.datadoghq.eu": _player(_datadog(), "dd-application-key", "demo-datadog"),
            "analytics.eu.amplitude.com": _player(_amplitude(), "authorization", basic),
        }
        yield vendors
