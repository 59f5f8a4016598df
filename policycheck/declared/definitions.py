"""A connector definition: read, checked, and turned into the model. Ours and those of a project alike."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from policycheck.declared import definition_references
from policycheck.declared.conforming import conform
from policycheck.declared.context import Context
from policycheck.declared.files import Found
from policycheck.declared.notes import Notes
from policycheck.declared.parsing import parse_file
from policycheck.declared.view import View
from policycheck.model.definition_words import NO_AUTH
from policycheck.model.definitions import Auth, Definition, OptionSpec, Outcome, Paging, Probe, Request, Unknown, Value
from policycheck.model.problems import Problem

_DETAIL = re.compile(r"\bdetail\b")
_UNSEEN_HELP = "ask the vendor which plan or permission the call needs, or attest what a person sees"


def load_definition(path: Path, shown: str, today: date) -> tuple[Definition | None, tuple[Problem, ...]]:
    """The definition in a file, whose stem is its id; None exactly when a problem is an error."""
    notes = Notes()
    context = Context(notes, today)
    document = parse_file(Found(os.fspath(path), shown), None, notes)
    if document is None:
        return None, notes.sorted()
    conform(document, "definition", notes)
    view = View(document)
    definition_references.judge(context, view)
    problems = notes.sorted()
    wrong = any(problem.severity == "error" for problem in problems)
    return None if wrong else _definition(path.stem, view), problems


def _definition(id: str, view: View) -> Definition:
    ok, probe, limits = view.inside("ok"), view.inside("probe"), view.inside("limits")
    more = {} if limits is None else limits.values
    return Definition(
        id=id,
        name=view.text("name"),
        system=view.text("system"),
        checked=view.text("checked"),
        direction=view.text("direction"),
        base_url=view.text("base_url"),
        auth=_auth(view.inside("auth")),
        requests=tuple(_request(name, each) for name, each in view.named("requests")),
        sources={name: _what(source) for name, source in view.mapping("sources").items()},
        options=tuple(_option(name, each) for name, each in view.named("options")),
        headers=_texts(view, "headers"),
        probe=None if probe is None else _probe(probe),
        unknown=tuple(_unknown(each) for each in view.each("unknown")),
        per_second=float(str(more.get("per_second", 5.0))),
        calls=int(str(more.get("calls", 20000))),
        minutes=int(str(more.get("minutes", 30))),
        ok=None if ok is None else (ok.text("true"), ok.text("error")),
    )


def _what(source: object) -> str:
    return str(source["what"]) if isinstance(source, dict) else str(source)


def _texts(view: View, key: str) -> dict[str, str]:
    return {name: str(value) for name, value in view.mapping(key).items()}


def _option(name: str, view: View) -> OptionSpec:
    taken = view.inside("taken_from")
    return OptionSpec(
        name,
        view.text("help"),
        view.values.get("required") is True,
        view.text("default"),
        _texts(view, "values"),
        view.text("pattern"),
        None if taken is None else (taken.text("credential"), taken.text("after")),
    )


def _auth(view: View | None) -> Auth:
    if view is None:
        return Auth(NO_AUTH)
    return Auth(
        kind=view.text("kind"),
        credentials=_texts(view, "credentials"),
        headers=_texts(view, "headers"),
        body=_texts(view, "body"),
        user=view.text("user"),
        password=view.text("password"),
        token_url=view.text("token_url"),
        extra=_texts(view, "extra"),
        sends=view.text("sends") or "json",
    )


def _probe(view: View) -> Probe:
    return Probe(
        path=view.text("path"),
        source=view.text("source"),
        method=view.text("method") or "GET",
        scopes=view.text("scopes"),
        scopes_header=view.text("scopes_header"),
        who=view.text("who"),
        enough=view.texts("enough"),
        query=_texts(view, "query"),
        body=_texts(view, "body"),
    )


def _unknown(view: View) -> Unknown:
    return Unknown(view.text("facts"), view.text("why"), view.text("attest"), view.text("source"))


def _request(name: str, view: View) -> Request:
    return Request(
        name=name,
        source=view.text("source"),
        path=view.text("path"),
        facts=view.text("facts"),
        method=view.text("method") or "GET",
        query=_texts(view, "query"),
        headers=_texts(view, "headers"),
        body=_texts(view, "body"),
        each={key: _items(value) for key, value in view.mapping("each").items()},
        under=view.text("under"),
        take=_texts(view, "take"),
        parents=view.number("parents") or 1000,
        sample=view.number("sample") or 0,
        detail=view.text("detail"),
        detail_records=view.text("detail_records") or "@",
        records=view.text("records") or "@",
        absent_is_empty=view.text("absent") == "empty",
        total=view.text("total"),
        entries=view.text("entries"),
        names=_names(view.inside("names")),
        learns={table: (each.text("key"), each.text("value")) for table, each in view.named("learns")},
        look_up={key: (each.text("in"), each.text("key")) for key, each in view.named("look_up")},
        merge=view.values.get("merge") is True,
        latest=view.text("latest"),
        count=_texts(view, "count"),
        paging=_paging(view.inside("paging")),
        map={key: _value(value, view) for key, value in view.mapping("map").items()},
        on={int(status): _outcome(value) for status, value in view.mapping("on").items()},
        needs=view.texts("needs"),
        partial=view.text("partial"),
        confirmed=not view.text("unconfirmed"),
    )


def _names(view: View | None) -> tuple[str, str] | None:
    return None if view is None else (view.text("of"), view.text("after"))


def _items(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, Iterable) else ()


def _paging(view: View | None) -> Paging:
    if view is None:
        return Paging()
    first = view.number("first")
    return Paging(
        kind=view.text("kind"),
        size_in=view.text("size_in"),
        size=view.number("size") or 0,
        at_in=view.text("at_in"),
        first=1 if first is None else first,
        next=view.text("next"),
        more=view.text("more"),
        id=view.text("id"),
    )


def _value(value: object, view: View) -> Value:
    if not isinstance(value, dict):
        return Value(str(value), detail=_detailed(view, str(value)))
    inner = View(view.document, (), value)
    pairs = inner.inside("pairs")
    path = inner.text("path") or (pairs.text("of") if pairs is not None else "")
    return Value(
        path=path,
        words=_texts(inner, "words"),
        separator=inner.text("separator"),
        mask=value.get("mask") is True,
        pairs=None if pairs is None else (pairs.text("of"), pairs.text("left"), pairs.text("right")),
        joint=inner.text("joint") or " on ",
        prefix=inner.text("prefix"),
        detail=_detailed(view, path),
    )


def _detailed(view: View, path: str) -> bool:
    return view.has("detail") and bool(_DETAIL.search(path))


def _outcome(value: object) -> Outcome:
    if isinstance(value, dict):
        return Outcome(False, str(value["reason"]), str(value.get("help", _UNSEEN_HELP)))
    return Outcome(True) if value == "empty" else Outcome(False, str(value), _UNSEEN_HELP)
