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

_WORDS = text("email, mail address")
_MAYBE = {"type": "string", "meta": "person, visitor"}
_SHAPES = text("md5, sha256")
_SURE = number("0.9")

_CLASSIFICATION: dict[str, dict[str, Rules]] = {
    "classification": {
        "version": text('"2026.11"', shape="pin", required=True),
        "phrases": mapping("{courriel: email}", required=True, shape="named_texts"),
        "small": text("of, the", required=True),
        "leading": text("nom, numero", required=True),
        "neutral": text("value, data", required=True),
        "carriers": text("value, raw"),
        "carried": text("country name, country code"),
        "flags": text("is, has", required=True),
        "frames": text("webhook, api"),
        "classes": mapping("{when: at, date, time}", shape="named_texts"),
        "plural_history": text("user.device.ip_address"),
        "owners": mapping("{person: user, customer}", required=True, shape="named_texts"),
        "forms": listing("[{form: hashed, words: sha256}]", required=True),
        "depths": listing("[{depth: history, words: history}]", required=True),
        "types": mapping("{boolean: bool, flag}", required=True, shape="named_texts"),
        "fits": mapping("{user.contact.email: {shapes: email, never: boolean}}", required=True),
        "shapes": listing("[{id: shape-email, shapes: email, category: user.contact.email, ...}]", required=True),
        "shape_forms": listing("[{form: hashed, shapes: md5}]", required=True),
        "rules": listing("[{id: email, category: user.contact.email, names: email, ...}]", required=True, empty=False),
    },
    "name_rule": {
        "id": text("email", shape="slug", required=True),
        "category": _CATEGORY,
        "confidence": {**_SURE, "required": True},
        "names": {**_WORDS, "required": True},
        "of": _MAYBE,
        "not_of": _MAYBE,
        "within": _MAYBE,
        "without": _MAYBE,
        "near": _MAYBE,
        "far": _MAYBE,
        "types": _MAYBE,
        "form": _FORM,
        "depth": text("history"),
        "loose": _SURE,
        "whole": flag("true"),
        "together": flag("true"),
        "why": text("an address of a person"),
    },
    "shape_rule": {
        "id": text("shape-email", shape="slug", required=True),
        "shapes": {**_SHAPES, "required": True},
        "category": _CATEGORY,
        "confidence": {**_SURE, "required": True},
        "of": _MAYBE,
        "not_of": _MAYBE,
        "over": text("structural, record-state"),
        "form": _FORM,
        "why": text("values look like e-mail addresses"),
    },
    "form_words": {"form": {**_FORM, "required": True}, "words": {**_WORDS, "required": True}, "of": text("user.name")},
    "depth_words": {"depth": text("history", required=True), "words": {**_WORDS, "required": True}},
    "shape_form": {
        "form": {**_FORM, "required": True},
        "shapes": {**_SHAPES, "required": True},
        "of": text("user.name"),
    },
    "fit": {"shapes": _SHAPES, "never": _SHAPES},
}

_FRAMEWORKS: dict[str, dict[str, Rules]] = {
    "frameworks": {
        "version": text('"2026.11"', shape="pin", required=True),
        "frameworks": mapping("{gdpr: {name: GDPR, ...}}", required=True, empty=False),
        "rules": mapping('{PC101: {gdpr: ["5(1)(c)"]}}', required=True, empty=False),
    },
    "framework": {
        "name": text("NIST SP 800-53 revision 5", required=True),
        "url": text("https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final", required=True),
        "confirmed": {**_READ, "required": True},
        "source": text('"usnistgov/oscal-content, resolved HIGH baseline"', required=True),
        "entries": mapping("{AC-6: Least Privilege}", required=True, empty=False, shape="named_texts"),
    },
}

LIBRARY: dict[str, dict[str, Rules]] = {
    **_COMBINATIONS,
    **_FRAMEWORKS,
    **_CLASSIFICATION,
    "profile": {
        "name": text("Parcelpost", required=True),
        "date": {**_READ, "required": True},
        "kinds": texts("[transactional_email]", required=True, empty=False),
        "systems": texts("[parcelpost]", "slugs", empty=False),
        "sources": _SOURCES,
        "recognise": mapping("{hosts: {api: [api.vendor.example]}}"),
        "wrappers": texts("[data, attributes]", "unique", empty=False),
        "secret_names": texts("[segment-write-key]", "unique", empty=False),
        "keys": mapping("{users: {email: user.contact.email}}", shape="grouped"),
        "switches": mapping('{opens: {how: "turn off open tracking", source: opens}}'),
        "builtin": mapping("{users: {user.email: user.contact.email}}", shape="grouped_paths"),
        "scopes": mapping('{source: keys, known: ["mail:send"]}'),
    },
    "field_map": {
        "name": text("Parcelpost", required=True),
        "date": {**_READ, "required": True},
        "sources": _SOURCES,
        "wrappers": texts("[data, attributes]", "unique", empty=False),
        "keys": mapping("{users: {email: user.contact.email}}", required=True, empty=False, shape="grouped"),
    },
    "names": {"also": mapping("{google-analytics: [GA4]}", required=True, empty=False, shape="lists")},
    "profile_source": {"what": text('"https://docs.vendor.example/users"', required=True), "date": _READ},
    "profile_recognise": {
        "hosts": mapping("{api: [api.vendor.example]}", shape="sourced_hosts"),
        "aws_accounts": mapping('{trust: ["444455556666"]}', shape="sourced_accounts"),
        "issuers": mapping('{trust: ["https://oidc.vendor.example"]}', shape="sourced_issuers"),
        "oauth_apps": mapping("{slack: [A0W7UKG8E]}", shape="lists"),
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
        "complete": texts('["mail:*"]', "unique"),
        "levels": texts("[read, write]", "unique"),
        "weaker_prefixes": texts('["delegated:"]', "unique"),
        "weaker_suffixes": texts("[.readonly]", "unique"),
        "joint": text('" on "'),
        "reaches": mapping('{"contacts:read": [user.contact.email]}', shape="lists"),
    },
    "kind": {
        "label": text("transactional e-mail", required=True),
        "date": {**_READ, "required": True},
        "sources": _SOURCES,
        "needed": _ROWS,
        "optional": _ROWS,
        "over_shared": _ROWS,
        "inventory": mapping('{why: "it watches what runs", source: spec}'),
    },
    "kind_inventory": {
        "why": text('"it watches what runs"', required=True),
        "source": text("spec", required=True),
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
    "frameworks": {"frameworks": ("named", "framework")},
    "classification": {
        "forms": ("each", "form_words"),
        "depths": ("each", "depth_words"),
        "fits": ("named", "fit"),
        "shapes": ("each", "shape_rule"),
        "shape_forms": ("each", "shape_form"),
        "rules": ("each", "name_rule"),
    },
    "profile": {
        "sources": ("detailed", "profile_source"),
        "recognise": ("inside", "profile_recognise"),
        "keys": ("grouped", "profile_key"),
        "switches": ("named", "profile_switch"),
        "builtin": ("grouped", "profile_field"),
        "scopes": ("inside", "profile_scopes"),
    },
    "field_map": {"sources": ("detailed", "profile_source"), "keys": ("grouped", "profile_key")},
    "kind": {
        "sources": ("detailed", "profile_source"),
        "needed": ("each", "kind_row"),
        "optional": ("each", "kind_row"),
        "over_shared": ("each", "kind_row"),
        "inventory": ("inside", "kind_inventory"),
    },
}
