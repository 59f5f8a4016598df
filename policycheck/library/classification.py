"""The rules that tell from a field's name what it holds: ``policies/classification.yaml``.

Data only; ``policycheck.fields`` reads names by it. docs/classification.md describes the file for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cache, lru_cache
from typing import Any, TypeAlias

from policycheck.library.data import lasting, read_texts
from policycheck.model.dataclass import dataclass

FILE = "classification.yaml"

#: Words of a term, evened out: ("ip", "address").
Term: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameRule:
    """One rule: a field whose name ends with one of ``names`` is of ``category`` (a taxonomy key or ``none``).

    ``of``: kinds of owner of which the field must be; ``nobody`` where its path names none. ``not_of``: kinds of which
    it must not be. ``within`` and ``without``: terms of which the words before the name must have one, must have none.
    ``types``: declared types that it can have (() for all that fit the category). ``loose`` is the confidence when
    the name only begins with the term, 0 when that does not count. ``near`` and ``far``: words of which the last part
    must have one, must have none. ``whole``: the term is all of the last part of a path, but for words that say
    nothing; ``together``: it lies within the last part. The term ``*`` stands for every name that no rule knows.
    """

    id: str
    names: tuple[Term, ...]
    category: str
    confidence: float
    of: frozenset[str] = frozenset()
    not_of: frozenset[str] = frozenset()
    within: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    near: frozenset[str] = frozenset()
    far: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    form: str = ""
    depth: str = ""
    loose: float = 0.0
    whole: bool = False
    together: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """Words in a name that tell a form or depth; ``of`` limits them to categories, () for all. ``alone``: only when
    nothing else is left of the name are they read as part of it."""

    value: str
    words: tuple[Term, ...]
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """What values of some shapes hold when the name tells nothing, or no more than the rules in ``over`` (ids of rules
    for nothing personal: how a record is built says nothing about an address in it)."""

    id: str
    shapes: frozenset[str]
    category: str
    confidence: float
    of: frozenset[str] = frozenset()
    not_of: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()
    form: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShapeForm:
    """The form that values of some shapes have where a field is of one of the categories in ``of`` (() for all)."""

    form: str
    shapes: frozenset[str]
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """The shapes that values of a category have, and those that they never have."""

    category: str
    shapes: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All of the file. ``phrases`` are other ways to write words, ``owners`` words by kind of owner; ``frames`` are
    words that only say how an object comes (webhook, API)."""

    version: str
    phrases: tuple[tuple[Term, Term], ...]
    small: frozenset[str]
    neutral: frozenset[str]
    carriers: frozenset[str]
    carried: frozenset[Term]
    leading: frozenset[str]
    flags: frozenset[str]
    frames: frozenset[str]
    owners: Mapping[str, tuple[Term, ...]] = field(hash=False)
    forms: tuple[Marker, ...] = ()
    depths: tuple[Marker, ...] = ()
    plural_history: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict, hash=False)
    fits: tuple[Fit, ...] = ()
    rules: tuple[NameRule, ...] = ()
    shapes: tuple[ShapeRule, ...] = ()
    shape_forms: tuple[ShapeForm, ...] = ()


@lru_cache(maxsize=1)
def load_rules() -> RuleBook:
    """The shipped rules, read once."""
    with lasting():
        return rule_book(read_texts(FILE))


def rule_book(raw: Mapping[str, Any]) -> RuleBook:
    """The rules of a parsed file that ``validate --library`` finds nothing wrong with."""
    classes = {f"@{name}": _list(words) for name, words in raw.get("classes", {}).items()}
    return RuleBook(
        version=str(raw["version"]),
        phrases=tuple((term, _term(value)) for key, value in raw.get("phrases", {}).items() for term in _terms(key)),
        small=_words(raw.get("small", "")),
        neutral=_words(raw.get("neutral", "")),
        carriers=_words(raw.get("carriers", "")),
        carried=frozenset(_terms(raw.get("carried", ""))),
        leading=_words(raw.get("leading", "")),
        flags=_words(raw.get("flags", "")),
        frames=_words(raw.get("frames", "")),
        owners={kind: _terms(words) for kind, words in raw.get("owners", {}).items()},
        forms=_markers(raw.get("forms", ()), "form"),
        depths=_markers(raw.get("depths", ()), "depth"),
        plural_history=tuple(_list(raw.get("plural_history", ""))),
        types={word: kind for kind, words in raw.get("types", {}).items() for word in _list(words)},
        fits=tuple(
            Fit(category, _words(row.get("shapes", "")), _words(row.get("never", "")))
            for category, row in raw.get("fits", {}).items()
        ),
        rules=tuple(_rule(row, classes) for row in raw.get("rules", ())),
        shapes=tuple(_shape_rule(row) for row in raw.get("shapes", ())),
        shape_forms=tuple(
            ShapeForm(row["form"], _words(row["shapes"]), tuple(_list(row.get("of", ""))))
            for row in raw.get("shape_forms", ())
        ),
    )


def _list(text: object) -> list[str]:
    """``a, b c`` -> ["a", "b c"]; a comma at the end does no harm."""
    return [part for item in str(text).split(",") if (part := item.strip())]


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(_list(text))


def _term(text: object) -> Term:
    return tuple(str(text).split())


def _terms(text: object) -> tuple[Term, ...]:
    return tuple(tuple(words) for item in str(text).split(",") if (words := item.split()))


def _markers(rows: Any, key: str) -> tuple[Marker, ...]:
    return tuple(Marker(row[key], _terms(row["words"]), tuple(_list(row.get("of", "")))) for row in rows)


def _told_terms(text: object, classes: Mapping[str, list[str]]) -> tuple[Term, ...]:
    if not text:
        return ()
    return tuple(map(_term, _told(text, classes))) if "@" in str(text) else _terms(text)


def _told_words(text: object, classes: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(_told(text, classes)) if text else frozenset()


def _told(text: object, classes: Mapping[str, list[str]]) -> list[str]:
    """The items of a list; a class of words stands for all of them."""
    return [word for item in _list(text) for word in classes.get(item, (item,))]


def _rule(row: Mapping[str, Any], classes: Mapping[str, list[str]]) -> NameRule:
    return NameRule(
        id=row["id"],
        names=_told_terms(row["names"], classes),
        category=row["category"],
        confidence=float(row.get("confidence", 0.9)),
        of=_words(row.get("of", "")),
        not_of=_words(row.get("not_of", "")),
        within=_told_terms(row.get("within", ""), classes),
        without=_told_terms(row.get("without", ""), classes),
        near=_told_words(row.get("near", ""), classes),
        far=_told_words(row.get("far", ""), classes),
        types=_words(row.get("types", "")),
        form=row.get("form", ""),
        depth=row.get("depth", ""),
        loose=float(row.get("loose", 0)),
        whole=_flag(row, "whole"),
        together=_flag(row, "together"),
        why=row.get("why", ""),
    )


def _flag(row: Mapping[str, Any], key: str) -> bool:
    return str(row.get(key, "")).lower() == "true"


def _shape_rule(row: Mapping[str, Any]) -> ShapeRule:
    return ShapeRule(
        id=row["id"],
        shapes=_words(row["shapes"]),
        category=row["category"],
        confidence=float(row["confidence"]),
        of=_words(row.get("of", "")),
        not_of=_words(row.get("not_of", "")),
        over=_words(row.get("over", "")),
        form=row.get("form", ""),
        why=row.get("why", ""),
    )
