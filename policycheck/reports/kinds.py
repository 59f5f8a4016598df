"""The kinds of connectors, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from policycheck.model.definition_words import BASIC, BODY, CLIENT_CREDENTIALS, HEADERS, NO_AUTH
from policycheck.model.definitions import Auth, Definition, Request
from policycheck.reports import plain
from policycheck.reports.clean import clean
from policycheck.reports.page import Page

SCHEMA = "policycheck/connectors/v1"


class Option(Protocol):
    """One key of an entry, with a line of help."""

    @property
    def name(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def required(self) -> bool: ...


class Own(Protocol):
    """A definition in the project: the entry that uses it, its file, and what is wrong where it cannot be used."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def definition(self) -> Definition | None: ...
    @property
    def problem(self) -> str: ...


class Kind(Protocol):
    """What a connector tells about its type."""

    @property
    def type(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def reads(self) -> str: ...
    @property
    def options(self) -> Sequence[Option]: ...


def listing(kinds: Iterable[Kind], page: Page) -> Iterator[str]:
    """A paragraph for each type."""
    for number, kind in enumerate(kinds):
        yield from [""] if number else []
        yield from page.wrap(f"{kind.type}: {kind.summary}", "", "  ")
        yield from page.wrap(f"reads {kind.reads}", "  ", "    ")
        for option in kind.options:
            required = " (required)" if option.required else ""
            yield from page.wrap(f"{option.name}{required}: {option.help}", "    ", "      ")


def overview(kinds: Iterable[Kind], definitions: Iterable[Definition], own: Iterable[Own], page: Page) -> Iterator[str]:
    """One line for each type: files and systems, vendors' APIs with what can be seen there, the project's own."""
    parts = {
        "Files and live systems": [(each.type, each.summary) for each in kinds],
        "Vendors' APIs": [(each.id, f"{each.name}: {sights(each)}") for each in definitions],
        "Defined by this project": [(clean(each.name), _owned(each)) for each in own],
    }
    width = max((len(name) for rows in parts.values() for name, _ in rows), default=0)
    for title, rows in parts.items():
        yield from [title] if rows else []
        for name, text in rows:
            yield from page.wrap(text, f"  {name:{width}}  ", " " * (width + 4))
        yield from [""] if rows else []
    yield "`policycheck connectors show NAME` tells more of each."


def _owned(each: Own) -> str:
    return f"{each.definition.name}: {sights(each.definition)}, in {each.path}" if each.definition else each.problem


def sights(definition: Definition) -> str:
    """What a definition can see, as a phrase; and which of its requests nobody could confirm."""
    unconfirmed = ", ".join(definition.unconfirmed)
    return ", ".join(definition.sights) + (f"; unconfirmed: {unconfirmed}" if unconfirmed else "")


def definition(definition: Definition, page: Page) -> Iterator[str]:
    """Every call of a definition: what it asks, what is kept, what it needs, where that was read."""
    direction = {"ours": "our credentials at the vendor", "theirs": "the vendor's apps in our tenant"}
    yield from [
        "",
        *page.wrap(f"finds {direction[definition.direction]}; checked on {definition.checked}", "  ", "    "),
    ]
    if definition.requests:
        yield from page.wrap(f"asks {definition.base_url}, with {_signed(definition.auth)}", "  ", "    ")
    for option in definition.options if definition.requests else ():
        if option.values:
            values = ", ".join(f"{value} for {word}" for word, value in option.values.items())
            yield from page.wrap(f"{{{option.name}}}: {values}", "    ", "      ")
    for request in definition.requests:
        yield from ["", *page.wrap(f"{request.name}: {request.method} {request.path}", "  ", "    ")]
        yield from (line for text in _told(definition, request) for line in page.wrap(text, "    ", "      "))
    for each in definition.unknown:
        yield from ["", *page.wrap(f"no call tells {each.facts}: {each.why}", "  ", "    ")]
        yield from page.wrap(f"instead: {each.attest}", "    ", "      ")
        yield from page.wrap(f"source: {definition.sources[each.source]}", "    ", "      ")


def _signed(auth: Auth) -> str:
    """How a question shows who asks."""
    return {
        HEADERS: f"the credential in {', '.join(auth.headers)}",
        BASIC: "the credential as user and password in Authorization",
        BODY: "the credential in the body",
        CLIENT_CREDENTIALS: f"a token that the credential gets at {auth.token_url}",
        NO_AUTH: "no credential",
    }[auth.kind]


def _told(definition: Definition, request: Request) -> Iterator[str]:
    if request.facts:
        yield f"{request.facts}: {', '.join(request.map)}"
    if request.under:
        yield f"asked for each record of {request.under}, {request.sample or request.parents} at most"
    if request.detail:
        yield f"details of each record: GET {request.detail}"
    for name, values in request.each.items():
        yield f"asked for each {name}: {', '.join(values)}"
    if request.needs:
        yield f"needs {', '.join(request.needs)}"
    if request.partial:
        yield f"in part: {request.partial}"
    unconfirmed = "" if request.confirmed else " (unconfirmed)"
    yield f"source: {definition.sources[request.source]}{unconfirmed}"


def document(kinds: Iterable[Kind], definitions: Sequence[Definition] = (), own: Sequence[Own] = ()) -> plain.Plain:
    """The JSON form."""
    more = {each.id: each for each in definitions}
    return {
        "schema": SCHEMA,
        "connectors": [
            {
                "type": each.type,
                "summary": each.summary,
                "reads": each.reads,
                "options": _options(each.options),
                **(_defined(more[each.type]) if each.type in more else {}),
            }
            for each in kinds
        ],
        "own": [_own(each) for each in own],
    }


def _own(each: Own) -> plain.Plain:
    told = _defined(each.definition) if each.definition else {"problem": each.problem}
    return {"name": each.name, "definition": each.path, **told}


def _defined(definition: Definition) -> plain.Plain:
    return {
        "direction": definition.direction,
        "checked": definition.checked,
        "unconfirmed": list(definition.unconfirmed),
        "unknown": [each.facts for each in definition.unknown],
    }


def _options(options: Sequence[Option]) -> list[plain.Plain]:
    return [{"name": each.name, "help": each.help, "required": each.required} for each in options]
