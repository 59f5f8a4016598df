"""The Cerberus schemas of connector definitions: how a vendor's API is asked."""

from __future__ import annotations

from policycheck.declared.elements import Rules, flag, listing, mapping, number, text, texts, whole
from policycheck.model.definitions import AUTH_KINDS, PAGING_KINDS

_EXPRESSION = text("result", shape="expression")
_TEXTS = mapping("{limit: '100'}", shape="named_texts")
_VALUES = mapping("{id: api_key_id, name: name}", required=True, empty=False, shape="detailed")
_SOURCE = text("keys", required=True)

DEFINITION: dict[str, dict[str, Rules]] = {
    "definition": {
        "name": text("Parcelpost", required=True),
        "checked": text("2026-11-22", shape="day", required=True),
        "direction": text("ours", allowed=["ours", "theirs"], required=True),
        "sources": mapping('{keys: "https://docs.vendor.example/keys"}', required=True, empty=False, shape="detailed"),
        "options": mapping('{region: {help: "where the account is", values: {eu: api.eu.vendor.example}}}'),
        "base_url": text('"https://api.vendor.example/v1"', required=True, shape="base_url"),
        "auth": mapping('{kind: headers, headers: {Authorization: "Bearer {token}"}}', required=True, empty=False),
        "headers": _TEXTS,
        "limits": mapping("{per_second: 5}"),
        "ok": mapping("{true: ok, error: error}"),
        "probe": mapping("{path: /me, source: keys}"),
        "requests": mapping("{keys: {path: /keys, ...}}"),
        "unknown": listing('[{facts: credentials, why: "no call lists keys", attest: "ask for the list", ...}]'),
    },
    "definition_option": {
        "help": text('"where the account is"', required=True),
        "required": flag("true"),
        "default": text("us"),
        "values": mapping("{us: api.vendor.example}", empty=False, shape="named_texts"),
        "pattern": text('"[a-z0-9-]+"', shape="pattern"),
        "taken_from": mapping("{credential: token, after: '-'}"),
    },
    "definition_taken": {"credential": text("token", required=True), "after": text('"-"', required=True)},
    "definition_auth": {
        "kind": text("headers", allowed=list(AUTH_KINDS), required=True),
        "credentials": mapping('{token: "an API key that may only read"}', shape="named_texts"),
        "headers": mapping('{Authorization: "Bearer {token}"}', shape="named_texts"),
        "body": mapping('{key: "{token}"}', shape="named_texts"),
        "user": text("api"),
        "password": text('"{token}"'),
        "token_url": text('"https://{tenant}/oauth/token"', shape="base_url"),
        "extra": mapping('{audience: "https://{tenant}/api/v2/"}', shape="named_texts"),
        "sends": text("json", allowed=["json", "form", "basic"]),
    },
    "definition_limits": {
        "per_second": number("5", 0.01, 1000),
        "calls": whole("20000", 1, 1000000),
        "minutes": whole("30", 1, 1440),
    },
    "definition_ok": {"true": {**_EXPRESSION, "required": True}, "error": {**_EXPRESSION, "required": True}},
    "definition_probe": {
        "path": text("/me", required=True, shape="path"),
        "source": _SOURCE,
        "method": text("GET", allowed=["GET", "POST"]),
        "scopes": _EXPRESSION,
        "scopes_header": text("X-OAuth-Scopes"),
        "who": _EXPRESSION,
        "enough": texts("[keys.read]", "unique"),
        "query": _TEXTS,
        "body": _TEXTS,
    },
    "definition_request": {
        "facts": text("credentials", allowed=["credentials", "fields"]),
        "source": _SOURCE,
        "path": text("/keys", required=True, shape="path"),
        "method": text("GET", allowed=["GET", "POST"]),
        "query": _TEXTS,
        "headers": _TEXTS,
        "body": _TEXTS,
        "each": mapping("{object: [contacts, companies]}", shape="lists"),
        "under": text("lists"),
        "take": mapping("{list: id}", shape="expressions"),
        "parents": whole("1000", 1, 100000),
        "sample": whole("100", 1, 100000),
        "detail": text("/keys/{id}", shape="path"),
        "detail_records": _EXPRESSION,
        "records": _EXPRESSION,
        "total": _EXPRESSION,
        "entries": _EXPRESSION,
        "names": mapping("{of: value.expression, after: user.}"),
        "paging": mapping("{kind: offset, at_in: offset, size_in: limit, size: 100}"),
        "map": {**_VALUES, "required": False},
        "on": mapping('{"404": empty, "402": "the plan has no such call"}', shape="outcomes"),
        "needs": texts("[keys.read]", "unique"),
        "partial": text('"only the keys of the caller are listed"'),
        "unconfirmed": text('"the reference was not at hand"'),
    },
    "definition_names": {"of": {**_EXPRESSION, "required": True}, "after": text("user.", required=True)},
    "definition_paging": {
        "kind": text("offset", allowed=list(PAGING_KINDS), required=True),
        "size_in": text("limit"),
        "size": whole("100", 1, 100000),
        "at_in": text("offset"),
        "first": whole("1", 0, 1),
        "next": _EXPRESSION,
        "more": _EXPRESSION,
        "id": _EXPRESSION,
    },
    "definition_value": {
        "path": _EXPRESSION,
        "words": mapping('{"true": active, "*": disabled}', shape="named_texts"),
        "separator": text('","'),
        "mask": flag("true"),
        "pairs": mapping("{of: policies, left: permissions, right: resources}"),
        "joint": text('" on "'),
    },
    "definition_pairs": {
        "of": {**_EXPRESSION, "required": True},
        "left": {**_EXPRESSION, "required": True},
        "right": {**_EXPRESSION, "required": True},
    },
    "definition_outcome": {
        "reason": text('"the plan has no such call"', required=True),
        "help": text('"ask the vendor for the list"'),
    },
    "definition_unknown": {
        "facts": text("credentials", allowed=["credentials", "fields"], required=True),
        "why": text('"no call lists keys"', required=True),
        "attest": text('"open Settings, API keys, and write down their names"', required=True),
        "source": _SOURCE,
    },
}

DEFINITION_NESTED: dict[str, dict[str, tuple[str, str]]] = {
    "definition": {
        "sources": ("detailed", "profile_source"),
        "options": ("named", "definition_option"),
        "auth": ("inside", "definition_auth"),
        "limits": ("inside", "definition_limits"),
        "ok": ("inside", "definition_ok"),
        "probe": ("inside", "definition_probe"),
        "requests": ("named", "definition_request"),
        "unknown": ("each", "definition_unknown"),
    },
    "definition_option": {"taken_from": ("inside", "definition_taken")},
    "definition_request": {
        "names": ("inside", "definition_names"),
        "paging": ("inside", "definition_paging"),
        "map": ("detailed", "definition_value"),
        "on": ("detailed", "definition_outcome"),
    },
    "definition_value": {"pairs": ("inside", "definition_pairs")},
}
