"""Checks of values that only the library has: facts grouped by their source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from policycheck.declared.words import brief
from policycheck.declared.wrong import Wrong

Check = Callable[[Any], Iterator[Wrong]]


def detailed(value: Any) -> Iterator[Wrong]:
    """Free names, each with a text or a mapping."""
    for name, item in value.items():
        if not isinstance(item, str | dict):
            yield Wrong((name,), "", "")
        elif not item:
            yield Wrong((name,), f"`{brief(name)}` is empty", "write a value or remove the line")


def grouped(value: Any) -> Iterator[Wrong]:
    """Source -> free names, each with a text or a mapping."""
    for source, group in value.items():
        if isinstance(group, dict):
            for wrong in detailed(group):
                yield wrong._replace(below=(source, *wrong.below))
        else:
            help = f"write the facts below the name of their source: `{brief(source)}: {{email: user.contact.email}}`"
            yield Wrong((source,), f"`{brief(source)}` must be a mapping of fields", help)


def grouped_paths(value: Any) -> Iterator[Wrong]:
    """The same, where each name has the form OBJECT.FIELD."""
    yield from grouped(value)
    for source, group in value.items():
        for name in group if isinstance(group, dict) else ():
            if "." not in name.strip("."):
                help = f"say whose field it is, such as `user.{brief(name)}`"
                yield Wrong((source, name), f"`{brief(name)}` is not of the form OBJECT.FIELD", help)


def named_texts(value: Any) -> Iterator[Wrong]:
    """Free names, each with a text, which may be empty."""
    for name, item in value.items():
        if not isinstance(item, str):
            yield Wrong((name,), "", "")


def shares(value: Any) -> Iterator[Wrong]:
    """Free names, each with a number from 0 to 1."""
    for name, item in value.items():
        if isinstance(item, bool) or not isinstance(item, int | float) or not 0 <= item <= 1:
            yield Wrong((name,), f"`{brief(name)}` must be a number from 0 to 1", f"write `{brief(name)}: 0.5`")


def members(value: Any) -> Iterator[Wrong]:
    """Two or more categories, or mappings with either ``category`` or ``any_of``."""
    if len(value) < 2:
        yield Wrong((), "a combination has two members or more", "write `all_of: [user.name, user.behavior]`")
    for index, item in enumerate(value):
        if not isinstance(item, str | dict) or not item:
            yield Wrong((index,), "", "")
        elif isinstance(item, dict) and ("category" in item) is ("any_of" in item):
            yield Wrong((index,), "a member names either `category` or `any_of`", "write one of the two")


def lists(check: Check) -> Check:
    """Free names, each with a list that a check accepts."""

    def each(value: Any) -> Iterator[Wrong]:
        for name, items in value.items():
            if isinstance(items, list):
                for wrong in check(items):
                    yield wrong._replace(below=(name, *wrong.below))
            else:
                yield Wrong((name,), f"`{brief(name)}` must be a list", f"write `{brief(name)}: [...]`")

    return each


def unique(texts: Check) -> Check:
    """A list of texts, none twice."""

    def check(value: Any) -> Iterator[Wrong]:
        yield from texts(value)
        seen: set[str] = set()
        for index, item in enumerate(value):
            if isinstance(item, str) and item in seen:
                yield Wrong((index,), f"`{brief(item)}` is in this list twice", "remove one of the two")
            elif isinstance(item, str):
                seen.add(item)

    return check
