"""The Cerberus schemas of the library: vendor profiles and kinds of vendors."""

from __future__ import annotations

from policycheck.declared.elements import Rules, listing, mapping, text, texts

_READ = text("2026-11-22", shape="day")
_SOURCES = mapping('{users: "https://docs.vendor.example/users"}', required=True, empty=False, shape="detailed")
_CATEGORY = text("user.contact.email", required=True)
_FORM = text("hashed")
_ROWS = listing('[{category: user.contact.email, why: "greeting", source: spec}]')

LIBRARY: dict[str, dict[str, Rules]] = {
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
