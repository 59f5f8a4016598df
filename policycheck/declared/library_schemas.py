"""The Cerberus schemas of the library: vendor profiles and kinds of vendors."""

from __future__ import annotations

from policycheck.declared.elements import Rules, flag, listing, mapping, number, text, texts
from policycheck.declared.settings import SEVERITIES

_READ = text("2026-11-22", shape="day")
_SOURCES = mapping('{users: "https://docs.vendor.example/users"}', required=True, empty=False, shape="detailed")
_CATEGORY = text("user.contact.email", required=True)
_FORM = text("hashed")
_ROWS = listing('[{category: user.contact.email, why: "greeting", source: spec}]')

_COMBINATIONS: dict[str, dict[str, Rules]] = {
    "combinations": {
        "version": text('"2026.11"', shape="pin", required=True),
        "date": {**_READ, "required": True},
        "weights": mapping("{raw: 1, hashed: 0.7}", required=True, shape="shares"),
        "join_weights": mapping("{hashed: 1}", required=True, shape="shares"),
        "counts_from": {**number("0.5"), "required": True},
        "lowers_below": {**number("1"), "required": True},
        "identifiers": texts("[user.contact.email]", "unique", required=True, empty=False),
        "sources": _SOURCES,
        "combinations": mapping("{email-ip: {label: email + IP address, ...}}", required=True, empty=False),
    },
    "combination": {
        "label": text("email + IP address", required=True),
        "all_of": listing("[user.contact.email, user.device.ip_address]", required=True, shape="members"),
        "severity": text("high", allowed=list(SEVERITIES), required=True),
        "why": text("ties the person to other leaks", required=True),
        "source": text("notice", required=True),
    },
    "member": {
        "category": text("user.contact.email"),
        "any_of": texts("[user.unique_id, user.contact.email]", empty=False),
        "depth": text("history"),
        "join": flag("true"),
    },
}

LIBRARY: dict[str, dict[str, Rules]] = {
    **_COMBINATIONS,
    "profile": {
        "name": text("Parcelpost", required=True),
        "date": {**_READ, "required": True},
        "kinds": texts("[transactional_email]", required=True, empty=False),
        "systems": texts("[parcelpost]", "slugs", empty=False),
        "sources": _SOURCES,
        "recognise": mapping("{hosts: {api: [api.vendor.example]}}"),
        "keys": mapping("{users: {email: user.contact.email}}", shape="grouped"),
        "switches": mapping('{opens: {how: "turn off open tracking", source: opens}}'),
        "builtin": mapping("{users: {user.email: user.contact.email}}", shape="grouped_paths"),
        "scopes": mapping('{source: keys, known: ["mail:send"]}'),
    },
    "profile_source": {"what": text('"https://docs.vendor.example/users"', required=True), "date": _READ},
    "profile_recognise": {
        "hosts": mapping("{api: [api.vendor.example]}", shape="sourced_hosts"),
        "aws_accounts": mapping('{trust: ["444455556666"]}', shape="sourced_accounts"),
        "issuers": mapping('{trust: ["https://oidc.vendor.example"]}', shape="sourced_issuers"),
    },
    "profile_key": {"category": _CATEGORY, "form": _FORM, "depth": text("history")},
    "profile_field": {
        "category": _CATEGORY,
        "origin": text("collected"),
        "form": _FORM,
        "depth": text("history"),
        "switch": text("opens"),
    },
    "profile_switch": {
        "how": text('"turn off open tracking"', required=True),
        "initially": text("disabled", allowed=["enabled", "disabled"]),
        "source": text("opens", required=True),
    },
    "profile_scopes": {
        "source": text("keys", required=True),
        "null_means": text("unrestricted", allowed=["unrestricted", "nothing", "unknown"]),
        "unrestricted": texts("[full]"),
        "known": texts('["mail:send"]', "unique"),
        "includes": mapping('{activity: ["contacts:read"]}', shape="lists"),
        "levels": texts("[read, write]", "unique"),
        "reaches": mapping('{"contacts:read": [user.contact.email]}', shape="lists"),
    },
    "kind": {
        "label": text("transactional e-mail", required=True),
        "date": {**_READ, "required": True},
        "sources": _SOURCES,
        "needed": _ROWS,
        "optional": _ROWS,
        "over_shared": _ROWS,
    },
    "kind_row": {
        "category": _CATEGORY,
        "forms": texts("[hashed]", empty=False),
        "why": text('"the address to which a message goes"', required=True),
        "source": text("spec", required=True),
    },
}

LIBRARY_NESTED: dict[str, dict[str, tuple[str, str]]] = {
    "combinations": {"sources": ("detailed", "profile_source"), "combinations": ("named", "combination")},
    "combination": {"all_of": ("parts", "member")},
    "profile": {
        "sources": ("detailed", "profile_source"),
        "recognise": ("inside", "profile_recognise"),
        "keys": ("grouped", "profile_key"),
        "switches": ("named", "profile_switch"),
        "builtin": ("grouped", "profile_field"),
        "scopes": ("inside", "profile_scopes"),
    },
    "kind": {
        "sources": ("detailed", "profile_source"),
        "needed": ("each", "kind_row"),
        "optional": ("each", "kind_row"),
        "over_shared": ("each", "kind_row"),
    },
}
