"""Recognising live secrets in columns that should hold ids and names; they are replaced by a fingerprint.

Prefixes are those that the vendors document, or that secret scanners know them by.
"""

from __future__ import annotations

import re
from hashlib import sha256

from policycheck_connectors.files.book import Gap

_KNOWN = re.compile(
    r"SG\.[\w-]{10,}\.[\w-]{10,}"  # SendGrid
    r"|(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}"  # Stripe
    r"|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}"  # Slack
    r"|gh[oprsu]_\w{20,}|github_pat_\w{20,}"  # GitHub
    r"|glpat-[\w-]{16,}"  # GitLab
    r"|eyJ[\w-]{8,}\.[\w-]{8,}\.?[\w-]*"  # JSON Web Token
    r"|AIza[\w-]{30,}"  # Google
    r"|xkeysib-[\w-]{20,}"  # Brevo
    r"|[0-9a-f]{32}-us\d{1,2}"  # Mailchimp
    r"|key-[0-9a-f]{32}"  # Mailgun
    r"|pat-[a-z]{2}\d-[0-9a-f-]{30,}"  # HubSpot
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{20,}"  # Shopify
    r"|sntry[su]_[\w=+/-]{20,}"  # Sentry
    r"|dop_v1_[0-9a-f]{30,}|npm_\w{30,}|pypi-[\w-]{30,}|hf_\w{30,}|sk-[\w-]{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@"  # a password in an address
)
_HEX = re.compile(r"[0-9a-fA-F]{40,}")
_RANDOM = re.compile(r"[A-Za-z0-9+/_=-]{32,}")
_WORDS = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}|\d{5,}")


def masked(value: str, *, random: bool = True) -> str:
    """The value, or a stable fingerprint of it (``sha256:1a2b3c4d``) when it looks like a live secret.

    ``random`` also takes long strings that look random; ids such as AKIA..., UUIDs and 32 hex digits are let through.
    """
    if _KNOWN.search(value) or (random and _looks_random(value)):
        return "sha256:" + sha256(value.encode("utf-8", "replace")).hexdigest()[:8]
    return value


def secret_gap(where: str) -> Gap:
    """Says that a secret stands at a place where none belongs."""
    help = "export ids instead of the keys themselves, and replace the keys that were in the file"
    return Gap("values that look like live secrets, of which only a fingerprint is kept", help, where)


def _looks_random(value: str) -> bool:
    if _HEX.fullmatch(value):
        return True
    if not _RANDOM.fullmatch(value):
        return False
    mixed = all(re.search(kind, value) for kind in ("[a-z]", "[A-Z]", r"\d"))
    return mixed and sum(map(len, _WORDS.findall(value))) < len(value) * 0.6
