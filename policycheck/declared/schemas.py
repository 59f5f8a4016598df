"""The Cerberus schemas of everything that users write, one for each kind of mapping.

``meta`` is the example shown when a value is wrong; ``shape`` a value check of ``shapes``. ``nullable`` are the lists
of what is allowed: with nothing below its key, such a list allows nothing.
"""

from __future__ import annotations

from policycheck.declared.definition_schemas import DEFINITION, DEFINITION_NESTED
from policycheck.declared.elements import DAY as _DAY
from policycheck.declared.elements import Rules
from policycheck.declared.elements import listing as _list
from policycheck.declared.elements import mapping as _map
from policycheck.declared.elements import text as _text
from policycheck.declared.elements import texts as _texts
from policycheck.declared.elements import whole as _whole
from policycheck.declared.library_schemas import LIBRARY, LIBRARY_NESTED
from policycheck.declared.settings import SEVERITIES

_HOURS = 365 * 24

#: More than there are people: a larger count is a slip of the finger.
_PEOPLE = 100_000_000_000

#: Schemas of mappings that hold keys of others: a connector's options.
OPEN = frozenset({"connector"})

_WHY = _text('"suppression list lookups"', shape="answer")
_LIMITS = _map("{key_max_age_days: 90}")
_REVIEW = _map("{last: 2026-09-01, by: privacy@lumen.example, every_days: 180}")
_NEVER = _texts("[user.financial]")

_SHARED: Rules = {"never": _NEVER, "limits": _LIMITS, "review": _map("{every_days: 180}")}

_CONFIG: dict[str, Rules] = {
    "config": {
        "version": {"type": "whole", "allowed": [1], "required": True, "meta": "1"},
        "policies": _texts("[policies/]"),
        "catalog": _texts("[catalog/]"),
        "overrides": _texts("[overrides/]"),
        "snapshots": _map("{path: .policycheck/snapshots, keep_days: 800}"),
        "baseline": _text("policycheck.baseline"),
        "fail_on": _text("medium", allowed=list(SEVERITIES)),
        "rules": _text('"2026.11"', shape="pin"),
        "own_accounts": _texts('["111122223333"]', "accounts"),
        "own_organizations": _texts('["o-a1b2c3d4e5"]', "organizations"),
        "own_hosts": _texts("[lumen.example]", "own_hosts"),
        "own_apps": _texts('["lumen-*"]'),
        "groups": _map('{prod: ["111122223333"]}', shape="groups"),
        "defaults": _map("{never: [user.financial]}"),
        "profiles": _map("{eu-marketing: {never: [user.device.ip_address]}}"),
        "connectors": _list("[{name: iam-export, type: aws-authorization-details}]"),
        "exceptions": _list("[{rule: PC203, match: {party: ...}, ...}]"),
    },
    "snapshots": {
        "path": _text(".policycheck/snapshots"),
        "keep_days": _whole("800"),
        "max_age_days": _whole("7"),
    },
    "shared": _SHARED,
    "every": {"every_days": _whole("180")},
    "limits": {"key_max_age_days": _whole("90"), "unused_after_days": _whole("90")},
    "connector": {"name": _text("iam-export", required=True), "type": _text("aws", required=True)},
}

_POLICY: dict[str, Rules] = {
    "policy": {
        "vendor": _text("sendgrid", shape="vendor", required=True),
        "name": _text("Twilio SendGrid"),
        "legal_name": _text("Twilio Inc.", shape="answer"),
        "security_contact": _text("security@vendor.example", shape="answer"),
        "kind": _text("transactional_email"),
        "integrations": _map("{live: {kind: transactional_email}}"),
        "subjects": _texts("[customer]"),
        "use": _texts("[essential.service.notifications.email]"),
        "role": _text(
            "processor",
            allowed=[
                "processor",
                "sub_processor",
                "controller",
                "joint_controller",
                "service_provider",
                "contractor",
                "third_party",
            ],
        ),
        "owner": _text("growth-platform@lumen.example", shape="answer"),
        "extends": _texts("[eu-marketing]"),
        "stage": _text("enforce", allowed=["draft", "observe", "enforce"]),
        "recognise": _map("{hosts: [api.vendor.example]}"),
        "fields": _list("[{category: user.contact.email}]", nullable=True),
        "never": _NEVER,
        "limits": _LIMITS,
        "access": _list("[{system: aws, in: [prod]}]", nullable=True),
        "contract": _map('{dpa: "https://contracts.lumen.example/vendor", ends: 2027-03-31}'),
        "review": _REVIEW,
        "exceptions": _list("[{rule: PC301, match: {key: old-key}, ...}]"),
        "observe": _list("[{system: brevo, by: attestation, every_days: 90, reason: ...}]"),
    },
    "integration": {"kind": _text("transactional_email"), "tenant": _text("lumen-live")},
    "recognise": {
        "aws_accounts": _texts('["444455556666"]', "accounts"),
        "aws_principals": _texts('["arn:aws:iam::444455556666:role/import"]', "arns"),
        "issuers": _texts('["https://token.vendor.example"]'),
        "oauth_apps": _texts('["vendor-app"]'),
        "tenants": _texts('["lumen"]'),
        "hosts": _texts("[api.vendor.example]", "hosts"),
        "keys": _texts('["sendgrid-*"]'),
    },
    "field": {
        "category": _text("user.contact.email", required=True),
        "forms": _texts("[tokenised]"),
        "origins": _texts("[sent]"),
        "depth": _text("latest"),
        "via": _texts("[live]"),
        "keep_days": _whole("30", 0),
        "until": _DAY,
        "why": _WHY,
    },
    "access": {
        "system": _text("aws", required=True),
        "in": _texts("[prod]"),
        "principals": _texts('["arn:aws:iam::111122223333:role/vendor-import"]'),
        "require": _map("{external_id: unique, max_session: 1h}"),
        "allow": _list(
            '[{actions: [s3:GetObject], resources: ["arn:aws:s3:::bucket/*"]}]', shape="allow", nullable=True
        ),
        "scopes": _texts("[mail.send]", nullable=True),
        "held_by": _text("us"),
        "integration": _text("live"),
        "from": _DAY,
        "until": _DAY,
        "ticket": _text('"SEC-1234"', shape="answer"),
        "why": _WHY,
    },
    "require": {
        "external_id": _text("unique", allowed=["any", "unique"]),
        "max_session": _text("1h", shape="session"),
        "source_ips": _texts('["192.0.2.0/24"]', "networks"),
        "key_expiry": _text("90d", shape="expiry"),
    },
    "allow": {
        "actions": _texts("[s3:GetObject]", "actions", empty=False),
        "resources": _texts('["arn:aws:s3:::bucket/*"]', "resources", empty=False),
        "conditions": _map('{Bool: {"aws:SecureTransport": "true"}}', shape="conditions"),
        "aws_managed": _text("SecurityAudit"),
        "sha256": _text('"9f86d0..."', shape="sha256"),
        "why": _WHY,
    },
    "contract": {
        "dpa": _text('"https://contracts.lumen.example/vendor"', shape="answer"),
        "ends": _DAY,
        "breach_notice_hours": _whole("24", most=_HOURS),
        "clauses": _texts("[audit-right]"),
        "subprocessors": _list("[{name: Cloud Ltd, for: hosting, region: eu}]"),
        "regions": _texts("[eu]"),
        "transfer": _text("SCC"),
        "retention_days": _whole("30", 0),
        "delete_after_end_days": _whole("30", 0),
    },
    "subprocessor": {"name": _text("Cloud Ltd", required=True), "for": _text("hosting"), "region": _text("eu")},
    "review": {"last": _DAY, "by": _text("privacy@lumen.example", shape="answer"), "every_days": _whole("180")},
    "exception": {
        "rule": _text("PC301", shape="rule", required=True),
        "match": _map("{key: sendgrid-legacy}", shape="match", required=True),
        "reason": _text('"rotation in Q1"', shape="reason", required=True),
        "owner": _text("growth@lumen.example", shape="person", required=True),
        "approved_by": _text("ciso@lumen.example", shape="person", required=True),
        "expires": {**_DAY, "required": True},
    },
    "observe": {
        "system": _text("brevo", required=True),
        "by": _text("attestation", allowed=["attestation"], required=True),
        "every_days": {**_whole("90"), "required": True},
        "reason": _text('"no call lists keys"', shape="reason", required=True),
    },
}

_CATALOG: dict[str, Rules] = {
    "catalog": {
        "dataset": _text("member-exports", shape="dataset", required=True),
        "subjects": _map("{kind: customer, count: 35000000, regions: [eu, us]}"),
        "locations": _texts('["arn:aws:s3:::bucket/members/*"]', "locations", required=True, empty=False),
        "fields": {
            "type": ["string", "dict"],
            "required": True,
            "empty": False,
            "meta": "{email: user.contact.email}",
            "shape": "dataset_fields",
        },
        "why": _WHY,
    },
    "subjects": {"kind": _text("customer"), "count": _whole("35000000", 0, _PEOPLE), "regions": _texts("[eu, us]")},
    "dataset_field": {
        "category": _text("user.device.ip_address"),
        "form": _text("raw"),
        "depth": _text("history"),
        "review": _text('"0.55, rule username"'),
    },
}

_OVERRIDES: dict[str, Rules] = {
    "overrides": {"fields": _list("[{field: contact.nick, category: user.account.username, ...}]", required=True)},
    "override": {
        "field": _text("contact.nick", required=True),
        "category": _text("user.account.username", required=True),
        "form": _text("raw"),
        "system": _text("sendgrid"),
        "vendor": _text("sendgrid"),
        "why": _text('"holds the login, see LUM-12"', shape="answer", required=True),
    },
}

SCHEMAS: dict[str, dict[str, Rules]] = {**_CONFIG, **_POLICY, **_CATALOG, **_OVERRIDES, **LIBRARY, **DEFINITION}

#: How mappings nest: schema -> key -> (how, schema of what is there). ``inside`` is a mapping, ``each`` a list of
#: mappings, ``named`` mappings under free names, ``detailed`` the same where a value may be text as well, ``grouped``
#: the latter once more under free names, ``parts`` a list of mappings where an item may be text as well.
NESTED: dict[str, dict[str, tuple[str, str]]] = {
    **LIBRARY_NESTED,
    **DEFINITION_NESTED,
    "config": {
        "snapshots": ("inside", "snapshots"),
        "defaults": ("inside", "shared"),
        "profiles": ("named", "shared"),
        "connectors": ("each", "connector"),
        "exceptions": ("each", "exception"),
    },
    "shared": {
        "limits": ("inside", "limits"),
        "review": ("inside", "every"),
    },
    "overrides": {"fields": ("each", "override")},
    "policy": {
        "integrations": ("named", "integration"),
        "recognise": ("inside", "recognise"),
        "fields": ("each", "field"),
        "limits": ("inside", "limits"),
        "access": ("each", "access"),
        "contract": ("inside", "contract"),
        "review": ("inside", "review"),
        "exceptions": ("each", "exception"),
        "observe": ("each", "observe"),
    },
    "access": {
        "require": ("inside", "require"),
        "allow": ("each", "allow"),
    },
    "contract": {
        "subprocessors": ("each", "subprocessor"),
    },
    "catalog": {
        "subjects": ("inside", "subjects"),
        "fields": ("detailed", "dataset_field"),
    },
}
