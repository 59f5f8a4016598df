"""Checks of values beyond their type. Each yields what is wrong; an empty message means that text was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from policycheck.declared import definition_shapes as asking
from policycheck.declared import durations
from policycheck.declared.conditions import wrong_conditions
from policycheck.declared.document import Path
from policycheck.declared.library_shapes import (
    detailed,
    grouped,
    grouped_paths,
    lists,
    members,
    named_texts,
    shares,
    unique,
)
from policycheck.declared.people import person
from policycheck.declared.placeholders import answer, says_nothing
from policycheck.declared.words import brief, meant
from policycheck.declared.wrong import Wrong

_ACCOUNT = re.compile(r"\d{12}\Z")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}\Z")
_HOST = re.compile(r"(?:\*\.)?(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+\Z")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}\Z")
#: With the privileges of databases; ``privileges`` tells which of the two a system has.
_PRIVILEGE = r"(?i:SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|MAINTAIN)"
_ACTION = re.compile(rf"(?:\*|[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+|{_PRIVILEGE})\Z")
_RESOURCE = re.compile(r"(?:\*|arn:.+|postgres:.+)\Z", re.DOTALL)
_PARTITION = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:.+|[0-9a-f]{64}", re.DOTALL)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
#: Names that users give to things, and ids.
SLUG = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
_RULE = re.compile(r"PC\d{3}\Z")
#: A month of rules.
MONTH = re.compile(r"\d{4}\.(?:0[1-9]|1[0-2])\Z")
_ISSUER = re.compile(r"https://[^/\s]+(?:/\S*)?\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")

#: What an exception can match on: the subjects of findings (``model.findings.Instance``).
SELECTORS = frozenset(
    {
        *("principal", "account", "key", "party", "system", "category", "dataset"),
        *("field", "resource", "connector", "scope", "combination"),
        *("fingerprint", "path", "place", "snapshot", "vendor"),
    }
)

#: The years that a date may lie in; others are a slip of the finger, or a way to say "always".
FIRST_YEAR, LAST_YEAR = 1970, 2199

#: Words that ``held_by`` uses, so no vendor can have them as its name.
RESERVED = frozenset({"us", "vendor"})


def _each_text(value: Any) -> Iterator[tuple[Path, str]]:
    """The items of a list that are text; the others are told by ``texts``."""
    for index, item in enumerate(value):
        if isinstance(item, str) and item:
            yield (index,), item


def texts(value: Any) -> Iterator[Wrong]:
    """A list of texts, none empty."""
    for index, item in enumerate(value):
        if not isinstance(item, str):
            yield Wrong((index,), "", "")
        elif not item.strip():
            yield Wrong((index,), "an item of the list is empty", "write a value or remove the item")


def _matching(pattern: re.Pattern[str], what: str, help: str) -> Callable[[Any], Iterator[Wrong]]:
    def check(value: Any) -> Iterator[Wrong]:
        yield from texts(value)
        for path, item in _each_text(value):
            if not pattern.match(item):
                yield Wrong(path, f"`{brief(item)}` is not {what}", help)

    return check


def _one(pattern: re.Pattern[str], what: str, help: str) -> Callable[[Any], Iterator[Wrong]]:
    def check(value: Any) -> Iterator[Wrong]:
        if not pattern.match(value):
            yield Wrong((), f"`{brief(value)}` is not {what}", help)

    return check


_ACCOUNT_HELP = "an AWS account id has 12 digits, in quotes"
accounts = _matching(_ACCOUNT, "an AWS account id", _ACCOUNT_HELP)


def groups(value: Any) -> Iterator[Wrong]:
    """Group names with lists of account ids."""
    for name, listed in value.items():
        if isinstance(listed, list):
            for wrong in accounts(listed):
                yield wrong._replace(below=(name, *wrong.below))
        else:
            yield Wrong((name,), f"group `{name}` must be a list of account ids", 'write `prod: ["111122223333"]`')


def hosts(value: Any) -> Iterator[Wrong]:
    """Host names, with or without a leading ``*.``, and IP addresses."""
    yield from texts(value)
    for path, item in _each_text(value):
        if not _HOST.match(item) and not _is_address(item):
            host = item.partition("://")[2].partition("/")[0].lower() if "://" in item else item.lower()
            good = f"write `{brief(host)}`" if _HOST.match(host) else "write a name such as `api.vendor.example`"
            yield Wrong(path, f"`{brief(item)}` is not a host name", good)


def own_hosts(value: Any) -> Iterator[Wrong]:
    """Hosts of ours: names, with one label too, and IP addresses."""
    named = {path for path, item in _each_text(value) if _LABEL.match(item) or _is_address(item)}
    return (wrong for wrong in hosts(value) if wrong.below not in named)


def _is_address(text: str) -> bool:
    # most projects name none
    import ipaddress

    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def networks(value: Any) -> Iterator[Wrong]:
    """IP addresses or networks."""
    # most policies name no network
    import ipaddress

    yield from texts(value)
    for path, item in _each_text(value):
        try:
            ipaddress.ip_network(item)
        except ValueError as error:
            help = "clear the bits after the prefix" if "host bits" in str(error) else "write `192.0.2.0/24`"
            yield Wrong(path, f"`{brief(item)}` is not an IP network", help)


def locations(value: Any) -> Iterator[Wrong]:
    """Patterns of the places where a dataset lies."""
    yield from texts(value)
    for path, item in _each_text(value):
        if item.startswith("s3://"):
            yield Wrong(path, f"`{brief(item)}` is not an ARN", f"write `arn:aws:s3:::{brief(item[5:])}`")


def day(value: Any) -> Iterator[Wrong]:
    """A date that exists, in the years that a policy can speak of."""
    if not _DATE.match(value):
        yield Wrong((), f"`{brief(value)}` is not a date", "write year, month and day, such as `2027-03-31`")
        return
    try:
        date.fromisoformat(value)
    except ValueError:
        yield Wrong((), f"the date `{value}` does not exist", "check the month and the day")
        return
    if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        message = f"the year of `{value}` is not between {FIRST_YEAR} and {LAST_YEAR}"
        yield Wrong((), message, "check the year")


def session(value: Any) -> Iterator[Wrong]:
    """A length of time that AWS allows a session to last."""
    seconds = durations.seconds(value)
    if seconds is None:
        yield Wrong((), f"`{brief(value)}` is not a length of time", "write a number and a unit: `90m`, `1h`, `12h`")
    elif seconds > durations.SESSION:
        yield Wrong((), f"`{brief(value)}` is longer than AWS lets a session last", "write at most `12h`")


def expiry(value: Any) -> Iterator[Wrong]:
    """A length of time in days."""
    days = durations.days(value)
    if days is None:
        yield Wrong((), f"`{brief(value)}` is not a number of days", "write days: `90d`")
    elif days > durations.DAYS:
        yield Wrong((), f"`{brief(value)}` is longer than a century", f"write at most `{durations.DAYS}d`")


_SLUG_HELP = "use lower-case letters, digits, `-`, `_` and `.`, such as `member-exports`"


def _slug(what: str) -> Callable[[Any], Iterator[Wrong]]:
    return _one(SLUG, f"a name for a {what}", _SLUG_HELP)


def vendor(value: Any) -> Iterator[Wrong]:
    """The identifier of a vendor."""
    yield from _slug("vendor")(value)
    if value in RESERVED:
        yield Wrong((), f"a vendor cannot be called `{value}`", "`held_by` uses this word: choose another name")


def match(value: Any) -> Iterator[Wrong]:
    """Selectors of an exception with texts."""
    for key, item in value.items():
        if key not in SELECTORS:
            help = meant(key, SELECTORS, "known selectors")
            yield Wrong((key,), f"unknown selector `{brief(key)}`", help, "PC002")
        elif not isinstance(item, str):
            yield Wrong((key,), "", "")
    if not value:
        yield Wrong((), "`match` selects nothing", "name what is accepted, such as `match: {key: sendgrid-legacy}`")


def reason(value: str) -> Iterator[Wrong]:
    """Why something is accepted."""
    found = list(answer(value))
    if not found and value and says_nothing(value):
        found = [Wrong((), f"`{brief(value)}` gives no reason", "say why it is accepted, and what will end it")]
    yield from found


def dataset_fields(value: Any) -> Iterator[Wrong]:
    """``none``, or field names with a category or a mapping."""
    if isinstance(value, str):
        if value != "none":
            yield Wrong((), "`fields` must be a mapping, or `none`", "write `email: user.contact.email` lines below it")
        return
    for name, item in value.items():
        if not isinstance(item, str | dict):
            yield Wrong((name,), "", "")
        elif isinstance(item, dict) and "category" not in item and "review" not in item:
            yield Wrong((name,), "`category` is missing", "add `category: user.device.ip_address`")


def allow(value: Any) -> Iterator[Wrong]:
    """Items that hold either actions and resources or a managed policy."""
    for index, item in enumerate(value or ()):
        if isinstance(item, dict):
            for message, help in _permission(item):
                yield Wrong((index,), message, help)


def _permission(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    own = [key for key in ("actions", "resources", "conditions") if key in item]
    if not own and "aws_managed" not in item:
        yield "this item allows nothing", "name `actions` and `resources`, or a managed policy with `aws_managed`"
        return
    if "aws_managed" in item:
        if own:
            yield f"`aws_managed` and `{own[0]}` cannot stand together", "write two items"
        return
    if "sha256" in item:
        yield "`sha256` belongs to `aws_managed`", "name the managed policy: `aws_managed: SecurityAudit`"
    for key, example in (("actions", "[s3:GetObject]"), ("resources", '["arn:aws:s3:::bucket/*"]')):
        if key not in item:
            yield f"`{key}` is missing", f"add `{key}: {example}`"


SHAPES: dict[str, Callable[[Any], Iterator[Wrong]]] = {
    "texts": texts,
    "answer": answer,
    "person": person,
    "accounts": accounts,
    "organizations": _matching(_ORGANIZATION, "an AWS organization id", "write it as `o-a1b2c3d4e5`"),
    "groups": groups,
    "hosts": hosts,
    "own_hosts": own_hosts,
    "networks": networks,
    "locations": locations,
    "actions": _matching(_ACTION, "an action", "write `service:Action`, such as `s3:GetObject`"),
    "resources": _matching(_RESOURCE, "a resource", 'write an ARN, such as `"arn:aws:s3:::bucket/*"`'),
    "arns": _matching(_PARTITION, "an ARN", 'write it in full, such as `"arn:aws:iam::111122223333:role/name"`'),
    "rule": _one(_RULE, "a rule", "write its identifier, such as `PC301`"),
    "pin": _one(MONTH, "a month of rules", 'write year and month in quotes, such as `"2026.11"`'),
    "sha256": _one(_SHA256, "a SHA-256", "write its 64 hexadecimal digits in lower case"),
    "dataset": _slug("dataset"),
    "vendor": vendor,
    "day": day,
    "session": session,
    "expiry": expiry,
    "match": match,
    "reason": reason,
    "dataset_fields": dataset_fields,
    "allow": allow,
    "conditions": wrong_conditions,
    "base_url": asking.base_url,
    "expression": asking.expression,
    "expressions": asking.expressions,
    "outcomes": asking.outcomes,
    "path": asking.path,
    "pattern": asking.pattern,
    "detailed": detailed,
    "grouped": grouped,
    "grouped_paths": grouped_paths,
    "lists": lists(texts),
    "members": members,
    "named_texts": named_texts,
    "slug": _slug("rule"),
    "shares": shares,
    "sourced_hosts": lists(hosts),
    "sourced_accounts": lists(accounts),
    "sourced_issuers": lists(_matching(_ISSUER, "an issuer", "write its address: `https://oidc.vendor.example`")),
    "slugs": _matching(SLUG, "the name of a system", _SLUG_HELP),
    "unique": unique(texts),
}
