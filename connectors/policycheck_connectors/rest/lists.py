"""The list of an answer, told apart from an answer without one: an error said with status 200, another shape."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.parser import ParsedResult

from policycheck.model.definition_words import NO_PAGING
from policycheck.model.definitions import Request
from policycheck_connectors.rest.failures import Failure
from policycheck_connectors.rest.templates import search
from policycheck_connectors.rest.transport import Answer, Json

_PROJECTIONS = ("projection", "filter_projection", "flatten", "value_projection")
_HELP = "the definition does not fit, or the vendor answers with an error in another shape: report it"


def items(request: Request, answer: Answer) -> list[Json]:
    """The records of an answer: a list as it is, one object as a list of it where nothing pages. Failure where there
    is no list, unless the definition says that this vendor leaves out empty ones."""
    found = search(request.records, answer.body)
    if found is None or not all(_there(base, answer.body) for base in _bases(request.records)):
        if request.absent_is_empty and _says_nothing_else(answer.body):
            return found if isinstance(found, list) else []
        raise _none(answer)
    if isinstance(found, list):
        return found
    if not isinstance(found, dict) or request.paging.kind != NO_PAGING:
        raise _none(answer)
    if request.entries and not request.absent_is_empty and search(request.entries, found) is None:
        raise _none(answer)
    return [found]


def _none(answer: Answer) -> Failure:
    if answer.status == 204:
        return Failure("the answer has no content (204)", "look at what this status means to the vendor", status=204)
    return Failure("the answer has no list where the definition expects one", _HELP)


def _says_nothing_else(body: Json) -> bool:
    """Whether a list may be missing because it is empty: in an object that tells of no error."""
    return isinstance(body, dict) and not any(body.get(word) for word in ("error", "errors"))


def _there(base: Any, body: Json) -> bool:
    return isinstance(base.search(body), list | dict)


@lru_cache(maxsize=256)
def _bases(expression: str) -> tuple[Any, ...]:
    """What stands before the first projections of an expression. A projection over nothing may give an empty list."""
    parsed = jmespath.compile(expression).parsed
    return tuple(ParsedResult(expression, node) for node in _before(parsed))


def _before(node: Any, walked: bool = False) -> Iterator[Any]:
    kind, children = node["type"], node["children"]
    if kind in _PROJECTIONS:
        yield from _before(children[0], True)
    elif kind == "pipe":
        yield from _before(children[0], walked)
    elif kind == "multi_select_list":
        for child in children:
            yield from _before(child)
    elif kind == "subexpression":
        for last in _before(children[-1], walked):
            yield {**node, "children": [*children[:-1], last]}
    elif walked:
        yield node
