"""Checks of values that only connector definitions have: expressions, addresses, paths, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policycheck.declared.words import brief
from policycheck.declared.wrong import Wrong

_PATH = re.compile(r"/[^\s?#]*\Z")
_STATUS = re.compile(r"(?:204|[45]\d\d)\Z")
#: What may say that there is nothing; every other error hides what there is.
_NOTHING = ("204", "404", "410")
#: https only; a placeholder may be the host or a part of it, since options have allowed values or a pattern.
_BASE = re.compile(r"https://(?:[a-z0-9.-]|\{[a-z_]+\})+(?:/[A-Za-z0-9._~/{}-]*)?\Z")


def expression(value: Any) -> Iterator[Wrong]:
    """A JMESPath expression."""
    # the path of `validate` needs it only where a definition is read
    from jmespath import compile
    from jmespath.exceptions import JMESPathError

    try:
        compile(value)
    except JMESPathError:
        yield Wrong(
            (), f"`{brief(value)}` is no JMESPath expression", "write it as on jmespath.org, such as `data[].id`"
        )


def expressions(value: Any) -> Iterator[Wrong]:
    """Free names, each with an expression."""
    for name, item in value.items():
        if not isinstance(item, str) or not item:
            yield Wrong((name,), "", "")
        else:
            yield from (wrong._replace(below=(name,)) for wrong in expression(item))


def pattern(value: Any) -> Iterator[Wrong]:
    """A regular expression."""
    try:
        re.compile(value)
    except re.error:
        yield Wrong((), f"`{brief(value)}` is no regular expression", 'write `"[a-z0-9-]+"`')


def path(value: Any) -> Iterator[Wrong]:
    """A path below the base address, without query."""
    if not _PATH.match(value) or ".." in value.split("/"):
        yield Wrong((), f"`{brief(value)}` is no path", "begin it with `/`; parameters stand under `query`")


def base_url(value: Any) -> Iterator[Wrong]:
    """An https address whose parts may be options."""
    if not _BASE.match(value):
        help = 'write `"https://api.vendor.example/v1"`; an option may stand in it as `{region}`'
        yield Wrong((), f"`{brief(value)}` is no https address", help)


def outcomes(value: Any) -> Iterator[Wrong]:
    """Status -> ``empty``, a reason, or a mapping of both reason and help."""
    for status, item in value.items():
        if not _STATUS.match(str(status)):
            yield Wrong((status,), f"`{brief(str(status))}` is no status of an error", 'write `"404": empty`')
        elif not isinstance(item, str | dict) or not item:
            yield Wrong((status,), "", "")
        elif item == "empty" and str(status) not in _NOTHING:
            help = f"only {', '.join(_NOTHING)} can; say as a reason what this status hides"
            yield Wrong((status,), f"`{status}` cannot mean that there is nothing", help)
