"""What is wrong with a file of classification rules: for `validate --library` and for people who write rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policycheck.library.taxonomy import NONE, load_taxonomy
from policycheck.model.shapes import SHAPES

_TOP = frozenset(
    [
        "version",
        "phrases",
        "small",
        "leading",
        "neutral",
        "carriers",
        "flags",
        "owners",
        "forms",
        "depths",
        "plural_history",
        "types",
        "fits",
        "shapes",
        "shape_forms",
        "rules",
    ]
)
_RULE = frozenset(
    [
        "id",
        "names",
        "category",
        "confidence",
        "of",
        "not_of",
        "within",
        "without",
        "types",
        "form",
        "depth",
        "loose",
        "whole",
        "together",
        "why",
    ]
)
_SHAPE_RULE = frozenset(["id", "shapes", "category", "confidence", "of", "not_of", "form", "why"])
_MARKER = frozenset({"form", "depth", "words", "of", "shapes"})
_KINDS = frozenset({*SHAPES, "object", "array"})
_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One problem at one place of the file: keys and positions from the top, as in ``("rules", 3, "category")``."""

    path: tuple[str | int, ...]
    message: str
    help: str


def problems(raw: object) -> tuple[RuleProblem, ...]:
    """Everything that is wrong in a parsed ``classification.yaml``; () when the rules can be used."""
    if not isinstance(raw, Mapping):
        return (RuleProblem((), "a file of rules is a mapping", "begin with `version:`"),)
    return tuple(_problems(raw))


def _problems(raw: Mapping[str, Any]) -> Iterator[RuleProblem]:
    yield from _unknown(raw, _TOP, ())
    if "version" not in raw:
        yield RuleProblem((), "the file has no `version`", 'write the month, as in `version: "2026.11"`')
    owners = raw.get("owners", {})
    known = {_NOBODY, *(owners if isinstance(owners, Mapping) else ())}
    for key in ("forms", "depths", "shape_forms"):
        for place, row in _rows(raw, key):
            yield from _unknown(row, _MARKER, place)
            yield from _word(row, "form", load_taxonomy().forms, place)
            yield from _word(row, "depth", load_taxonomy().depths, place)
            yield from _each(row, "of", load_taxonomy().categories, place, "category")
            yield from _each(row, "shapes", _KINDS, place, "shape")
    fits = raw.get("fits", {})
    for category, row in fits.items() if isinstance(fits, Mapping) else ():
        if category not in load_taxonomy().categories:
            yield RuleProblem(("fits", category), f"unknown category `{category}`", _nearest(category))
        for key in ("shapes", "never"):
            yield from _each(row, key, _KINDS, ("fits", category), "shape")
    yield from _all_rules(raw, known)


def _all_rules(raw: Mapping[str, Any], known: Collection[str]) -> Iterator[RuleProblem]:
    seen: set[str] = set()
    for key, keys, required in (
        ("rules", _RULE, ("id", "names", "category")),
        ("shapes", _SHAPE_RULE, ("id", "shapes", "category", "confidence")),
    ):
        for place, row in _rows(raw, key):
            yield from _unknown(row, keys, place)
            for name in required:
                if not row.get(name):
                    yield RuleProblem(place, f"a rule needs `{name}`", f"add `{name}:`")
            id = str(row.get("id", ""))
            if id in seen:
                yield RuleProblem((*place, "id"), f"the id `{id}` is taken", "an id names one rule: choose another")
            seen.add(id)
            yield from _rule(row, place, known)


def _rule(row: Mapping[str, Any], place: tuple[str | int, ...], known: Collection[str]) -> Iterator[RuleProblem]:
    category = row.get("category")
    if category and category != NONE and category not in load_taxonomy().categories:
        yield RuleProblem((*place, "category"), f"unknown category `{category}`", _nearest(str(category)))
    yield from _word(row, "form", load_taxonomy().forms, place)
    yield from _word(row, "depth", load_taxonomy().depths, place)
    for key in ("confidence", "loose"):
        value = row.get(key, 0.5)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
            yield RuleProblem((*place, key), f"`{key}` lies between 0 and 1", f"write `{key}: 0.9`")
    for key in ("of", "not_of"):
        yield from _each(row, key, known, place, "kind of owner")
    for key in ("types", "shapes"):
        yield from _each(row, key, _KINDS, place, "kind of value")
    for key in ("names", "within", "without"):
        kinds = [word[1:] for word in _words(row.get(key, "")) if word.startswith("@")]
        for kind in kinds:
            if kind not in known:
                yield RuleProblem((*place, key), f"unknown kind of owner `{kind}`", "kinds stand under `owners`")


def _rows(raw: Mapping[str, Any], key: str) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    rows = raw.get(key, ())
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, Mapping):
            yield (key, number), row


def _unknown(row: Mapping[str, Any], known: Collection[str], place: tuple[str | int, ...]) -> Iterator[RuleProblem]:
    for key in row:
        if key not in known:
            yield RuleProblem((*place, key), f"unknown key `{key}`", f"known keys: {', '.join(sorted(known))}")


def _word(
    row: Mapping[str, Any], key: str, known: Collection[str], place: tuple[str | int, ...]
) -> Iterator[RuleProblem]:
    if row.get(key) and row[key] not in known:
        yield RuleProblem((*place, key), f"unknown {key} `{row[key]}`", f"known: {', '.join(known)}")


def _each(row: Any, key: str, known: Collection[str], place: tuple[str | int, ...], what: str) -> Iterator[RuleProblem]:
    for word in _words(row.get(key, "")) if isinstance(row, Mapping) else ():
        if word not in known:
            yield RuleProblem((*place, key), f"unknown {what} `{word}`", f"known: {', '.join(sorted(known)[:40])}")


def _words(text: object) -> list[str]:
    return [word for part in str(text or "").split(",") if (word := part.strip())]


def _nearest(word: str) -> str:
    near = load_taxonomy().nearest(word)
    return f"did you mean `{near}`?" if near else "categories look like `user.contact.email`"
