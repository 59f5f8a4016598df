"""PC003, PC004 and PC006 for connector definitions: names that nothing defines, parts that do not fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policycheck.declared.context import Context
from policycheck.declared.document import Path
from policycheck.declared.library_facts import source, unused
from policycheck.declared.references import reference
from policycheck.declared.view import View
from policycheck.declared.words import brief
from policycheck.model.definition_words import BASIC, BODY, CLIENT_CREDENTIALS, CREDENTIALS, FIELDS, HEADERS

_PLACE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
#: What each attribute map may hold, and what it must.
_MAPS = {
    CREDENTIALS: ({"id"}, {"name", "holder", "scopes", "created", "last_used", "expires", "status", "tenant", "hosts"}),
    FIELDS: ({"path"}, {"object", "label", "type", "origin", "form", "depth", "tenant", "app", "host"}),
}
#: What each kind of paging needs.
_PAGING = {
    "offset": ("at_in", "size"),
    "page": ("at_in",),
    "cursor": ("at_in", "next"),
    "body_cursor": ("at_in", "next"),
    "next_url": ("next",),
    "last_id": ("at_in", "id"),
}
_AUTH = {
    HEADERS: ("headers",),
    BASIC: ("user", "password"),
    BODY: ("body",),
    CLIENT_CREDENTIALS: ("token_url",),
}


def judge(context: Context, view: View) -> None:
    """One definition."""
    options, auth, probe = set(view.mapping("options")), view.inside("auth"), view.inside("probe")
    credentials = set(auth.mapping("credentials")) if auth is not None else set()
    if auth is not None:
        _auth(context, auth, options)
        _options(context, view, credentials)
    if probe is not None:
        _templates(context, view, probe, ("body",), credentials)
    _templates(context, view, view, ("base_url",), options)
    _sources(context, view)
    requests = dict(view.named("requests"))
    for name, request in requests.items():
        _request(context, view, name, request, requests, options)
    if not requests and not view.has("unknown"):
        help = "describe a request, or say under `unknown` what no call tells"
        context.notes.add("PC003", view.document, (), "a definition without requests asks nothing", help)


def _auth(context: Context, auth: View, options: set[str]) -> None:
    kind, credentials = auth.text("kind"), set(auth.mapping("credentials"))
    if kind == CLIENT_CREDENTIALS:
        credentials |= {"client_id", "client_secret"}
    _needs(context, auth, _AUTH.get(kind, ()), f"auth of kind `{kind}`")
    _templates(context, auth, auth, ("headers", "body", "user", "password"), credentials)
    _templates(context, auth, auth, ("token_url", "extra"), options)


def _needs(context: Context, view: View, keys: tuple[str, ...], what: str) -> None:
    for key in keys:
        if not view.has(key):
            context.notes.add("PC003", view.document, view.path, f"{what} needs `{key}`", f"add `{key}:`")


def _options(context: Context, view: View, credentials: set[str]) -> None:
    for name, option in view.named("options"):
        taken, values = option.inside("taken_from"), option.mapping("values")
        if taken is not None:
            path = taken.below("credential")
            reference(context, view, path, taken.text("credential"), credentials, "credential", "credentials")
        if not values and not option.has("pattern"):
            message = f"option `{brief(name)}` could be anything"
            context.notes.add("PC003", view.document, option.path, message, "give it `values` or a `pattern`")
        if values and option.has("default"):
            reference(context, view, option.below("default"), option.text("default"), values, "value", "values")


def _sources(context: Context, view: View) -> None:
    parts = [each for _, each in view.named("requests")]
    parts += [*view.each("unknown"), *([probe] if (probe := view.inside("probe")) is not None else [])]
    unused(
        context, view, "sources", {source(context, view, each.below("source"), each.text("source")) for each in parts}
    )


def _request(
    context: Context, view: View, name: str, request: View, requests: dict[str, View], options: set[str]
) -> None:
    under, facts = request.text("under"), request.text("facts")
    if under:
        known = {other for other in requests if other != name and not requests[other].text("under")}
        reference(context, view, request.below("under"), under, known, "request", "requests that stand on their own")
    if not facts and not request.has("learns") and not any(other.text("under") == name for other in requests.values()):
        help = "say `facts: credentials` or `facts: fields`, or name it under `under` of another request"
        context.notes.add("PC003", view.document, request.path, f"nothing comes of request `{brief(name)}`", help)
    if facts:
        _map(context, request, facts)
    paging = request.inside("paging")
    if paging is not None:
        _needs(context, paging, _PAGING.get(paging.text("kind"), ()), f"paging of kind `{paging.text('kind')}`")
    learnt = {table for other in requests.values() for table, _ in other.named("learns")}
    for _, looked in request.named("look_up"):
        reference(context, view, looked.below("in"), looked.text("in"), learnt, "table", "what requests learn")
    places = options | set(request.mapping("each")) | set(request.mapping("take"))
    _templates(context, view, request, ("path", "query", "count", "headers", "body", "detail"), places)


def _map(context: Context, request: View, facts: str) -> None:
    required, more = _MAPS[facts]
    attributes = request.mapping("map")
    for key in attributes:
        path = (*request.below("map"), key)
        reference(context, request, path, key, required | more, f"attribute of {facts}", "attributes")
    for key in sorted(required - set(attributes)):
        message = f"`map` must tell the `{key}` of {facts}"
        context.notes.add("PC003", request.document, request.below("map"), message, f"add `{key}:`")
    _values(context, request)


def _values(context: Context, request: View) -> None:
    """Expressions that stand as plain texts; the schema has looked at the others."""
    from policycheck.declared.definition_shapes import expression

    for key, value in request.mapping("map").items():
        path = (*request.below("map"), key)
        for wrong in expression(value) if isinstance(value, str) else ():
            context.notes.add("PC003", request.document, path, wrong.message, wrong.help)
        if isinstance(value, dict) and ("path" in value) is ("pairs" in value):
            message = f"`{brief(key)}` needs either `path` or `pairs`"
            context.notes.add("PC003", request.document, path, message, "write one of the two")


def _templates(context: Context, view: View, inner: View, keys: tuple[str, ...], known: set[str]) -> None:
    for key in keys:
        for path, text in _written(inner, key):
            for name in _PLACE.findall(text):
                reference(context, view, path, name, known, "placeholder", "what may stand here")


def _written(view: View, key: str) -> Iterator[tuple[Path, str]]:
    value = view.values.get(key)
    if isinstance(value, str):
        yield view.below(key), value
    elif isinstance(value, dict):
        yield from (((*view.below(key), name), item) for name, item in value.items() if isinstance(item, str))
