"""Literal secrets: how they look, and how a text is shown without them."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: (what it is, a part that every such secret has, its shape). Sources: the vendors' own key references and their
#: secret scanning partner patterns. The part is searched first, since most files hold none of them.
_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("an AWS access key", "AKIA", r"(?<![A-Za-z0-9])AKIA[A-Z0-9]{12,}"),
    ("an AWS access key", "ASIA", r"(?<![A-Za-z0-9])ASIA[A-Z0-9]{12,}"),
    ("a SendGrid key", "SG.", r"(?<![A-Za-z0-9])SG\.[\w-]{8,}\.[\w-]{8,}"),
    ("a Slack token", "xox", r"(?<![A-Za-z0-9])xox[a-z]-[\w-]{8,}"),
    ("a Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/[\w/+-]{8,}"),
    ("a GitHub token", "gh", r"(?<![A-Za-z0-9])gh[oprsu]_\w{16,}"),
    ("a GitHub token", "github_pat_", r"github_pat_\w{16,}"),
    ("a GitLab token", "glpat-", r"glpat-[\w-]{16,}"),
    ("a Stripe key", "k_live_", r"(?<![A-Za-z0-9])[prs]k_live_\w{8,}"),
    ("a Stripe key", "k_test_", r"(?<![A-Za-z0-9])[rs]k_test_\w{8,}"),
    ("a Stripe webhook secret", "whsec_", r"whsec_[\w+/=]{16,}"),
    ("a Brevo key", "xkeysib-", r"xkeysib-[\w-]{16,}"),
    ("a Google API key", "AIza", r"(?<![A-Za-z0-9])AIza[\w-]{30,}"),
    ("an npm token", "npm_", r"(?<![A-Za-z0-9])npm_\w{30,}"),
    ("a PyPI token", "pypi-", r"(?<![A-Za-z0-9])pypi-[\w-]{30,}"),
    ("a Shopify token", "shp", r"(?<![A-Za-z0-9])shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{16,}"),
    ("an API key", "sk-", r"(?<![A-Za-z0-9])sk-[\w-]{20,}"),
    ("a Mailchimp key", "-us", r"(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?!\w)"),
    ("a signed token", "eyJ", r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    ("a password in an address", "://", r"://[^\s/:@\"'{}]*:(?!\$)[^\s/@\"']+@"),
    (
        "a private key",
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S])*(?:-----END [A-Z0-9 ]*-----)?",
    ),
)

#: A value behind a key that names a secret, on one line, wherever it stands.
_NAMED = re.compile(
    r"""(?i)(?<![\w-])([\w-]*?(?:passw(?:or)?d|passphrase|secrets?|tokens?|api_?key|apikey|private_?key
    |access_?key|credentials?)["']?\s*:\s*)(?![{\[&|>\s#]|\w+:\s)("[^"\n]*"?|'[^'\n]*'?|[^\s,}\]#][^,}\]\n]*)""",
    re.VERBOSE,
)


def find(text: str) -> list[tuple[int, int, str]]:
    """Where a text holds something shaped like a secret: start, end, what it is. Sorted, without overlap."""
    found = [
        (match.start(), match.end(), what)
        for what, part, shape in _SHAPES
        if part in text
        for match in re.finditer(shape, text)
    ]
    kept: list[tuple[int, int, str]] = []
    for start, end, what in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, what))
    return kept


def mask(text: str, private: Iterable[tuple[int, int]] = ()) -> str:
    """The text with every secret as stars, of the same length and with the same lines."""
    spans = sorted([(start, end) for start, end, _ in find(text)] + [*private])
    pieces, done = [], 0
    for start, end in spans:
        start = max(start, done)
        if end > start:
            pieces += [text[done:start], _stars(text[start:end])]
            done = end
    text = "".join([*pieces, text[done:]])
    return _NAMED.sub(lambda match: match[1] + _stars(match[2]), text)


def _stars(secret: str) -> str:
    return re.sub(r"[^\s]", "*", secret)
